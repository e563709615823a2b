"""The areas whose issue of a week is there to be read."""

from sqlmodel import Session, col, select

from domain import people
from domain.base import Week
from domain.people import Actor, Permission, Unit

from .tables import Issue


def areas_issued(session: Session, actor: Actor, week: Week) -> list[Unit]:
    """Those the actor may read now, by name: an area that was taken from them since is left out."""
    may = people.units_within(actor, Permission.READ_DIGESTS)
    query = select(Unit).join(Issue, col(Issue.unit_id) == col(Unit.id)).where(may, Issue.week == str(week))
    return list(session.exec(query.order_by(col(Unit.name), col(Unit.id))).all())
