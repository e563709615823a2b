"""Room that is set aside on the disk, so that words can be erased also when it is full: a file beside an SQLite database.

Erasing writes before it frees: the pages that change go through the journal first. The file is let go of right before that, and
made again afterwards.
"""

import errno
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: More than an erasure writes but for the index of words.
LEAST_BYTES = 4 * 1024 * 1024
#: Before SQLite 3.42 the whole index of words is written anew (domain/conversations/search.py), through the journal: measured 1.7
#: times its size (ADR 033).
TIMES_THE_INDEX = 2
_INDEX_BYTES = "SELECT coalesce(sum(length(block)), 0) FROM conversation_words_fts_data"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
#: With less than this free, a journal that cannot be made is the disk's fault.
_NEARLY_FULL_BYTES = 256 * 1024

log = logging.getLogger("hoert")


@dataclass(frozen=True)
class Reserve:
    """The file; `database` is the one it lies beside."""

    database: Path

    @property
    def path(self) -> Path:
        return self.database.with_name(f"{self.database.name}.reserve")

    def make(self) -> bool:
        """Makes it, or makes it larger as the index of words grew. False where there is no room: then that is in the log."""
        wanted = self.wanted_bytes()
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                if os.fstat(handle).st_size < wanted:
                    os.posix_fallocate(handle, 0, wanted)
            finally:
                os.close(handle)
        except OSError as error:
            log.warning("no room set aside for erasing: %s", errno.errorcode.get(error.errno or 0, "?"))
            self.let_go()
            return False
        return True

    def let_go(self) -> bool:
        """Whether there was anything to let go of."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True

    @contextmanager
    def used(self) -> Iterator[bool]:
        """Whether there is room now that was not there before; afterwards it is set aside again."""
        was_there = self.let_go()
        try:
            yield was_there
        finally:
            if was_there:
                self.make()

    def wanted_bytes(self) -> int:
        if sqlite3.sqlite_version_info >= (3, 42):
            return LEAST_BYTES
        try:
            connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        except sqlite3.Error:
            return LEAST_BYTES
        try:
            [(size,)] = connection.execute(_INDEX_BYTES).fetchall()
        except sqlite3.Error:  # not migrated yet, or not readable
            size = 0
        finally:
            connection.close()
        return int(LEAST_BYTES + TIMES_THE_INDEX * size)

    def is_short(self, error: BaseException | None) -> bool:
        """Whether the disk was full, seen in the error or in what caused it."""
        while error is not None:
            original = getattr(error, "orig", error)
            if isinstance(original, OSError) and original.errno in _NO_ROOM:
                return True
            code = getattr(original, "sqlite_errorcode", 0) & 0xFF
            if code == sqlite3.SQLITE_FULL:
                return True
            if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and self.is_nearly_full():
                return True
            error = error.__cause__
        return False

    def is_nearly_full(self) -> bool:
        there = os.statvfs(self.database.parent)
        return there.f_bavail * there.f_frsize < _NEARLY_FULL_BYTES
