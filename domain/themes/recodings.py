"""Somebody else than its author says what a talk is about: kept beside what the author said, undone, and objected to.

What stands is in `Coding`; how it came to stand, in recodings that are never changed. An undone recoding is answered by another
one that brings back what stood before, whoever had said it.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import audit, conversations
from domain.base import ask, new_id
from domain.conversations import Conversation
from domain.people import Actor, Permission

from . import rules
from .rules import NOTHING, Said
from .tables import Coding, CodingChange, Objection, Recoding
from .weekly import recounted


class NotTheirs(Exception):
    """The actor does not say what this talk is about, or it is gone."""


def may_decide(session: Session, actor: Actor, talk: Conversation) -> bool:
    return _talk(session, actor, talk.first_id) is not None


def decide(session: Session, actor: Actor, *, first_id: uuid.UUID, marks: rules.Marks, now: datetime) -> uuid.UUID | None:
    """Confirms and rejects the themes that `marks` names; what it does not name stays. Returns the recoding, None: all stood so.

    The author of the talk does not overrule what somebody else decided. `marks` has no problem (`problems`). Raises NotTheirs.
    """
    talk = hold(session, actor, first_id)
    before = said(session, first_id)
    after = rules.decided(before, marks, by=actor.person_id, at=now)
    if talk.author_id == actor.person_id:
        after = {theme: one for theme, one in after.items() if theme not in not_theirs(before, actor)}
    if not after:
        return None
    recoding = _record(session, actor, talk, before=before, after=after, now=now)
    facts: dict[str, int | str] = {"themes": len(after)}
    audit.record_deed(session, person_id=actor.person_id, verb="themes_decided", at=now, object_id=recoding, facts=facts)
    return recoding


def not_theirs(before: Mapping[uuid.UUID, Said], author: Actor) -> set[uuid.UUID]:
    """The themes that somebody else than the talk's author decided."""
    return {theme for theme, one in before.items() if one.by not in (None, author.person_id)}


def undo(session: Session, actor: Actor, *, recoding_id: uuid.UUID, now: datetime) -> bool:
    """Brings back what stood before one's own recoding. False: somebody decided anew since, or it is undone. Raises NotTheirs."""
    recoding = session.get(Recoding, recoding_id)
    if recoding is None or recoding.by_id != actor.person_id or recoding.undoes_id:
        raise NotTheirs
    talk = hold(session, actor, recoding.conversation_id)
    if not _stands_whole(session, recoding):
        return False
    restore(session, actor, talk, recoding, now=now)
    answered = sa.update(Objection).where(col(Objection.recoding_id) == recoding.id)
    session.execute(answered.values(outcome=rules.Outcome.PUT_BACK, settled_by_id=actor.person_id, settled_at=now))
    audit.record_deed(session, person_id=actor.person_id, verb="themes_undone", at=now, object_id=recoding.id)
    return True


def may_undo(session: Session, actor: Actor, recoding_id: uuid.UUID) -> uuid.UUID | None:
    """The talk of one's own recoding that can still be undone."""
    recoding = session.get(Recoding, recoding_id)
    if recoding is None or recoding.by_id != actor.person_id or recoding.undoes_id:
        return None
    talk = _talk(session, actor, recoding.conversation_id)
    return talk.first_id if talk and _stands_whole(session, recoding) else None


def restore(session: Session, actor: Actor, talk: Conversation, recoding: Recoding, *, now: datetime) -> bool:
    """Brings back what stood before, for the themes that still stand as the recoding left them. False: it was undone before."""
    if is_undone(session, recoding.id):
        return False
    now_said = said(session, recoding.conversation_id)
    after = {
        theme: one.before
        for theme, one in changes(session, [recoding.id])[recoding.id].items()
        if one.is_change and now_said.get(theme, NOTHING) == one.after
    }
    _record(session, actor, talk, before=now_said, after=after, now=now, undoes=recoding.id)
    return True


def is_undone(session: Session, recoding_id: uuid.UUID) -> bool:
    return session.exec(select(Recoding.id).where(Recoding.undoes_id == recoding_id)).first() is not None


def hold(session: Session, actor: Actor, first_id: uuid.UUID) -> Conversation:
    """The talk as it is now, held until the end. Raises NotTheirs."""
    lock(session, first_id)
    talk = _talk(session, actor, first_id)
    if talk is None:
        raise NotTheirs
    return talk


def lock(session: Session, first_id: uuid.UUID) -> None:
    """An edit, a withdrawal or another recoding waits: each touches the first revision (PostgreSQL; SQLite has one writer)."""
    session.exec(select(Conversation.id).where(Conversation.id == first_id).with_for_update()).first()


