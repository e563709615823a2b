"""A headline that a person wrote over the one made from counts. It stands beside the issue, which is never changed."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from domain import audit, guard, people
from domain.base import Week, can_be_seen
from domain.people import Actor

from .readings import issue_id_of
from .tables import IssueHeadline

MOST_CHARACTERS = 300


@dataclass(frozen=True)
class Headline:
    """What a person wrote, and who."""

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
    query = (
        select(IssueHeadline)
        .where(IssueHeadline.issue_id == issue_id)
        .order_by(col(IssueHeadline.written_at).desc(), col(IssueHeadline.id).desc())
    )
    row = session.exec(query.limit(1)).first()
    if row is None or not row.text:
        return None
    return Headline(row.text, people.names_by_id(session, [row.author_id])[row.author_id])
