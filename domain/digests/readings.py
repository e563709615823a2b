"""*Markér ugen som læst*: a reader says so, and those who noted the week's talks hear of it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import audit, notices, people
from domain.base import Week, ask, insert_new, new_id
from domain.conversations import Conversation
from domain.notices import Kind
from domain.people import Actor, Permission

from .issued import page
from .tables import Issue, IssueReading, IssueTalk

#: A mark that is taken away at once was a slip.
_SLIP = timedelta(minutes=5)
#: *Nyt til dig* on one's front page: it says who read which week.
NEWS = "/#news"


@dataclass(frozen=True)
class Reader:
    """Who marked an issue as read, and when."""

    person_id: uuid.UUID
    name: str
    at: datetime


@dataclass(frozen=True)
class ReadOwn:
    """Somebody read a week that holds talks the actor noted."""

    id: uuid.UUID
    week: Week
    talks: int
    by: str
    at: datetime


def mark_read(session: Session, actor: Actor, *, area_id: uuid.UUID, week: Week, now: datetime) -> bool:
    """The actor has read the issue; saying it twice changes nothing. False: there is no issue of theirs to read."""
    issue_id = issue_id_of(session, actor, area_id, week)
    if issue_id is None:
        return False
    row = {"id": new_id(), "issue_id": issue_id, "reader_id": actor.person_id, "read_at": now}
    table = IssueReading.__table__  # type: ignore[attr-defined]
    if insert_new(session, table, row, keys=(table.c.issue_id, table.c.reader_id)):
        audit.record_deed(session, person_id=actor.person_id, verb="issue_read", at=now, object_id=issue_id)
        _tell_authors(session, actor, issue_id, page(area_id, week), now)
    return True


def _tell_authors(session: Session, actor: Actor, issue_id: uuid.UUID, week_page: str, now: datetime) -> None:
    """Those who read the area themselves are led to the week; for the others its page is none."""
    authors = {key for key in authors_of(session, issue_id) if key != actor.person_id}
    area = session.exec(select(people.Unit).join(Issue).where(Issue.id == issue_id)).one()
    readers = authors & people.those_who_reach(session, Permission.READ_DIGESTS, area).keys()
    about, later = f"issue:{issue_id}", now + _SLIP
    for path, to in ((week_page, readers), (NEWS, authors - readers)):
        notices.write(session, kind=Kind.READ, to=to, about=about, path=path, now=now, not_before=later)


def unmark_read(session: Session, actor: Actor, *, area_id: uuid.UUID, week: Week, now: datetime) -> bool:
    """Takes the mark away again. False: there is no issue of theirs to read."""
    issue_id = issue_id_of(session, actor, area_id, week)
    if issue_id is None:
        return False
    mine = (col(IssueReading.issue_id) == issue_id, col(IssueReading.reader_id) == actor.person_id)
    if session.exec(select(IssueReading.id).where(*mine)).first():
        session.execute(sa.delete(IssueReading).where(*mine))
        audit.record_deed(session, person_id=actor.person_id, verb="issue_unread", at=now, object_id=issue_id)
        if not readers_of(session, issue_id):
            notices.take_back(session, kind=Kind.READ, about=f"issue:{issue_id}")
    return True


def readers(session: Session, actor: Actor, *, area_id: uuid.UUID, week: Week) -> list[Reader]:
    """Who marked the issue as read, the first one first; nothing where the actor has no issue to read."""
    issue_id = issue_id_of(session, actor, area_id, week)
    return readers_of(session, issue_id) if issue_id else []


def readers_of_talk(session: Session, actor: Actor, talk: Conversation) -> list[Reader]:
    """Who read the issue that the actor's own talk stands in; of others' talks nothing is told."""
    if talk.author_id != actor.person_id:
        return []
    issue_id = session.exec(select(IssueTalk.issue_id).where(IssueTalk.conversation_id == talk.first_id)).first()
    return [one for one in readers_of(session, issue_id) if one.person_id != actor.person_id] if issue_id else []


def news(session: Session, actor: Actor, *, since: datetime) -> list[ReadOwn]:
    """Weeks with talks of the actor's own that others read, the latest reading first."""
    if not actor.may(Permission.READ_TALKS):
        return []
    query = (
        select(IssueReading, Issue.week, sa.func.count())
        .join(Issue, col(Issue.id) == col(IssueReading.issue_id))
        .join(IssueTalk, col(IssueTalk.issue_id) == col(Issue.id))
        .join(Conversation, col(Conversation.id) == col(IssueTalk.conversation_id))
        .where(Conversation.author_id == actor.person_id, col(IssueReading.reader_id) != actor.person_id)
        .where(IssueReading.read_at >= since)
        .group_by(col(IssueReading.id), col(Issue.week))
        .order_by(col(IssueReading.read_at).desc(), col(IssueReading.id).desc())
    )
    found = session.exec(query).all()
    names = people.names_by_id(session, [row.reader_id for row, _week, _talks in found])
    return [ReadOwn(row.id, Week.parse(week), talks, names[row.reader_id], row.read_at) for row, week, talks in found]


def authors_of(session: Session, issue_id: uuid.UUID) -> list[uuid.UUID]:
    """Who noted the issue's talks."""
    query = select(Conversation.author_id).join(IssueTalk, col(IssueTalk.conversation_id) == col(Conversation.id))
    return list(session.exec(query.where(IssueTalk.issue_id == issue_id).distinct()).all())


def readers_of(session: Session, issue_id: uuid.UUID) -> list[Reader]:
    """Who marked the issue as read, for whoever was shown that they may read it."""
    return [Reader(*row) for row in ask(session, _READERS, {"issue_id": issue_id}).all()]


_READERS = (
    sa.select(col(IssueReading.reader_id), col(people.Person.name), col(IssueReading.read_at))
    .join(people.Person, col(people.Person.id) == col(IssueReading.reader_id))
    .where(col(IssueReading.issue_id) == sa.bindparam("issue_id"))
    .order_by(col(IssueReading.read_at), col(IssueReading.id))
)


def issue_id_of(session: Session, actor: Actor, area_id: uuid.UUID, week: Week) -> uuid.UUID | None:
    """The issue, where the actor reads the area's digests."""
    areas = {area.id for area in people.areas_within(session, actor, Permission.READ_DIGESTS)}
    if area_id not in areas:
        return None
    return session.exec(select(Issue.id).where(Issue.unit_id == area_id, Issue.week == str(week))).first()
