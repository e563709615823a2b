"""What became of institutions that closed: the line of those that go on in their place."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from domain.base import ask

from . import rules
from .access import Actor, Permission, reaches
from .tables import Unit

#: A line has no rings (`changes.py`); were one to be made past Hørt, reading it must end all the same.
_LONGEST = 100


@dataclass(frozen=True)
class Stop:
    """An institution on a line. `is_reached`: the actor's permission goes there."""

    unit_id: uuid.UUID
    sector: str | None
    closed_on: date | None
    is_reached: bool

    def was_open(self, day: date) -> bool:
        return self.closed_on is None or self.closed_on > day


def lines(
    session: Session, actor: Actor, permission: Permission, unit_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[Stop, ...]]:
    """Each of the units that is an institution, with its successor, the successor's, and so on: in one statement."""
    found: dict[uuid.UUID, tuple[Stop, ...]] = {}
    for first, unit, sector, closed_on, path in ask(session, _STOPS, {"unit_ids": list(unit_ids)}):
        stop = Stop(unit, sector, closed_on, reaches(actor, permission, path))
        found[first] = (*found.get(first, ()), stop)
    return found


def _stops() -> Any:
    start: Any = sa.select(col(Unit.id).label("first"), col(Unit.id).label("at"), sa.literal(0).label("steps"))
    line = start.where(col(Unit.id).in_(sa.bindparam("unit_ids", expanding=True))).cte("line", recursive=True)
    onward = sa.select(line.c.first, col(Unit.successor_id), line.c.steps + 1).join(Unit, col(Unit.id) == line.c.at)
    line = line.union_all(onward.where(col(Unit.successor_id).is_not(None), line.c.steps < _LONGEST))
    return (
        sa.select(line.c.first, *map(col, (Unit.id, Unit.sector, Unit.closed_on, Unit.path)))
        .join(Unit, col(Unit.id) == line.c.at)
        .where(col(Unit.level) == rules.Level.INSTITUTION)
        .order_by(line.c.first, line.c.steps)
    )


_STOPS = _stops()
