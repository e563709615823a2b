"""Home of those who note talks, *Før snakken*, and the plain form. What was written is never lost: not on an error, not on
an expired sign-in, not on a page that was open for days."""

import uuid

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from blueprints.shared import sealed, talks, unit
from blueprints.shared.door import actor, requires
from blueprints.shared.language import pick
from blueprints.shared.sign_in_page import ask_with
from domain import conversations, guard, people, questions, sync, themes
from domain.base import local, markdown_to_html, new_id, now
from domain.people import Permission
from domain.sync import Status

from .forms import CaptureForm, form_class, usable_id, usable_moment

bp = Blueprint("capture", __name__)

RECENT = 5
KIND = "capture"


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
    return render_template("capture/home.html", greeting=_greeting(), recent=talks.show(session, actor(), rows))


@bp.get("/capture/before")
@requires(Permission.NOTE_TALKS)
def before() -> ResponseReturnValue:
    """*Før snakken*: the promise and the prompts, to be said aloud; no field at all."""
    asked = _asked(request.args.get("version"))
    guidance = {form.id: Markup(markdown_to_html(pick(form.content.guidance))) for form in asked}  # noqa: S704 - cleaned
    return render_template("capture/before.html", asked=asked, guidance=guidance)


@bp.get("/capture/plain")
@requires(Permission.NOTE_TALKS)
def plain() -> ResponseReturnValue:
    asked = _asked(request.args.get("version"))
    if len(asked) != 1:
        return render_template("capture/choose.html", asked=asked)
    form = _new_form(asked[0])
    if not form.unit.choices:
        return render_template("capture/choose.html", asked=[])
    return _page(form, 200)


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
        return _page(form, 419)
    if form.form_errors or not form.validate():
        return _page(form, 422)
    return _take(form)


def _take(form: CaptureForm) -> ResponseReturnValue:
    receipt = sync.accept(unit.session(), actor(), item=form.item_json(), now=now())
    if receipt.status in (Status.STORED, Status.DUPLICATE):
        masked = any(guard.check(answer["text"]) for answer in form.item_json()["answers"])
        return redirect(url_for("capture.saved", key=receipt.id, masked="1" if masked else None))
    if receipt.status is Status.CONFLICT:
        form.form_errors.append(_("Samtalen er gemt før med en anden tekst. Tryk Gem igen for at gemme den her som en ny."))
        form.item.data = str(new_id())
        return _page(form, 409)
    if any(problem.code == "taken" for problem in receipt.problems):
        form.item.data = str(new_id())
    form.show_problems(receipt.problems)
    return _page(form, 422)


@bp.get("/capture/saved/<uuid:key>")
@requires(Permission.NOTE_TALKS)
def saved(key: uuid.UUID) -> ResponseReturnValue:
    """*Gemt*: what was stored, as it was stored."""
    session = unit.session()
    row = conversations.find(session, actor(), key)
    if row is None or row.author_id != actor().person_id:
        abort(404)
    [talk] = talks.show(session, actor(), [row])
    return render_template(
        "capture/saved.html",
        talk=talk,
        masked="masked" in request.args,
        has_area_leader=not actor().may(Permission.READ_DIGESTS),
    )


def _asked(version: str | None) -> list[questions.Form]:
    """What the actor may ask now; only the one named, when it is among them."""
    found = questions.in_use(unit.session(), actor())
    return [form for form in found if str(form.id) == version] or found


def _new_form(asked: questions.Form) -> CaptureForm:
    form = _class_for(asked)(formdata=None)
    form.item.data = str(new_id())
    form.version.data = str(asked.id)
    form.opened_at.data = now().isoformat()
    form.owner.data = sealed.owner_mark(actor().person_id)
    return form


def _posted_form(fields: MultiDict[str, str]) -> CaptureForm:
    """The form as it was posted, in the version it was opened in; hidden fields that were tampered with are made anew."""
    asked = _version(fields.get("version"))
    in_use = _asked(None)
    if asked and asked.sector not in {form.sector for form in in_use}:
        asked = None
    if asked is None and not in_use:
        abort(404)
    form = _class_for(asked or in_use[0])(formdata=fields)
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


def _version(text: str | None) -> questions.Form | None:
    try:
        return questions.version(unit.session(), uuid.UUID(text or ""))
    except ValueError:
        return None


def _class_for(asked: questions.Form) -> type[CaptureForm]:
    session, today = unit.session(), local(now()).date()
    places = people.institutions_within(session, actor(), Permission.NOTE_TALKS, open_on=today)
    return form_class(
        asked,
        units=[place for place in places if place.sector == asked.sector],
        themes=themes.codebook(session, [asked.sector]),
        today=today,
    )


def _page(form: CaptureForm, status: int) -> ResponseReturnValue:
    return render_template("capture/plain.html", form=form, asked=form.asked, has_errors=bool(form.errors)), status


def _sealed() -> sealed.Sealed:
    owner = sealed.owner_of(request.form.get("owner", ""))
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return sealed.Sealed(KIND, owner, kept)


def _resume(waiting: sealed.Sealed) -> ResponseReturnValue:
    """Shown by the answer to the sign-in itself: the words travel in no address and are kept nowhere on the way."""
    if not actor().may(Permission.NOTE_TALKS):
        abort(404)
    form = _posted_form(MultiDict(waiting.fields))
    return render_template("capture/plain.html", form=form, asked=form.asked, resumed=True, has_errors=False)


sealed.can_resume(KIND, _resume)


def _greeting() -> str:
    hour, name = local(now()).hour, actor().name.split()[0]
    if hour < 10:
        return _("Godmorgen, %(name)s", name=name)
    if hour < 18:
        return _("Goddag, %(name)s", name=name)
    return _("Godaften, %(name)s", name=name)