def said(session: Session, first_id: uuid.UUID) -> dict[uuid.UUID, Said]:
    """What stands about the talk, by theme; mere suggestions say nothing and are there all the same."""
    columns = (col(Coding.theme_id), col(Coding.decision), col(Coding.tone), col(Coding.decided_by_id), col(Coding.decided_at))
    rows = session.execute(sa.select(*columns).where(col(Coding.conversation_id) == first_id).order_by(col(Coding.id))).all()
    return {theme: Said(*rest) for theme, *rest in rows}


class Change:
    """One theme of a recoding."""

    def __init__(self, before: Said, after: Said) -> None:
        self.before, self.after = before, after

    @property
    def is_change(self) -> bool:
        return self.before != self.after


def changes(session: Session, recoding_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, Change]]:
    """By recoding and theme, in the order they were stored."""
    found: dict[uuid.UUID, dict[uuid.UUID, Change]] = defaultdict(dict)
    if not recoding_ids:
        return found
    for recoding, theme, *row in ask(session, _CHANGES, {"recoding_ids": list(recoding_ids)}).all():
        found[recoding][theme] = Change(Said(*row[:4]), Said(*row[4:]))
    return found


_CHANGES = (
    sa.select(*map(col, (CodingChange.recoding_id, CodingChange.theme_id)))
    .add_columns(*map(col, (CodingChange.before_decision, CodingChange.before_tone)))
    .add_columns(*map(col, (CodingChange.before_by_id, CodingChange.before_at)))
    .add_columns(*map(col, (CodingChange.after_decision, CodingChange.after_tone)))
    .add_columns(*map(col, (CodingChange.after_by_id, CodingChange.after_at)))
    .where(col(CodingChange.recoding_id).in_(sa.bindparam("recoding_ids", expanding=True)))
    .order_by(col(CodingChange.id))
)


def _talk(session: Session, actor: Actor, first_id: uuid.UUID) -> Conversation | None:
    seen = (conversations.visible(actor), conversations.visible(actor, Permission.CODE_TALKS))
    query = select(Conversation).where(*seen, Conversation.first_id == first_id)
    return session.exec(query.execution_options(populate_existing=True)).first()


def _stands_whole(session: Session, recoding: Recoding) -> bool:
    """Whether all it changed still stands as it left it."""
    if is_undone(session, recoding.id):
        return False
    stands = said(session, recoding.conversation_id)
    found = changes(session, [recoding.id])[recoding.id]
    return all(stands.get(theme, NOTHING) == one.after for theme, one in found.items() if one.is_change)


def _record(
    session: Session,
    actor: Actor,
    talk: Conversation,
    *,
    before: Mapping[uuid.UUID, Said],
    after: Mapping[uuid.UUID, Said],
    now: datetime,
    undoes: uuid.UUID | None = None,
) -> uuid.UUID:
    """Stores the recoding with what changes and what stays confirmed, and lets `Coding` say so."""
    key = uuid.uuid4()  # it stands in addresses of those who may not know when
    session.add(Recoding(id=key, conversation_id=talk.first_id, by_id=actor.person_id, at=now, undoes_id=undoes))
    session.flush()
    stays = {theme: one for theme, one in before.items() if one.is_confirmed and theme not in after}
    rows = [
        {
            "id": new_id(),
            "recoding_id": key,
            "theme_id": theme,
            **_columns("before", before.get(theme, NOTHING)),
            **_columns("after", one),
        }
        for theme, one in {**stays, **after}.items()
    ]
    if rows:
        session.execute(sa.insert(CodingChange.__table__), rows)  # type: ignore[attr-defined]
    with recounted(session, [talk.first_id]):
        for theme, one in after.items():
            _write(session, talk.first_id, theme, one)
    return key


def _columns(when: str, one: Said) -> dict[str, Any]:
    return {f"{when}_decision": one.decision, f"{when}_tone": one.tone, f"{when}_by_id": one.by, f"{when}_at": one.at}


def _write(session: Session, first_id: uuid.UUID, theme_id: uuid.UUID, one: Said) -> None:
    """What nobody suggested and nobody decided has no row."""
    here = (col(Coding.conversation_id) == first_id, col(Coding.theme_id) == theme_id)
    if one == NOTHING:
        session.execute(sa.delete(Coding).where(*here, col(Coding.suggested).is_(False)))
    values = {"decision": one.decision, "tone": one.tone, "decided_by_id": one.by, "decided_at": one.at}
    changed = session.execute(sa.update(Coding).where(*here).values(**values)).rowcount  # type: ignore[attr-defined]
    if not changed and one != NOTHING:
        row = {"id": new_id(), "conversation_id": first_id, "theme_id": theme_id, "suggested": False, **values}
        session.execute(sa.insert(Coding.__table__), [row])  # type: ignore[attr-defined]
