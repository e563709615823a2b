"""Whether an SQLite file is sound. Into a broken one nothing is written: what it acknowledged could be gone with the next page.

It is looked at before a process writes for the first time, and again after SQLite met something broken: a file that was restored
meanwhile is taken into use without a new start. PostgreSQL looks after itself; its servers stop at what they find broken.
"""

import logging
import sqlite3
import threading
import time
from typing import Any

import sqlalchemy as sa

#: A broken file is looked at again no oftener than this.
LOOK_AGAIN_S = 30
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
#: Only the index of words is broken, which is made of the talks.
_ONLY_THE_INDEX = 267
_BROKEN_AT_POSTGRESQL = ("XX001", "XX002")

log = logging.getLogger("hoert")


class Soundness:
    """What this process knows of the file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_at: float | None = None
        self._is_sound = True

    def is_sound(self, connection: Any) -> bool:
        """connection: of sqlite3, outside a transaction."""
        with self._lock:
            if self._looked_at is None or (not self._is_sound and time.monotonic() - self._looked_at > LOOK_AGAIN_S):
                self._set(_is_sound(connection))
                self._looked_at = time.monotonic()
            return self._is_sound

    def heard(self, error: BaseException | None) -> None:
        """SQLite met an error at work."""
        if is_broken(error):
            with self._lock:
                self._looked_at = time.monotonic()
                self._set(False)

    def _set(self, is_sound: bool) -> None:
        if self._is_sound and not is_sound:
            log.critical("the database is broken; nothing is written to it: restore a back-up (docs/operations.md)")
        self._is_sound = is_sound


def is_broken(error: BaseException | None) -> bool:
    """Whether this error of a driver says that the file is broken."""
    if getattr(error, "sqlstate", None) in _BROKEN_AT_POSTGRESQL:
        return True
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in _BROKEN and code != _ONLY_THE_INDEX


def listen(engine: sa.Engine, soundness: Soundness) -> None:
    @sa.event.listens_for(engine, "handle_error")
    def _heard(context: Any) -> None:
        soundness.heard(context.original_exception)


def _is_sound(connection: Any) -> bool:
    cursor = connection.cursor()
    try:
        return bool(cursor.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)])
    except sqlite3.Error as error:
        if is_broken(error):
            return False
        raise
    finally:
        cursor.close()
