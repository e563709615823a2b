"""When the issue of a week is made: on the Monday after it, by the clock on the wall. Pure."""

from datetime import UTC, datetime, time, timedelta, tzinfo

from domain.base import ZONE, Week, week_of

#: Where nobody chose another time.
SIX = time(6, 0)


def gathered_at(week: Week, at: time = SIX, *, zone: tzinfo = ZONE) -> datetime:
    """The moment, aware UTC. A clock time that comes twice that day means the first; one that is skipped means the moment it
    would have been, had the clocks not been changed."""
    return datetime.combine(week.plus(1).monday(), at.replace(fold=0), zone).astimezone(UTC)


def last_gathered(now: datetime, at: time = SIX) -> Week:
    """The last week whose issue ought to stand by now."""
    week = week_of(now).plus(-1)
    return week if gathered_at(week, at) <= now else week.plus(-1)


def next_gathered(now: datetime, at: time = SIX) -> tuple[Week, datetime]:
    """The next week to be gathered, and when."""
    week = last_gathered(now, at).plus(1)
    return week, gathered_at(week, at)


def weeks_between(first: Week, last: Week) -> list[Week]:
    """Both included; none where the last comes before the first."""
    n = (last.monday() - first.monday()) // timedelta(weeks=1)
    return [first.plus(step) for step in range(n + 1)]
