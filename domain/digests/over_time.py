"""What talks were about over the weeks, by the week of the issue they stand in or wait for. Never by when they were held."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain import conversations, people, themes
from domain.base import Week, week_of
from domain.conversations import Conversation
from domain.people import Actor, Permission, Unit
from domain.themes import Coding

from .tables import Issue, IssueTalk

_WAITS_FOR = "waits_for"


@dataclass(frozen=True, order=True)
class GatheredIn:
    """The issues of a week, or what waits to be in them. Ordered by time; what waits comes after."""

    week: Week
    waits: bool = False


#: Talks by where they are gathered and the tone.
Counts = Counter[tuple[GatheredIn, str | None]]


@dataclass(frozen=True)
class About:
    """A talk about a theme, and where it is gathered."""

    talk: uuid.UUID
    at: GatheredIn
    tone: str | None


def counts_by_theme(
    session: Session, actor: Actor, *, since: Week | None, now: datetime, theme_id: uuid.UUID | None = None
) -> dict[uuid.UUID, Counts]:
    """How many talks within reach people said are about each theme (or this one), from the issues of `since` on and all that
    wait; None: from the first one, which costs more with every year."""
    said = (_is_confirmed(), col(Coding.theme_id) == theme_id) if theme_id else (_is_confirmed(),)
    issued = _issued(session, actor, (col(Coding.theme_id), col(Coding.tone), col(Issue.week), sa.func.count()), *said)
    issued = issued.group_by(col(Coding.theme_id), col(Coding.tone), col(Issue.week))
    if since is not None:
        issued = issued.where(col(Issue.week) >= str(since))
    waiting = _waiting(actor, (col(Coding.theme_id), col(Coding.tone), _waits_for(now), sa.func.count()), *said)
    found: dict[uuid.UUID, Counts] = defaultdict(Counter)
    for query, waits in ((issued, False), (waiting.group_by(col(Coding.theme_id), col(Coding.tone), _WAITS_FOR), True)):
        for theme, tone, label, count in session.execute(query).all():
            if theme:
                found[theme][GatheredIn(Week.parse(label), waits), tone] = count
    return found


def about_theme(
    session: Session,
    actor: Actor,
    *,
    theme_id: uuid.UUID,
    at: Collection[GatheredIn],
    tones: Collection[str | None],
    now: datetime,
) -> list[About]:
    """The talks about the theme that are gathered there, with one of these tones: the newest gathering first; within one in the
    order they arrived, the latest first."""
    said = (_is_confirmed(), col(Coding.theme_id) == theme_id, _has_tone(tones))
    columns = (col(Coding.conversation_id), col(Coding.tone), col(Conversation.received_at))
    queries = []
    if labels := [str(one.week) for one in at if not one.waits]:
        queries.append((_issued(session, actor, (*columns, col(Issue.week)), *said).where(col(Issue.week).in_(labels)), False))
    if any(one.waits for one in at):
        queries.append((_waiting(actor, (*columns, _waits_for(now)), *said), True))
    rows = [
        (GatheredIn(Week.parse(row[3]), waits), row) for query, waits in queries for row in session.execute(query).all() if row[0]
    ]
    rows.sort(key=lambda one: (one[0], one[1][2], one[1][0]), reverse=True)
    return [About(key, where, tone) for where, (key, tone, _received_at, _label) in rows if where in at]


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
    """One number a week, whatever the tone: of its issues, and of what waits to be in them."""
    by_week = Counter[Week]()
    for (where, _tone), count in counts.items():
        by_week[where.week] += count
    return tuple(by_week[week] for week in weeks)


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


def _waits_for(now: datetime) -> sa.Label[str]:
    """The week whose issue a talk waits for, as *Ugen* shows it: the last one for all that came before the running week, as long
    as the area of its house has no issue of it, and the running one for the rest."""
    running = week_of(now)
    last, house = str(running.plus(-1)), aliased(Unit)
    its_area = sa.and_(col(house.id) == col(Conversation.unit_id), col(house.parent_id) == col(Issue.unit_id))
    issued = select(Issue.id).join(house, its_area).where(col(Issue.week) == last).correlate(Conversation).exists()
    came_before = sa.and_(col(Conversation.received_at) < running.starts_at(), ~issued)
    return sa.case((came_before, sa.literal(last)), else_=sa.literal(str(running))).label(_WAITS_FOR)


def _has_tone(tones: Collection[str | None]) -> sa.ColumnElement[bool]:
    named = col(Coding.tone).in_([tone for tone in tones if tone])
    return sa.or_(named, col(Coding.tone).is_(None)) if None in tones else named


def _within(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(conversations.visible(actor), conversations.visible(actor, Permission.CODE_TALKS))


def _is_confirmed() -> sa.ColumnElement[bool]:
    return col(Coding.decision) == themes.Decision.CONFIRMED
