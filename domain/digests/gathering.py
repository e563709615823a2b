"""Which issues ought to stand by now and do not, and at what time of Monday each area's is made."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import audit, people
from domain.base import Week, week_of
from domain.conversations import Conversation
from domain.people import Actor, Level, Permission, Unit

from . import mondays
from .tables import Issue, IssueTime


@dataclass(frozen=True)
class Gathering:
    """An area's next issue that is still to come by the clock."""

    area: Unit
    week: Week
    at: datetime


def missing(session: Session, *, now: datetime) -> list[tuple[Unit, list[Week]]]:
    """Areas with weeks that ought to be issued by now and are not, oldest first: from the newest issue on, or from the week the
    area's first talk came in. An area without talks has none.

    Weeks before the newest issue are not missing: their talks stand there as late ones.
    """
    times, newest = _times(session), _newest(session)
    found = []
    for area in people.all_areas(session):
        last = mondays.last_gathered(now, times.get(area.id, mondays.SIX))
        first = newest[area.id].plus(1) if area.id in newest else _first_talk(session, area, now)
        weeks = mondays.weeks_between(first, last) if first else []
        if weeks:
            found.append((area, weeks))
    return found


def to_come(session: Session, *, now: datetime) -> list[Gathering]:
    """The next issue of each area, by area."""
    times = _times(session)
    nexts = [(area, mondays.next_gathered(now, times.get(area.id, mondays.SIX))) for area in people.all_areas(session)]
    return [Gathering(area, week, at) for area, (week, at) in nexts]


def issue_times(session: Session, actor: Actor) -> list[tuple[Unit, time]]:
    """The time of Monday of each area, by area's name; nothing for those without the permission."""
    if not actor.may(Permission.RUN_JOBS):
        return []
    times = _times(session)
    areas = session.exec(select(Unit).where(Unit.level == Level.AREA).order_by(col(Unit.name), col(Unit.id))).all()
    return [(area, times.get(area.id, mondays.SIX)) for area in areas]


def set_issue_time(session: Session, actor: Actor, *, area_id: uuid.UUID, at: time, now: datetime) -> bool:
    """From now on the area's issue is made at this time of Monday. False: nothing was changed, or it is not theirs to change."""
    known = {area.id: before for area, before in issue_times(session, actor)}
    if area_id not in known or known[area_id] == at:
        return False
    session.execute(sa.delete(IssueTime).where(col(IssueTime.unit_id) == area_id))
    session.add(IssueTime(unit_id=area_id, at=at))
    session.flush()
    facts: dict[str, int | str] = {"at": f"{at:%H:%M}"}
    audit.record_deed(session, person_id=actor.person_id, verb="issue_time_set", at=now, object_id=area_id, facts=facts)
    return True


def _times(session: Session) -> dict[uuid.UUID, time]:
    return {row.unit_id: row.at for row in session.exec(select(IssueTime)).all()}


def _newest(session: Session) -> dict[uuid.UUID, Week]:
    query = sa.select(col(Issue.unit_id), sa.func.max(col(Issue.week))).group_by(col(Issue.unit_id))
    return {area: Week.parse(label) for area, label in session.execute(query).all()}


def _first_talk(session: Session, area: Unit, now: datetime) -> Week | None:
    """The week in which the area's first talk came; a wrong clock of ours puts none into a week that has not begun."""
    houses = [house.id for house in people.institutions_of(session, area)]
    first = session.scalar(sa.select(sa.func.min(col(Conversation.received_at))).where(col(Conversation.unit_id).in_(houses)))
    return min(week_of(first), week_of(now)) if first else None
