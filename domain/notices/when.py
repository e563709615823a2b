"""When a notice may leave: the quiet hours a person chose, and those of mail for who chose none. The clock is an argument."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from domain.base import ZONE, local

from .rules import Channel, Kind, Quiet, quiet_until

#: Mail of one who chose no hours: not after 20, not before 7, not on Saturdays and Sundays.
MAIL_FROM, MAIL_TO = 7, 20
#: The week is made on Monday at six, and is what the day begins with.
WEEK_FROM = 6
_OF_THE_WEEK = frozenset({Kind.DIGEST_READY, Kind.DIGEST_UNREAD})
_SATURDAY = 5


def held_until(kind: Kind, ways: Sequence[Channel], quiet: Quiet | None, now: datetime) -> datetime | None:
    """When it may leave; None: now. One's own hours hold everything, and nothing else does."""
    if kind is Kind.TEST:
        return None
    if quiet is not None:
        return quiet_until(quiet, now)
    return mail_held_until(kind, now) if ways and ways[0] is Channel.MAIL else None


def fallback_held_until(kind: Kind, ways: Sequence[Channel], quiet: Quiet | None, now: datetime) -> datetime | None:
    """When mail may go where it is not the first way; None: at once."""
    return mail_held_until(kind, now) if quiet is None and Channel.MAIL in ways[1:] else None


def mail_held_until(kind: Kind, now: datetime) -> datetime | None:
    begins = WEEK_FROM if kind in _OF_THE_WEEK else MAIL_FROM
    here = local(now)
    day = here.date() if here.hour < MAIL_TO else here.date() + timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    is_open = day == here.date() and here.hour >= begins
    return None if is_open else datetime.combine(day, time(begins), ZONE)
