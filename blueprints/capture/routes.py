"""Home of those who note talks, *Før snakken*, and the plain form. What was written is never lost: not on an error, not on
an expired sign-in, not on a page that was open for days."""

import uuid
from collections.abc import Collection, Sequence

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from blueprints.shared import recodings, sealed, talks, unit
from blueprints.shared.door import actor, requires
from blueprints.shared.language import pick
from blueprints.shared.news import lines, news
from blueprints.shared.sign_in_page import ask_with
from domain import audit, conversations, guard, people, questions, sync, themes
from domain.base import local, markdown_to_html, new_id, now
from domain.conversations import Conversation
from domain.people import Permission
from domain.questions import TalkType
from domain.sync import Status

from . import meanwhile
from .forms import CaptureForm, form_class, usable_id, usable_moment
from .help_view import HelpView
from .marks import place_of
from .prefill import with_item

bp = Blueprint("capture", __name__)

RECENT = 5
KIND = "capture"
#: No set asks as many questions.
MOST_HOMELESS = 100


@bp.get("/")
@requires(Permission.MANAGE_OWN_SIGN_INS)
def home() -> ResponseReturnValue:
    """Each role's home: those who note talks stay here, the others begin where their work is."""
    if actor().may(Permission.READ_DIGESTS):
        return redirect(url_for("digests.weeks"))
    if actor().may(Permission.READ_REGISTERS):
        return redirect(url_for("people.register"))
    session = unit.session()
    rows = conversations.newest(session, actor(), own=True, limit=RECENT)
    return render_template(
        "capture/home.html",
        greeting=_greeting(),
        recent=talks.show(session, actor(), rows),
        needs_help=sync.count_waiting(session, actor()),
        objections=recodings.waiting(session, actor()),
        news=lines(news(session, actor(), now=now())),
        reads_house=actor().may(Permission.READ_OWN_HOUSE),
    )


@bp.get("/capture/before")
@requires(Permission.NOTE_TALKS)
def before() -> ResponseReturnValue:
    """*Før snakken*: the promise and the prompts, to be said aloud; no field at all."""
    asked = asked_now(request.args.get("version"))
    if len(asked) > 1:
        return _choose(asked, _("Før snakken"), ".before")
    guidance = {form.id: Markup(markdown_to_html(pick(form.content.guidance))) for form in asked}  # noqa: S704 - cleaned
    return render_template("capture/before.html", asked=asked, guidance=guidance, is_closed=_is_closed())


@bp.get("/capture/plain")
@requires(Permission.NOTE_TALKS)
def plain() -> ResponseReturnValue:
    asked = asked_now(request.args.get("version"))
    if len(asked) != 1:
        return _choose(asked, _("Ny samtale"), ".plain")
    form = new_form(asked[0])
    form.promised.data = "promised" in request.args
    return page(form, 200)


@bp.get("/capture/plain/<uuid:key>")
@requires(Permission.NOTE_TALKS)
def edit(key: uuid.UUID) -> ResponseReturnValue:
    """*Ret*: one's own talk in the version it was noted in."""
    session = unit.session()
    row = own_talk(key)
    asked = questions.version(session, row.question_set_version_id)
    if asked is None:
        abort(404)
    form = new_form(asked, stands_in=row.unit_id)
    with_item(form, sync.item_of(session, row))
    form.begin_edit(row)
    read(row.first_id)
    return page(form, 200)


@bp.post("/capture/plain")
@requires(Permission.NOTE_TALKS, own_answer=True)
def save() -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return ask_with(_sealed())
    form = _posted_form(request.form)
    try:
        current_app.extensions["csrf"].protect()
    except CSRFError:
        form.form_errors.append(_("Siden har været åben længe. Dine svar er her stadig; tryk Gem igen."))
        return page(form, 419)
    if form.form_errors or not form.validate():
        return page(form, 422)
    return _take(form)


def _take(form: CaptureForm) -> ResponseReturnValue:
    unit.may_begin_anew()
    if meanwhile.is_settled(form):
        return page(form, 409, stands=meanwhile.go_on_without(form))
    settles = usable_id(form.boxed.data)
    try:
        receipt = _merged(form) or sync.accept(unit.session(), actor(), item=form.item_json(), now=now())
    except people.ShutOut:
        return ask_with(_sealed())
    except sync.ChangedMeanwhile:
        return _edited_meanwhile(form)
    except sync.NotAVersion:  # what came second stays where it lies; what was made of both is a correction like any other
        settles = False
        try:
            receipt = sync.accept(unit.session(), actor(), item=form.item_json(), now=now())
        except people.ShutOut:
            return ask_with(_sealed())
    if receipt.status in (Status.STORED, Status.DUPLICATE):
        if settles:
            settle(uuid.UUID(form.boxed.data))
        masked = any(guard.check(answer.get("text", "")) for answer in form.item_json()["answers"])
        followed = any(problem.code == "unit_followed" for problem in receipt.problems)
        return redirect(url_for(".saved", key=receipt.id, masked="1" if masked else None, followed="1" if followed else None))
    if receipt.status is Status.ERASED:
        form.form_errors.append(_("Samtalen er taget tilbage. Tryk Gem for at gemme det her som en ny."))
        form.begin_anew()
        return page(form, 409)
    if receipt.status is Status.CONFLICT and form.is_edit:
        return _edited_meanwhile(form)
    if receipt.status is Status.CONFLICT:
        form.form_errors.append(_("Samtalen er gemt før med en anden tekst. Tryk Gem igen for at gemme den her som en ny."))
        form.begin_anew()
        return page(form, 409)
    codes = {problem.code for problem in receipt.problems}
    if "taken" in codes:
        form.item.data = str(new_id())
    if "unknown_talk" in codes:  # it was taken back, or never arrived: what is written here is a talk of its own
        form.begin_anew()
    form.show_problems(receipt.problems)
    return page(form, 422)


