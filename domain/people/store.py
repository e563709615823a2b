"""Verbs about people and places."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain import audit

from . import passwords, rules
from .access import ACCESS, Actor, Permission, Reach, Role, units_within
from .departures import Gone, tell
from .tables import Person, Unit

PLACES: dict[rules.Level, tuple[str | None, ...]] = {
    rules.Level.MUNICIPALITY: (None,),
    rules.Level.AREA: (rules.Level.MUNICIPALITY, rules.Level.AREA),
    rules.Level.INSTITUTION: (rules.Level.AREA,),
}


class Misplaced(Exception):
    """A unit of this level cannot stand there: institutions belong under an area, areas under the municipality or an area."""


class EmailTaken(Exception):
    """Another person has this e-mail."""

    field = "email"


@dataclass
class Ambiguous(Exception):
    """Several places have this name. `places`: their ids, and the names from the top down to each."""

    places: tuple[tuple[uuid.UUID, tuple[str, ...]], ...]


class UnknownLanguage(Exception):
    """The interface does not speak it."""


def add_unit(
    session: Session,
    *,
    name: str,
    level: rules.Level,
    parent: Unit | None = None,
    sector: rules.Sector | None = None,
    label: rules.Label | None = None,
    unit_id: uuid.UUID | None = None,
) -> Unit:
    """Adds a place; without a sector it takes the one above. Raises Misplaced: talks of an institution outside every area would
    stand in no digest."""
    if (parent.level if parent else None) not in PLACES[level]:
        raise Misplaced(level)
    sector = sector or (rules.Sector(parent.sector) if parent and parent.sector else None)
    unit = Unit(name=name, level=level, parent_id=parent.id if parent else None, sector=sector, label=label, path="")
    if unit_id:
        unit.id = unit_id
    unit.path = f"{parent.path if parent else '/'}{unit.id.hex}/"
    session.add(unit)
    session.flush()
    return unit


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    role: Role,
    unit: Unit,
    password: str | None,
    language: str = "da",
    person_id: uuid.UUID | None = None,
) -> Person:
    """Raises EmailTaken. Without a password the person cannot sign in with one."""
    person = Person(
        email=rules.normal_email(email),
        name=name.strip(),
        role=role,
        unit_id=unit.id,
        language=language,
        password_hash=passwords.hash_password(password) if password else None,
    )
    if person_id:
        person.id = person_id
    try:
        with session.begin_nested():
            session.add(person)
            session.flush()
    except IntegrityError as error:
        raise EmailTaken from error
    return person


def choose_language(session: Session, actor: Actor, *, language: str) -> None:
    """The actor's own choice, for every browser they sign in with. Raises UnknownLanguage."""
    if language not in rules.LANGUAGES:
        raise UnknownLanguage
    session.execute(sa.update(Person).where(col(Person.id) == actor.person_id).values(language=language))


def disable(session: Session, *, email: str, now: datetime) -> bool:
    """Shuts a person out: nothing is taken of them once this is committed. Their phones keep what they hold.

    False when nobody has the e-mail.
    """
    row = session.exec(select(Person).where(Person.email == rules.normal_email(email))).first()
    if row is None:
        return False
    hold_person(session, row.id)
    if row.disabled_at is None:
        row.disabled_at = now
        session.add(row)
        session.flush()
        tell(session, Gone(row.id))
        audit.record_deed(session, person_id=None, verb="person_shut_out", at=now, object_id=row.id)
    return True


def hold_person(session: Session, person_id: uuid.UUID) -> None:
    """Whoever takes something of a person, or shuts them out, waits here for the other until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(person_id.bytes[-8:], "big", signed=True)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def actor_for(session: Session, person_id: uuid.UUID, *, sign_in_id: uuid.UUID | None = None) -> Actor | None:
    """The person as one who acts; None for someone unknown or disabled."""
    found = session.exec(
        select(Person, Unit).join(Unit, col(Unit.id) == col(Person.unit_id)).where(Person.id == person_id)
    ).first()
    if not found or found[0].disabled_at:
        return None
    return as_actor(*found, sign_in_id=sign_in_id)


def actor_named(session: Session, email: str) -> Actor | None:
    """For commands, which name a person by e-mail."""
    found = session.exec(select(Person.id).where(Person.email == rules.normal_email(email))).first()
    return actor_for(session, found) if found else None


def whoever(session: Session, email: str) -> Actor | None:
    """The same of somebody who is shut out too, for commands that look after what they left."""
    query = select(Person, Unit).join(Unit, col(Unit.id) == col(Person.unit_id)).where(Person.email == rules.normal_email(email))
    found = session.exec(query).first()
    return as_actor(*found) if found else None


def as_actor(person: Person, unit: Unit, *, sign_in_id: uuid.UUID | None = None) -> Actor:
    return Actor(
        person_id=person.id,
        name=person.name,
        role=Role(person.role),
        unit_id=unit.id,
        unit_path=unit.path,
        unit_name=unit.name,
        language=person.language,
        sign_in_id=sign_in_id,
    )


def institutions_within(session: Session, actor: Actor, permission: Permission, *, open_on: date | None = None) -> list[Unit]:
    """The institutions the permission reaches, by name; with `open_on` only those not closed on that day."""
    query = select(Unit).where(units_within(actor, permission), Unit.level == rules.Level.INSTITUTION)
    if open_on:
        query = query.where(sa.or_(col(Unit.closed_on).is_(None), col(Unit.closed_on) > open_on))
    return list(session.exec(query.order_by(col(Unit.name))).all())


def areas_within(session: Session, actor: Actor, permission: Permission) -> list[Unit]:
    """The areas whose digests the permission reaches, by name."""
    query = select(Unit).where(units_within(actor, permission), Unit.level == rules.Level.AREA)
    return list(session.exec(query.order_by(col(Unit.name))).all())


def all_areas(session: Session) -> list[Unit]:
    """Every area, for jobs that act for nobody in particular."""
    return list(session.exec(select(Unit).where(Unit.level == rules.Level.AREA).order_by(col(Unit.path))).all())


def institutions_of(session: Session, area: Unit) -> list[Unit]:
    """The institutions of an area, closed ones too, by name; those of an area inside it are that one's."""
    return list(session.scalars(_INSTITUTIONS, {"area_id": area.id}))


