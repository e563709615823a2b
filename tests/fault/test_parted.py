"""The server's processes are loaded once and then part (ADR 044): nothing that must be each one's own is shared."""

import os
import threading
import uuid
from contextlib import suppress
from pathlib import Path

from app import create_app
from domain.base import new_id


def test_an_application_that_is_loaded_has_opened_nothing_and_started_nothing(tmp_path, sqlite_url):
    before, threads = _open_files(), threading.active_count()
    app = create_app({"INSTANCE": tmp_path / "instance", "DATABASE_URL": sqlite_url})
    pool = app.extensions["hoert.database"].engine.pool
    # What other tests left open may be closed meanwhile.
    assert _open_files() - before == set()
    assert threading.active_count() <= threads
    assert pool.checkedout() + pool.checkedin() == 0


def test_keys_that_are_made_after_the_parting_differ():
    new_id()  # also where the parent drew some before
    reading, writing = os.pipe()
    children = [_part(writing) for _ in range(4)]
    for child in children:
        os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        keys = [uuid.UUID(bytes=told.read(16)) for _ in range(4 * 50)]
    assert len(set(keys)) == len(keys)
    # Beyond the millisecond and the count of it, what is drawn at random differs too.
    assert len({key.int & (2**32 - 1) for key in keys}) == len(keys)


def _part(writing: int) -> int:
    child = os.fork()
    if not child:
        os.write(writing, b"".join(new_id().bytes for _ in range(50)))
        os._exit(0)
    return child


def _open_files() -> set[str]:
    """What each points to; that of this very look is in every one."""
    found = set()
    for one in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(one.readlink()))
    return found
