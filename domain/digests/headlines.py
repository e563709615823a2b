"""A headline that a person wrote over the one made from counts. It stands beside the issue, which is never changed."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

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
    return headline_of(session, issue_id) if issue_id else None


def headline_of(session: Session, issue_id: uuid.UUID) -> Headline | None:
    """The same, for whoever was shown that they may read the issue."""
    row = session.execute(_NEWEST, {"issue_id": issue_id}).first()
    return Headline(*row) if row and row.text else None


_NEWEST = (
    sa.select(col(IssueHeadline.text), col(people.Person.name))
    .join(people.Person, col(people.Person.id) == col(IssueHeadline.author_id))
    .where(col(IssueHeadline.issue_id) == sa.bindparam("issue_id"))
    .order_by(col(IssueHeadline.written_at).desc(), col(IssueHeadline.id).desc())
    .limit(1)
)
