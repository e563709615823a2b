"""When units are closed: a house says so for itself, those above it for all below. Nothing is refused in a closed period."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import audit, guard
from domain.base import Week, ask, can_be_seen, local

from . import rules
from .access import Actor, Permission, units_within
from .tables import ClosedPeriod, Unit


@dataclass(frozen=True)
class Closing:
    """A period as a reader sees it; `is_theirs`: they may take it away."""

    id: uuid.UUID
    unit: Unit
    first_on: date
    last_on: date
    note: str
    is_theirs: bool


class NotTheirs(Exception):
    """The actor may not close that place, or there is none."""


def close_unit(
    session: Session, actor: Actor, *, unit_id: uuid.UUID, first_on: date, last_on: date, note: str, now: datetime
) -> uuid.UUID:
    """Notes a closed period; the same one said twice is one. The days fit (`problem_of_days`). Raises NotTheirs."""
    assert rules.problem_of_days(first_on, last_on, today=local(now).date()) is None
    if unit_id not in {unit.id for unit in closable(session, actor)}:
        raise NotTheirs
    line = " ".join(note.split())
    assert len(line) <= rules.MOST_NOTE_CHARACTERS
    covered, _found = guard.mask(line if can_be_seen(line) else "")
    same = select(ClosedPeriod.id).where(
        ClosedPeriod.unit_id == unit_id,
        ClosedPeriod.first_on == first_on,
        ClosedPeriod.last_on == last_on,
        ClosedPeriod.note == covered,
        col(ClosedPeriod.removed_at).is_(None),
    )
    there = session.exec(same).first()
    if there:
        return there
    row = ClosedPeriod(unit_id=unit_id, first_on=first_on, last_on=last_on, note=covered, set_by_id=actor.person_id, set_at=now)
    session.add(row)
    session.flush()
    audit.record_deed(session, person_id=actor.person_id, verb="closed_period_set", at=now, object_id=row.id)
    return row.id


def remove_closing(session: Session, actor: Actor, *, period_id: uuid.UUID, now: datetime) -> bool:
    """Takes a period away. False: there is none of theirs."""
    return _remove(session, actor, period_id, removed_at=now, verb="closed_period_removed", now=now)


def restore_closing(session: Session, actor: Actor, *, period_id: uuid.UUID, now: datetime) -> bool:
    """Undoes that. False: there is none of theirs."""
    return _remove(session, actor, period_id, removed_at=None, verb="closed_period_restored", now=now)


def is_removed(session: Session, actor: Actor, period_id: uuid.UUID) -> bool:
    """Whether it is a period of theirs that was taken away, so that this can be undone."""
    row = _theirs(session, actor, period_id)
    return row is not None and row.removed_at is not None


def closable(session: Session, actor: Actor) -> list[Unit]:
    """The places the actor may close, those above first, then by name; not those that have closed for good."""
    query = select(Unit).where(units_within(actor, Permission.CLOSE_PLACES), col(Unit.closed_on).is_(None))
    return sorted(session.exec(query).all(), key=lambda unit: (unit.path.count("/"), unit.name))


def closings(session: Session, actor: Actor, *, since: date) -> list[Closing]:
    """Periods that last until `since` or later, of the actor's places and of those above them, the first one first."""
    if not actor.may(Permission.CLOSE_PLACES):
        return []
    theirs = {unit.id for unit in session.exec(select(Unit).where(units_within(actor, Permission.CLOSE_PLACES))).all()}
    query = (
        select(ClosedPeriod, Unit)
        .join(Unit, col(Unit.id) == col(ClosedPeriod.unit_id))
        .where(col(ClosedPeriod.unit_id).in_([*theirs, *_ids_on(actor.unit_path)]))
        .where(ClosedPeriod.last_on >= since, col(ClosedPeriod.removed_at).is_(None))
        .order_by(col(ClosedPeriod.first_on), col(Unit.path), col(ClosedPeriod.id))
    )
    return [
        Closing(row.id, unit, row.first_on, row.last_on, row.note, is_theirs=unit.id in theirs)
        for row, unit in session.exec(query).all()
    ]


def closed_weeks(session: Session, units: Sequence[Unit]) -> dict[uuid.UUID, frozenset[Week]]:
    """The weeks each unit is closed in from Monday to Friday, by what is set for it and for the places above it."""
    above = {unit.id: _ids_on(unit.path) for unit in units}
    everywhere = {key for keys in above.values() for key in keys}
    periods: dict[uuid.UUID, list[rules.Days]] = defaultdict(list)
    for unit_id, first_on, last_on in ask(session, _PERIODS, {"unit_ids": sorted(everywhere)}).all():
        periods[unit_id].append((first_on, last_on))
    weeks = cache(rules.closed_weeks)  # most houses are closed when all of the area is
    return {unit: weeks(tuple(days for key in keys for days in periods.get(key, ()))) for unit, keys in above.items()}


_PERIODS = sa.select(*map(col, (ClosedPeriod.unit_id, ClosedPeriod.first_on, ClosedPeriod.last_on))).where(
    col(ClosedPeriod.unit_id).in_(sa.bindparam("unit_ids", expanding=True)), col(ClosedPeriod.removed_at).is_(None)
)


@lru_cache(maxsize=1024)
def _ids_on(path: str) -> tuple[uuid.UUID, ...]:
    """The unit's own id and those of the places above it."""
    return tuple(uuid.UUID(part) for part in path.strip("/").split("/"))


def _remove(
    session: Session, actor: Actor, period_id: uuid.UUID, *, removed_at: datetime | None, verb: str, now: datetime
) -> bool:
    row = _theirs(session, actor, period_id)
    if row is None:
        return False
    if (row.removed_at is None) != (removed_at is None):
        row.removed_at = removed_at
        session.add(row)
        session.flush()
        audit.record_deed(session, person_id=actor.person_id, verb=verb, at=now, object_id=row.id)
    return True


def _theirs(session: Session, actor: Actor, period_id: uuid.UUID) -> ClosedPeriod | None:
    within = select(Unit.id).where(units_within(actor, Permission.CLOSE_PLACES))
    query = select(ClosedPeriod).where(ClosedPeriod.id == period_id, col(ClosedPeriod.unit_id).in_(within))
    return session.exec(query).first()
