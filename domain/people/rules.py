"""Rules about people and places that need no database."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from domain.base import Week, is_holiday

#: A whole municipality may sit behind one address.
TRIES_PER_EMAIL = 10
TRIES_PER_ADDRESS = 200
WINDOW_SECONDS = 3_600
SHORTEST_PASSWORD = 12
#: What the interface speaks; the first one is everybody's until they choose.
LANGUAGES = ("da", "en")


class Level(StrEnum):
    MUNICIPALITY = "municipality"  # kommune
    AREA = "area"  # område, forvaltning
    INSTITUTION = "institution"


class Sector(StrEnum):
    NURSERY = "nursery"  # dagtilbud
    HOME_CARE = "home_care"  # hjemmepleje


class Label(StrEnum):
    """The local word for an institution."""

    HOUSE = "house"  # hus
    WARD = "ward"  # afdeling
    DISTRICT = "district"  # distrikt


def normal_email(typed: str) -> str:
    """As it is stored and looked up. PostgreSQL takes no NUL."""
    return typed.replace("\0", "").strip().casefold()


def initials(name: str) -> str:
    """First letters of the first and last name: »Lene Mose« → LM."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


#: From the first day to the last, both included.
Days = tuple[date, date]
WORKING_DAYS = 5
MOST_CLOSED_DAYS = 366
#: A day further away is a slip of the keyboard.
MOST_DAYS_BACK, MOST_DAYS_AHEAD = 366, 3 * 366
MOST_NOTE_CHARACTERS = 60


def problem_of_days(first_on: date, last_on: date, *, today: date) -> str | None:
    """What is wrong with a closed period, as a code."""
    if last_on < first_on:
        return "ends_before_it_begins"
    if (last_on - first_on).days >= MOST_CLOSED_DAYS:
        return "too_long"
    near = today - timedelta(days=MOST_DAYS_BACK) <= first_on and last_on <= today + timedelta(days=MOST_DAYS_AHEAD)
    return None if near else "far_away"


def closed_weeks(periods: Iterable[Days]) -> frozenset[Week]:
    """The weeks in which every day from Monday to Friday lies in one of the periods or is a public holiday.

    A holiday closes nothing alone: there is no week of five, and somebody has said when the house is closed around it.
    """
    closed = {first + timedelta(days=days) for first, last in periods for days in range((last - first).days + 1)}
    weeks = {Week(*day.isocalendar()[:2]) for day in closed}
    return frozenset(week for week in weeks if all(day in closed or is_holiday(day) for day in working_days(week)))


def working_days(week: Week) -> list[date]:
    return [week.monday() + timedelta(days=days) for days in range(WORKING_DAYS)]


_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)


def device_name(user_agent: str) -> str:
    """»Chrome · Android«: enough for a person to know their own phone by, and no more than that."""
    found = [next((name for mark, name in table if re.search(mark, user_agent)), "") for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(part for part in found if part)
