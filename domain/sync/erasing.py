"""Erasing talks: the one verb that a withdrawal, the command and a restored back-up ask."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from domain import actions, conversations, digests, themes
from domain.base import note_erasure

from . import box


@dataclass(frozen=True)
class Erased:
    """What is gone. `items`: every id that belonged to the talks; `talks`: the first ids of those that were stored; `fresh`:
    whether any of it was not erased before."""

    items: frozenset[UUID]
    talks: frozenset[UUID]
    fresh: bool


def erase(
    session: Session, *, person_id: UUID, ids: Collection[UUID], now: datetime, tally: themes.Tally | None = None
) -> Erased:
    """Erases the person's talks that hold these revisions, whole: stored ones, edits in the box, and what has not arrived yet.

    Tombstones stand for every id, whether anything was stored under it or not. The caller commits; the ledger has it before that.
    `tally`: of an envelope, which writes its counts at its end.
    """
    every, talks = _belonging(session, person_id, set(ids))
    # Before the talks go: a number must not be drawn twice.
    buried = [conversations.bury(session, person_id, key, now=now) is not None for key in sorted(every)]
    if talks:
        with tally.around(talks) if tally else themes.recounted(session, talks):
            for area in (digests, actions, themes, conversations):
                area.forget(session, talks)
    box.forget(session, person_id, every, now=now)
    if talks or any(buried):
        note_erasure(session, person_id=person_id, items=every, at=now)
    return Erased(frozenset(every), frozenset(talks), any(buried))


def _belonging(session: Session, person_id: UUID, ids: set[UUID]) -> tuple[set[UUID], set[UUID]]:
    """All ids of the talks that hold these, and the first ids of those that are stored."""
    talks: set[UUID] = set()
    while True:
        stored, every = conversations.chain(session, person_id, ids)
        more = ids | every | box.related(session, person_id, ids | every)
        talks |= stored
        if more == ids:
            return ids, talks
        ids = more
