"""Reminders that time brings, of what notices can see by itself. Digests has its own (`digests.remind_unread`)."""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from domain import people
from domain.people import Actor

from .rules import Kind
from .store import write

UNSENT_FOR = timedelta(days=1)
_OUTBOX = "/phone/#/outbox"


def remind_unsent(session: Session, *, now: datetime) -> int:
    """Those on whose phone talks lie unsent for a day, as it last said, hear of it once, until all of it was sent in between.
    Returns how many are new. The caller commits."""
    return sum(
        write(session, kind=Kind.UNSENT, to=[one.person_id], about=_about(one), path=_OUTBOX, now=now)
        for one in people.left_unsent(session, before=now - UNSENT_FOR)
    )


def is_still_unsent(session: Session, actor: Actor, *, about: str) -> bool:
    """Whether what the actor was to be reminded of lies there still: the same phone has not sent all of it since."""
    return any(_about(one) == about for one in people.left_unsent(session, person_id=actor.person_id))


def _about(one: people.Unsent) -> str:
    return f"unsent:{one.row_id}:{one.since.astimezone(UTC):%Y%m%dT%H%M%S}"
