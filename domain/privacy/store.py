"""Erasing one talk, whoever wrote it: for whoever runs the server, at a citizen's wish."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from domain import actions, audit, conversations, digests, people, sync
from domain.audit import Deed

VERB = "talk_erased"


class UnknownTalk(Exception):
    """No talk has or had this id or reference here."""


class ErasedBefore(Exception):
    """It is gone already. `at`: since when."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at


@dataclass(frozen=True)
class Outcome:
    """What was done. `talk`: its first id, or the key where only boxes held it. `weeks`: (area, week) of the issues it stood in;
    `shown`: how often each page showed it, by the page's name: what was printed or taken away then cannot be called back."""

    talk: uuid.UUID
    revisions: int
    replies: int
    weeks: tuple[tuple[str, str], ...]
    shown: dict[str, int]


def erase(session: Session, key: uuid.UUID, *, now: datetime) -> Outcome:
    """Erases the talk that has this id, of any revision, or this reference; also one that lies in somebody's box only.

    Its words go from every table, its author's phones are told to forget it, and a tombstone keeps it from coming back. The
    caller commits. Raises UnknownTalk, ErasedBefore.
    """
    found = conversations.owner(session, key)
    talk, owners = (found[1], {found[0]}) if found else (key, sync.senders(session, {key}))
    if not owners:
        _raise_gone(session, key)
    for person in sorted(owners):
        people.hold(session, person)
    weeks = tuple((area.name, str(week)) for area, week in digests.issues_with(session, talk))
    replies = actions.count_about(session, talk)
    shown = Counter(reading.page for reading in audit.read_by(session, talk))
    items = {key, talk} if found is None or key != found[2] else {talk}
    items |= _everything(session, owners, items, now)
    others = sync.senders(session, items)
    _everything(session, others, items, now)
    facts: dict[str, int | str] = {"revisions": len(items), **({"reference": str(found[2])} if found else {})}
    audit.record_deed(session, person_id=None, verb=VERB, at=now, object_id=talk, facts=facts)
    return Outcome(talk, len(items), replies, weeks, dict(shown))


def _everything(session: Session, persons: set[uuid.UUID], items: set[uuid.UUID], now: datetime) -> set[uuid.UUID]:
    gone: set[uuid.UUID] = set()
    for person in sorted(persons):
        gone |= sync.erase(session, person_id=person, ids=items, now=now).items
    return gone


def _raise_gone(session: Session, key: uuid.UUID) -> None:
    by_reference = select(Deed.at).where(Deed.verb == VERB, col(Deed.facts)["reference"].as_string() == str(key))
    at = conversations.was_erased(session, key) or session.exec(by_reference.limit(1)).first()
    if at is None:
        raise UnknownTalk
    raise ErasedBefore(at)
