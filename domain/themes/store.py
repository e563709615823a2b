"""Verbs about themes."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from domain.base import in_chunks
from domain.conversations import Conversation, Problem
from domain.people import Actor

from . import rules
from .tables import Coding, Theme


def codebook(session: Session, sectors: Sequence[str]) -> list[Theme]:
    """The themes of these sectors, in the codebook's order."""
    query = select(Theme).where(col(Theme.sector).in_(sectors)).order_by(col(Theme.sector), col(Theme.position))
    return list(session.exec(query).all())


def patterns(themes: Sequence[Theme]) -> list[rules.Patterns]:
    return [rules.Patterns(theme.id, tuple(theme.include), tuple(theme.exclude)) for theme in themes]


def problems(session: Session, *, sector: str, marks: rules.Marks) -> list[Problem]:
    """What is wrong with a talk's themes: unknown ones, one both confirmed and rejected, a tone without its theme."""
    known = {theme.id for theme in codebook(session, [sector])}
    found = []
    if not {*marks.confirmed, *marks.rejected} <= known:
        found.append(Problem("themes", "unknown_theme"))
    if set(marks.confirmed) & set(marks.rejected):
        found.append(Problem("themes", "contradiction"))
    if not set(marks.tones) <= set(marks.confirmed) or not set(marks.tones.values()) <= set(rules.Tone):
        found.append(Problem("themes", "unknown_tone"))
    return found


def code(session: Session, actor: Actor, *, conversation: Conversation, sector: str, marks: rules.Marks, now: datetime) -> None:
    """Notes what a talk is about: what the actor decided, beside what the patterns suggest."""
    texts = [answer.get("text") or "" for answer in conversation.answers]
    suggested = {one.theme for one in rules.suggest(texts, patterns(codebook(session, [sector])))}
    decided = {
        **dict.fromkeys(marks.confirmed, rules.Decision.CONFIRMED),
        **dict.fromkeys(marks.rejected, rules.Decision.REJECTED),
    }
    for theme_id in [*decided, *sorted(suggested - set(decided))]:
        decision = decided.get(theme_id)
        row = Coding(
            conversation_id=conversation.first_id,
            theme_id=theme_id,
            suggested=theme_id in suggested,
            decision=decision,
            tone=marks.tones.get(theme_id),
            decided_by_id=actor.person_id if decision else None,
            decided_at=now if decision else None,
        )
        session.add(row)
    session.flush()


def confirmed_for(session: Session, first_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Coding]]:
    """The themes people confirmed, by talk. Only these are counted: patterns alone find too much."""
    found: dict[uuid.UUID, list[Coding]] = {key: [] for key in first_ids}
    for some in in_chunks(first_ids):
        query = select(Coding).where(col(Coding.conversation_id).in_(some), Coding.decision == rules.Decision.CONFIRMED)
        for row in session.exec(query.order_by(col(Coding.id))).all():
            found[row.conversation_id].append(row)
    return found


def confirmed_counts(group: Mapped[str], conversation: Mapped[uuid.UUID]) -> Select[uuid.UUID, str, int]:
    """A query for (theme, group, number of talks) over confirmed themes, to be narrowed by conditions on the conversation."""
    return (
        select(Coding.theme_id, group, sa.func.count())
        .join(Coding, col(Coding.conversation_id) == conversation)
        .where(Coding.decision == rules.Decision.CONFIRMED)
        .group_by(col(Coding.theme_id), group)
    )


def names(session: Session) -> dict[uuid.UUID, Theme]:
    return {theme.id: theme for theme in session.exec(select(Theme)).all()}
