"""The areas whose issue of a week is there to be read, those whose nobody has marked as read, and the pages of both."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import people
from domain.base import Week
from domain.people import Actor, Permission, Unit

from .tables import Issue, IssueReading

#: The page of all one's weeks.
LIST = "/digests/"


def page(area_id: uuid.UUID, week: Week) -> str:
    return f"/digests/{area_id}/{week}"


def areas_issued(session: Session, actor: Actor, week: Week) -> list[Unit]:
    """Those the actor may read now, by name: an area that was taken from them since is left out."""
    return _issued(session, actor, week)


def areas_unread(session: Session, actor: Actor, week: Week) -> list[Unit]:
    """Those of them that nobody has marked as read."""
    return _issued(session, actor, week, is_unread())


def is_unread() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(col(IssueReading.issue_id) == col(Issue.id))


def _issued(session: Session, actor: Actor, week: Week, *more: sa.ColumnElement[bool]) -> list[Unit]:
    may = people.units_within(actor, Permission.READ_DIGESTS)
    query = select(Unit).join(Issue, col(Issue.unit_id) == col(Unit.id)).where(may, Issue.week == str(week), *more)
    return list(session.exec(query.order_by(col(Unit.name), col(Unit.id))).all())
