"""Who was at fault when the database did not do it: the store, another transaction that came between, or the work itself."""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from .soundness import is_broken

#: What SQLAlchemy raises when the store does not do it: the driver's errors, and a pool that has no connection to give.
STORE_ERRORS = (DBAPIError, NoConnectionFree)

#: PostgreSQL: connection lost, out of resources, read-only, idle for too long, could not serialise or deadlocked, shutting down.
_SQLSTATES_AT_FAULT = ("08", "53", "25006", "25P03", "40", "57P")
#: PostgreSQL: could not serialise; deadlocked. All of the transaction was undone, and the next try may well succeed.
_LOST_A_RACE = frozenset({"40001", "40P01"})

#: Locked, full, read-only, failing or broken files; a missing table (SQLITE_ERROR) is a fault of ours.
_STORE_AT_FAULT = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)


class Unreachable(Exception):
    """The database did not take the work: it is locked, full, read-only or away. Nothing was stored; trying again is right."""


class Broken(Unreachable):
    """The database file is broken: nothing is written to it until it is restored."""


def is_transient(error: Exception) -> bool:
    """Whether the store, not the work, was at fault (so that the answer is 503 and the sender tries again)."""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _STORE_AT_FAULT
    if is_broken(error.orig):
        return True
    return isinstance(error, OperationalError) or error.connection_invalidated or _state(error).startswith(_SQLSTATES_AT_FAULT)


def lost_a_race(error: BaseException) -> bool:
    """Whether another transaction came between, and all of this one was undone: begun anew it may well succeed."""
    cause = error.__cause__ if isinstance(error, Unreachable) else error
    return isinstance(cause, DBAPIError) and _state(cause) in _LOST_A_RACE


def is_undone(error: DBAPIError) -> bool:
    """Whether a commit that failed so is known to have changed nothing; a connection lost meanwhile tells neither."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return lost_a_race(error) or code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY)


def _state(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""
