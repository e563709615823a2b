"""*Samtaler*: the talks this reader may see, and one talk whole."""

import uuid
from itertools import groupby

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.shared import talks, unit
from blueprints.shared.door import actor, requires
from domain import conversations, sync
from domain.base import new_id, now
from domain.conversations import Conversation
from domain.people import Permission
from domain.sync import Status

bp = Blueprint("conversations", __name__, url_prefix="/conversations")

A_PAGE = 30


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
        prints=not actor().may(Permission.READ_DIGESTS),
        is_first_page="before" not in request.args,
        needs_help=sync.count_waiting(session, actor()),
    )


@bp.get("/for-the-staff-meeting")
@requires(Permission.READ_TALKS)
def for_the_staff_meeting() -> ResponseReturnValue:
    """*Tag med på personalemøde*: the latest talks of one's own place on paper, without who noted them or when.

    Only those that may be quoted: paper is passed on.
    """
    if actor().may(Permission.READ_DIGESTS):
        abort(404)
    session = unit.session()
    rows = conversations.newest(session, actor(), limit=A_PAGE)
    quotable = [row for row in rows if row.quote_scope in conversations.QUOTABLE]
    return render_template(
        "conversations/for_the_staff_meeting.html",
        talks=talks.show(session, actor(), quotable),
        left_out=len(rows) - len(quotable),
        place=actor().unit_name,
    )


@bp.get("/<uuid:key>")
@requires(Permission.READ_TALKS)
def talk(key: uuid.UUID) -> ResponseReturnValue:
    session = unit.session()
    row = _talk(key)
    [shown] = talks.show(session, actor(), [row])
    address = conversations.address(actor(), row)
    has_history = row.revision > 1 and talks.sees_circumstances(actor(), row)
    return render_template(
        "conversations/talk.html",
        talk=shown,
        history_url=url_for(".history", key=address) if has_history else None,
        edit_url=url_for("capture.edit", key=address),
        withdrawal_url=url_for(".withdraw", key=address),
        withdrawal_id=new_id(),
    )


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


@bp.post("/<uuid:key>/withdrawal")
@requires(Permission.NOTE_TALKS)
def withdraw(key: uuid.UUID) -> ResponseReturnValue:
    """Takes one's own talk back: the words go at once, everywhere."""
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