def _merged(form: CaptureForm) -> sync.Receipt | None:
    """Of two versions the person made one: the other is kept beside it. None: the form is about no such thing."""
    boxed = sync.boxed(unit.session(), actor(), uuid.UUID(form.boxed.data)) if usable_id(form.boxed.data) else None
    if boxed is None or boxed.status is not Status.CONFLICT or not form.is_edit:
        return None
    latest = uuid.UUID(form.replaces.data)
    return sync.merge(unit.session(), actor(), boxed, latest=latest, item=form.item_json(), now=now())


def _edited_meanwhile(form: CaptureForm) -> ResponseReturnValue:
    """Somebody corrected the talk, on another device or page, while this form was open: both are shown, the person decides."""
    latest = meanwhile.go_on(form)
    form.form_errors.append(_("Samtalen er rettet et andet sted imens. Tryk Gem igen, hvis din udgave skal gælde."))
    return page(form, 409, stands=latest)


@bp.get("/capture/saved/<uuid:key>")
@requires(Permission.NOTE_TALKS)
def saved(key: uuid.UUID) -> ResponseReturnValue:
    """*Gemt*: what was stored, as it was stored."""
    session = unit.session()
    row = own_talk(key)
    [talk] = talks.show(session, actor(), [row])
    return render_template(
        "capture/saved.html",
        talk=talk,
        edit_url=url_for(".edit", key=row.first_id),
        masked="masked" in request.args,
        followed="followed" in request.args,
        has_area_leader=not actor().may(Permission.READ_DIGESTS),
    )


def settle(key: uuid.UUID) -> bool:
    session, at = unit.session(), now()
    done = sync.settle(session, actor(), key, now=at)
    if done:
        audit.record_deed(session, person_id=actor().person_id, verb="item_settled", at=at, object_id=key)
    return done


def own_talk(key: uuid.UUID) -> Conversation:
    """The actor's own talk, else 404."""
    row = conversations.find(unit.session(), actor(), key)
    if row is None or row.author_id != actor().person_id:
        abort(404)
    return row


def own_or_none(key: str | None) -> Conversation | None:
    """The actor's own talk that holds this revision."""
    row = conversations.find(unit.session(), actor(), uuid.UUID(key)) if key and usable_id(key) else None
    return row if row and row.author_id == actor().person_id else None


def read(*ids: uuid.UUID) -> None:
    """The read log, for a page that shows these."""
    audit.record_read(
        unit.database(), person_id=actor().person_id, page=request.endpoint or "", conversations=list(ids), at=now()
    )


def asked_now(version: str | None = None, *, where_closed: bool = False) -> list[questions.Form]:
    """What the actor may ask now, in a place that is open; only the one named, when it is among them.

    Without a name sets that are made for quick notes, which are taken on the phone, stand back where there are others.
    `where_closed`: in any place of theirs, for what was noted while it was open.
    """
    places = _places() if where_closed else _open_places()
    found = [
        form for form in questions.in_use(unit.session(), actor()) if any(questions.is_asked_in(form, one) for one in places)
    ]
    usual = [form for form in found if form.talk_type is not TalkType.QUICK_NOTE]
    return [form for form in found if str(form.id) == version] or usual or found


def _open_places() -> list[people.Unit]:
    return people.institutions_within(unit.session(), actor(), Permission.NOTE_TALKS, open_on=local(now()).date())


def _places() -> list[people.Unit]:
    return people.institutions_within(unit.session(), actor(), Permission.NOTE_TALKS)


def _is_closed() -> bool:
    """Whether the actor has places, and none of them is open."""
    return not _open_places() and bool(_places())


def _choose(asked: Sequence[questions.Form], title: str, leads_to: str) -> str:
    return render_template("capture/choose.html", asked=asked, title=title, leads_to=leads_to, is_closed=_is_closed())


def new_form(
    asked: questions.Form, *, stands_in: uuid.UUID | None = None, homeless: int = 0, named: uuid.UUID | None = None
) -> CaptureForm:
    """`stands_in`: the unit of the talk that is to be corrected; `homeless`: how many pieces of words are to be placed;
    `named`: the unit that the item names."""
    form = _class_for(asked, stands_in, homeless, {named})(formdata=None)
    form.item.data = str(new_id())
    form.version.data = str(asked.id)
    form.opened_at.data = now().isoformat()
    form.owner.data = sealed.owner_mark(actor().person_id)
    return form


