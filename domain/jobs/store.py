"""Verbs of jobs: take one in hand, keep it, finish it, fail; and what an administrator may know of it.

A deed is done by whoever holds its key; it must stand for itself all the same (an issue is unique by area and week), since a
holder that is held up for longer than its lease may come back to it.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import audit
from domain.base import insert_new, new_id

from . import rules
from .tables import JobRun

#: Done runs of a name that are listed one by one; of the others only the number is told.
MOST_SHOWN = 12
#: The permission as `domain/people/access.py` names it; people stand above this area.
RUN_JOBS = "run_jobs"

_OPEN = col(JobRun.done_at).is_(None)


class Administrator(Protocol):
    """Whoever asks, as far as this area has to know them."""

    @property
    def person_id(self) -> uuid.UUID | None: ...

    def may(self, permission: Any) -> bool: ...


@dataclass(frozen=True)
class Run:
    """What a holder has in hand. `attempts` counts this one."""

    id: uuid.UUID
    name: str
    key: str
    holder: str
    attempts: int


@dataclass(frozen=True)
class Ran:
    """All that is known of one name: those not done, oldest first; of the done ones how many since then, and the newest."""

    name: str
    open: Sequence[tuple[rules.State, JobRun]]
    times: int
    newest: Sequence[JobRun]


def begin(
    session: Session, name: str, key: str, holder: str, lease: timedelta, now: datetime, *, anyway: bool = False
) -> Run | None:
    """Takes it in hand. None: it is done, somebody holds it, or its next try is still to come.

    `anyway`: by hand, also when it is done or waits; never while somebody holds it. `holder` is unique to this try. The caller
    commits before the work begins.
    """
    taken = {"holder": holder, "lease_until": now + lease, "started_at": now, "next_try_at": None, "done_at": None}
    new = {"id": new_id(), "name": name, "key": key, "attempts": 1, "first_started_at": now, "failed_why": None, **taken}
    table = JobRun.__table__  # type: ignore[attr-defined]
    if insert_new(session, table, new, keys=(table.c.name, table.c.key)):
        return Run(new["id"], name, key, holder, 1)  # type: ignore[arg-type]
    free = [_is_free(now), col(JobRun.name) == name, col(JobRun.key) == key]
    if not anyway:
        free += [_OPEN, _may_try(now)]
    taking = sa.update(JobRun).where(*free).values(**taken, attempts=JobRun.attempts + 1)
    found = session.execute(taking.returning(col(JobRun.id), col(JobRun.attempts))).first()
    return Run(found.id, name, key, holder, found.attempts) if found else None


def renew(session: Session, run: Run, *, lease: timedelta, now: datetime) -> bool:
    """Keeps it for as long again. False: somebody took it over."""
    return _of_holder(session, run, lease_until=now + lease)


def finish(session: Session, run: Run, *, now: datetime) -> bool:
    """It is done. False: somebody took it over, and says so themselves."""
    return _of_holder(session, run, done_at=now, failed_why=None, **_LET_GO)


def fail(session: Session, run: Run, *, why: str, first_pause: timedelta, now: datetime) -> bool:
    """It failed, and is tried again after a pause. `why`: see `rules.why`. False: somebody took it over."""
    at = now + rules.pause(run.attempts, first=first_pause)
    return _of_holder(session, run, **_LET_GO | {"failed_why": why[: rules.MOST_CHARACTERS], "next_try_at": at})


def startable(session: Session, name: str, due: Sequence[str], *, now: datetime, in_turn: bool = False) -> list[str]:
    """Of what is due the keys that may begin now, in that order, and before them those begun earlier and not done.

    `in_turn`: nothing new begins while an earlier one is not done.
    """
    left = select(JobRun).where(JobRun.name == name, _OPEN).order_by(col(JobRun.first_started_at), col(JobRun.id))
    unfinished = session.exec(left).all()
    again = [row.key for row in unfinished if _is_ready(row, now)]
    if in_turn and unfinished:
        return again
    known = {row.key for row in unfinished} | _done_among(session, name, due)
    return again + [key for key in due if key not in known]


def is_open(session: Session, name: str) -> bool:
    """Whether one of this name was begun and is not done."""
    return session.exec(select(JobRun.id).where(JobRun.name == name, _OPEN).limit(1)).first() is not None


def hurry(session: Session, run_id: uuid.UUID, *, now: datetime) -> bool:
    """Its next try is now. False: it is done, somebody holds it, or there is none."""
    waits = (col(JobRun.id) == run_id, _OPEN, _is_free(now))
    return bool(session.execute(sa.update(JobRun).where(*waits).values(next_try_at=now)).rowcount)  # type: ignore[attr-defined]


def begin_anew(session: Session, actor: Administrator, *, run_id: uuid.UUID, now: datetime) -> bool:
    """*Kør igen*: an administrator does not want to wait for the next try. False: there is nothing of theirs to begin."""
    if not actor.may(RUN_JOBS) or not hurry(session, run_id, now=now):
        return False
    audit.record_deed(session, person_id=actor.person_id, verb="job_begun_anew", at=now, object_id=run_id)
    return True


def what_ran(session: Session, actor: Administrator, *, since: datetime, now: datetime) -> list[Ran]:
    """By name; nothing for those without the permission."""
    if not actor.may(RUN_JOBS):
        return []
    done = (col(JobRun.done_at) >= since,)
    times = dict(session.exec(select(JobRun.name, sa.func.count()).where(*done).group_by(col(JobRun.name))).all())
    unfinished = session.exec(select(JobRun).where(_OPEN).order_by(col(JobRun.first_started_at), col(JobRun.id))).all()
    found = []
    for name in sorted({*times, *(row.name for row in unfinished)}):
        newest = select(JobRun).where(JobRun.name == name, *done).order_by(col(JobRun.done_at).desc(), col(JobRun.id).desc())
        still = [(_state(row, now), row) for row in unfinished if row.name == name]
        found.append(Ran(name, still, times.get(name, 0), session.exec(newest.limit(MOST_SHOWN)).all()))
    return found


def forget(session: Session, name: str, *, before: datetime) -> int:
    """Deletes what was done before that; returns how many."""
    gone = sa.delete(JobRun).where(col(JobRun.name) == name, col(JobRun.done_at) < before)
    return session.execute(gone).rowcount  # type: ignore[attr-defined,no-any-return]


_LET_GO: dict[str, Any] = {"holder": None, "lease_until": None, "next_try_at": None}


def _of_holder(session: Session, run: Run, **values: Any) -> bool:
    mine = (col(JobRun.id) == run.id, col(JobRun.holder) == run.holder, _OPEN)
    return bool(session.execute(sa.update(JobRun).where(*mine).values(**values)).rowcount)  # type: ignore[attr-defined]


def _is_free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(col(JobRun.lease_until).is_(None), col(JobRun.lease_until) <= now)


def _may_try(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(col(JobRun.next_try_at).is_(None), col(JobRun.next_try_at) <= now)


def _is_ready(row: JobRun, now: datetime) -> bool:
    """The same of one row."""
    return (row.lease_until is None or row.lease_until <= now) and (row.next_try_at is None or row.next_try_at <= now)


def _done_among(session: Session, name: str, keys: Collection[str]) -> set[str]:
    if not keys:
        return set()
    return set(session.exec(select(JobRun.key).where(JobRun.name == name, col(JobRun.key).in_(list(keys)))).all())


def _state(row: JobRun, now: datetime) -> rules.State:
    return rules.state(done_at=row.done_at, lease_until=row.lease_until, failed_why=row.failed_why, holder=row.holder, now=now)
