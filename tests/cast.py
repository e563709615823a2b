"""The named people of the tests. With them an access test is one line: the leader of Skovbrynet does not see it.

leder leads Mariehuset, leder2 Skovbrynet (both in Syd), leder3 Distrikt Havnen in Nord; medarbejder works in Mariehuset;
omraade leads Område Syd, omraade2 Område Nord; admin sets things up and never sees a word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from domain.conversations import Conversation
from domain.people import Actor, Role, Sector, Unit
from domain.questions import Form
from domain.themes import Theme
from tests import make

ROLES: Mapping[str, tuple[Role, str, str]] = {
    "leder": (Role.INSTITUTION_LEADER, "Mariehuset", "Lene Mose"),
    "leder2": (Role.INSTITUTION_LEADER, "Skovbrynet", "Karin Juhl"),
    "leder3": (Role.INSTITUTION_LEADER, "Distrikt Havnen", "Tove Brandt"),
    "medarbejder": (Role.EMPLOYEE, "Mariehuset", "Mads Bang"),
    "omraade": (Role.AREA_LEADER, "Område Syd", "Sanne Holt"),
    "omraade2": (Role.AREA_LEADER, "Område Nord", "Niels Vang"),
    "admin": (Role.ADMINISTRATOR, "Nørreå Kommune", "Aase Lykke"),
}
NAMES = tuple(ROLES)


def email(name: str) -> str:
    """What one of the cast signs in with, beside `make.PASSWORD`."""
    return f"{name}@hoert.example"


@dataclass(frozen=True, repr=False)
class Cast:
    """The people, their places, what is asked in each sector (form: nurseries), and the codebooks by key."""

    leder: Actor
    leder2: Actor
    leder3: Actor
    medarbejder: Actor
    omraade: Actor
    omraade2: Actor
    admin: Actor

    kommune: Unit
    syd: Unit
    nord: Unit
    units: Mapping[str, Unit]

    form: Form
    form_home_care: Form
    themes: Mapping[str, Theme]
    themes_home_care: Mapping[str, Theme]

    @property
    def mariehuset(self) -> Unit:
        return self.units["Mariehuset"]

    @property
    def skovbrynet(self) -> Unit:
        return self.units["Skovbrynet"]

    @property
    def havnen(self) -> Unit:
        return self.units["Distrikt Havnen"]

    def everybody(self) -> dict[str, Actor]:
        return {name: getattr(self, name) for name in NAMES}

    def talk(self, text: str | Sequence[str] = make.WORDS, *, unit: Unit | None = None, **more: Any) -> dict[str, Any]:
        """An item noted in a unit (Mariehuset when none is named), in the question set of its sector; see `make.talk`."""
        unit = unit or self.mariehuset
        form = self.form if unit.sector == Sector.NURSERY else self.form_home_care
        return make.talk(form, unit.id, text, **more)

    def log(
        self, session: Session, actor: Actor, text: str | Sequence[str] = make.WORDS, *, now: datetime = make.NOW, **more: Any
    ) -> Conversation:
        """A stored talk of this actor, in their own house unless a unit is named. The caller commits."""
        unit = more.pop("unit", None) or self._own(actor.unit_id)
        return make.log_talk(session, actor, self.talk(text, unit=unit, **more), now=now)

    def _own(self, unit_id: UUID) -> Unit | None:
        return next((unit for unit in self.units.values() if unit.id == unit_id), None)


def gather(session: Session) -> Cast:
    """Makes the municipality and its people. The caller commits."""
    places = make.municipality(session)
    units = {unit.name: unit for unit in (places.kommune, places.syd, places.nord, *places.units.values())}
    actors = {
        key: make.person(session, email=email(key), role=role, unit=units[place], name=name)
        for key, (role, place, name) in ROLES.items()
    }
    return Cast(
        **actors,
        kommune=places.kommune,
        syd=places.syd,
        nord=places.nord,
        units=places.units,
        form=make.form(session),
        form_home_care=make.form(session, sector=Sector.HOME_CARE),
        themes=make.themes(session),
        themes_home_care=make.themes(session, sector=Sector.HOME_CARE),
    )
