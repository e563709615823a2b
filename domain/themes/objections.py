"""The one who noted a talk hears that its themes were put otherwise, and may disagree; somebody above them answers.

An objection changes nothing by itself: the themes stand until whoever may decide puts them back, or keeps them.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import audit, conversations, people
from domain.base import ask, insert_new, new_id
from domain.conversations import Conversation
from domain.people import Actor, Permission

from . import recodings
from .recodings import NotTheirs
from .rules import Outcome, Said
from .tables import CodingChange, Objection, Recoding


@dataclass(frozen=True)
class Marked:
    """A theme and its tone."""

    theme: uuid.UUID
    tone: str | None


@dataclass(frozen=True)
class Told:
    """A recoding of a talk by somebody else than its author: `before` and `after` are the confirmed themes.

    `objected_at` None: no objection. `outcome` None: none was answered. `settled_by` is the name of who did.
    """

    id: uuid.UUID
    talk: uuid.UUID
    by: str
    at: datetime
    before: tuple[Marked, ...]
    after: tuple[Marked, ...]
    objected_at: datetime | None = None
    outcome: str | None = None
    settled_by: str = ""
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether an objection waits for an answer."""
        return self.objected_at is not None and self.outcome is None


def told_of_talk(session: Session, actor: Actor, talk: Conversation) -> list[Told]:
    """What the talk's author may object to or has, the oldest first. Those who may decide get what waits for an answer."""
    here = Recoding.conversation_id == talk.first_id
    if talk.author_id == actor.person_id:
        return [one for _talk, one in _told(session, here)]
    if not recodings.may_decide(session, actor, talk):
        return []
    return [one for _talk, one in _told(session, here) if one.is_open]


def news(session: Session, actor: Actor, *, since: datetime) -> list[Told]:
    """Recodings of the actor's own talks, and answers to their objections, the oldest first."""
    if not actor.may(Permission.READ_TALKS):
        return []
    mine = (Conversation.author_id == actor.person_id, sa.or_(col(Recoding.at) >= since, col(Objection.settled_at) >= since))
    return [one for _talk, one in _told(session, *mine)]


def waiting(session: Session, actor: Actor) -> list[tuple[conversations.Named, Told]]:
    """Objections that wait for somebody who may decide, the oldest first; never one's own."""
    rows: dict[uuid.UUID, list[Any]] = {}
    changed = defaultdict[uuid.UUID, dict[uuid.UUID, recodings.Change]](dict)
    for *row, theme, decision, tone, decision_now, tone_now in ask(session, _open_ones(actor)).all():
        if row[3] is None:
            continue
        rows[row[0]] = row
        changed[row[0]][theme] = recodings.Change(Said(decision, tone), Said(decision_now, tone_now))
    found = [_one((*row, None, None, ""), changed[key]) for key, row in rows.items()]
    return sorted(found, key=lambda pair: (pair[1].objected_at or pair[1].at, pair[1].id))


@lru_cache(maxsize=conversations.MOST_READERS)
def _open_ones(actor: Actor) -> sa.Select[Any]:
    """As `_TOLD`, of what nobody answered and nobody undid, a row for each theme: every week asks it.

    Joined from the left, so that SQLite begins with the few objections and not with every talk within reach. One that is not the
    actor's to answer is a row without a talk. That a recoding undoes another is not asked: nobody objects to one.
    """
    undoing = sa.orm.aliased(Recoding)
    undone = sa.select(col(undoing.id)).where(col(undoing.undoes_id) == col(Objection.recoding_id)).exists()
    talk = (
        col(Conversation.first_id) == col(Recoding.conversation_id),
        conversations.visible(actor, Permission.READ_TALKS, Permission.CODE_TALKS),
        col(Conversation.author_id).not_in([actor.person_id, col(Recoding.by_id)]),
    )
    return (
        sa.select(*map(col, (Recoding.id, Recoding.at)), col(people.Person.name))
        .add_columns(*map(col, (Conversation.first_id, Conversation.author_id, Conversation.reference)))
        .add_columns(col(Objection.made_at), col(CodingChange.theme_id))
        .add_columns(*map(col, (CodingChange.before_decision, CodingChange.before_tone)))
        .add_columns(*map(col, (CodingChange.after_decision, CodingChange.after_tone)))
        .select_from(Objection)
        .outerjoin(Recoding, col(Recoding.id) == col(Objection.recoding_id))
        .outerjoin(Conversation, sa.and_(*talk))
        .outerjoin(people.Person, col(people.Person.id) == col(Recoding.by_id))
        .outerjoin(CodingChange, col(CodingChange.recoding_id) == col(Recoding.id))
        .where(col(Objection.outcome).is_(None), ~undone)
    )


