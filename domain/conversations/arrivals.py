"""How talks come in: many at once, each judged by its version and place, numbered in the order of arrival.

For `sync` alone, which judges whose item it is; these verbs look past what an actor may see, and show nothing of it.
"""

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from domain.base import ask, in_chunks, local, week_of, written
from domain.people import Actor, Stop
from domain.questions import Form

from . import rules
from .tables import ARRIVALS, Conversation, Tombstone


@dataclass(frozen=True)
class Standing:
    """What has to be known of a stored revision to judge an item by: whose it is, its hash, its place in the talk, and where."""

    id: uuid.UUID
    first_id: uuid.UUID
    revision: int
    is_latest: bool
    author_id: uuid.UUID
    sha256: str
    unit_id: uuid.UUID


@dataclass(frozen=True)
class Place:
    """Where a talk goes: the institution that an item names, or the one that went on in its place."""

    unit_id: uuid.UUID
    sector: str | None


def place(line: Sequence[Stop], held_at: datetime, *, stands_in: uuid.UUID | None = None) -> Place | None:
    """Where a talk of that moment goes on the line of a named institution; None where the actor may note none.

    It is the first that was open on that day. `stands_in`: an edit whose talk stands on the line stays there, whatever became
    of the house and of its author's reach.
    """
    held_on = local(held_at).date()
    stays = next((stop for stop in line if stop.unit_id == stands_in), None)
    stop = stays or next((stop for stop in line if stop.was_open(held_on)), None)
    return Place(stop.unit_id, stop.sector) if stop and (stays or stop.is_reached) else None


def standing(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """The stored revisions with these ids, whoever wrote them."""
    rows = (row for some in in_chunks(list(ids), 500) for row in ask(session, _STANDING, {"ids": some}))
    return {row[0]: Standing(*row) for row in rows}


_STANDING = sa.select(
    *map(col, (Conversation.id, Conversation.first_id, Conversation.revision)),
    col(Conversation.replaced_by_id).is_(None),
    *map(col, (Conversation.author_id, Conversation.sha256, Conversation.unit_id)),
).where(col(Conversation.id).in_(sa.bindparam("ids", expanding=True)))


def problems(draft: rules.Draft, form: Form | None, place: Place | None) -> list[rules.Problem]:
    """Everything that keeps the talk from being stored; empty when it can be."""
    found = rules.problems(draft, form) if form else [rules.Problem("question_set_version", "unknown_version")]
    if place is None:
        found.append(rules.Problem("unit", "unknown_unit"))
    elif form and place.sector != form.sector:
        found.append(rules.Problem("question_set_version", "other_sector"))
    return found


def row(actor: Actor, *, draft: rules.Draft, sha256: str, now: datetime) -> dict[str, Any]:
    """A first revision as it is inserted, but for its number."""
    return {
        "id": draft.id,
        "first_id": draft.id,
        "revision": 1,
        "replaced_by_id": None,
        "reference": uuid.uuid4(),
        "author_id": actor.person_id,
        "unit_id": draft.unit,
        "question_set_version_id": draft.question_set_version,
        "held_at": draft.held_at,
        "held_week": str(week_of(draft.held_at)),
        "received_at": now,
        "revised_at": None,
        "answers": [answer.as_json() for answer in draft.answers],
        "about": {name: list(codes) for name, codes in draft.about.items() if codes},
        "quote_scope": draft.quote_scope,
        "sha256": sha256,
    }


def prepared(engine: sa.Engine, row: dict[str, Any]) -> dict[str, Any]:
    """A row as `insert` takes it, made ready for SQLite where that is the database; its unit may still change."""
    return written(engine, _INSERTING, {**row, "sequence": None}, later=("unit_id", "sequence"))


def insert(session: Session, rows: Sequence[dict[str, Any]]) -> dict[uuid.UUID, int]:
    """Stores revisions in one statement and numbers the rows in order; returns id → sequence of those this call stored.

    An id that is taken is left out: the key decides between senders that come at the same moment, never a look beforehand.
    """
    if not rows:
        return {}
    for one, number in zip(rows, numbers(session, len(rows)), strict=True):
        one["sequence"] = number
    if session.get_bind().dialect.name == "postgresql":
        return dict(tuple(pair) for pair in ask(session, _INSERTING_THERE, rows))
    # To have SQLite return what it stored costs it a copy of every page it touches; a number stands once, and is ours.
    if ask(session, _INSERTING, rows).rowcount == len(rows):
        return {one["id"]: one["sequence"] for one in rows}
    return dict(ask(session, _STORED, {"first": rows[0]["sequence"], "last": rows[-1]["sequence"]}))


# Every unique key decides, not the id's alone: a first revision has two that speak of its id, and PostgreSQL may meet the other
# one first when somebody else inserts at this very moment.
_TABLE: Any = sa.inspect(Conversation).local_table
_INSERTING_THERE = postgresql.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id, _TABLE.c.sequence)
_INSERTING = sqlite.insert(_TABLE).on_conflict_do_nothing()
_STORED = sa.select(_TABLE.c.id, _TABLE.c.sequence).where(_TABLE.c.sequence.between(sa.bindparam("first"), sa.bindparam("last")))


def replace(session: Session, old: Standing, new: dict[str, Any], *, now: datetime) -> int | None:
    """Stores a later revision of a talk and makes the old one point to it; returns its sequence, None when its id is taken.

    Answers and place are the new one's; when the talk first arrived, and by which reference it goes, stay.
    """
    before = session.get_one(Conversation, old.id)
    later = {
        **new,
        "first_id": before.first_id,
        "revision": before.revision + 1,
        "reference": before.reference,
        "received_at": before.received_at,
        "gathered_at": before.gathered_at,
        "revised_at": now,
    }
    number = insert(session, [later]).get(later["id"])
    if number is not None:
        session.execute(sa.update(Conversation).where(col(Conversation.id) == old.id).values(replaced_by_id=later["id"]))
    return number


def numbers(session: Session, n: int) -> Iterator[int]:
    """The next `n` places in the order of arrival. SQLite has one writer at a time, and what was erased keeps its number."""
    if session.get_bind().dialect.name == "postgresql":
        drawn = sa.select(ARRIVALS.next_value()).select_from(sa.func.generate_series(1, n))
        return iter(sorted(session.execute(drawn).scalars()))
    first = max(number or 0 for number in ask(session, _HIGHEST).one()) + 1
    return iter(range(first, first + n))


_HIGHEST = sa.select(*(sa.select(sa.func.max(col(one.sequence))).scalar_subquery() for one in (Conversation, Tombstone)))
