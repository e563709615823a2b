"""One writer at a time, in the order they came.

SQLite has one writer at a time, and those who wait look again after ever longer naps: with many senders some wait for seconds
while others go ahead. Here they stand in line instead: the threads of a process in the order they came, and the processes
alternately. SQLite still decides who writes; without turns (a disk that is full or read-only) it decides alone.
"""

import fcntl
import os
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

_NAP_S = 0.0005
_NEXT, _WRITING = 0, 1  # bytes of the lock file

_lines: dict[Path, "Turns"] = {}


class TooLong(Exception):
    """The turn did not come in time; nothing was begun."""


def turns_for(database: Path) -> "Turns":
    """The line in front of this file, one a process: POSIX locks are a process's, and closing the file drops them."""
    if database not in _lines:
        _lines.setdefault(database, Turns(database.with_name(f"{database.name}.turns")))
    return _lines[database]


class Turns:
    """A line in front of one database file. `holder` is whatever the one whose turn it is called itself."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._mutex = threading.Lock()
        self._line: deque[threading.Event] = deque()
        self._is_taken = False
        self._file: int | None = None
        self.holder: object = None
        self._quiet = threading.Event()
        self._quiet.set()

    def take(self, holder: object, *, wait_s: float) -> None:
        """Waits for the turn and takes it; whoever has it already keeps it. Raises TooLong."""
        if self.holder is holder:
            return
        until = time.monotonic() + wait_s
        self._stand_in_line(wait_s)
        try:
            self._before_other_processes(until)
        except BaseException:
            self._next()
            raise
        self.holder = holder
        self._quiet.clear()

    def leave_python(self) -> None:
        """Whoever has the turn waits for the disk: the others of this process may work meanwhile."""
        self._quiet.set()

    def after_writer(self, most_s: float) -> float:
        """Waits while a thread of this process writes, and says for how long it did. Threads share one interpreter: who works
        beside the writer slows it, and with it all the processes that stand behind it."""
        if self._quiet.is_set():
            return 0.0
        began = time.monotonic()
        self._quiet.wait(most_s)
        return time.monotonic() - began

    def give_back(self, holder: object) -> None:
        """Ends the turn, if it is this one's."""
        if holder is not None and self.holder is holder:
            self.holder = None
            self._quiet.set()
            self._let_go(_WRITING)
            self._next()

    def close(self) -> None:
        """Lets go of the lock file while nobody has the turn; the next one opens it again. An open file keeps a disk busy."""
        with self._mutex:
            if self._file is not None and not self._is_taken:
                os.close(self._file)
                self._file = None

    def _stand_in_line(self, wait_s: float) -> None:
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Event()
            self._line.append(mine)
        if mine.wait(wait_s):
            return
        with self._mutex:
            if mine.is_set():  # it came between
                return
            self._line.remove(mine)
        raise TooLong

    def _next(self) -> None:
        with self._mutex:
            if self._line:
                self._line.popleft().set()
            else:
                self._is_taken = False

    def _before_other_processes(self, until: float) -> None:
        """Whoever is next holds that place until the one who writes is done, so that no process takes two turns in a row while
        another waits."""
        if not self._is_open():
            return
        self._lock(_NEXT, until)
        try:
            self._lock(_WRITING, until)
        finally:
            self._let_go(_NEXT)

    def _is_open(self) -> bool:
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                return False
        return True

    def _lock(self, place: int, until: float) -> None:
        assert self._file is not None
        while True:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):
                if time.monotonic() > until:
                    raise TooLong from None
                time.sleep(_NAP_S)
            except OSError:  # this file system knows no locks
                return
            else:
                return

    def _let_go(self, place: int) -> None:
        if self._file is not None:
            with suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
