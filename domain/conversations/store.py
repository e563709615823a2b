"""Verbs about conversations. Every query starts at what the actor may see."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain import people
from domain.base import ask, in_chunks
from domain.people import Actor, Permission, Role

from .tables import Conversation

#: A statement is built once for a reader, who is part of it, and kept for so many: building takes longer than asking. It holds no
#: row: what the reader may see is found anew each time.
MOST_READERS = 256


def visible(actor: Actor, *permissions: Permission) -> sa.ColumnElement[bool]:
    """The condition on Conversation that every query starts with: rows this actor may see, in their latest revision. permissions:
    by all of these, else by the one to read. What several allow alike is asked once: PostgreSQL plans each anew."""
    by_reach = {actor.reach(one): one for one in permissions or (Permission.READ_TALKS,)}
    author, unit = col(Conversation.author_id), col(Conversation.unit_id)
    seen = (people.visible_to(actor, one, author=author, unit=unit) for one in by_reach.values())
    return sa.and_(col(Conversation.replaced_by_id).is_(None), *seen)


class Named(NamedTuple):
    """What an address of a talk is made of."""

    first_id: uuid.UUID
    author_id: uuid.UUID
    reference: uuid.UUID


class Revision(NamedTuple):
    """What a quotation needs of one revision of a talk. `is_latest`: none replaced it."""

    first_id: uuid.UUID
    revision: int
    is_latest: bool
    reference: uuid.UUID
    author_id: uuid.UUID
    unit_id: uuid.UUID
    held_week: str
    quote_scope: str | None
    answers: list[dict[str, Any]]


def goes_by_id(actor: Actor, conversation: Conversation | Revision | Named | sa.Row[Any]) -> bool:
    """Whether this reader knows the talk by its id; everybody above its institution knows only the random reference."""
    return actor.role != Role.AREA_LEADER or conversation.author_id == actor.person_id


def address(actor: Actor, conversation: Conversation | Revision | Named) -> uuid.UUID:
    """What stands in this reader's addresses for the talk."""
    return conversation.first_id if goes_by_id(actor, conversation) else conversation.reference


def find(session: Session, actor: Actor, key: uuid.UUID) -> Conversation | None:
    """The latest revision of the talk that this reader knows by this key: the id of any of its revisions, or the reference."""
    chain = select(Conversation.first_id).where(Conversation.id == key)
    by_key = sa.or_(col(Conversation.first_id).in_(chain), col(Conversation.reference) == key)
    found = session.exec(select(Conversation).where(visible(actor), by_key)).first()
    return found if found and goes_by_id(actor, found) == (found.reference != key) else None


def newest(
    session: Session, actor: Actor, *, own: bool = False, limit: int = 50, before: Conversation | None = None
) -> list[Conversation]:
    """Talks in the order they first arrived, the latest first; `before` is the talk to go on from."""
    query = select(Conversation).where(visible(actor))
    if own:
        query = query.where(Conversation.author_id == actor.person_id)
    if before is not None:
        arrived, first_id = col(Conversation.received_at), col(Conversation.first_id)
        same_moment = sa.and_(arrived == before.received_at, first_id < before.first_id)
        query = query.where(sa.or_(arrived < before.received_at, same_moment))
    ordered = query.order_by(col(Conversation.received_at).desc(), col(Conversation.first_id).desc())
    return list(session.exec(ordered.limit(limit)).all())


def history(session: Session, actor: Actor, conversation: Conversation) -> list[Conversation]:
    """Every revision of the talk, the latest first, for those who may see its circumstances; else nothing."""
    near = people.visible_to(
        actor, Permission.READ_CIRCUMSTANCES, author=col(Conversation.author_id), unit=col(Conversation.unit_id)
    )
    query = select(Conversation).where(Conversation.first_id == conversation.first_id)
    latest = session.exec(query.where(near, col(Conversation.replaced_by_id).is_(None))).first()
    if latest is None or not goes_by_id(actor, latest):
        return []
    return list(session.exec(query.order_by(col(Conversation.revision).desc())).all())


