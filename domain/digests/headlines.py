"""A headline that a person wrote over the one made from counts. It stands beside the issue, which is never changed.

It goes with the words it quotes: when a talk of the issue is erased, every version that repeats its words is emptied.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from domain import audit, conversations, guard, people
from domain.base import Week, ask, can_be_seen, fold, in_chunks
from domain.conversations import Conversation
from domain.people import Actor

from .readings import issue_id_of
from .tables import IssueHeadline, IssueTalk

MOST_CHARACTERS = 300
#: So many words in a row are quoted and no chance; of fewer that were said, all of them.
RUN = 5
#: A single word is nobody's.
SHORTEST_RUN = 2
#: The text of one that was emptied because of words that went. Nobody can write it: there is nothing to see in it.
_TAKEN_BACK = "\u2060"


@dataclass(frozen=True)
class Headline:
    """What a person wrote, and who. `text` empty: it repeated words that were taken back, and the made one stands again."""

    text: str
    by: str


def rewrite(session: Session, actor: Actor, *, area_id: uuid.UUID, week: Week, text: str, now: datetime) -> bool:
    """Another headline for an issued week; an empty one gives the made one back. False: there is no issue of the actor's to read.

    At most MOST_CHARACTERS code points, one line; CPR numbers are covered.
    """
    issue_id = issue_id_of(session, actor, area_id, week)
    if issue_id is None:
        return False
    line = " ".join(text.split())
    assert len(line) <= MOST_CHARACTERS
    covered, _found = guard.mask(line if can_be_seen(line) else "")
    stands = written_headline(session, actor, area_id=area_id, week=week)
    if covered == (stands.text if stands else ""):
        return True  # a second press, or nothing changed
    session.add(IssueHeadline(issue_id=issue_id, author_id=actor.person_id, text=covered, written_at=now))
    session.flush()
    audit.record_deed(session, person_id=actor.person_id, verb="headline_written", at=now, object_id=issue_id)
    return True


def written_headline(session: Session, actor: Actor, *, area_id: uuid.UUID, week: Week) -> Headline | None:
    """The issue's headline as somebody wrote it; None: the one made from counts stands, or it is not the actor's to read."""
    issue_id = issue_id_of(session, actor, area_id, week)
    found = headline_of(session, issue_id) if issue_id else None
    return found if found and found.text else None


def headline_of(session: Session, issue_id: uuid.UUID) -> Headline | None:
    """The same, for whoever was shown that they may read the issue, who is also told that one was emptied."""
    text, by = ask(session, _NEWEST, {"issue_id": issue_id}).first() or ("", "")
    if not text:
        return None
    return Headline("" if text == _TAKEN_BACK else text, by)


def forget_quoting(session: Session, first_ids: Collection[uuid.UUID]) -> None:
    """Empties the headlines, in every version, that repeat words of these talks, of any revision. While the talks stand yet."""
    pairs = [pair for some in in_chunks(list(first_ids)) for pair in session.execute(_OVER_TALKS, {"first_ids": some})]
    said = _said(session, {pair.conversation_id for pair in pairs})
    repeating = {pair.id for pair in pairs if any(repeats(pair.text, words) for words in said[pair.conversation_id])}
    if repeating:
        session.execute(sa.update(IssueHeadline).where(col(IssueHeadline.id).in_(repeating)).values(text=_TAKEN_BACK))


def repeats(text: str, said: str) -> bool:
    """Whether a run of words that was said stands in the text, however they are written and whatever stands between them."""
    words, stands = _bare(said), f" {' '.join(_bare(text))} "
    length = min(RUN, len(words))
    runs = (words[at : at + length] for at in range(len(words) - length + 1))
    return length >= SHORTEST_RUN and any(f" {' '.join(run)} " in stands for run in runs)


def _bare(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _said(session: Session, first_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    """By talk, its answers and the quotations in them, in every revision."""
    found = defaultdict[uuid.UUID, set[str]](set)
    query = sa.select(col(Conversation.first_id), col(Conversation.answers))
    for some in in_chunks(list(first_ids)):
        for first_id, answers in session.execute(query.where(col(Conversation.first_id).in_(some))):
            texts = [answer.get("text") or "" for answer in answers]
            found[first_id].update(texts, *map(conversations.quotes, texts))
    return found


#: The headlines that stand over talks, each with the talk.
_OVER_TALKS = (
    sa.select(*map(col, (IssueHeadline.id, IssueHeadline.text)), col(IssueTalk.conversation_id))
    .join(IssueTalk, col(IssueTalk.issue_id) == col(IssueHeadline.issue_id))
    .where(col(IssueTalk.conversation_id).in_(sa.bindparam("first_ids", expanding=True)))
)

_NEWEST = (
    sa.select(col(IssueHeadline.text), col(people.Person.name))
    .join(people.Person, col(people.Person.id) == col(IssueHeadline.author_id))
    .where(col(IssueHeadline.issue_id) == sa.bindparam("issue_id"))
    .order_by(col(IssueHeadline.written_at).desc(), col(IssueHeadline.id).desc())
    .limit(1)
)
