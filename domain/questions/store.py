"""Verbs about question sets."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.people import Actor, Permission, Sector, Unit, units_within

from .rules import Content, Form
from .tables import QuestionSet, QuestionSetVersion


@dataclass(frozen=True)
class Published:
    """A version as an administrator sees it."""

    form: Form
    published_at: datetime


def publish(
    session: Session, *, question_set: QuestionSet, content: Content, now: datetime, version_id: uuid.UUID | None = None
) -> QuestionSetVersion:
    """Adds the set's next version. It cannot be changed afterwards."""
    latest = select(sa.func.max(QuestionSetVersion.number)).where(QuestionSetVersion.question_set_id == question_set.id)
    row = QuestionSetVersion(
        question_set_id=question_set.id,
        number=(session.exec(latest).one() or 0) + 1,
        published_at=now,
        content=content.model_dump(mode="json"),
    )
    if version_id:
        row.id = version_id
    session.add(row)
    session.flush()
    return row


def add_set(session: Session, *, sector: Sector, position: int = 0, set_id: uuid.UUID | None = None) -> QuestionSet:
    row = QuestionSet(sector=sector, position=position)
    if set_id:
        row.id = set_id
    session.add(row)
    session.flush()
    return row


def version(session: Session, version_id: uuid.UUID) -> Form | None:
    """Any version that was ever published, also one no longer asked."""
    found = session.exec(
        select(QuestionSetVersion, QuestionSet)
        .join(QuestionSet, col(QuestionSet.id) == col(QuestionSetVersion.question_set_id))
        .where(QuestionSetVersion.id == version_id)
    ).first()
    return _form(*found) if found else None


def in_use(session: Session, actor: Actor) -> list[Form]:
    """What the actor may ask now: the newest version of each set of the sectors they note talks in."""
    sectors = select(Unit.sector).where(units_within(actor, Permission.NOTE_TALKS), col(Unit.sector).is_not(None))
    newest = (
        select(QuestionSetVersion.question_set_id, sa.func.max(QuestionSetVersion.number).label("number"))
        .group_by(col(QuestionSetVersion.question_set_id))
        .subquery()
    )
    rows = session.exec(
        select(QuestionSetVersion, QuestionSet)
        .join(QuestionSet, col(QuestionSet.id) == col(QuestionSetVersion.question_set_id))
        .join(
            newest,
            sa.and_(
                newest.c.question_set_id == QuestionSetVersion.question_set_id,
                newest.c.number == QuestionSetVersion.number,
            ),
        )
        .where(col(QuestionSet.sector).in_(sectors))
        .order_by(col(QuestionSet.sector), col(QuestionSet.position))
    ).all()
    return [_form(*row) for row in rows]


def every_version(session: Session, actor: Actor) -> list[Published]:
    """Every version that was ever published, by sector, set and number; nothing for those without the register."""
    if not actor.may(Permission.READ_REGISTERS):
        return []
    rows = session.exec(
        select(QuestionSetVersion, QuestionSet)
        .join(QuestionSet, col(QuestionSet.id) == col(QuestionSetVersion.question_set_id))
        .order_by(col(QuestionSet.sector), col(QuestionSet.position), col(QuestionSet.id), col(QuestionSetVersion.number))
    ).all()
    return [Published(_form(version, question_set), version.published_at) for version, question_set in rows]


def _form(row: QuestionSetVersion, question_set: QuestionSet) -> Form:
    return Form(
        id=row.id,
        question_set_id=question_set.id,
        number=row.number,
        sector=question_set.sector,
        content=Content.model_validate(row.content),
    )
