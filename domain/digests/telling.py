"""Who hears that a week is there to be read, and who is reminded of one.

A reader of several areas hears of a week once, whatever number of issues it has; only of one that is made much later by itself.
"""

import uuid
from collections import defaultdict
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from domain import notices, people
from domain.base import Week
from domain.notices import Kind
from domain.people import Permission, Unit

from .issued import LIST, is_unread, page
from .tables import Issue

#: The issues of a week are made one after the other: who reads several waits until all are there.
_ALL_MADE = timedelta(minutes=10)
UNREAD_FOR = timedelta(days=3)
#: An issue nobody read for so long is not brought up any more.
_LONG_PAST = timedelta(days=14)


def tell_readers(session: Session, area: Unit, week: Week, *, now: datetime) -> None:
    """The area's issue is made: its readers hear of it. Whoever heard of the week before this area's issue was there hears of
    this one by itself."""
    for path, to in _by_page(session, area, week).items():
        later = now + _ALL_MADE if path == LIST else now
        notices.write(session, kind=Kind.DIGEST_READY, to=to, about=about(week), path=path, now=now, not_before=later)
        if path == LIST:
            told = notices.begun(session, kind=Kind.DIGEST_READY, about=about(week)) & set(to)
            own = f"{about(week)}/{area.id}"
            notices.write(session, kind=Kind.DIGEST_READY, to=told, about=own, path=page(area.id, week), now=now)


def remind_unread(session: Session, *, now: datetime) -> int:
    """Of a week that nobody marked as read three days after it was made its readers hear once more, and never again. One reader's
    mark is enough: it was heard. Returns how many are new. The caller commits."""
    made = (col(Issue.made_at) <= now - UNREAD_FOR, col(Issue.made_at) > now - _LONG_PAST)
    total = 0
    unread = select(Issue, Unit).join(Unit).where(*made, is_unread())
    for issue, area in session.exec(unread.order_by(col(Issue.made_at), col(Issue.id))).all():
        week = Week.parse(issue.week)
        for path, to in _by_page(session, area, week).items():
            total += notices.write(session, kind=Kind.DIGEST_UNREAD, to=to, about=about(week), path=path, now=now)
    return total


def about(week: Week) -> str:
    """What a notice of a week is about, whichever of the reader's areas it is of: »week:2026-W47«. One that came later than the
    others has the area's id behind it."""
    return f"week:{week}"


def _by_page(session: Session, area: Unit, week: Week) -> dict[str, list[uuid.UUID]]:
    """The area's readers by the page they are led to: the week itself, or the list for those with several areas."""
    readers = people.those_who_reach(session, Permission.READ_DIGESTS, area)
    areas = [one.path for one in people.all_areas(session)]
    found = defaultdict(list)
    for person, place in readers.items():
        is_only = sum(path.startswith(place) for path in areas) == 1
        found[page(area.id, week) if is_only else LIST].append(person)
    return found
