"""The outbox: notices that are due leave, by any number of workers at once.

What is promised. A notice is one row, and one worker has it at a time: it is claimed with a lease in a transaction of its own,
and tried only while that worker holds it. Each try is counted and committed before anything leaves, so a worker that dies can
cost no more tries than that. One that is killed before sending costs nothing: the next takes the notice over when the lease is
out. One that is killed after the message left and before that is noted costs one message more: nobody can know whether it left.
The second carries the name of the first (push: the same topic and tag, so that it replaces it on the phone; mail: the same
Message-ID), so that the person finds one notice.
"""

import logging
import random
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import base
from domain.base import Database, new_id
from domain.people import Person

from . import rules
from .choices import NO_WISHES, Wishes, defaults, wishes_of
from .rules import Channel, Kind
from .subscriptions import settle, subscriptions_of
from .tables import Notice, PushSubscription
from .when import fallback_held_until, held_until

BATCH = 20
#: Nothing sends by the way that is left.
NO_SENDER = "no_sender"

log = logging.getLogger("hoert")


class Status(StrEnum):
    SENT = "sent"  # it left
    LATER = "later"  # nothing is wrong with it: to be tried again
    NO_WAY = "no_way"  # the person cannot be reached by this way: the next one
    REFUSED = "refused"  # this way never takes it: the next one
    PAST = "past"  # it is not theirs to hear any more, or not true: by no way


@dataclass(frozen=True)
class Outcome:
    """What came of one try. `why`: a short code, never words. `took`, `gone`, `failed`: push subscriptions by what their service
    said; a message that some phones took and others will later is LATER."""

    status: Status
    why: str = ""
    retry_after_s: int | None = None
    took: tuple[uuid.UUID, ...] = ()
    gone: tuple[uuid.UUID, ...] = ()
    failed: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class Message:
    """What a sender gets: the notice, and who it is for. `topic` is the same at each try."""

    notice_id: uuid.UUID
    kind: Kind
    about: str
    path: str
    written_at: datetime
    person_id: uuid.UUID
    language: str
    email: str = field(repr=False)
    name: str = field(repr=False)
    subscriptions: tuple[PushSubscription, ...] = field(default=(), repr=False)

    @property
    def topic(self) -> str:
        return rules.topic(self.notice_id)


Sender = Callable[[Message], Outcome]
Senders = Mapping[Channel, Sender]


@dataclass(frozen=True)
class Claimed:
    """A notice in hand, with the ways to try. `quiet_until`: not now; `fallback_held_until`: not by mail, where another way
    failed. `served`: phones that have it already."""

    message: Message
    ways: tuple[Channel, ...]
    attempts: int
    served: frozenset[str]
    quiet_until: datetime | None
    is_gone: bool
    fallback_held_until: datetime | None = None


def deliver(
    database: Database,
    senders: Senders,
    *,
    clock: Callable[[], datetime] = base.now,
    most: int = 10_000,
    only: uuid.UUID | None = None,
) -> Counter[str]:
    """Sends what is due, until nothing is; any number of workers may do so at once. Returns how many went by which end: the
    channel, or `later`, `given_up`, `quiet`, `lost` (somebody else took over)."""
    holder, done = new_id(), Counter[str]()
    while done.total() < most:
        with database.writing() as session:
            claimed = claim(session, holder=holder, now=clock(), most=min(BATCH, most - done.total()), only=only)
        if not claimed:
            break
        for one in claimed:
            done[_deliver(database, senders, one, holder=holder, clock=clock)] += 1
    return done


def claim(
    session: Session, *, holder: uuid.UUID, now: datetime, most: int = BATCH, only: uuid.UUID | None = None
) -> list[Claimed]:
    """Takes notices that are due and that nobody holds, the oldest first. `only`: that one. The caller commits."""
    query = select(Notice.id).where(*_due(now))
    if only is not None:
        query = query.where(Notice.id == only)
    oldest = query.order_by(col(Notice.not_before), col(Notice.id)).limit(most)
    keys = session.exec(oldest.with_for_update(skip_locked=True)).all()
    if not keys:
        return []
    session.execute(sa.update(Notice).where(col(Notice.id).in_(keys)).values(holder=holder, claimed_until=now + rules.LEASE))
    rows = session.exec(
        select(Notice, Person).join(Person).where(col(Notice.id).in_(keys)).order_by(col(Notice.not_before))
    ).all()
    return _with_ways(session, rows, now)


def begin(database: Database, notice_id: uuid.UUID, *, holder: uuid.UUID, now: datetime) -> bool:
    """Counts a try, committed before anything leaves, and makes the lease last for it. False when somebody else has it now."""
    with database.writing() as session:
        values = {"attempts": col(Notice.attempts) + 1, "claimed_until": now + rules.LEASE}
        mine = (col(Notice.id) == notice_id, col(Notice.holder) == holder, *_open())
        return bool(session.execute(sa.update(Notice).where(*mine).values(values)).rowcount)  # type: ignore[attr-defined]


def _deliver(database: Database, senders: Senders, one: Claimed, *, holder: uuid.UUID, clock: Callable[[], datetime]) -> str:
    if one.quiet_until:
        return _note(database, one, holder, "quiet", not_before=one.quiet_until)
    if one.is_gone or rules.is_too_old(one.message.written_at, clock()):
        return _give_up(database, one, holder, "shut_out" if one.is_gone else "too_old", now=clock())
    if not one.ways:
        return _give_up(database, one, holder, "not_wanted", now=clock())
    if not any(way in senders for way in one.ways):  # mail that is not set up yet: nothing is tried, and nothing lost
        return _put_off(database, one, holder, NO_SENDER, clock() + rules.UNTIL_SET_UP)
    if not begin(database, one.message.notice_id, holder=holder, now=clock()):
        return "lost"
    return _try(database, senders, one, holder=holder, clock=clock)


