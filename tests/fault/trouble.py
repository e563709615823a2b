"""Trouble at PostgreSQL, made to measure: the next requests with talks that come to a place get an error of PostgreSQL's own
there, with all that belongs to it (the transaction is spoilt, the driver raises what it raises).

A folder holds what is to come (FAULT_TROUBLE, wrapped.py). Each file in it is one error: `place-sqlstate-number`. Whoever comes
by takes one away and meets it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

#: In the midst of storing talks; when all was done but the commit.
PLACES = ("inserting", "committing")
RACES = ("40001", "40P01")


def make(folder: Path, place: str, state: str, times: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(times):
        (folder / f"{place}-{state}-{number}").touch()


def left(folder: Path) -> int:
    return len(list(folder.iterdir()))


def listen(engine: sa.Engine, folder: Path, takes_talks: Callable[[], bool]) -> None:
    @sa.event.listens_for(engine, "before_cursor_execute", retval=True)
    def instead(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> tuple[str, Any]:
        state = _next(folder, "inserting") if statement.startswith("INSERT INTO conversation ") and takes_talks() else None
        return (_raising(state), {}) if state else (statement, parameters)

    @sa.event.listens_for(engine, "commit")
    def before_commit(connection: sa.Connection) -> None:
        state = _next(folder, "committing") if takes_talks() else None
        if state:
            connection.exec_driver_sql(_raising(state))


def _next(folder: Path, place: str) -> str | None:
    """The error that waits here, taken by this request alone."""
    for one in folder.glob(f"{place}-*"):
        try:
            one.unlink()
        except FileNotFoundError:
            continue
        return one.name.split("-")[1]
    return None


def _raising(state: str) -> str:
    return f"DO $$ BEGIN RAISE EXCEPTION 'made to measure' USING ERRCODE = '{state}'; END $$"
