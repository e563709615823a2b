"""What the last issues of an area quoted, for the choice of the next one: no reader gets these words from here."""

import uuid

from sqlmodel import Session, col, select

from domain import conversations
from domain.base import Week, in_chunks
from domain.conversations import Conversation
from domain.people import Unit

from .quotes import WEEKS_BACK, Shown
from .rules import Content
from .tables import Issue
from .talk import QuoteRef


def lately(session: Session, area: Unit, week: Week) -> list[Shown]:
    """The quotations of the issues of the weeks before; those whose words are gone are left out."""
    labels = {str(week.plus(-back)): back for back in range(1, WEEKS_BACK + 1)}
    issues = session.exec(select(Issue).where(Issue.unit_id == area.id, col(Issue.week).in_(list(labels)))).all()
    refs = [
        (theme.theme, labels[issue.week], ref)
        for issue in issues
        for theme in Content.model_validate(issue.content).themes
        for ref in theme.quotes
    ]
    rows = _rows(session, sorted({ref.conversation for _theme, _back, ref in refs}))
    found = []
    for theme, back, ref in refs:
        row = rows.get((ref.conversation, ref.revision))
        words = words_of(row, ref)
        if row is not None and words:
            found.append(Shown(theme, row.unit_id, back, words))
    return found


def words_of(row: Conversation | None, quote: QuoteRef) -> str | None:
    """The literal words a reference points to; None when they were taken away."""
    if row is None or quote.answer >= len(row.answers):
        return None
    found = conversations.quotes(row.answers[quote.answer].get("text") or "")
    return found[quote.number] if quote.number < len(found) else None


def _rows(session: Session, first_ids: list[uuid.UUID]) -> dict[tuple[uuid.UUID, int], Conversation]:
    return {
        (row.first_id, row.revision): row
        for some in in_chunks(first_ids)
        for row in session.exec(select(Conversation).where(col(Conversation.first_id).in_(some))).all()
    }
