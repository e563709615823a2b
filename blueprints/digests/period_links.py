"""What months and years are called, and where they are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for

from blueprints.shared import language
from domain import digests
from domain.digests import Listed, Period
from domain.people import Unit

#: The list of weeks leads to so many months; a year's page leads to all of its own.
MOST_MONTHS = 3


@dataclass(frozen=True)
class Link:
    title: str
    note: str
    url: str


def name(period: Period) -> str:
    return language.month_name(period.year, period.month) if period.month else str(period)


def period_links(area: Unit, periods: Iterable[Period]) -> list[Link]:
    return [Link(name(one), "", _url(area, one)) for one in periods]


def periods_of(listed: Sequence[Listed]) -> list[Link]:
    """The latest months and the years of an area's issues."""
    months, years = digests.months_and_years([one.week for one in listed if one.made_at])
    return period_links(listed[0].area, [*months[:MOST_MONTHS], *years]) if listed else []


def _url(area: Unit, period: Period) -> str:
    return url_for("digests.month" if period.month else "digests.year", area_id=area.id, label=str(period))
