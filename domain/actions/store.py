"""Verbs about replies. Only the one who noted the talk, and those above its institution who may reply, read the thread."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import audit, conversations, guard, notices, people
from domain.base import ask, insert_new, new_id, tidy
from domain.conversations import Conversation, Named
from domain.notices import Kind
from domain.people import Actor, Permission

from .rules import problem_of
from .tables import Reply


class NoReplyHere(Exception):
    """The actor may not reply to this talk, or there is nothing to answer yet."""


class NobodyReads(Exception):
    """The one who noted the talk is shut out: no reply reaches them."""


@dataclass(frozen=True)
class News:
    """A reply that came to the actor about a talk of their own, named by its first id."""

    id: uuid.UUID
    talk: uuid.UUID
    by: str
    text: str
    at: datetime


def thread(session: Session, actor: Actor, talk: Conversation) -> list[Reply]:
    """The replies about the talk, the oldest first; nothing for those they are not between."""
    if not _is_between(session, actor, talk):
        return []
    query = select(Reply).where(Reply.conversation_id == talk.first_id)
    return list(session.exec(query.order_by(col(Reply.written_at), col(Reply.id))).all())


def may_reply(session: Session, actor: Actor, talk: Conversation) -> bool:
    """Those above the institution may begin; the one who noted the talk may answer back."""
    if not _is_between(session, actor, talk):
        return False
    if talk.author_id != actor.person_id:
        return True
    others = select(Reply.id).where(Reply.conversation_id == talk.first_id, col(Reply.author_id) != actor.person_id)
    return session.exec(others.limit(1)).first() is not None


def is_read(session: Session, actor: Actor, talk: Conversation) -> bool:
    """Whether a reply would reach anybody: to the one who noted the talk, only as long as they are here."""
    return talk.author_id == actor.person_id or people.actor_for(session, talk.author_id) is not None


def reply(session: Session, actor: Actor, *, talk: Conversation, key: uuid.UUID, text: str, now: datetime) -> bool:
    """Stores a reply under the id its form was given; False when the very same stands there: it was sent before.

    An id that is taken by anything else gives way to a new one, so that no words are lost. Raises NoReplyHere,
    NobodyReads. The text has no problem (`problem_of`); CPR numbers in it are covered here.
    """
    assert problem_of(text) is None
    held = select(Conversation.id).where(Conversation.id == talk.first_id).with_for_update(read=True, key_share=True)
    if session.exec(held).first() is None or not may_reply(session, actor, talk):
        raise NoReplyHere
    if not is_read(session, actor, talk):
        raise NobodyReads
    covered, _found = guard.mask(tidy(text))
    row = {"conversation_id": talk.first_id, "author_id": actor.person_id, "text": covered}
    table = Reply.__table__  # type: ignore[attr-defined]
    if not insert_new(session, table, {"id": key, **row, "written_at": now}):
        same = select(Reply.id).where(Reply.id == key, *(table.c[name] == value for name, value in row.items()))
        if session.exec(same).first():
            return False
        key = new_id()
        insert_new(session, table, {"id": key, **row, "written_at": now})
    audit.record_deed(session, person_id=actor.person_id, verb="reply_written", at=now, object_id=key)
    _tell(session, actor, talk, key, now)
    return True


def news(session: Session, actor: Actor, *, since: datetime) -> list[News]:
    """What others replied about the actor's own talks, the newest first."""
    if not actor.may(Permission.REPLY):
        return []
    query = (
        select(Reply)
        .join(Conversation, col(Conversation.first_id) == col(Reply.conversation_id))
        .where(Conversation.author_id == actor.person_id, col(Conversation.replaced_by_id).is_(None))
        .where(col(Reply.author_id) != actor.person_id, Reply.written_at >= since)
        .order_by(col(Reply.written_at).desc(), col(Reply.id).desc())
    )
    rows = session.exec(query).all()
    names = people.names_by_id(session, [row.author_id for row in rows])
    return [News(row.id, row.conversation_id, names[row.author_id], row.text, row.written_at) for row in rows]


def unanswered(session: Session, actor: Actor) -> list[Named]:
    """Talks that the actor replied to and whose writer had the last word since: they wait for the actor. The newest first."""
    rows = ask(session, _last_words(actor)).all()
    return [Named(first_id, author, reference) for who, first_id, author, reference in rows if first_id and who == author]


@lru_cache(maxsize=conversations.MOST_READERS)
def _last_words(actor: Actor) -> sa.Select[Any]:
    """The threads a person writes in where somebody else wrote last, the newest first: who, and what names the talk; nothing of
    a talk that the person does not see (any more)."""
    person = actor.person_id
    place = sa.func.row_number().over(
        partition_by=col(Reply.conversation_id), order_by=(col(Reply.written_at).desc(), col(Reply.id).desc())
    )
    mine = sa.select(col(Reply.conversation_id)).where(col(Reply.author_id) == person)
    threads = (
        sa.select(*map(col, (Reply.conversation_id, Reply.author_id)), col(Reply.written_at), place.label("place"))
        .where(col(Reply.conversation_id).in_(mine))
        .subquery()
    )
    # The talks are joined from the left: else SQLite would look for them by their author, among all that the author noted.
    talk = sa.and_(col(Conversation.first_id) == threads.c.conversation_id, conversations.visible(actor))
    return (
        sa.select(threads.c.author_id, *map(col, (Conversation.first_id, Conversation.author_id, Conversation.reference)))
        .outerjoin(Conversation, talk)
        .where(threads.c.place == 1, threads.c.author_id != person)
        .order_by(threads.c.written_at.desc(), threads.c.conversation_id)
    )


def count_about(session: Session, first_id: uuid.UUID) -> int:
    """How many replies there are about the talk, for whoever erases it."""
    return session.exec(select(sa.func.count()).select_from(Reply).where(Reply.conversation_id == first_id)).one()


def forget(session: Session, first_ids: Collection[uuid.UUID]) -> None:
    """A talk that is erased takes the replies about it along: they may repeat its words."""
    gone = session.exec(select(Reply.id).where(col(Reply.conversation_id).in_(list(first_ids)))).all()
    notices.forget(session, kind=Kind.REPLY, abouts=[_about(key) for key in gone])
    session.execute(sa.delete(Reply).where(col(Reply.conversation_id).in_(list(first_ids))))


def _tell(session: Session, actor: Actor, talk: Conversation, key: uuid.UUID, now: datetime) -> None:
    """The other side hears of it: the one who noted the talk, or those who wrote to them, each by the address they know."""
    to, path = [talk.author_id], f"/conversations/{talk.first_id}"
    if talk.author_id == actor.person_id:
        others = (Reply.conversation_id == talk.first_id, col(Reply.author_id) != actor.person_id)
        to, path = list(session.exec(select(Reply.author_id).where(*others)).all()), f"/conversations/{talk.reference}"
    notices.write(session, kind=Kind.REPLY, to=to, about=_about(key), path=path, now=now)


def _about(key: uuid.UUID) -> str:
    return f"reply:{key}"


def _is_between(session: Session, actor: Actor, talk: Conversation) -> bool:
    """Whether the actor is one of the two sides: the one who noted the talk, or somebody above who may reply."""
    seen = people.visible_to(actor, Permission.REPLY, author=col(Conversation.author_id), unit=col(Conversation.unit_id))
    query = select(Conversation.id).where(conversations.visible(actor), seen, Conversation.first_id == talk.first_id)
    return session.exec(query.limit(1)).first() is not None