def _try(database: Database, senders: Senders, one: Claimed, *, holder: uuid.UUID, clock: Callable[[], datetime]) -> str:
    """By each way in turn, until one takes it. A way that was tried often enough, or refuses, is left for the next; the last one
    is tried till the notice is too old, since a server that is away for a night is nobody's fault. A test is waited for no
    longer. What was refused on the way stays in the row, also where another way took it: it is to be seen."""
    ways = [way for way in one.ways if way in senders]
    ways = ways[-1:] if one.attempts >= rules.MOST_ATTEMPTS else ways
    is_often, served, outcome = one.attempts + 1 >= rules.MOST_ATTEMPTS, one.served, Outcome(Status.NO_WAY)
    refused: str | None = None
    for channel in ways:
        if channel is Channel.MAIL and one.fallback_held_until:
            return _put_off(database, one, holder, outcome.why or "later", one.fallback_held_until, served)
        outcome = _ask(senders[channel], one.message)
        served |= {str(key) for key in outcome.took}
        if outcome.took or outcome.gone or outcome.failed:
            with database.writing() as session:
                settle(session, took=outcome.took, gone=outcome.gone, failed=outcome.failed, now=clock())
        reached = outcome.status is Status.SENT or (served and (is_often or outcome.status is not Status.LATER))
        if reached:
            values = {"delivered_at": clock(), "channel": str(channel), "served": sorted(served), "failed_why": refused}
            return _note(database, one, holder, str(channel), **values)
        is_tried_enough = is_often and (channel is not ways[-1] or one.message.kind is Kind.TEST)
        if outcome.status is Status.LATER and not is_tried_enough:
            pause = rules.pause_s(one.attempts + 1, chance=random.random(), retry_after_s=outcome.retry_after_s)  # noqa: S311
            return _put_off(database, one, holder, outcome.why or "later", clock() + timedelta(seconds=pause), served)
        if outcome.status is Status.PAST:
            break
        if outcome.status is Status.REFUSED:
            refused = (outcome.why or str(outcome.status))[:40]
    if outcome.status in (Status.NO_WAY, Status.REFUSED) and one.ways[-1] not in senders:
        return _put_off(database, one, holder, NO_SENDER, clock() + rules.UNTIL_SET_UP, served)
    return _give_up(database, one, holder, refused or outcome.why or str(outcome.status), now=clock())


def _ask(sender: Sender, message: Message) -> Outcome:
    """A sender's own fault keeps no other notice waiting. Its type alone is told: a message may quote an address."""
    try:
        return sender(message)
    except Exception as error:
        log.warning("a notice could not be sent: %s", type(error).__name__)
        return Outcome(Status.LATER, "fault")


def _put_off(
    database: Database, one: Claimed, holder: uuid.UUID, why: str, until: datetime, served: frozenset[str] = frozenset()
) -> str:
    return _note(database, one, holder, "later", not_before=until, served=sorted(one.served | served), failed_why=why[:40])


def _give_up(database: Database, one: Claimed, holder: uuid.UUID, why: str, *, now: datetime) -> str:
    return _note(database, one, holder, "given_up", gave_up_at=now, failed_why=why[:40])


def _note(database: Database, one: Claimed, holder: uuid.UUID, end: str, **values: object) -> str:
    with database.writing() as session:
        mine = (col(Notice.id) == one.message.notice_id, col(Notice.holder) == holder, *_open())
        statement = sa.update(Notice).where(*mine).values(holder=None, claimed_until=None, **values)
        return end if session.execute(statement).rowcount else "lost"  # type: ignore[attr-defined]


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether anything may leave that nobody holds."""
    return session.exec(select(Notice.id).where(*_due(now)).limit(1)).first() is not None


def _due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    free = sa.or_(col(Notice.claimed_until).is_(None), col(Notice.claimed_until) <= now)
    return *_open(), col(Notice.not_before) <= now, free


def _open() -> tuple[sa.ColumnElement[bool], ...]:
    return col(Notice.delivered_at).is_(None), col(Notice.gave_up_at).is_(None)


def _with_ways(session: Session, rows: Sequence[tuple[Notice, Person]], now: datetime) -> list[Claimed]:
    persons = {person.id for _notice, person in rows}
    wanted, by_default = wishes_of(session, persons), defaults(session)
    phones: dict[uuid.UUID, list[PushSubscription]] = {}
    for one in subscriptions_of(session, persons):
        phones.setdefault(one.person_id, []).append(one)
    return [
        _claimed(notice, person, wanted.get(person.id, NO_WISHES), by_default, phones.get(person.id, []), now)
        for notice, person in rows
    ]


def _claimed(
    notice: Notice,
    person: Person,
    wanted: Wishes,
    by_default: Mapping[Kind, Channel],
    phones: Sequence[PushSubscription],
    now: datetime,
) -> Claimed:
    kind, served = Kind(notice.kind), frozenset(notice.served)
    ways = rules.ways(
        kind, chosen=wanted.kinds.get(kind), default=by_default[kind], preferred=wanted.preferred, has_push=bool(phones)
    )
    message = Message(
        notice_id=notice.id,
        kind=kind,
        about=notice.about,
        path=notice.path,
        written_at=notice.written_at,
        person_id=person.id,
        language=person.language,
        email=person.email,
        name=person.name,
        subscriptions=tuple(one for one in phones if str(one.id) not in served),
    )
    quiet = held_until(kind, ways, wanted.quiet, now)
    by_mail = fallback_held_until(kind, ways, wanted.quiet, now)
    return Claimed(message, ways, notice.attempts, served, quiet, person.disabled_at is not None, by_mail)
