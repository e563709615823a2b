"""What Hørt does by the clock. Each blueprint tells its own jobs in a tuple `scheduled`; app.py collects them.

Any process may look at the clock, and several may at once: whoever takes a key in hand first does it (`domain.jobs.begin`), and
whoever finds it taken lets it be. Nothing here depends on a minute that was not missed: `due` says what ought to have run by now.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask
from sqlmodel import Session

from domain import jobs
from domain.base import STORE_ERRORS, ZONE, Database, Unreachable, local, new_id, now

Done = TypeVar("Done")

#: For so long a job belongs to whoever took it; while it runs it is renewed. One that was killed is taken over after it.
LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(minutes=1)

log = logging.getLogger("hoert")


class Outcome(StrEnum):
    DONE = "done"
    FAILED = "failed"
    NOT_OURS = "not_ours"  # done already, in somebody's hand, or its next try is still to come


class UnknownJob(LookupError):
    """No job goes by this name: it is of another release, or mistyped."""


@dataclass(frozen=True)
class Job:
    """`due(session, now)`: the keys that ought to have run by now, the oldest first; of a series in which one must come after the
    other only the first. `run(app, key)` does one, in transactions of its own, in an application context; it must be harmless a
    second time, and raises when it could not be done.

    For the administrator's page: `title`; `labels(session, keys)`, words for keys; `waits(session, now)`, what comes next and
    when. `check(key)` raises ValueError for what is no key of this job, since somebody typed it. `in_turn`: no new key begins
    before an earlier one is done. `kept`: done runs are forgotten after that.
    """

    name: str
    due: Callable[[Session, datetime], Iterable[str]]
    run: Callable[[Flask, str], object]
    title: Any = ""
    labels: Callable[[Session, Sequence[str]], Mapping[str, str]] = lambda _session, _keys: {}
    waits: Callable[[Session, datetime], Iterable[tuple[str, datetime]]] = lambda _session, _now: ()
    check: Callable[[str], object] = str
    in_turn: bool = False
    first_pause: timedelta = FIRST_PAUSE
    kept: timedelta = timedelta(days=30)


def by_name(scheduled: Iterable[Job]) -> dict[str, Job]:
    """All jobs, as app.py hands them to the application. No two go by the same name."""
    found: dict[str, Job] = {}
    for job in scheduled:
        assert job.name not in found, job.name
        found[job.name] = job
    return found


def each_minute(now: datetime) -> str:
    """`2026-11-23T05:12`, UTC: the key of what is done again and again and need not be caught up."""
    return f"{now:%Y-%m-%dT%H:%M}"


def each_day(now: datetime, at: time) -> str:
    """`2026-11-23`: the last day whose clock on the wall has shown `at`."""
    day = local(now).date()
    return str(day if datetime.combine(day, at, ZONE) <= now else day - timedelta(days=1))


def ready(app: Flask) -> list[tuple[str, str]]:
    """Names and keys that may begin now. A job that cannot say keeps no other waiting. Raises Unreachable."""
    found = []
    for job in jobs_of(app).values():
        try:
            found += [(job.name, key) for key in _ready(app, job)]
        except Unreachable:
            raise
        except STORE_ERRORS as error:
            raise Unreachable from error
        except Exception as error:
            log.error("job %s cannot say what is due: %s", job.name, jobs.why(error))
    return found


def ready_of(app: Flask, name: str) -> list[tuple[str, str]]:
    """The same of one job."""
    return [(name, key) for key in _ready(app, job_of(app, name))]


def perform(app: Flask, name: str, key: str, *, anyway: bool = False) -> Outcome:
    """Does one, unless it is done or in somebody's hand. A failure is noted, and tried again later. Raises Unreachable,
    UnknownJob."""
    job = job_of(app, name)

    def deed() -> None:
        with app.app_context():
            job.run(app, key)

    try:
        done = once(_database(app), name, key, deed, first_pause=job.first_pause, anyway=anyway)
    except Failed as failed:
        log.error("job %s failed: %s", name, failed.why)
        return Outcome.FAILED
    return Outcome.DONE if done else Outcome.NOT_OURS


def catch_up(app: Flask) -> Iterator[tuple[str, str, Outcome]]:
    """Does all that is due now, here, until nothing is left that was not tried. Raises Unreachable."""
    tried: set[tuple[str, str]] = set()
    while left := [one for one in ready(app) if one not in tried]:
        for name, key in left:
            tried.add((name, key))
            yield name, key, perform(app, name, key)


@dataclass
class Failed(Exception):
    """The deed raised; that is its cause, and it stands in its row."""

    why: str


def once(
    database: Database,
    name: str,
    key: str,
    deed: Callable[[], Done],
    *,
    first_pause: timedelta = FIRST_PAUSE,
    anyway: bool = False,
) -> list[Done]:
    """Takes the key in hand, does the deed, and says that it is done: a list of what the deed returned, empty where it was not
    ours to do. Raises Unreachable, and Failed, whose cause is what the deed raised."""
    with database.writing() as session:
        run = jobs.begin(session, name, key, _holder(), LEASE, now(), anyway=anyway)
    if run is None:
        return []
    try:
        with _kept(database, run):
            result = deed()
    except Exception as error:
        why = jobs.why(error)
        with database.writing() as session:
            jobs.fail(session, run, why=why, first_pause=first_pause, now=now())
        raise Failed(why) from error
    with database.writing() as session:
        jobs.finish(session, run, now=now())
    return [result]


def jobs_of(app: Flask) -> dict[str, Job]:
    found: dict[str, Job] = app.extensions["hoert.jobs"]
    return found


def job_of(app: Flask, name: str) -> Job:
    """Raises UnknownJob."""
    try:
        return jobs_of(app)[name]
    except KeyError as error:
        raise UnknownJob(name) from error


def _ready(app: Flask, job: Job) -> list[str]:
    with _database(app).reading() as session:
        moment = now()
        return jobs.startable(session, job.name, list(job.due(session, moment)), now=moment, in_turn=job.in_turn)


def _database(app: Flask) -> Database:
    database: Database = app.extensions["hoert.database"]
    return database


def _holder() -> str:
    """One try of one process: a paused holder that comes back is told apart from the next one."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{new_id()}"


@contextmanager
def _kept(database: Database, run: jobs.Run) -> Iterator[None]:
    """While the block lasts the lease is renewed beside it."""
    over = threading.Event()

    def keep() -> None:
        while not over.wait(LEASE.total_seconds() / 4):
            try:
                with database.writing() as session:
                    jobs.renew(session, run, lease=LEASE, now=now())
            except (Unreachable, *STORE_ERRORS):  # another time; the lease lasts longer than one
                continue

    keeping = threading.Thread(target=keep, name=f"keeps {run.name}", daemon=True)
    keeping.start()
    try:
        yield
    finally:
        over.set()
        keeping.join()
