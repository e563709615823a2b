"""Where issues belong, for whoever is told of them and may read them."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from domain import people
from domain.base import Week
from domain.people import Actor, Permission, Unit

from .tables import Issue


@dataclass(frozen=True)
class Issued:
    """The area's issue of a week."""

    area_id: uuid.UUID
    area: str
    week: Week


def issued(session: Session, actor: Actor, issue_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Issued]:
    """By the issue's id; those the actor may not read, any more or ever, are left out."""
    query = select(Issue.id, Issue.week, Unit.id, Unit.name).join(Unit, col(Unit.id) == col(Issue.unit_id))
    may = people.units_within(actor, Permission.READ_DIGESTS)
    rows = session.exec(query.where(col(Issue.id).in_(list(issue_ids)), may)).all()
    return {key: Issued(area_id, name, Week.parse(week)) for key, week, area_id, name in rows}
