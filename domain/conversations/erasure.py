"""Taking talks back: the words go at once, and what may still arrive under the same ids finds a tombstone."""

import uuid
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.base import ask, forget_for_good, in_chunks, insert_new
from domain.people import Actor

from . import search
from .arrivals import numbers
from .tables import Conversation, Tombstone


def tombstones(session: Session, actor: Actor, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str | None]:
    """Those of the ids that were erased for this person, each with the hash it has when it was a withdrawal's own."""
    return {
        key: sha256
        for some in in_chunks(list(ids), 500)
        for key, sha256 in ask(session, _TOMBSTONES, {"person_id": actor.person_id, "ids": some})
    }


_TOMBSTONES = sa.select(col(Tombstone.item_id), col(Tombstone.sha256)).where(
    col(Tombstone.person_id) == sa.bindparam("person_id"), col(Tombstone.item_id).in_(sa.bindparam("ids", expanding=True))
)


def erased_ids(session: Session, actor: Actor) -> list[uuid.UUID]:
    """Every id that was erased for this person, in the order it was: what their phones are to forget."""
    query = select(Tombstone.item_id).where(Tombstone.person_id == actor.person_id, col(Tombstone.sha256).is_(None))
    return list(session.exec(query.order_by(col(Tombstone.sequence))).all())


def bury(session: Session, person_id: uuid.UUID, item_id: uuid.UUID, *, now: datetime, sha256: str | None = None) -> int | None:
    """Sets a tombstone; returns its place in the order of arrival, None when there is one already."""
    [number] = numbers(session, 1)
    row = {"id": uuid.uuid4(), "person_id": person_id, "item_id": item_id, "erased_at": now, "sequence": number}
    table = Tombstone.__table__  # type: ignore[attr-defined]
    keys = (table.c.person_id, table.c.item_id)
    return number if insert_new(session, table, {**row, "sha256": sha256}, keys=keys) else None


def chain(session: Session, person_id: uuid.UUID, ids: Collection[uuid.UUID]) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    """The person's own talks that hold any of these revisions: their first ids, and the ids of all their revisions."""
    own = Conversation.author_id == person_id
    firsts = set(session.exec(select(Conversation.first_id).where(own, col(Conversation.id).in_(list(ids)))).all())
    # Held until the end, so that no reply hangs itself on a talk that is going (PostgreSQL; SQLite has one writer).
    chain = select(Conversation.id).where(col(Conversation.first_id).in_(list(firsts)))
    every = set(session.exec(chain.order_by(col(Conversation.id)).with_for_update()).all())
    return firsts, every


def owner(session: Session, key: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID] | None:
    """For whoever erases: (author, first id, reference) of the talk with this id, of any revision, or with this reference."""
    columns = (Conversation.author_id, Conversation.first_id, Conversation.reference)
    by_key = sa.or_(col(Conversation.id) == key, col(Conversation.reference) == key)
    found = session.exec(select(*columns).where(by_key).limit(1)).first()
    return (found[0], found[1], found[2]) if found else None


def was_erased(session: Session, item_id: uuid.UUID) -> datetime | None:
    """When an item with this id was erased, whoever sent it."""
    query = select(Tombstone.erased_at).where(Tombstone.item_id == item_id, col(Tombstone.sha256).is_(None))
    return session.exec(query.order_by(col(Tombstone.erased_at)).limit(1)).first()


def all_erased(session: Session) -> list[tuple[uuid.UUID, datetime, uuid.UUID]]:
    """For a restore: (person, when, item) of every erasure that stands here."""
    query = select(Tombstone.person_id, Tombstone.erased_at, Tombstone.item_id).where(col(Tombstone.sha256).is_(None))
    return [(one[0], one[1], one[2]) for one in session.exec(query.order_by(col(Tombstone.sequence))).all()]


def forget(session: Session, first_ids: Collection[uuid.UUID]) -> None:
    """Deletes the talks in every revision. What other areas keep of them is theirs to forget before."""
    search.take_out(session, first_ids)
    session.execute(sa.delete(Conversation).where(col(Conversation.first_id).in_(list(first_ids))))
    forget_for_good(session, search.shred)
    session.expire_all()
