"""The days on which Denmark is closed by law. Pure; they move with Easter."""

from datetime import date, timedelta
from functools import cache

#: Days from Easter Sunday: skærtorsdag, langfredag, påskedag, 2. påskedag, Kristi himmelfart, pinsedag, 2. pinsedag.
_FROM_EASTER = (-3, -2, 0, 1, 39, 49, 50)
#: Store bededag, the fourth Friday after Easter; it was abolished from 2024.
_GREAT_PRAYER_DAY, _LAST_YEAR_OF_IT = 26, 2023
#: Nytårsdag and both days of Christmas. Grundlovsdag and Christmas Eve are not days off for all.
_FIXED = ((1, 1), (12, 25), (12, 26))


def is_holiday(day: date) -> bool:
    """Whether the day is a public holiday, also where it falls on a Sunday."""
    return day in _holidays(day.year)


@cache
def _holidays(year: int) -> frozenset[date]:
    sunday = easter(year)
    moving = [*_FROM_EASTER, *([_GREAT_PRAYER_DAY] if year <= _LAST_YEAR_OF_IT else [])]
    return frozenset([*(sunday + timedelta(days=days) for days in moving), *(date(year, *fixed) for fixed in _FIXED)])


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    golden, century, in_century = year % 19, year // 100, year % 100
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - epact - in_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
