"""*Samtaler*: the talks this reader may see, and one talk whole."""

import uuid
from itertools import groupby

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from blueprints.shared import recodings, sealed, talks, unit
from blueprints.shared.door import actor, requires
from blueprints.shared.sign_in_page import ask_with
from domain import actions, conversations, digests, sync, themes
from domain.base import new_id, now
from domain.conversations import Conversation
from domain.people import Permission
from domain.sync import Status

from . import exporting, searching
from .staff_meeting import on_top
from .thread import ReplyForm, author_is_gone, new_form, thread

bp = Blueprint("conversations", __name__, url_prefix="/conversations")
exporting.install(bp)

A_PAGE = 30
REPLY = "reply"


@bp.get("/")
@requires(Permission.READ_TALKS)
def all_talks() -> ResponseReturnValue:
    session = unit.session()
    rows = conversations.newest(session, actor(), limit=A_PAGE + 1, before=_shown_last(request.args.get("before")))
    shown = talks.show(session, actor(), rows[:A_PAGE])
    older = url_for(".all_talks", before=conversations.address(actor(), rows[A_PAGE - 1])) if len(rows) > A_PAGE else None
    weeks = [(week, list(these)) for week, these in groupby(shown, key=lambda talk: talk.arrived)]
    return render_template(
        "conversations/all_talks.html",
        weeks=weeks,
        older=older,
        notes_talks=actor().may(Permission.NOTE_TALKS),
        sorts=actor().may(Permission.CODE_TALKS),
        prints=not actor().may(Permission.READ_DIGESTS),
        reads_house=actor().may(Permission.READ_OWN_HOUSE),
        is_first_page="before" not in request.args,
        needs_help=sync.count_waiting(session, actor()),
        search=searching.new_form(),
    )


@bp.get("/search")
@requires(Permission.READ_TALKS)
def search() -> ResponseReturnValue:
    """*Søg i samtaler*; `s` is the query, sealed."""
    return _search_page(searching.new_form(request.args.get("s")), 200)


@bp.post("/search")
@requires(Permission.READ_TALKS)
def begin_search() -> ResponseReturnValue:
    """Leads on to what is found, so that a browser can go back to it."""
    form = searching.SearchForm(request.form)
    if not form.is_fine():
        return _search_page(form, 422)
    searching.catch_up()
    return redirect(url_for(".search", s=form.sealed(), _anchor="results"))


@bp.get("/for-the-staff-meeting")
@requires(Permission.READ_TALKS)
def for_the_staff_meeting() -> ResponseReturnValue:
    """*Tag med på personalemøde* on paper: a leader's own house in the last four weeks, else one's own latest talks.

    Without who noted them or when, and only those that may be quoted: paper is passed on.
    """
    if actor().may(Permission.READ_DIGESTS):
        abort(404)
    session = unit.session()
    edition = digests.own_house(session, actor(), now=now())
    rows = edition.recent_talks() if edition else conversations.newest(session, actor(), limit=A_PAGE)
    quotable = [row for row in rows if row.quote_scope in conversations.QUOTABLE]
    return render_template(
        "conversations/for_the_staff_meeting.html",
        talks=talks.show(session, actor(), quotable),
        left_out=len(rows) - len(quotable),
        place=actor().unit_name,
        **(on_top(edition) if edition else {"weeks": "", "headline": "", "themes": []}),
    )


@bp.get("/<uuid:key>")
@requires(Permission.READ_TALKS)
def talk(key: uuid.UUID) -> ResponseReturnValue:
    return _page(_talk(key), 200)


@bp.get("/<uuid:key>/history")
@requires(Permission.READ_CIRCUMSTANCES)
def history(key: uuid.UUID) -> ResponseReturnValue:
    """Every revision of a talk, for those who may see when it was noted and by whom."""
    session, row = unit.session(), _talk(key)
    revisions = conversations.history(session, actor(), row)
    if len(revisions) < 2:
        abort(404)
    shown = talks.show(session, actor(), revisions)
    return render_template("conversations/history.html", revisions=shown, talk_url=url_for(".talk", key=key))


@bp.post("/<uuid:key>/replies")
@requires(Permission.REPLY, own_answer=True)
def reply(key: uuid.UUID) -> ResponseReturnValue:
    """*Svar*: about the talk, to the one who noted it, or back. With every error the words are given back."""
    if not current_user.is_authenticated:
        return ask_with(sealed.of_request(REPLY, ("text", "reply"), talk=str(key)))
    session = unit.session()
    form, row = new_form(request.form), conversations.find(session, actor(), key)
    if row is None or not actions.may_reply(session, actor(), row):
        return _gone(form)
    if sealed.owner_of(request.form.get("owner", "")) not in (None, actor().person_id):
        form.text.errors = [_("Formularen blev åbnet af en anden. Tryk Send igen, hvis det er dig, der svarer.")]
        return _page(row, 422, form)
    try:
        current_app.extensions["csrf"].protect()
    except CSRFError:
        form.text.errors = [_("Siden har været åben længe. Dit svar er her stadig; tryk Send igen.")]
        return _page(row, 419, form)
    if not form.is_fine():
        return _page(row, 422, form)
    try:
        actions.reply(session, actor(), talk=row, key=form.key(), text=form.text.data or "", now=now())
    except actions.NoReplyHere:  # taken back at this very moment
        return _gone(form)
    except actions.NobodyReads:
        form.text.errors = [author_is_gone()]
        return _page(row, 422, form)
    flash(_("Svaret er sendt."), "success")
    return redirect(url_for(".talk", key=key, _anchor="replies"))


