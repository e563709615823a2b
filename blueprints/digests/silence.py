"""Houses that were not heard, and those that are closed, in words."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlmodel import Session

from blueprints.shared import words
from domain import people
from domain.base import Week
from domain.digests import Content


@dataclass(frozen=True)
class Silent:
    name: str
    last: str

    @property
    def pair(self) -> tuple[str, str]:
        return self.name, self.last


Houses = Mapping[uuid.UUID, people.Unit]


NO_HOUSES: Houses = MappingProxyType({})


def units_of(session: Session, known: Houses, ids: Collection[uuid.UUID]) -> Houses:
    """Those known, and those that are not of the area any more."""
    unknown = [key for key in ids if key not in known]
    return {**known, **people.units_by_id(session, unknown)} if unknown else known


def silent_houses(session: Session, content: Content, houses: Houses = NO_HOUSES, *, year: int) -> list[Silent]:
    """By name, never by how long: houses are not ranked. Nobody where the list would tell who is not on it.

    `houses`: those at hand; `year`: of what is read, whenever it is."""
    if not content.silent_may_be_named:
        return []
    units = units_of(session, houses, [one.house for one in content.silent])
    found = [
        Silent(
            units[one.house].name,
            _last(one.last_week, year=year) if content.silent_weeks_may_be_told else _("ikke i fire uger"),
        )
        for one in content.silent
    ]
    return sorted(found, key=lambda one: one.pair)


def _last(label: str | None, *, year: int) -> str:
    if label is None:
        return _("aldrig")
    week = Week.parse(label)
    if week.year == year:
        return _("sidst i uge %(week)d", week=week.number)
    return _("sidst i uge %(week)d, %(year)d", week=week.number, year=week.year)


def silence_in_words(n: int, label: str | None) -> str:
    if not n:
        return ""
    return ngettext("%(houses)s er stille.", "%(houses)s er stille.", n, houses=words.houses(label, n))


def none_silent(houses_open: int, label: str | None) -> str:
    """Where the list of silent houses is empty: because all were heard, or because there was nobody to be heard."""
    return _("Alle er hørt inden for fire åbne uger.") if houses_open else words.all_closed(label)


def closed_line(session: Session, closed: Sequence[uuid.UUID], label: str | None, houses: Houses = NO_HOUSES) -> str:
    """Who is away is no secret: it hangs on the door."""
    if not closed:
        return ""
    units = units_of(session, houses, closed)
    names = sorted(units[key].name for key in closed if key in units)
    said = words.houses(label, len(closed))
    return ngettext("%(houses)s holder lukket", "%(houses)s holder lukket", len(closed), houses=said) + f": {', '.join(names)}."