_INSTITUTIONS = (
    select(Unit).where(Unit.parent_id == sa.bindparam("area_id"), Unit.level == rules.Level.INSTITUTION).order_by(col(Unit.name))
)


def leaders_who_note(session: Session, *, sector: str, within: uuid.UUID | None = None, on: date) -> list[uuid.UUID]:
    """Institution leaders who may note talks in an institution of the sector that is open that day; within: a unit and below."""
    houses = session.exec(
        select(Unit.path).where(
            Unit.level == rules.Level.INSTITUTION,
            Unit.sector == sector,
            sa.or_(col(Unit.closed_on).is_(None), col(Unit.closed_on) > on),
        )
    ).all()
    places = {key for path in houses if (ids := path.split("/")) and (within is None or within.hex in ids) for key in ids}
    leaders = session.exec(
        select(Person.id, Person.unit_id).where(Person.role == Role.INSTITUTION_LEADER, col(Person.disabled_at).is_(None))
    ).all()
    return [person for person, unit in leaders if unit.hex in places]


def places_of(session: Session, sector: str) -> set[uuid.UUID]:
    """The places of a sector, and those above them: what is for one of these is for somebody of the sector."""
    paths = session.exec(select(Unit.path).where(Unit.sector == sector)).all()
    return {uuid.UUID(key) for path in paths for key in path.strip("/").split("/")}


def unit_named(session: Session, name: str) -> Unit | None:
    """For commands, where people name a place, by its name or its id. Raises Ambiguous."""
    try:
        return session.get(Unit, uuid.UUID(name))
    except ValueError:
        found = session.exec(select(Unit).where(Unit.name == name).order_by(col(Unit.path))).all()
    if len(found) > 1:
        names = dict(session.exec(select(Unit.id, Unit.name)).all())
        raise Ambiguous(
            tuple((unit.id, tuple(names[uuid.UUID(key)] for key in unit.path.strip("/").split("/"))) for unit in found)
        )
    return found[0] if found else None


def units_by_id(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Unit]:
    return {unit.id: unit for unit in session.exec(select(Unit).where(col(Unit.id).in_(ids))).all()}


def homes(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """The institutions each person belongs to: their own, and those that went on in it. Nobody above belongs to any."""
    home, house = aliased(Unit), aliased(Unit)
    query = (
        select(Person.id, house.id)
        .join(home, col(home.id) == col(Person.unit_id))
        .join(house, is_home(home, house))
        .where(col(Person.id).in_(list(ids)))
    )
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for person, unit in session.exec(query).all():
        found[person].add(unit)
    return {person: frozenset(units) for person, units in found.items()}


def is_home(home: type[Unit], house: type[Unit]) -> sa.ColumnElement[bool]:
    """Whether a house is one's own for somebody who belongs to `home`: it is that institution, or went on in it."""
    return sa.and_(col(home.level) == rules.Level.INSTITUTION, col(house.path).startswith(home.path))


def names_by_id(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of persons, for those who may see who wrote."""
    rows = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(ids))).all()
    return dict(rows)


def everybody(session: Session, actor: Actor) -> list[tuple[Person, Unit]]:
    """All persons with their place, by place and name; nobody for those without the permission."""
    if not actor.may(Permission.READ_REGISTERS):
        return []
    query = select(Person, Unit).join(Unit, col(Unit.id) == col(Person.unit_id)).order_by(Unit.path, Person.name)
    return list(session.exec(query).all())


def tree(session: Session, actor: Actor) -> list[Unit]:
    """All units the actor has in the register, parents before children and siblings by name."""
    units = list(session.exec(select(Unit).where(units_within(actor, Permission.READ_REGISTERS))).all())
    names = {unit.id.hex: unit.name for unit in units}

    def by_names(unit: Unit) -> list[str]:
        return [names.get(part, "") for part in unit.path.strip("/").split("/")]

    return sorted(units, key=by_names)


def those_who_reach(session: Session, permission: Permission, unit: Unit) -> dict[uuid.UUID, str]:
    """Who has the permission at a place that the unit is, or lies below, with the path of that place. For what is told to them;
    nobody who is disabled."""
    roles = [role for role, table in ACCESS.items() if table.get(permission) is Reach.PLACE]
    above = [uuid.UUID(part) for part in unit.path.strip("/").split("/")]
    query = (
        select(Person.id, Unit.path)
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(col(Person.role).in_(roles), col(Person.unit_id).in_(above), col(Person.disabled_at).is_(None))
    )
    return dict(session.exec(query).all())


def is_empty(session: Session) -> bool:
    """Whether nothing was ever set up here: no unit stands in the tree."""
    return session.exec(select(Unit.id).limit(1)).first() is None
