"""Talks that stand in no issue yet."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain import people
from domain.base import Week, ask
from domain.conversations import Conversation
from domain.people import Person, Unit

from .tables import IssueTalk

Moment = datetime | sa.BindParameter[datetime]


class Waits(NamedTuple):
    """What `as_talk` needs of a talk, and whether the house itself noted it."""

    first_id: uuid.UUID
    unit_id: uuid.UUID
    held_week: str
    revision: int
    quote_scope: str | None
    answers: list[dict[str, Any]]
    own: bool


def waiting(session: Session, unit_ids: Sequence[uuid.UUID], *, before: datetime, since: datetime | None) -> list[Waits]:
    """In the order they came. `own` is asked for a row at a time, since joined it would lead SQLite to look for talks by their
    authors."""
    query, span = _waiting_talks(has_begin=since is not None), {"since": since} if since else {}
    return [Waits._make(row) for row in ask(session, query, {"unit_ids": list(unit_ids), "before": before, **span}).all()]


@cache
def _waiting_talks(*, has_begin: bool) -> sa.Select[*tuple[Any, ...]]:
    home, house = aliased(Unit), aliased(Unit)
    author = sa.select(col(Person.id)).join(home, col(home.id) == col(Person.unit_id)).join(house, people.is_home(home, house))
    own = author.where(col(Person.id) == col(Conversation.author_id), col(house.id) == col(Conversation.unit_id)).exists()
    waiting_now = waits(before=sa.bindparam("before"), since=sa.bindparam("since") if has_begin else None)
    latest = (col(Conversation.unit_id).in_(sa.bindparam("unit_ids", expanding=True)), col(Conversation.replaced_by_id).is_(None))
    return sa.select(*_OF_TALK, own).where(*latest, *waiting_now).order_by(col(Conversation.sequence))


_OF_TALK = [getattr(Conversation, name) for name in Waits._fields if name != "own"]


def since_of(week: Week, open_weeks: Sequence[Week]) -> datetime | None:
    """While the week before can be read as well, its talks belong there; what nobody issued in time stands in the oldest one."""
    return week.starts_at() if week.plus(-1) in open_weeks else None


def waits(*, before: Moment, since: Moment | None) -> list[sa.ColumnElement[bool]]:
    """The conditions that a talk stands in no issue yet."""
    in_issue = select(IssueTalk.id).where(col(IssueTalk.conversation_id) == col(Conversation.first_id))
    # The mark leads straight to the few that wait; the issue's own key decides. Bare, the time of arrival would lead SQLite to
    # another index, and through every talk the houses ever had.
    arrived = sa.func.coalesce(col(Conversation.received_at), col(Conversation.received_at))
    found = [col(Conversation.gathered_at).is_(None), arrived < before, ~sa.exists(in_issue)]
    return found if since is None else [*found, arrived >= since]
