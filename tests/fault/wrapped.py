"""The application as it is served, with what a test needs around it and nothing of that within: places where it can be made to
kill its own server, trouble at the database (FAULT_TROUBLE, trouble.py), and, for the tests of the tests, one rule broken
on purpose.

FAULT_KILL_AT is a file. While it holds the name of a place, the next request to /sync that comes there ends the whole server,
master and workers, by SIGKILL; the file is gone then. FAULT_BROKEN names what is broken (tests/fault/broken.py). FAULT_POOL and
FAULT_LIMITS are JSON: another pool of connections, other limits of waiting (domain/base/patience.py). FAULT_CLOCK is a file that
says by how many seconds the server's clock is ahead.
"""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import time_machine
from flask import has_request_context, request
from sqlalchemy.orm import Session

from app import create_app
from blueprints.shared.application import Hoert
from domain.base import patience
from tests.fault import broken, trouble

#: In the order a request comes by.
PLACES = ("asked", "inserted", "before_commit", "after_commit", "answer_made", "half_answered")


def create() -> Hoert:
    patience.POOL.update(json.loads(os.environ.get("FAULT_POOL", "{}")))
    patience.OF_REQUESTS.update(json.loads(os.environ.get("FAULT_LIMITS", "{}")))
    set_clock()  # what runs by the clock begins before anybody asks
    app = create_app()
    if os.environ.get("FAULT_BROKEN"):
        broken.SERVER[os.environ["FAULT_BROKEN"]](app)
    engine = app.extensions["hoert.database"].engine
    if os.environ.get("FAULT_TROUBLE"):
        trouble.listen(engine, Path(os.environ["FAULT_TROUBLE"]), _in_sync)
    sa.event.listen(engine, "after_cursor_execute", _after_statement)
    sa.event.listen(engine, "commit", lambda _connection: _in_sync() and die_at("before_commit"))
    sa.event.listen(Session, "after_commit", lambda _session: _in_sync() and die_at("after_commit"))
    app.wsgi_app = _around(app.wsgi_app)  # type: ignore[method-assign]
    return app


def die_at(place: str) -> None:
    """Ends the server if this is where it is to end."""
    path = Path(os.environ["FAULT_KILL_AT"])
    try:
        if path.read_text("ascii") != place:
            return
        path.unlink()  # of several that come by, one does it
    except FileNotFoundError:
        return
    os.killpg(0, signal.SIGKILL)


_clock: dict[str, Any] = {"ahead_s": 0}
_setting = threading.Lock()


def set_clock() -> None:
    """The clock of this process, as the file says it now."""
    path = Path(os.environ.get("FAULT_CLOCK", os.devnull))
    with _setting:  # read in here: else one that read it before may set it after one that read it later
        said = path.read_text("ascii") if path.exists() else "0"
        if not said:  # it is being written
            return
        further = timedelta(seconds=int(said) - _clock["ahead_s"])
        if not further:
            return
        if "traveller" in _clock:
            _clock["traveller"].shift(further)
        else:
            _clock["traveller"] = time_machine.travel(datetime.now(UTC) + further, tick=True).start()
            time.time()  # it ticks from when it is first asked
        _clock["ahead_s"] = int(said)


def _keep_the_clock() -> None:
    """In each process of the server: a worker that nobody asks, since another one is quicker, has jobs to do by its clock."""
    global _setting  # another thread of the process before may have held its one
    _setting = threading.Lock()

    def keep() -> None:
        while True:
            set_clock()
            time.sleep(0.5)

    threading.Thread(target=keep, name="clock", daemon=True).start()


os.register_at_fork(after_in_child=_keep_the_clock)


def _in_sync() -> bool:
    return has_request_context() and request.method == "POST" and request.path == "/sync"


def _after_statement(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    if statement.startswith("INSERT INTO conversation ") and _in_sync():
        die_at("inserted")


def _around(answers: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def around(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        set_clock()
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("POST", "/sync"):
            return answers(environ, start)
        die_at("asked")
        body = answers(environ, start)
        die_at("answer_made")
        return _Half(body)

    return around


class _Half:
    """The answer in two pieces, and a place between them."""

    def __init__(self, body: Any) -> None:
        self.body = body

    def __iter__(self) -> Iterator[bytes]:
        whole = b"".join(self.body)
        yield whole[: len(whole) // 2]
        die_at("half_answered")
        yield whole[len(whole) // 2 :]

    def close(self) -> None:
        if hasattr(self.body, "close"):
            self.body.close()
