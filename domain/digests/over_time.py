"""What talks were about over the weeks, by the week of the issue they stand in. Never by when they were held."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import conversations, people, themes
from domain.base import Week, week_of
from domain.conversations import Conversation
from domain.people import Actor, Permission, Unit
from domain.themes import Coding

from .tables import Issue, IssueTalk

#: Talks by the week of the issue they stand in and the tone; week None: they stand in no issue yet.
Counts = Counter[tuple[Week | None, str | None]]


@dataclass(frozen=True)
class About:
    """A talk about a theme. `week`: of the issue it stands in; None: it stands in none yet."""

    talk: uuid.UUID
    week: Week | None
    tone: str | None


def counts_by_theme(
    session: Session, actor: Actor, *, since: Week | None, theme_id: uuid.UUID | None = None
) -> dict[uuid.UUID, Counts]:
    """How many talks within reach people said are about each theme (or this one), from the issues of `since` on; None: from the
    first one, which costs more with every year."""
    said = (_is_confirmed(), col(Coding.theme_id) == theme_id) if theme_id else (_is_confirmed(),)
    issued = _issued(session, actor, (col(Coding.theme_id), col(Coding.tone), col(Issue.week), sa.func.count()), *said)
    issued = issued.group_by(col(Coding.theme_id), col(Coding.tone), col(Issue.week))
    if since is not None:
        issued = issued.where(col(Issue.week) >= str(since))
    waiting = _waiting(actor, (col(Coding.theme_id), col(Coding.tone), sa.null(), sa.func.count()), *said)
    found: dict[uuid.UUID, Counts] = defaultdict(Counter)
    for query in (issued, waiting.group_by(col(Coding.theme_id), col(Coding.tone))):
        for theme, tone, label, count in session.execute(query).all():
            if theme:
                found[theme][Week.parse(label) if label else None, tone] = count
    return found


def about_theme(
    session: Session, actor: Actor, *, theme_id: uuid.UUID, weeks: Collection[Week | None], tones: Collection[str | None]
) -> list[About]:
    """The talks about the theme that stand in the issues of these weeks (None: in no issue yet) with one of these tones: those
    in no issue first, then the newest week first; within a week in the order they arrived, the latest first."""
    said = (_is_confirmed(), col(Coding.theme_id) == theme_id, _has_tone(tones))
    columns = (col(Coding.conversation_id), col(Coding.tone), col(Conversation.received_at))
    labels = [str(week) for week in weeks if week]
    queries = [_issued(session, actor, (*columns, col(Issue.week)), *said).where(col(Issue.week).in_(labels))] if labels else []
    queries += [_waiting(actor, (*columns, sa.null()), *said)] if None in weeks else []
    rows = [row for query in queries for row in session.execute(query).all() if row[0]]
    rows.sort(key=lambda row: (row[3] is None, row[3] or "", row[2], row[0]), reverse=True)
    return [About(key, Week.parse(label) if label else None, tone) for key, tone, _received_at, label in rows]


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


def series(counts: Counts, weeks: Collection[Week]) -> tuple[int, ...]:
    """One number a week, whatever the tone, the last of them with the talks that stand in no issue yet."""
    running, by_week = max(weeks), Counter[Week | None]()
    for (week, _tone), count in counts.items():
        by_week[week] += count
    return tuple(by_week[week] + (by_week[None] if week == running else 0) for week in weeks)


def _issued(session: Session, actor: Actor, columns: Sequence[Any], *said: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """From the issues to their talks and what was said of them, so that a question about some weeks costs what those hold. All
    areas' issues are looked through: a talk stays where it was gathered, and the talk decides what the actor sees.

    Joined from the left, which SQLite does in this order; else it would begin with every talk within reach. A talk that the actor
    does not see, or of which none of this was said, is a row without `Coding`: for the caller to leave out.
    """
    return (
        sa.select(*columns)
        .select_from(Issue)
        .join(IssueTalk, col(IssueTalk.issue_id) == col(Issue.id))
        .outerjoin(Conversation, sa.and_(col(Conversation.first_id) == col(IssueTalk.conversation_id), _within(actor)))
        .outerjoin(Coding, sa.and_(col(Coding.conversation_id) == col(Conversation.first_id), *said))
        .where(col(Issue.unit_id).in_([area.id for area in people.all_areas(session)]))
    )


def _waiting(actor: Actor, columns: Sequence[Any], *said: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The same from the few talks that wait for an issue, by the index over those alone; the issue's own key decides."""
    in_issue = select(IssueTalk.id).where(col(IssueTalk.conversation_id) == col(Conversation.first_id))
    return (
        sa.select(*columns)
        .select_from(Conversation)
        .outerjoin(Coding, sa.and_(col(Coding.conversation_id) == col(Conversation.first_id), *said))
        .where(col(Conversation.unit_id).in_(select(Unit.id)), col(Conversation.gathered_at).is_(None), ~sa.exists(in_issue))
        .where(_within(actor))
    )


def _has_tone(tones: Collection[str | None]) -> sa.ColumnElement[bool]:
    named = col(Coding.tone).in_([tone for tone in tones if tone])
    return sa.or_(named, col(Coding.tone).is_(None)) if None in tones else named


def _within(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(conversations.visible(actor), conversations.visible(actor, Permission.CODE_TALKS))


def _is_confirmed() -> sa.ColumnElement[bool]:
    return col(Coding.decision) == themes.Decision.CONFIRMED
