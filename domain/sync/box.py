"""The box: items kept for help, each under the person who sent it, its id and its content."""

import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import notices
from domain.base import ask, in_chunks, insert_new, new_id
from domain.conversations import Problem
from domain.notices import Kind
from domain.people import Actor

from .rules import Received, Status, digest, kept_form
from .tables import BoxedItem


@dataclass(frozen=True)
class Boxed:
    """An item that needs its sender: what it holds, as JSON gave it, and what is wrong with it."""

    key: uuid.UUID
    item_id: uuid.UUID
    status: Status
    problems: tuple[Problem, ...]
    content: Any
    received_at: datetime

    @classmethod
    def of(cls, row: BoxedItem) -> "Boxed":
        problems = tuple(Problem(one["field"], one["code"]) for one in row.problems)
        return cls(row.id, row.item_id, Status(row.status), problems, json.loads(row.content), row.received_at)


def waiting(session: Session, actor: Actor) -> list[Boxed]:
    """What has need of the actor, the oldest first."""
    query = select(BoxedItem).where(_open(actor)).order_by(col(BoxedItem.received_at), col(BoxedItem.id))
    return [Boxed.of(row) for row in session.exec(query).all()]


def count_waiting(session: Session, actor: Actor) -> int:
    return session.exec(select(sa.func.count()).select_from(BoxedItem).where(_open(actor))).one()


def boxed(session: Session, actor: Actor, key: uuid.UUID) -> Boxed | None:
    """One item of the actor's own that still waits."""
    row = session.exec(select(BoxedItem).where(_open(actor), BoxedItem.id == key)).first()
    return Boxed.of(row) if row else None


def is_settled(session: Session, actor: Actor, key: uuid.UUID) -> bool:
    """Whether it was an item of the actor's own, and waits no more."""
    mine = (BoxedItem.id == key, BoxedItem.person_id == actor.person_id, col(BoxedItem.settled_at).is_not(None))
    return session.exec(select(BoxedItem.id).where(*mine)).first() is not None


def settle(session: Session, actor: Actor, key: uuid.UUID, *, now: datetime) -> bool:
    """The matter is settled: the words go, the row stays and tells a phone that sends it again to forget it."""
    done = bool(_empty(session, sa.and_(_open(actor), col(BoxedItem.id) == key), now))
    _no_more(session, actor.person_id)
    return done


def settled_ids(session: Session, actor: Actor) -> list[uuid.UUID]:
    """Ids of items that were settled: phones are to forget them, unless a talk stands under the same id."""
    mine = BoxedItem.person_id == actor.person_id
    query = select(BoxedItem.item_id).where(mine, col(BoxedItem.settled_at).is_not(None)).order_by(col(BoxedItem.id))
    return list(dict.fromkeys(session.exec(query).all()))


def keep(session: Session, actor: Actor, item: Received, *, status: Status, problems: Collection[Problem], now: datetime) -> None:
    """Puts an item into the box, or gives the one that lies there the newest judgement. Raises RecursionError."""
    assert item.id is not None
    judged = {"status": status, "problems": [{"field": one.field, "code": one.code} for one in problems]}
    row = {
        "id": new_id(),
        "person_id": actor.person_id,
        "item_id": item.id,
        "digest": digest(item),
        "content": kept_form(item.raw),
        "replaces": item.replaces,
        "received_at": now,
        "settled_at": None,
        **judged,
    }
    table = BoxedItem.__table__  # type: ignore[attr-defined]
    if not insert_new(session, table, row, keys=(table.c.person_id, table.c.item_id, table.c.digest)):
        session.execute(sa.update(BoxedItem).where(_open(actor), _is(item)).values(**judged))


@dataclass(frozen=True)
class Contents:
    """What an envelope has to know of the box: (id, digest) of what was settled under its ids, the ids of what waits, and the
    revisions that edits among that are of."""

    settled: set[tuple[uuid.UUID, str]]
    kept: set[uuid.UUID]
    awaited: set[uuid.UUID]


def contents(session: Session, actor: Actor, ids: Collection[uuid.UUID]) -> Contents:
    """In one statement for an envelope of the usual size."""
    found = Contents(set(), set(), set())
    first, *others = list(in_chunks(list(ids), 500)) or [[]]
    for statement, some in ((_OPEN_AND_SETTLED, first), *((_SETTLED, some) for some in others)):
        for key, one, replaces, is_open in ask(session, statement, {"person_id": actor.person_id, "ids": some}):
            if is_open:
                found.kept.add(key)
                found.awaited.update({replaces} if replaces else ())
            else:
                found.settled.add((key, one))
    return found


