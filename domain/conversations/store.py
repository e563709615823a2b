"""Verbs about conversations. Every query starts at what the actor may see."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain import people, questions
from domain.base import in_chunks, insert_new, local, week_of
from domain.people import Actor, Permission, Role, Unit, units_within

from . import rules
from .tables import ARRIVALS, Conversation


class Refused(Exception):
    """The talk cannot be stored as it is; `problems` says what is wrong with it."""

    def __init__(self, problems: Sequence[rules.Problem]) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = list(problems)


def log(session: Session, actor: Actor, *, draft: rules.Draft, sha256: str, now: datetime) -> Conversation | None:
    """Stores a talk. None when the id is taken already. Raises Refused."""
    form = questions.version(session, draft.question_set_version)
    unit = _unit_for(session, actor, draft.unit, held_on=local(draft.held_at).date())
    problems = rules.problems(draft, form) if form else [rules.Problem("question_set_version", "unknown_version")]
    if unit is None:
        problems.append(rules.Problem("unit", "unknown_unit"))
    elif form and unit.sector != form.sector:
        problems.append(rules.Problem("question_set_version", "other_sector"))
    if problems:
        raise Refused(problems)
    row = {
        "id": draft.id,
        "first_id": draft.id,
        "revision": 1,
        "reference": uuid.uuid4(),
        "author_id": actor.person_id,
        "unit_id": draft.unit,
        "question_set_version_id": draft.question_set_version,
        "held_at": draft.held_at,
        "held_week": str(week_of(draft.held_at)),
        "received_at": now,
        "answers": [{"question": str(answer.question), "text": answer.text} for answer in draft.answers],
        "about": {name: list(codes) for name, codes in draft.about.items() if codes},
        "quote_scope": draft.quote_scope,
        "sha256": sha256,
        "sequence": _next_in_order(session),
    }
    table = Conversation.__table__  # type: ignore[attr-defined]
    return session.get(Conversation, draft.id) if insert_new(session, table, row) else None


def stored(session: Session, item_id: uuid.UUID) -> Conversation | None:
    """The row of an item, whoever wrote it: for `sync` alone, which compares owner and hash and shows nothing of it."""
    return session.get(Conversation, item_id)


def visible(actor: Actor, permission: Permission = Permission.READ_TALKS) -> sa.ColumnElement[bool]:
    """The condition on Conversation that every query starts with: rows this actor may see, in their latest revision."""
    seen = people.visible_to(actor, permission, author=col(Conversation.author_id), unit=col(Conversation.unit_id))
    return sa.and_(col(Conversation.replaced_by_id).is_(None), seen)


def goes_by_id(actor: Actor, conversation: Conversation) -> bool:
    """Whether this reader knows the talk by its id; everybody above its institution knows only the random reference."""
    return actor.role != Role.AREA_LEADER or conversation.author_id == actor.person_id


def address(actor: Actor, conversation: Conversation) -> uuid.UUID:
    """What stands in this reader's addresses for the talk."""
    return conversation.first_id if goes_by_id(actor, conversation) else conversation.reference


def find(session: Session, actor: Actor, key: uuid.UUID) -> Conversation | None:
    """The latest revision of the talk with this id or reference, whichever this reader knows it by; else None."""
    by_key = sa.or_(col(Conversation.first_id) == key, col(Conversation.reference) == key)
    found = session.exec(select(Conversation).where(visible(actor), by_key)).first()
    return found if found and address(actor, found) == key else None


def newest(
    session: Session, actor: Actor, *, own: bool = False, limit: int = 50, before: int | None = None
) -> list[Conversation]:
    """Talks in the order they arrived, the latest first; `before` is the sequence to go on from."""
    query = select(Conversation).where(visible(actor))
    if own:
        query = query.where(Conversation.author_id == actor.person_id)
    if before is not None:
        query = query.where(Conversation.sequence < before)
    return list(session.exec(query.order_by(col(Conversation.sequence).desc()).limit(limit)).all())


def by_ids(session: Session, actor: Actor, first_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Conversation]:
    """Those of the talks that the actor may see, by first id."""
    return {
        row.first_id: row
        for some in in_chunks(first_ids)
        for row in session.exec(select(Conversation).where(visible(actor), col(Conversation.first_id).in_(some))).all()
    }


def revisions(session: Session, actor: Actor, keys: Sequence[tuple[uuid.UUID, int]]) -> dict[tuple[uuid.UUID, int], Conversation]:
    """Named revisions of talks, also replaced ones, that the actor may see: an issued digest keeps the words it was made of."""
    seen = people.visible_to(actor, Permission.READ_TALKS, author=col(Conversation.author_id), unit=col(Conversation.unit_id))
    query = select(Conversation).where(seen, col(Conversation.first_id).in_([key for key, _ in keys]))
    found = {(row.first_id, row.revision): row for row in session.exec(query).all()}
    return {key: found[key] for key in keys if key in found}


def of_units(unit_ids: Sequence[uuid.UUID]) -> SelectOfScalar[Conversation]:
    """For jobs: the latest revision of every talk in these units, whoever reads them."""
    return select(Conversation).where(col(Conversation.unit_id).in_(unit_ids), col(Conversation.replaced_by_id).is_(None))


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


def _unit_for(session: Session, actor: Actor, unit_id: uuid.UUID, *, held_on: date) -> Unit | None:
    """The institution, when this actor may note talks there and it was open on the day."""
    within = units_within(actor, Permission.NOTE_TALKS)
    was_open = sa.or_(col(Unit.closed_on).is_(None), col(Unit.closed_on) > held_on)
    query = select(Unit).where(within, was_open, Unit.id == unit_id, Unit.level == people.Level.INSTITUTION)
    return session.exec(query).first()


def _next_in_order(session: Session) -> sa.ColumnElement[int]:
    if session.get_bind().dialect.name == "postgresql":
        return ARRIVALS.next_value()
    highest = select(sa.func.coalesce(sa.func.max(Conversation.sequence), 0) + 1)
    return highest.scalar_subquery()