@bp.post("/<uuid:key>/withdrawal")
@requires(Permission.NOTE_TALKS)
def withdraw(key: uuid.UUID) -> ResponseReturnValue:
    """Takes one's own talk back: the words go at once, everywhere."""
    unit.erases()
    unit.may_begin_anew()
    row = _talk(key)
    if row.author_id != actor().person_id:
        abort(404)
    item = {"id": request.form.get("item") or str(new_id()), "kind": "withdrawal", "of": str(row.first_id)}
    receipt = sync.accept(unit.session(), actor(), item=item, now=now())
    if receipt.status not in (Status.STORED, Status.DUPLICATE):
        abort(400)
    flash(_("Samtalen er taget tilbage. Ordene er slettet."), "success")
    return redirect(url_for(".all_talks"))


def _talk(key: uuid.UUID) -> Conversation:
    row = conversations.find(unit.session(), actor(), key)
    if row is None:
        abort(404)
    return row


def _shown_last(text: str | None) -> Conversation | None:
    """The talk after which the next page begins, given as its address; an unknown one begins anew."""
    try:
        return conversations.find(unit.session(), actor(), uuid.UUID(text or ""))
    except ValueError:
        return None


def _search_page(form: searching.SearchForm, status: int) -> ResponseReturnValue:
    session, before = unit.session(), _shown_last(request.args.get("before"))
    form.offer(session)
    is_asked = bool(form.query.terms) and status == 200
    rows = searching.found(session, form, before=before) if is_asked else []
    shown = talks.show(session, actor(), rows[: searching.A_PAGE])
    there_is_more = len(rows) > searching.A_PAGE
    last = conversations.address(actor(), rows[searching.A_PAGE - 1]) if there_is_more else None
    page = render_template(
        "conversations/search.html",
        form=form,
        asked=is_asked,
        hits=searching.hits(shown, form.query),
        how_many=searching.how_many(len(rows), is_first_page=before is None),
        is_first_page=before is None,
        older=url_for(".search", s=form.sealed(), before=last, _anchor="results") if last else None,
    )
    return page, status


def _page(row: Conversation, status: int, form: ReplyForm | None = None, *, resumed: bool = False) -> ResponseReturnValue:
    """One talk whole. The answer to a POST that was refused lets go of what it began to write: the read log is written in a
    transaction of its own, and SQLite has one writer at a time."""
    session = unit.session()
    if form:
        session.expunge(row)
        session.rollback()
    [shown] = talks.show(session, actor(), [row])
    address = conversations.address(actor(), row)
    has_history = row.revision > 1 and talks.sees_circumstances(actor(), row)
    page = render_template(
        "conversations/talk.html",
        talk=shown,
        thread=thread(session, row, form),
        readers=[reader.name for reader in digests.readers_of_talk(session, actor(), row)],
        history_url=url_for("conversations.history", key=address) if has_history else None,
        edit_url=url_for("capture.edit", key=address),
        recodings=recodings.of_talk(session, actor(), row),
        saved=recodings.just_saved(session, actor()),
        themes_url=url_for("themes.talk", key=address) if themes.may_decide(session, actor(), row) else None,
        reply_url=url_for("conversations.reply", key=address),
        withdrawal_url=url_for("conversations.withdraw", key=address),
        withdrawal_id=new_id(),
        has_errors=bool(form and form.errors),
        resumed=resumed,
    )
    return page, status


def _gone(form: ReplyForm) -> ResponseReturnValue:
    """The talk was taken back while the reply was written: 404, and the words to copy."""
    if not (form.text.data or "").strip():
        abort(404)
    return render_template("conversations/gone.html", text=form.text.data), 404


def _resume(waiting: sealed.Sealed) -> ResponseReturnValue:
    """Shown by the answer to the sign-in itself."""
    fields = dict(waiting.fields)
    form = new_form(fields)
    row = conversations.find(unit.session(), actor(), uuid.UUID(fields["talk"])) if actor().may(Permission.REPLY) else None
    return _page(row, 200, form, resumed=True) if row else _gone(form)


sealed.can_resume(REPLY, _resume)
