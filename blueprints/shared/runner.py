"""Runs the schedule with huey: in a thread of the web server by default, or in processes of their own (`make worker`).

huey keeps a queue, a worker and a crontab that ticks each minute; that each thing is done once is seen to by the database
(`schedule.py`). A queue that is lost, doubled or full of old things does no harm. huey is imported where it is used: it costs
start-up time, and whoever runs a command does not need it.
"""

import fcntl
import logging
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask

from domain.base import STORE_ERRORS, Unreachable
from domain.jobs import why

from . import schedule

if TYPE_CHECKING:
    from huey import Huey
    from huey.consumer import Consumer

NAME = "hoert"
#: The tables of a queue in PostgreSQL begin so; back-ups leave them out.
PREFIX = "huey"
#: Where the queue lies on SQLite, beside the database.
FILE = "jobs.sqlite"
#: A web server that ends waits no longer for a job at work; whoever looks next takes it over.
LONGEST_STOP_S = 5
#: What cannot be begun (a queue out of reach) is tried again after so long.
TRY_AGAIN_S = 10
#: Of the processes of a web server on one instance folder one looks at the clock; the others see so often whether it still does.
LOCK, LOOKS_AGAIN_S = "jobs.lock", 30
#: A worker that finds nothing looks again after ever longer, but at least so often.
LONGEST_NAP_S = 2.0
MOST_TO_MEET = 20

log = logging.getLogger("hoert")


def is_inside(app: Flask) -> bool:
    """Whether the web server's own processes run the jobs."""
    return bool(app.config["JOBS"] == "inside")


def build(app: Flask) -> "Huey":
    """The queue, with its two tasks: `tick` looks what is due, `perform` does one thing. Raises what huey does."""
    from huey import crontab  # noqa: PLC0415
    from huey.serializer import SignedSerializer  # noqa: PLC0415

    _quieten()
    # Whoever can write into the queue must not be able to make Python load what they wrote: it is signed.
    huey = _queue(app, results=False, serializer=SignedSerializer(secret=app.config["SECRET_KEY"], salt="jobs"))

    @huey.task(name="perform")
    def perform(name: str, key: str) -> None:
        with _told():
            if schedule.perform(app, name, key) is schedule.Outcome.DONE:
                _enqueue(huey, perform, schedule.ready_of(app, name))

    @huey.periodic_task(crontab(minute="*"), name="tick")
    def tick() -> None:
        with _told():
            _enqueue(huey, perform, schedule.ready(app))

    huey.tick = tick
    return huey


class Runner:
    """A queue and its consumer in a thread of this process, for as long as it lives. `start` returns at once.

    `alone`: only while no other such process on this instance folder has one; it costs memory, and one is enough.
    """

    def __init__(self, app: Flask, *, alone: bool = False) -> None:
        self._app = app
        self._alone = alone
        self._over = threading.Event()
        self._consumer: Consumer | None = None
        self._thread = threading.Thread(target=self._live, name="jobs", daemon=True)

    def start(self) -> "Runner":
        self._thread.start()
        return self

    def stop(self) -> None:
        """Takes nothing new; what is at work has a few seconds. Never from a signal's handler: it takes locks."""
        self._over.set()
        if self._consumer is not None:
            self._consumer.stop_flag.set()
        self._thread.join(LONGEST_STOP_S)

    def _live(self) -> None:
        """Whatever happens to the queue: begun again until the end."""
        turn = _Turn(self._app.config["INSTANCE"] / LOCK)
        while self._alone and not turn.is_ours() and not self._over.wait(LOOKS_AGAIN_S):
            pass
        while not self._over.is_set():
            try:
                self._consumer = consumer(build(self._app))
                if not self._over.is_set():  # looked at after the consumer stands where `stop` looks for it
                    self._consumer.run()
                    self._consumer.stop(graceful=True)
            except Exception as error:
                log.warning("jobs wait, their queue is out of reach: %s", type(error).__name__)
                self._over.wait(TRY_AGAIN_S)
        turn.let_go()


class _Turn:
    """A lock on a file. It goes with the process that holds it, however that ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def is_ours(self) -> bool:
        """Also where the file cannot be locked at all: the database sees to it that each thing is done once."""
        try:
            if self._handle is None:
                self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            log.warning("jobs cannot be kept to one process: %s", type(error).__name__)
        return True

    def let_go(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def consumer(huey: "Huey") -> "Consumer":
    from huey.consumer import Consumer  # noqa: PLC0415

    class Quiet(Consumer):
        """The signals of a process belong to the web server."""

        def _set_signal_handlers(self) -> None:
            return

    made = Quiet(
        huey,
        workers=1,
        periodic=True,
        max_delay=LONGEST_NAP_S,
        scheduler_interval=60,  # nothing is put off until later in the queue; the crontab is all it looks at
        shutdown_timeout=LONGEST_STOP_S,
    )
    made._stop_flag_timeout = 5  # it is woken up when it is to stop
    return made


def _queue(app: Flask, **more: Any) -> "Huey":
    chosen: str = app.config["JOBS"]
    if chosen == "postgres":
        return _in_postgres(_dsn(app.config["DATABASE_URL"]), **more)
    if chosen.startswith(("redis://", "rediss://")):
        from huey import RedisHuey  # noqa: PLC0415

        return RedisHuey(NAME, url=chosen, **more)
    from huey import SqliteHuey  # noqa: PLC0415

    return SqliteHuey(NAME, filename=str(app.config["INSTANCE"] / FILE), **more)


def _in_postgres(dsn: str, **more: Any) -> "Huey":
    """Its tables are made at the first start. Several that start at once meet there, and the others find them made."""
    import psycopg  # noqa: PLC0415
    from huey import PostgresHuey  # noqa: PLC0415

    for _ in range(MOST_TO_MEET):
        try:
            return PostgresHuey(NAME, dsn=dsn, table_prefix=PREFIX, **more)
        except psycopg.OperationalError:  # out of reach, which is another matter
            raise
        except psycopg.Error:
            time.sleep(random.uniform(0, 0.2))  # noqa: S311 - no secret
    return PostgresHuey(NAME, dsn=dsn, table_prefix=PREFIX, **more)


def _dsn(url: str) -> str:
    """As libpq takes it."""
    parsed = sa.make_url(url).set(drivername="postgresql")
    return parsed.update_query_dict({"connect_timeout": "5"}).render_as_string(hide_password=False)


def _enqueue(huey: "Huey", perform: Any, found: list[tuple[str, str]]) -> None:
    """What waits in the queue already is not put there once more."""
    waiting = {tuple(task.args) for task in huey.pending() if task.args} if found else set()
    for one in found:
        if one not in waiting:
            perform(*one)


@contextmanager
def _told() -> Iterator[None]:
    """The block's failures go into the log by their type: a message may quote a row. Then comes the next minute."""
    try:
        yield
    except (Unreachable, *STORE_ERRORS) as error:
        log.warning("jobs wait, the database is out of reach: %s", type(error.__cause__ or error).__name__)
    except Exception as error:
        log.error("jobs: %s", why(error))


class _Short(logging.Handler):
    """huey's own log: what, and the type of what was raised."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        log.warning("jobs: %s%s", record.getMessage(), f" ({kind.__name__})" if kind else "")


_short = _Short(logging.WARNING)


def _quieten() -> None:
    huey = logging.getLogger("huey")
    huey.propagate = False
    if _short not in huey.handlers:
        huey.addHandler(_short)