def by_ids(session: Session, actor: Actor, first_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Conversation]:
    """Those of the talks that the actor may see, by first id."""
    return {
        row.first_id: row for some in in_chunks(first_ids) for row in session.scalars(_visible_by_id(actor), {"first_ids": some})
    }


@lru_cache(maxsize=MOST_READERS)
def _visible_by_id(actor: Actor) -> SelectOfScalar[Conversation]:
    return select(Conversation).where(visible(actor), col(Conversation.first_id).in_(sa.bindparam("first_ids", expanding=True)))


def revisions(session: Session, actor: Actor, keys: Sequence[tuple[uuid.UUID, int]]) -> dict[tuple[uuid.UUID, int], Conversation]:
    """Named revisions of talks, also replaced ones, that the actor may see: an issued digest keeps the words it was made of."""
    seen = people.visible_to(actor, Permission.READ_TALKS, author=col(Conversation.author_id), unit=col(Conversation.unit_id))
    query = select(Conversation).where(seen, col(Conversation.first_id).in_([key for key, _ in keys]))
    found = {(row.first_id, row.revision): row for row in session.exec(query).all()}
    return {key: found[key] for key in keys if key in found}


def all_revisions(session: Session, actor: Actor, first_ids: Sequence[uuid.UUID]) -> list[Revision]:
    """Every revision of the talks, each if the actor may see it: what is quoted and what stands now, in one look."""
    asked = _visible_revisions(actor)
    rows = (row for some in in_chunks(first_ids) for row in ask(session, asked, {"first_ids": list(some)}).all())
    return [Revision._make(row) for row in rows]


@lru_cache(maxsize=MOST_READERS)
def _visible_revisions(actor: Actor) -> sa.Select[Any]:
    seen = people.visible_to(actor, Permission.READ_TALKS, author=col(Conversation.author_id), unit=col(Conversation.unit_id))
    return sa.select(*_OF_REVISION).where(seen, col(Conversation.first_id).in_(sa.bindparam("first_ids", expanding=True)))


_OF_REVISION = [
    col(Conversation.replaced_by_id).is_(None) if name == "is_latest" else getattr(Conversation, name)
    for name in Revision._fields
]


def of_units(unit_ids: Sequence[uuid.UUID]) -> SelectOfScalar[Conversation]:
    """For jobs: the latest revision of every talk in these units, whoever reads them."""
    return select(Conversation).where(col(Conversation.unit_id).in_(unit_ids), col(Conversation.replaced_by_id).is_(None))


def mark_gathered(session: Session, first_ids: Sequence[uuid.UUID], *, now: datetime) -> None:
    """An issue was made of these talks: they wait for none any more."""
    for some in in_chunks(first_ids):
        session.execute(sa.update(Conversation).where(col(Conversation.first_id).in_(some)).values(gathered_at=now))


def count_by_version(session: Session, actor: Actor) -> dict[uuid.UUID, int]:
    """How many talks were noted in each version of a question set: numbers, no words."""
    if not actor.may(Permission.READ_REGISTERS):
        return {}
    version = col(Conversation.question_set_version_id)
    query = select(Conversation.question_set_version_id, sa.func.count()).where(col(Conversation.replaced_by_id).is_(None))
    return dict(session.exec(query.group_by(version)).all())


def count_by_unit(session: Session, actor: Actor) -> dict[uuid.UUID, int]:
    """How many talks each unit has, for the administrator's register: numbers, no words."""
    if not actor.may(Permission.READ_REGISTERS):
        return {}
    query = (
        select(Conversation.unit_id, sa.func.count())
        .where(col(Conversation.replaced_by_id).is_(None))
        .group_by(col(Conversation.unit_id))
    )
    return dict(session.exec(query).all())
