"""What talks were about over the weeks, by the week of the issue they stand in. Never by when they were held."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import conversations, themes
from domain.base import Week, week_of
from domain.conversations import Conversation
from domain.people import Actor, Permission
from domain.themes import Coding

from .tables import Issue, IssueTalk


@dataclass(frozen=True)
class About:
    """A talk about a theme. `week`: of the issue it stands in; None: it stands in none yet."""

    talk: uuid.UUID
    week: Week | None
    tone: str | None


def about_theme(session: Session, actor: Actor, *, theme_id: uuid.UUID) -> list[About]:
    """Every talk within reach that people said is about the theme: those in no issue first, then the newest week first; within a
    week in the order they arrived, the latest first."""
    query = (
        sa.select(col(Conversation.first_id), col(Issue.week), col(Coding.tone))
        .join(Coding, col(Coding.conversation_id) == col(Conversation.first_id))
        .outerjoin(IssueTalk, col(IssueTalk.conversation_id) == col(Conversation.first_id))
        .outerjoin(Issue, col(Issue.id) == col(IssueTalk.issue_id))
        .where(_within(actor), col(Coding.theme_id) == theme_id, _is_confirmed())
        .order_by(col(Issue.week).is_not(None), col(Issue.week).desc(), col(Conversation.received_at).desc())
        .order_by(col(Conversation.first_id).desc())
    )
    return [About(key, Week.parse(label) if label else None, tone) for key, label, tone in session.execute(query).all()]


def counts_by_theme(session: Session, actor: Actor, *, since: Week) -> dict[uuid.UUID, Counter[Week | None]]:
    """How many talks within reach were about each theme, by the week of their issue from `since` on; None: in no issue yet."""
    query = (
        sa.select(col(Coding.theme_id), col(Issue.week), sa.func.count())
        .select_from(Conversation)
        .join(Coding, col(Coding.conversation_id) == col(Conversation.first_id))
        .outerjoin(IssueTalk, col(IssueTalk.conversation_id) == col(Conversation.first_id))
        .outerjoin(Issue, col(Issue.id) == col(IssueTalk.issue_id))
        .where(_within(actor), _is_confirmed())
        .where(sa.or_(col(Issue.week).is_(None), col(Issue.week) >= str(since)))
        .group_by(col(Coding.theme_id), col(Issue.week))
    )
    found: dict[uuid.UUID, Counter[Week | None]] = defaultdict(Counter)
    for theme, label, count in session.execute(query).all():
        found[theme][Week.parse(label) if label else None] = count
    return found


def to_sort(session: Session, actor: Actor, *, now: datetime) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    """The talks of this week and the last whose themes the actor may decide, by first id: without a theme, and with one. Those
    that came first stand first."""
    since = week_of(now).plus(-1).starts_at()
    query = (
        select(Conversation.first_id)
        .where(_within(actor), Conversation.received_at >= since)
        .order_by(col(Conversation.received_at), col(Conversation.first_id))
    )
    found = list(session.exec(query).all())
    themed = {key for key, these in themes.confirmed_for(session, found).items() if these}
    return [key for key in found if key not in themed], [key for key in found if key in themed]


def series(counts: Counter[Week | None], weeks: Collection[Week]) -> tuple[int, ...]:
    """One number a week, the last of them with the talks that stand in no issue yet."""
    running = max(weeks)
    return tuple(counts[week] + (counts[None] if week == running else 0) for week in weeks)


def _within(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(conversations.visible(actor), conversations.visible(actor, Permission.CODE_TALKS))


def _is_confirmed() -> sa.ColumnElement[bool]:
    return col(Coding.decision) == themes.Decision.CONFIRMED
