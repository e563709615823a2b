"""Two versions of a talk: one stands, one came second and lies in the box. Its author says which is to stand; neither is lost.

What was not chosen stays among the talk's revisions. So the second becomes the next revision at any rate, and what was chosen
instead of it, or made of both, the one after that.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from domain import audit, conversations, themes
from domain.base import new_id
from domain.conversations import Conversation, Problem
from domain.people import Actor

from . import box
from .box import Boxed
from .rules import Receipt, Status, item_id
from .store import take


class ChangedMeanwhile(Exception):
    """The talk was corrected or taken back, or the matter settled, since the two were shown."""


@dataclass
class NotAVersion(Exception):
    """What came second cannot stand as it is; `problems` say why. It stays in the box."""

    problems: tuple[Problem, ...]


def stands_beside(session: Session, actor: Actor, boxed: Boxed) -> Conversation | None:
    """The actor's own talk, in its latest revision, that an item in the box is another version of."""
    replaces = item_id({"id": boxed.content.get("replaces")}) if isinstance(boxed.content, dict) else None
    found = [conversations.find(session, actor, key) for key in (boxed.item_id, replaces) if key]
    return next((row for row in found if row and row.author_id == actor.person_id), None)


def item_of(session: Session, row: Conversation) -> dict[str, Any]:
    """A stored revision as an item: what an edit begins with."""
    codings = themes.decided_for(session, row.first_id)
    confirmed = {str(one.theme_id): one.tone for one in codings if one.decision == themes.Decision.CONFIRMED}
    rejected = [str(one.theme_id) for one in codings if one.decision == themes.Decision.REJECTED]
    return {
        "id": str(row.id),
        "kind": "conversation",
        "revision": row.revision,
        "replaces": None,
        "unit": str(row.unit_id),
        "question_set_version": str(row.question_set_version_id),
        "held_at": row.held_at.isoformat(),
        "answers": row.answers,
        "about": row.about,
        "quote_scope": row.quote_scope,
        "themes": {"confirmed": list(confirmed), "rejected": rejected, "tones": {one: t for one, t in confirmed.items() if t}},
    }


def use_second(session: Session, actor: Actor, boxed: Boxed, *, latest: uuid.UUID, now: datetime) -> Receipt:
    """What came second stands from now on. `latest`: the revision shown beside it. Raises ChangedMeanwhile, NotAVersion."""
    return _settle(session, actor, boxed, latest, [], now)


def keep_stored(session: Session, actor: Actor, boxed: Boxed, *, latest: uuid.UUID, now: datetime) -> Receipt:
    """What stands goes on standing, after the other one. Raises ChangedMeanwhile, NotAVersion."""
    row = stands_beside(session, actor, boxed)
    return _settle(session, actor, boxed, latest, [item_of(session, row)] if row else [], now)


def merge(session: Session, actor: Actor, boxed: Boxed, *, latest: uuid.UUID, item: Mapping[str, Any], now: datetime) -> Receipt:
    """What the person made of both stands, under its own id. Raises ChangedMeanwhile, NotAVersion."""
    return _settle(session, actor, boxed, latest, [{**item}], now, keeps_id=True)


def _settle(
    session: Session,
    actor: Actor,
    boxed: Boxed,
    latest: uuid.UUID,
    chosen: Sequence[dict[str, Any]],
    now: datetime,
    *,
    keeps_id: bool = False,
) -> Receipt:
    row = stands_beside(session, actor, boxed)
    if row is None or row.id != latest or box.boxed(session, actor, boxed.key) is None:
        raise ChangedMeanwhile
    second = _after(row.id, row.revision, boxed.content if isinstance(boxed.content, dict) else {})
    then = [_after(uuid.UUID(second["id"]), row.revision + 1, one, key=one["id"] if keeps_id else None) for one in chosen]
    with session.begin_nested():  # nothing of a second that cannot be used is kept twice
        receipts = take(session, actor, items=[second, *then], now=now)
        if receipts[0].status is not Status.STORED:
            raise NotAVersion(receipts[0].problems)
    if receipts[-1].status is Status.STORED:
        box.settle(session, actor, boxed.key, now=now)
        audit.record_deed(session, person_id=actor.person_id, verb="version_chosen", at=now, object_id=row.first_id)
    return receipts[-1]


def _after(replaces: uuid.UUID, revision: int, item: Mapping[str, Any], *, key: str | None = None) -> dict[str, Any]:
    """The item as the revision that follows that one."""
    return {
        **item,
        "id": key or str(new_id()),
        "kind": "conversation",
        "replaces": str(replaces),
        "revision": revision + 1,
    }
