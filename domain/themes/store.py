"""Verbs about themes."""

import json
import uuid
from collections.abc import Collection, Iterable, Sequence, Set
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from domain.base import Texts, ask, in_chunks, new_id, written
from domain.conversations import Problem
from domain.people import Actor, Permission

from . import rules
from .tables import Coding, CodingChange, Objection, Recoding, Theme


def codebook(session: Session, sectors: Sequence[str]) -> list[Theme]:
    """The themes of these sectors, in the codebook's order."""
    query = select(Theme).where(col(Theme.sector).in_(sectors)).order_by(col(Theme.sector), col(Theme.position))
    return list(session.exec(query).all())


def whole_codebook(session: Session) -> list[Theme]:
    """Of every sector, for packages."""
    return list(session.exec(select(Theme).order_by(col(Theme.sector), col(Theme.position), col(Theme.id))).all())


def add_theme(session: Session, **values: Any) -> None:
    """One of a package, with all its members."""
    session.add(Theme(**values))
    session.flush()


def all_patterns(session: Session) -> list[rules.Patterns]:
    """Of every theme, in the codebook's order."""
    return [rules.Patterns(key, tuple(include), tuple(exclude)) for key, include, exclude in ask(session, _PATTERNS).all()]


_PATTERNS = sa.select(col(Theme.id), col(Theme.include), col(Theme.exclude)).order_by(col(Theme.sector), col(Theme.position))


def patterns_of(session: Session, sector: str) -> rules.Codebook:
    """Of one sector's themes: asked for anew each time, put together only when they are others than before."""
    return _made_of(*(tuple(row) for row in ask(session, _TEXTS_OF, {"sector": sector})))


@lru_cache(maxsize=32)
def _made_of(*rows: tuple[uuid.UUID, str, str]) -> rules.Codebook:
    return rules.Codebook(
        rules.Patterns(key, tuple(json.loads(include)), tuple(json.loads(exclude))) for key, include, exclude in rows
    )


_TEXTS_OF = (
    sa.select(col(Theme.id), *(sa.cast(column, sa.Text) for column in (col(Theme.include), col(Theme.exclude))))
    .where(col(Theme.sector) == sa.bindparam("sector"))
    .order_by(col(Theme.position))
)


def patterns(themes: Sequence[Theme]) -> list[rules.Patterns]:
    return [rules.Patterns(theme.id, tuple(theme.include), tuple(theme.exclude)) for theme in themes]


_TONES = frozenset(rules.Tone)


def problems(codebook: Set[uuid.UUID], marks: rules.Marks) -> list[Problem]:
    """What is wrong with a talk's themes: unknown ones, one both confirmed and rejected, a tone without its theme."""
    found, confirmed, rejected = [], set(marks.confirmed), set(marks.rejected)
    if not (confirmed <= codebook and rejected <= codebook):
        found.append(Problem("themes", "unknown_theme"))
    if not confirmed.isdisjoint(rejected):
        found.append(Problem("themes", "contradiction"))
    if not (marks.tones.keys() <= confirmed and _TONES.issuperset(marks.tones.values())):
        found.append(Problem("themes", "unknown_tone"))
    return found


def suggested(texts: Iterable[str], codebook: rules.Codebook) -> frozenset[uuid.UUID]:
    """The themes that the patterns suggest for a talk."""
    return frozenset(one.theme for one in rules.suggest(texts, codebook))


def codings(
    actor: Actor,
    *,
    first_id: uuid.UUID,
    suggested: Set[uuid.UUID],
    marks: rules.Marks,
    now: datetime,
) -> list[dict[str, Any]]:
    """What a talk is about, as rows of Coding: what the actor decided, beside what the patterns suggest."""
    decided: dict[uuid.UUID, rules.Decision | None] = {
        **dict.fromkeys(marks.confirmed, rules.Decision.CONFIRMED),
        **dict.fromkeys(marks.rejected, rules.Decision.REJECTED),
    }
    others = sorted(suggested - decided.keys())
    return [
        {
            "id": new_id(),
            "conversation_id": first_id,
            "theme_id": theme_id,
            "suggested": theme_id in suggested,
            "decision": decision,
            "tone": marks.tones.get(theme_id) if decision else None,
            "decided_by_id": actor.person_id if decision else None,
            "decided_at": now if decision else None,
        }
        for theme_id, decision in [*decided.items(), *((theme_id, None) for theme_id in others)]
    ]


