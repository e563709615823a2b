"""Weeks as people in Denmark count them: ISO 8601, Monday to Sunday, Europe/Copenhagen.

A week is the digest's window. It begins Monday 00:00 local time, so a week with a change of clocks lasts 167 or 169 hours.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Copenhagen")

#: Moments are taken in these years; their weeks may belong to the year before or after.
EARLIEST_YEAR, LATEST_YEAR = 1901, 8999

_LABEL = re.compile(r"([0-9]{4})-W([0-9]{2})")


@dataclass(frozen=True, order=True)
class Week:
    """An ISO week. Ordered by time; `str()` is the fixed form `2026-W47`."""

    year: int
    number: int

    @classmethod
    def parse(cls, label: str) -> "Week":
        """`2026-W47` → Week. Raises ValueError where no such week exists (2025 has no week 53)."""
        found = _LABEL.fullmatch(label)
        if not found:
            raise ValueError(f"not a week: {label!r}")
        week = cls(int(found[1]), int(found[2]))
        if not EARLIEST_YEAR - 1 <= week.year <= LATEST_YEAR + 1:
            raise ValueError(f"out of the calendar: {label!r}")
        week.monday()
        return week

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"

    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    def sunday(self) -> date:
        return self.monday() + timedelta(days=6)

    def starts_at(self) -> datetime:
        """First instant of the week, aware UTC."""
        return datetime.combine(self.monday(), time(), ZONE).astimezone(UTC)

    def ends_at(self) -> datetime:
        """First instant after the week, aware UTC."""
        return self.plus(1).starts_at()

    def plus(self, weeks: int) -> "Week":
        year, number, _ = (self.monday() + timedelta(weeks=weeks)).isocalendar()
        return Week(year, number)


def local(instant: datetime) -> datetime:
    """An aware instant as the clock on the wall shows it."""
    return instant.astimezone(ZONE)


def week_of(instant: datetime) -> Week:
    year, number, _ = local(instant).isocalendar()
    return Week(year, number)
