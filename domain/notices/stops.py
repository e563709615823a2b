"""Mail that a person stopped by the link in it, without signing in; and began again."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from domain.base import new_id

from .tables import MailStop

#: In the place of a kind: mail of every kind.
ALL_MAIL = "all"


def stop_mail(session: Session, person_id: uuid.UUID, kind: str, *, now: datetime) -> None:
    """A second time changes nothing: mailbox providers may press more than once."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"id": new_id(), "person_id": person_id, "kind": kind, "stopped_at": now}
    table = MailStop.__table__  # type: ignore[attr-defined]
    session.execute(dialect.insert(table).on_conflict_do_nothing(index_elements=["person_id", "kind"]), row)


def begin_mail(session: Session, person_id: uuid.UUID, kind: str) -> None:
    """Mail of the kind comes again; with `ALL_MAIL` that of every kind which is not stopped by itself."""
    session.execute(sa.delete(MailStop).where(col(MailStop.person_id) == person_id, col(MailStop.kind) == kind))


def stopped_mail(session: Session, person_id: uuid.UUID) -> frozenset[str]:
    """The kinds the person stopped, `ALL_MAIL` among them."""
    return frozenset(session.exec(select(MailStop.kind).where(MailStop.person_id == person_id)).all())


def is_stopped(session: Session, person_id: uuid.UUID, kind: str) -> bool:
    return not stopped_mail(session, person_id).isdisjoint({kind, ALL_MAIL})
