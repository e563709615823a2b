"""*Samtaler*: the talks this reader may see, and one talk whole."""

import uuid
from itertools import groupby

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.shared import talks, unit
from blueprints.shared.door import actor, requires
from domain import conversations
from domain.people import Permission

bp = Blueprint("conversations", __name__, url_prefix="/conversations")

A_PAGE = 30


@bp.get("/")
@requires(Permission.READ_TALKS)
def all_talks() -> ResponseReturnValue:
    session = unit.session()
    rows = conversations.newest(session, actor(), limit=A_PAGE + 1, before=_sequence_of(request.args.get("before")))
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
    row = conversations.find(session, actor(), key)
    if row is None:
        abort(404)
    [shown] = talks.show(session, actor(), [row])
    return render_template("conversations/talk.html", talk=shown)


def _sequence_of(text: str | None) -> int | None:
    """Where the next page begins, given as the address of the last talk shown; an unknown one begins anew."""
    try:
        row = conversations.find(unit.session(), actor(), uuid.UUID(text or ""))
    except ValueError:
        return None
    return row.sequence if row else None