def object_to(session: Session, actor: Actor, *, recoding_id: uuid.UUID, now: datetime) -> uuid.UUID:
    """*Jeg er ikke enig*; saying it twice changes nothing. Returns the talk. Raises NotTheirs: not one's own talk, or nothing
    that stands."""
    recoding = session.get(Recoding, recoding_id)
    if recoding:
        recodings.lock(session, recoding.conversation_id)
    own = _told(session, Recoding.id == recoding_id, Conversation.author_id == actor.person_id)
    found = own[0][1] if own else None
    if found is None or found.outcome is not None or not actor.may(Permission.READ_TALKS):
        raise NotTheirs
    row = {"id": new_id(), "recoding_id": recoding_id, "made_at": now}
    table = Objection.__table__  # type: ignore[attr-defined]
    if insert_new(session, table, row, keys=[table.c.recoding_id]):
        audit.record_deed(session, person_id=actor.person_id, verb="themes_objected", at=now, object_id=recoding_id)
    return found.talk


def settle(session: Session, actor: Actor, *, recoding_id: uuid.UUID, outcome: Outcome, now: datetime) -> Conversation:
    """Puts the themes back, or keeps them. What was answered before stays so. Raises NotTheirs."""
    recoding = session.get(Recoding, recoding_id)
    if recoding is None:
        raise NotTheirs
    talk = recodings.hold(session, actor, recoding.conversation_id)
    objection = session.exec(
        select(Objection).where(Objection.recoding_id == recoding_id).execution_options(populate_existing=True)
    ).first()
    if objection is None or talk.author_id == actor.person_id:
        raise NotTheirs
    if objection.outcome is not None:
        return talk
    if outcome is Outcome.PUT_BACK:
        recodings.restore(session, actor, talk, recoding, now=now)
    objection.outcome, objection.settled_by_id, objection.settled_at = outcome, actor.person_id, now
    session.add(objection)
    session.flush()
    audit.record_deed(session, person_id=actor.person_id, verb=f"objection_{outcome}", at=now, object_id=recoding_id)
    return talk


def _told(session: Session, *where: sa.ColumnElement[bool] | bool) -> list[tuple[conversations.Named, Told]]:
    """Recodings by others than the talk's author that stand, or were put back after an objection; the oldest first."""
    return _all(session, session.execute(_TOLD.where(*where)).all())  # type: ignore[arg-type]


def _all(session: Session, rows: Sequence[Sequence[Any]]) -> list[tuple[conversations.Named, Told]]:
    changed = recodings.changes(session, [row[0] for row in rows])
    return [_one(row, changed[row[0]]) for row in rows]


def _all_told() -> sa.Select[Any]:
    undoing, by, settler = sa.orm.aliased(Recoding), sa.orm.aliased(people.Person), sa.orm.aliased(people.Person)
    return (
        sa.select(*map(col, (Recoding.id, Recoding.at)), col(by.name))
        .add_columns(*map(col, (Conversation.first_id, Conversation.author_id, Conversation.reference)))
        .add_columns(col(Objection.made_at), col(Objection.outcome), col(Objection.settled_at))
        .add_columns(col(settler.name))
        .select_from(Recoding)
        .join(Conversation, col(Conversation.first_id) == col(Recoding.conversation_id))
        .join(by, col(by.id) == col(Recoding.by_id))
        .outerjoin(Objection, col(Objection.recoding_id) == col(Recoding.id))
        .outerjoin(settler, col(settler.id) == col(Objection.settled_by_id))
        .outerjoin(undoing, col(undoing.undoes_id) == col(Recoding.id))
        .where(col(Conversation.replaced_by_id).is_(None), col(Recoding.by_id) != col(Conversation.author_id))
        .where(col(Recoding.undoes_id).is_(None), sa.or_(col(undoing.id).is_(None), col(Objection.outcome).is_not(None)))
        .order_by(col(Recoding.at), col(Recoding.id))
    )


_TOLD = _all_told()


def _one(row: Sequence[Any], changed: dict[uuid.UUID, recodings.Change]) -> tuple[conversations.Named, Told]:
    key, at, by, first_id, author_id, reference, objected_at, outcome, settled_at, settled_by = row
    pairs: Sequence[tuple[uuid.UUID, recodings.Change]] = sorted(changed.items())
    told = Told(
        id=key,
        talk=first_id,
        by=by,
        at=at,
        before=tuple(Marked(theme, one.before.tone) for theme, one in pairs if one.before.is_confirmed),
        after=tuple(Marked(theme, one.after.tone) for theme, one in pairs if one.after.is_confirmed),
        objected_at=objected_at,
        outcome=outcome,
        settled_by=settled_by or "",
        settled_at=settled_at,
    )
    return conversations.Named(first_id, author_id, reference), told
