"""After a back-up: what was erased stays erased, who was shut out stays out, and everybody signs in anew."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, select

from domain import conversations, notices, people, sync
from domain.base import Erasure


@dataclass(frozen=True)
class Carried:
    """What the database that is being replaced knows and a back-up of it may not.

    `standing`: ids of the talks that stand there: an erasure of one of them is in the ledger without having been done.
    `settled`: what was settled in people's boxes, whose words went with it; not what was stored in the end: the back-up may have
    been made before that, and its phones are to offer it again. `told`: notices that were delivered.
    """

    erasures: tuple[Erasure, ...] = ()
    standing: frozenset[uuid.UUID] = frozenset()
    settled: tuple[tuple[uuid.UUID, uuid.UUID, str, datetime], ...] = ()
    told: tuple[notices.Told, ...] = ()
    shut_out: people.Barred = field(default_factory=lambda: people.Barred({}, {}, {}))


@dataclass(frozen=True)
class Replayed:
    """How many talks the back-up brought that were erased since, and how many persons and phones stay shut out."""

    talks: int
    shut_out: int


def carried(session: Session, *, noted: Iterable[Erasure] = ()) -> Carried:
    """Reads it from the database that is being replaced. `noted`: the ledger's lines, of which those that this database did not
    carry out are told apart by what stands here."""
    every = {key for one in noted for key in one.items}
    settled = sync.all_settled(session)
    stored = conversations.standing(session, {item for _person, item, _digest, _at in settled})
    return Carried(
        erasures=tuple(Erasure(at, person, frozenset({item})) for person, at, item in conversations.all_erased(session)),
        standing=frozenset(conversations.standing(session, every)),
        settled=tuple(one for one in settled if one[1] not in stored),
        told=notices.told(session),
        shut_out=people.shut_out(session),
    )


def replay(session: Session, *, noted: Iterable[Erasure], before: Carried, now: datetime) -> Replayed:
    """Makes every erasure again, of the ledger and of the replaced database, in a database from a back-up. The caller commits.

    One of the ledger whose talk still stood in the replaced database was never done and is not done now.
    """
    done = [one for one in noted if before.standing.isdisjoint(one.items)]
    known = set(session.exec(select(people.Person.id)).all())
    talks: set[uuid.UUID] = set()
    for one in (*before.erasures, *done):
        if one.person_id in known:  # somebody who was added later has no talk here
            talks |= sync.erase(session, person_id=one.person_id, ids=one.items, now=one.at).talks
    sync.settle_again(session, before.settled)
    notices.told_again(session, before.told)
    people.end_all_sign_ins(session, now=now)
    return Replayed(len(talks), people.shut_out_again(session, before.shut_out))
