"""What the last issues of an area quoted, for the choice of the next one: no reader gets these words from here."""

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlmodel import Session, col

from domain import conversations
from domain.base import Week, ask, in_chunks
from domain.conversations import Conversation

from .quotes import WEEKS_BACK, Shown
from .talk import QuoteRef


class HasAnswers(Protocol):
    """A talk, or as much of it as its words need."""

    @property
    def answers(self) -> list[dict[str, Any]]: ...


class Quoted(NamedTuple):
    """A revision of a talk that an issue quoted."""

    house: uuid.UUID
    answers: list[dict[str, Any]]


def lately(session: Session, issued: Mapping[Week, Mapping[str, Any]], week: Week) -> list[Shown]:
    """The quotations of the weeks before; those whose words are gone are left out. issued: contents of the area's issues."""
    refs = [
        (uuid.UUID(theme["theme"]), back, QuoteRef.model_validate(quote))
        for back in range(1, WEEKS_BACK + 1)
        for theme in issued.get(week.plus(-back), {}).get("themes", ())
        for quote in theme["quotes"]
    ]
    rows = _rows(session, sorted({ref.conversation for _theme, _back, ref in refs}))
    found = []
    for theme, back, ref in refs:
        row = rows.get((ref.conversation, ref.revision))
        words = words_of(row, ref)
        if row is not None and words:
            found.append(Shown(theme, row.house, back, words))
    return found


def words_of(row: HasAnswers | None, quote: QuoteRef) -> str | None:
    """The literal words a reference points to; None when they were taken away."""
    if row is None or quote.answer >= len(row.answers):
        return None
    found = conversations.quotes(row.answers[quote.answer].get("text") or "")
    return found[quote.number] if quote.number < len(found) else None


def _rows(session: Session, first_ids: list[uuid.UUID]) -> dict[tuple[uuid.UUID, int], Quoted]:
    return {
        (first_id, revision): Quoted(house, answers)
        for some in in_chunks(first_ids)
        for first_id, revision, house, answers in ask(session, _QUOTED, {"first_ids": list(some)}).all()
    }


_QUOTED = sa.select(
    *map(col, (Conversation.first_id, Conversation.revision, Conversation.unit_id)), col(Conversation.answers)
).where(col(Conversation.first_id).in_(sa.bindparam("first_ids", expanding=True)))