def code(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Stores the codings of talks that were just stored."""
    if rows:  # the table itself, not the class: the ORM would sort rows by which of their columns are empty
        ask(session, _CODINGS, list(rows))


_CODINGS = sa.insert(Coding.__table__)  # type: ignore[attr-defined]


def prepared(engine: sa.Engine, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as `code` takes them, made ready for SQLite where that is the database."""
    return [written(engine, _CODINGS, row) for row in rows]


def recode(session: Session, actor: Actor, *, first_id: uuid.UUID, rows: Sequence[dict[str, Any]]) -> None:
    """An edit decides anew what its author decided before; what somebody else decided stays."""
    mine = sa.or_(col(Coding.decided_by_id).is_(None), col(Coding.decided_by_id) == actor.person_id)
    session.execute(sa.delete(Coding).where(col(Coding.conversation_id) == first_id, mine))
    kept = set(session.exec(select(Coding.theme_id).where(Coding.conversation_id == first_id)).all())
    code(session, [row for row in rows if row["theme_id"] not in kept])


def forget(session: Session, first_ids: Collection[uuid.UUID]) -> None:
    """A talk that is erased takes what was said of its themes along, and how that came about."""
    of_them = select(Recoding.id).where(col(Recoding.conversation_id).in_(list(first_ids)))
    for table in (Objection, CodingChange):
        session.execute(sa.delete(table).where(col(table.recoding_id).in_(of_them)))
    session.execute(sa.delete(Recoding).where(col(Recoding.conversation_id).in_(list(first_ids))))
    session.execute(sa.delete(Coding).where(col(Coding.conversation_id).in_(list(first_ids))))


class Confirmed(NamedTuple):
    """A theme that somebody said a talk is about, perhaps with a tone."""

    theme_id: uuid.UUID
    tone: str | None


def confirmed_for(session: Session, first_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Confirmed]]:
    """The themes people confirmed, by talk. Only these are counted: patterns alone find too much."""
    found: dict[uuid.UUID, list[Confirmed]] = {key: [] for key in first_ids}
    for some in in_chunks(first_ids):
        for key, theme, tone in ask(session, _CONFIRMED, {"first_ids": list(some)}).all():
            found[key].append(Confirmed(theme, tone))
    return found


_CONFIRMED = (
    sa.select(*map(col, (Coding.conversation_id, Coding.theme_id, Coding.tone)))
    .where(col(Coding.conversation_id).in_(sa.bindparam("first_ids", expanding=True)))
    .where(col(Coding.decision) == rules.Decision.CONFIRMED)
    .order_by(col(Coding.id))
)


def is_about(theme_id: uuid.UUID, conversation: Mapped[uuid.UUID]) -> sa.ColumnElement[bool]:
    """The condition that people confirmed the theme in the talk."""
    coding = select(Coding.id).where(col(Coding.conversation_id) == conversation, Coding.theme_id == theme_id)
    return sa.exists(coding.where(Coding.decision == rules.Decision.CONFIRMED))


def decided_for(session: Session, first_id: uuid.UUID) -> list[Coding]:
    """What people decided about a talk's themes, confirmed and rejected."""
    query = select(Coding).where(Coding.conversation_id == first_id, col(Coding.decision).is_not(None))
    return list(session.exec(query.order_by(col(Coding.id))).all())


def names(session: Session) -> dict[uuid.UUID, Texts]:
    """Every theme's name, without the patterns that make most of its row."""
    return dict(ask(session, _NAMES).all())


_NAMES = sa.select(col(Theme.id), col(Theme.name))


def counts(session: Session, actor: Actor) -> dict[uuid.UUID, tuple[int, int]]:
    """In how many talks people confirmed each theme, and in how many the patterns suggested it: numbers, no words."""
    if not actor.may(Permission.READ_REGISTERS):
        return {}
    confirmed = sa.func.sum(sa.case((col(Coding.decision) == rules.Decision.CONFIRMED, 1), else_=0))
    suggested = sa.func.sum(sa.case((col(Coding.suggested), 1), else_=0))
    query = sa.select(col(Coding.theme_id), confirmed, suggested).group_by(col(Coding.theme_id))
    return {theme: (int(chosen), int(offered)) for theme, chosen, offered in session.execute(query).all()}