_KNOWN = sa.select(
    col(BoxedItem.item_id), col(BoxedItem.digest), col(BoxedItem.replaces), col(BoxedItem.settled_at).is_(None)
).where(col(BoxedItem.person_id) == sa.bindparam("person_id"))
_SETTLED = _KNOWN.where(col(BoxedItem.settled_at).is_not(None), col(BoxedItem.item_id).in_(sa.bindparam("ids", expanding=True)))
#: Two looks in one statement: a condition for both would be looked for among all the person's rows.
_OPEN_AND_SETTLED = sa.union_all(_KNOWN.where(col(BoxedItem.settled_at).is_(None)), _SETTLED)


def supersede(session: Session, actor: Actor, ids: Collection[uuid.UUID], *, now: datetime) -> None:
    """These ids are stored now: what was kept under them for help is settled. What came second stays, to be compared."""
    for some in in_chunks(list(ids), 500):
        _empty(session, sa.and_(_open(actor), col(BoxedItem.item_id).in_(some), col(BoxedItem.status) == Status.NEEDS_HELP), now)
    _no_more(session, actor.person_id)


def edits_of(session: Session, actor: Actor, revision: uuid.UUID) -> list[BoxedItem]:
    """Edits that came before the revision they replace, in an order that does not depend on when they came."""
    query = select(BoxedItem).where(_open(actor), BoxedItem.replaces == revision, BoxedItem.status == Status.NEEDS_HELP)
    return list(session.exec(query.order_by(col(BoxedItem.item_id), col(BoxedItem.digest))).all())


def related(session: Session, person_id: uuid.UUID, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Ids that belong to the same talks by what lies in the box: the items themselves, and what they replace."""
    touched = sa.or_(col(BoxedItem.item_id).in_(list(ids)), col(BoxedItem.replaces).in_(list(ids)))
    rows = session.exec(select(BoxedItem.item_id, BoxedItem.replaces).where(_open_of(person_id), touched)).all()
    return {key for pair in rows for key in pair if key}


def forget(session: Session, person_id: uuid.UUID, ids: Collection[uuid.UUID], *, now: datetime) -> None:
    """Talks with these ids were erased: their words go from the person's box too."""
    if _empty(session, sa.and_(_open_of(person_id), col(BoxedItem.item_id).in_(list(ids))), now):
        _no_more(session, person_id)


def senders(session: Session, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Whose boxes hold words under these ids, or an edit of one of them."""
    touched = sa.or_(col(BoxedItem.item_id).in_(list(ids)), col(BoxedItem.replaces).in_(list(ids)))
    return set(session.exec(select(BoxedItem.person_id).where(touched, col(BoxedItem.settled_at).is_(None))).all())


def all_settled(session: Session) -> list[tuple[uuid.UUID, uuid.UUID, str, datetime]]:
    """For a restore: (person, item, digest, when) of everything that was settled here."""
    columns = map(col, (BoxedItem.person_id, BoxedItem.item_id, BoxedItem.digest, BoxedItem.settled_at))
    rows = session.execute(sa.select(*columns).where(col(BoxedItem.settled_at).is_not(None))).all()
    return [(person, item, one, at) for person, item, one, at in rows if at]


def settle_again(session: Session, settled: Collection[tuple[uuid.UUID, uuid.UUID, str, datetime]]) -> None:
    """What was settled before a back-up took this database's place is settled here too."""
    for person, item, one, at in settled:
        same = (col(BoxedItem.item_id) == item, col(BoxedItem.digest) == one)
        _empty(session, sa.and_(_open_of(person), *same), at)


def _open(actor: Actor) -> sa.ColumnElement[bool]:
    return _open_of(actor.person_id)


def _open_of(person_id: uuid.UUID) -> sa.ColumnElement[bool]:
    return sa.and_(col(BoxedItem.person_id) == person_id, col(BoxedItem.settled_at).is_(None))


def _no_more(session: Session, person_id: uuid.UUID) -> None:
    """Nobody hears of a box in which nothing lies any more."""
    if session.exec(select(BoxedItem.id).where(_open_of(person_id)).limit(1)).first() is None:
        notices.take_back(session, kind=Kind.NEEDS_HELP, person_id=person_id)


def _is(item: Received) -> sa.ColumnElement[bool]:
    return sa.and_(col(BoxedItem.item_id) == item.id, col(BoxedItem.digest) == digest(item))


def _empty(session: Session, condition: sa.ColumnElement[bool], now: datetime) -> int:
    done = session.execute(sa.update(BoxedItem).where(condition).values(settled_at=now, content="", problems=[]))
    return done.rowcount  # type: ignore[attr-defined, no-any-return]