def _posted_form(fields: MultiDict[str, str]) -> CaptureForm:
    """The form as it was posted, in the version it was opened in; hidden fields that were tampered with are made anew."""
    asked, in_use = version_of(fields.get("version")), asked_now()
    edited = own_or_none(fields.get("replaces"))
    if asked and not edited and not questions.may_answer(unit.session(), actor(), asked):
        asked = None
    if asked is None and not in_use:
        abort(404)
    homeless = min(sum(name.startswith("homeless_text_") for name in fields), MOST_HOMELESS)
    form = _class_for(asked or in_use[0], edited.unit_id if edited else None, homeless, _named(fields))(formdata=fields)
    if asked is None:
        form.version.data = str(in_use[0].id)
        form.form_errors.append(_("Spørgsmålene er blevet ændret. Dine svar er her stadig; tryk Gem igen."))
    if sealed.owner_of(form.owner.data or "") not in (None, actor().person_id):
        form.form_errors.append(_("Formularen blev åbnet af en anden. Tryk Gem igen, hvis det er dig, der noterer samtalen."))
    if not usable_id(form.item.data):
        form.item.data = str(new_id())
    if not usable_moment(form.opened_at.data):
        form.opened_at.data = now().isoformat()
    form.owner.data = sealed.owner_mark(actor().person_id)
    return form


def _named(fields: MultiDict[str, str]) -> set[uuid.UUID | None]:
    """The unit that was chosen, and the one that the item in the box names."""
    boxed = sync.boxed(unit.session(), actor(), uuid.UUID(fields["boxed"])) if usable_id(fields.get("boxed")) else None
    return {place_of(fields.to_dict()), place_of(boxed.content if boxed else None)}


def version_of(text: str | None) -> questions.Form | None:
    try:
        return questions.version(unit.session(), uuid.UUID(text or ""))
    except ValueError:
        return None


def _class_for(
    asked: questions.Form, stands_in: uuid.UUID | None, homeless: int, named: Collection[uuid.UUID | None]
) -> type[CaptureForm]:
    """The open places to choose from, those `named` also where they have closed since (the day of the talk decides), and
    `stands_in` even where it lies out of reach. Where nothing is open, all that is closed."""
    session, today = unit.session(), local(now()).date()
    places = [place for place in _open_places() if questions.is_asked_in(asked, place)]
    known = {None, *(place.id for place in places)}
    if not places or not known.issuperset(named):
        closed = [place for place in _places() if place.id not in known and place.sector == asked.sector]
        places = [*(place for place in closed if not places or place.id in named), *places]
    if stands_in and stands_in not in {place.id for place in places}:
        places = [people.units_by_id(session, [stands_in])[stands_in], *places]
    return form_class(
        asked,
        units=places,
        themes=themes.codebook(session, [asked.sector]),
        today=today,
        homeless=homeless,
    )


def page(
    form: CaptureForm,
    status: int,
    *,
    stands: Conversation | None = None,
    boxed: HelpView | None = None,
    resumed: bool = False,
    versions: Sequence[questions.Form] = (),
) -> ResponseReturnValue:
    """`stands`: the talk as it is stored, beside a form that holds another version of it. `versions`: others to move it to."""
    beside = shown(stands) if stands else None
    form.ask_for_place()
    rendered = render_template(
        "capture/plain.html",
        form=form,
        asked=form.asked,
        stands=beside,
        boxed=boxed,
        resumed=resumed,
        close_url=_close_url(form),
        versions=versions,
        has_errors=bool(form.errors),
    )
    return rendered, status


def shown(row: Conversation, *, beside: uuid.UUID | None = None) -> talks.TalkView:
    """A talk beside the form, or an item of the box. The answer to a POST that was refused lets go of what it began to write: the
    read log is written in a transaction of its own, and SQLite has one writer at a time."""
    session = unit.session()
    session.expunge(row)
    session.rollback()
    if beside:
        read(beside)
    [view] = talks.show(session, actor(), [row])
    return view


def _close_url(form: CaptureForm) -> str:
    """Where the form was come to from."""
    if usable_id(form.boxed.data):
        return url_for("capture.needs_help")
    row = own_or_none(form.replaces.data)
    return url_for("conversations.talk", key=row.first_id) if row else url_for("capture.home")


def _sealed() -> sealed.Sealed:
    owner = sealed.owner_of(request.form.get("owner", ""))
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return sealed.Sealed(KIND, owner, kept)


def _resume(waiting: sealed.Sealed) -> ResponseReturnValue:
    """Shown by the answer to the sign-in itself: the words travel in no address and are kept nowhere on the way."""
    if not actor().may(Permission.NOTE_TALKS):
        abort(404)
    form = _posted_form(MultiDict(waiting.fields))
    return page(form, 200, resumed=True)


sealed.can_resume(KIND, _resume)


def _greeting() -> str:
    hour, name = local(now()).hour, actor().name.split()[0]
    if hour < 10:
        return _("Godmorgen, %(name)s", name=name)
    if hour < 18:
        return _("Goddag, %(name)s", name=name)
    return _("Godaften, %(name)s", name=name)
