"""A year of an invented municipality, made from a seed: 40 institutions in four areas, 53 weeks across a change of year and both
changes of clocks. Put straight into the tables, since the way in would take minutes.

The flow is uneven: large, small and quiet houses, holidays, a theme that surges; talks held long before they came, clocks that
are wrong, transactions that commit after their week was issued, corrected talks, talks noted from above, houses that close.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from domain.base import Week, local, week_of
from domain.conversations import Conversation
from domain.people import Level, Person, Role, Sector, Unit, add_unit
from domain.themes import Coding, Theme, recounted
from tests import make

FIRST = Week(2026, 5)  # 2026 has 53 weeks, so the year ends with 2027-W04
WEEKS = 53
AREAS, HOUSES = 4, 10
THEMES = 6
#: Talks a week in each of an area's houses.
FLOW = (4.0, 2.5, 1.5, 1.2, 0.8, 0.5, 0.3, 0.15, 0.04, 0.0)
HOLIDAYS = {27, 28, 29, 30, 52, 53}
SAID = "Vi talte ved lågen. »Vi stod længe i garderoben og vidste ikke, hvem vi skulle spørge«"


@dataclass(frozen=True)
class Arrival:
    """A talk that is committed in a step: between the issues of the week before and those of this one."""

    step: int
    rows: list[dict[str, Any]]
    codings: list[dict[str, Any]]


@dataclass
class Year:
    """The places, and what arrives in each step. `issues`: (area, week, step in which it is made), in the order they are made."""

    areas: list[Unit] = field(default_factory=list)
    houses: dict[UUID, list[Unit]] = field(default_factory=dict)
    themes: list[UUID] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    issues: list[tuple[Unit, Week, int]] = field(default_factory=list)

    def arrive(self, session: Session, step: int) -> None:
        """Puts the talks of the step into the tables."""
        now = [one for one in self.arrivals if one.step == step]
        rows = [row for one in now for row in one.rows]
        if not rows:
            return
        with recounted(session, {row["first_id"] for row in rows}):
            self._insert(session, now, rows)

    def _insert(self, session: Session, now: list[Arrival], rows: list[dict[str, Any]]) -> None:
        session.execute(sa.insert(Conversation.__table__), [{**row, "replaced_by_id": None} for row in rows])
        for row in rows:  # the two revisions of a talk point to each other
            if row["replaced_by_id"]:
                mine = sa.update(Conversation.__table__).where(Conversation.__table__.c.id == row["id"])
                session.execute(mine.values(replaced_by_id=row["replaced_by_id"]))
        codings = [row for one in now for row in one.codings]
        if codings:
            session.execute(sa.insert(Coding.__table__), codings)


def year(session: Session, seed: int) -> Year:
    """Makes the places and people, and what is to arrive. The same seed gives the same year."""
    dice = random.Random(seed)
    found = Year()
    form, authors = make.form(session), {}
    kommune = add_unit(session, name="Nørreå Kommune", level=Level.MUNICIPALITY)
    found.themes = [_theme(session, dice, number) for number in range(THEMES)]
    for number in range(AREAS):
        area = add_unit(session, name=f"Område {number}", level=Level.AREA, parent=kommune, sector=Sector.NURSERY)
        houses = [make.institution(session, area, name=f"Hus {number}.{place}") for place in range(HOUSES)]
        for house, closed in ((houses[1], 30), (houses[6], 12), (houses[8], 45)):
            house.closed_on = FIRST.plus(closed).monday() + timedelta(days=number * 2)  # a Monday, a Wednesday, … a Sunday
            session.add(house)
        authors |= {unit.id: _person(session, unit) for unit in (area, *houses)}
        found.areas.append(area)
        found.houses[area.id] = houses
        found.issues += _issues(area, number)
    found.issues.sort(key=lambda one: (one[2], one[1], one[0].name))
    sequence = iter(range(1, 1_000_000))
    for step in range(WEEKS):
        for number, area in enumerate(found.areas):
            for place, house in enumerate(found.houses[area.id]):
                # A theme that many speak of for six weeks, and one that comes up in a single week and is gone again.
                much = {"surge": (step // 6 + number) % 3 == 0, "wave": (step + 2 * number) % 9 == 0}
                for _ in range(_how_many(dice, place, FIRST.plus(step))):
                    arrival = _talk(dice, found, authors, form, area, house, step, sequence, **much)
                    found.arrivals += [arrival] if arrival else []
    return found


def _issues(area: Unit, number: int) -> list[tuple[Unit, Week, int]]:
    """Each week in its own step, but: one area's are late for a while, and another's week 20 is never made."""
    made = [(area, FIRST.plus(step), step + (number == 1 and 10 <= step < 14)) for step in range(WEEKS)]
    return [one for one in made if not (number == 2 and one[1].number == 20)]


def _how_many(dice: random.Random, place: int, week: Week) -> int:
    flow = FLOW[place] * (0.1 if week.number in HOLIDAYS else 1)
    return int(dice.expovariate(1 / flow)) + (dice.random() < flow % 1) if flow else 0


def _talk(
    dice: random.Random,
    found: Year,
    authors: dict[UUID, UUID],
    form: Any,
    area: Unit,
    house: Unit,
    step: int,
    sequence: Any,
    *,
    surge: bool,
    wave: bool,
) -> Arrival | None:
    """One talk with its themes; None where the house was closed when it was held."""
    week = FIRST.plus(step)
    received_at = week.starts_at() + dice.random() * (week.ends_at() - week.starts_at())
    if dice.random() < 0.05:  # on the very edge of the week
        received_at = dice.choice([week.starts_at(), week.ends_at() - timedelta(seconds=1)])
    held_at = received_at - timedelta(hours=dice.expovariate(1 / 9))
    if dice.random() < 0.1:
        held_at = received_at - timedelta(days=dice.uniform(0, 70))
    if dice.random() < 0.02:  # a clock that runs ahead
        held_at = received_at + timedelta(days=dice.uniform(0, 20))
    if house.closed_on and local(held_at).date() >= house.closed_on:
        return None
    key = _id(dice)
    row = {
        "id": key,
        "first_id": key,
        "revision": 1,
        "replaced_by_id": None,
        "reference": _id(dice),
        "author_id": authors[area.id if dice.random() < 0.08 else house.id],
        "unit_id": house.id,
        "question_set_version_id": form.id,
        "held_at": held_at,
        "held_week": str(week_of(held_at)),
        "received_at": received_at,
        "revised_at": None,
        "answers": [{"question": str(form.content.questions[0].id), "text": SAID}],
        "about": {},
        "quote_scope": "area" if dice.random() < 0.3 else None,
        "sha256": "0" * 64,
        "sequence": next(sequence),
    }
    rows = [row]
    if dice.random() < 0.05:  # corrected before anybody read it: the first revision was of another house and week
        other = dice.choice(found.houses[area.id])
        wrong = received_at - timedelta(days=30)
        later = _id(dice)
        first = {**row, "unit_id": other.id, "held_at": wrong, "held_week": str(week_of(wrong)), "replaced_by_id": later}
        rows = [first, {**row, "id": later, "revision": 2, "revised_at": received_at, "sequence": next(sequence)}]
    return Arrival(
        step + (2 if dice.random() < 0.02 else 0), rows, _codings(dice, found, key, row["author_id"], surge=surge, wave=wave)
    )


def _codings(dice: random.Random, found: Year, key: UUID, author: UUID, *, surge: bool, wave: bool) -> list[dict[str, Any]]:
    chances: Sequence[float] = (0.6 if surge else 0.01, 0.35, 0.25, 0.12, 0.05, 0.6 if wave else 0)
    return [
        {
            "id": _id(dice),
            "conversation_id": key,
            "theme_id": theme,
            "suggested": dice.random() < 0.5,
            "decision": dice.choices(["confirmed", "rejected", None], [8, 1, 1])[0],
            "tone": dice.choice(["trouble", "trouble", "praise", None]),
            "decided_by_id": author,
            "decided_at": None,
        }
        for theme, chance in zip(found.themes, chances, strict=True)
        if dice.random() < chance
    ]


def _theme(session: Session, dice: random.Random, number: int) -> UUID:
    name = {"da": f"Tema {number}"}
    row = Theme(sector=Sector.NURSERY, key=f"tema-{number}", position=number, name=name, definition=name, include=[], exclude=[])
    row.id = _id(dice)
    session.add(row)
    session.flush()
    return row.id


def _person(session: Session, unit: Unit) -> UUID:
    role = Role.AREA_LEADER if unit.level == Level.AREA else Role.INSTITUTION_LEADER
    row = Person(email=f"{unit.id.hex}@hoert.example", name=unit.name, role=role, unit_id=unit.id)
    session.add(row)
    session.flush()
    return row.id


def _id(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)
