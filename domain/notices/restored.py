"""After a back-up: nobody is told a second time of what they were told of since it was made."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from domain.base import new_id
from domain.people import Person

from .tables import Notice


@dataclass(frozen=True)
class Told:
    """A notice that was delivered or given up in the database that is being replaced."""

    person_id: uuid.UUID
    kind: str
    about: str
    path: str
    written_at: datetime
    delivered_at: datetime | None
    gave_up_at: datetime | None


_COLUMNS = tuple(Told.__annotations__)


def told(session: Session) -> tuple[Told, ...]:
    done = sa.or_(col(Notice.delivered_at).is_not(None), col(Notice.gave_up_at).is_not(None))
    return tuple(Told(*row) for row in session.execute(sa.select(*(col(getattr(Notice, name)) for name in _COLUMNS)).where(done)))


def told_again(session: Session, before: Collection[Told]) -> None:
    """They stand here as delivered too, whether the back-up had them or not."""
    known = set(session.exec(select(Person.id)).all())
    rows = [
        {
            "id": new_id(),
            "not_before": one.written_at,
            "attempts": 0,
            "served": [],
            **{name: getattr(one, name) for name in _COLUMNS},
        }
        for one in before
        if one.person_id in known
    ]
    if rows:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(Notice.__table__)  # type: ignore[attr-defined]
        ends = {name: statement.excluded[name] for name in ("delivered_at", "gave_up_at")}
        session.execute(statement.on_conflict_do_update(index_elements=["person_id", "kind", "about"], set_=ends), rows)
