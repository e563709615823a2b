"""Changes of the tree: a unit moves, closes for good, goes on in another, or is split.

A unit's talks stay where they stand, and follow it wherever it goes. An institution that closed with a successor stands below
its last successor in `path` and beside it in the tree: those of the successor reach its talks, and the area of the successor
gathers what still arrives for it (ADR 032). Nothing else changes a path.
"""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import audit
from domain.base import local

from . import rules
from .store import PLACES, Misplaced, add_unit
from .tables import Person, Unit

#: What `Unit.path` has room for.
LONGEST_PATH = 400
#: Any number that nobody else locks in this database: »tree« in ASCII.
_LOCK = int.from_bytes(b"tree", "big")


class BadSuccessor(Exception):
    """A unit goes on in another open institution of the same sector, from today or an earlier day on, and in one only."""


class Closed(Exception):
    """The unit has closed for good."""


def move_unit(session: Session, unit: Unit, *, parent: Unit, now: datetime) -> None:
    """Puts the unit, with all below it, under another parent. Raises Misplaced, Closed."""
    unit, parent = _hold_tree(session, unit, parent)
    if unit.successor_id or parent.closed_on:
        raise Closed
    if parent.level not in PLACES[rules.Level(unit.level)] or parent.path.startswith(unit.path):
        raise Misplaced(unit.level)
    if unit.parent_id == parent.id:
        return
    _stand_beside(session, unit, parent.id)
    _put_below(session, unit, parent.path)
    audit.record_deed(session, person_id=None, verb="unit_moved", at=now, object_id=unit.id)


def close_for_good(session: Session, unit: Unit, *, on: date, successor: Unit | None = None, now: datetime) -> None:
    """From that day on nothing more is noted there; with a successor the people go there at once, and so does what still arrives.

    A unit that closed without one may be given one later. Raises Misplaced (not an institution), Closed, BadSuccessor.
    """
    unit, *following = _hold_tree(session, unit, *([successor] if successor else []))
    successor = following[0] if following else None
    if unit.level != rules.Level.INSTITUTION:
        raise Misplaced(unit.level)
    if unit.successor_id or (unit.closed_on and successor is None):
        raise Closed
    if successor and not _can_follow(unit, successor, on=on, today=local(now).date()):
        raise BadSuccessor
    unit.closed_on = on
    session.add(unit)
    session.flush()
    if successor:
        _go_on_in(session, unit, successor)
    verb = "unit_merged" if successor else "unit_closed"
    audit.record_deed(session, person_id=None, verb=verb, at=now, object_id=unit.id)


def merge_units(session: Session, unit: Unit, *, into: Unit, on: date, now: datetime) -> None:
    """The unit closes and goes on in another that stays; see `close_for_good`."""
    close_for_good(session, unit, on=on, successor=into, now=now)


def split_unit(session: Session, unit: Unit, *, name: str, now: datetime) -> Unit:
    """A new institution beside an old one, which stays with its talks and its people. Raises Misplaced, Closed."""
    [unit] = _hold_tree(session, unit)
    if unit.level != rules.Level.INSTITUTION or unit.parent_id is None:
        raise Misplaced(unit.level)
    if unit.closed_on:
        raise Closed
    new = add_unit(
        session,
        name=name,
        level=rules.Level.INSTITUTION,
        parent=session.get_one(Unit, unit.parent_id),
        sector=rules.Sector(unit.sector) if unit.sector else None,
        label=rules.Label(unit.label) if unit.label else None,
    )
    audit.record_deed(session, person_id=None, verb="unit_split", at=now, object_id=new.id)
    return new


def have_left(session: Session, area: Unit, *, since: datetime) -> bool:
    """Whether an institution that moved or went on in another since then stands outside the area now. It may have stood outside
    before: the log tells what moved, not from where."""
    moved = (col(audit.Deed.verb).in_(["unit_moved", "unit_merged"]), col(audit.Deed.at) >= since)
    outside = (Unit.level == rules.Level.INSTITUTION, ~col(Unit.path).startswith(area.path))
    query = select(Unit.id).join(audit.Deed, col(audit.Deed.object_id) == col(Unit.id))
    return session.exec(query.where(*moved, *outside).limit(1)).first() is not None


def _can_follow(unit: Unit, successor: Unit, *, on: date, today: date) -> bool:
    """One that is open has no successor itself, so that no line of them comes back to where it began."""
    is_open = successor.level == rules.Level.INSTITUTION and successor.closed_on is None
    return is_open and successor.id != unit.id and successor.sector == unit.sector and on <= today


def _go_on_in(session: Session, unit: Unit, successor: Unit) -> None:
    unit.successor_id = successor.id
    session.add(unit)
    session.flush()
    assert successor.parent_id
    _stand_beside(session, unit, successor.parent_id)
    for one in _line_behind(session, unit):
        _put_below(session, one, successor.path)
    session.execute(sa.update(Person).where(col(Person.unit_id) == unit.id).values(unit_id=successor.id))


def _line_behind(session: Session, unit: Unit) -> list[Unit]:
    """The unit, and those that went on in it before: by path they stand right below it."""
    behind = (col(Unit.path).startswith(unit.path, autoescape=True), Unit.level == rules.Level.INSTITUTION)
    return list(session.exec(select(Unit).where(*behind).order_by(col(Unit.path).desc())).all())


def _stand_beside(session: Session, unit: Unit, parent_id: uuid.UUID) -> None:
    """The unit's parent, and for an institution that of all who went on in it: what arrives for them is gathered in one area."""
    for one in _line_behind(session, unit) if unit.level == rules.Level.INSTITUTION else [unit]:
        one.parent_id = parent_id
        session.add(one)
    session.flush()


def _put_below(session: Session, unit: Unit, path: str) -> None:
    """Rewrites the paths of the unit and all below it. Raises Misplaced when the tree would grow too deep."""
    old, new = unit.path, f"{path}{unit.id.hex}/"
    below = col(Unit.path).startswith(old, autoescape=True)
    deepest = session.exec(select(sa.func.max(sa.func.length(col(Unit.path)))).where(below)).one()
    if deepest - len(old) + len(new) > LONGEST_PATH:
        raise Misplaced(unit.level)
    renewed = sa.literal(new) + sa.func.substr(col(Unit.path), len(old) + 1)
    session.execute(sa.update(Unit).where(below).values(path=renewed).execution_options(synchronize_session="fetch"))
    session.refresh(unit)


def _hold_tree(session: Session, *units: Unit) -> list[Unit]:
    """The units as they stand now, while nobody else changes the tree: two changes that cross would make a ring. SQLite has one
    writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    session.flush()
    return [session.get_one(Unit, unit.id, populate_existing=True) for unit in units]
