"""Making a back-up while people write."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from . import postgresql
from .files import BadBackup, new_file

#: What the file says of itself; Hørt runs on such a file as it is.
NOTE = "backup_note"


def create(url: str, target: Path, *, now: datetime, force: bool = False) -> None:
    """Raises BadBackup; then the target is as it was."""
    if target.exists() and not force:
        raise BadBackup(f"{target} exists already; --force overwrites it.")
    if not target.parent.is_dir():
        raise BadBackup(f"There is no folder {target.parent}.")
    parsed = sa.make_url(url)
    with new_file(target) as part:
        if parsed.get_backend_name() == "sqlite":
            copy_sqlite(Path(str(parsed.database)), part)
            _describe(part, now)
            check_sqlite(part, of="The database is broken, and so is its copy")
        else:
            postgresql.dump(parsed, part)


def copy_sqlite(source: Path, target: Path) -> None:
    """The whole database as it is at one moment, by SQLite's own back-up; others go on writing meanwhile. Raises BadBackup."""
    if not source.is_file():
        raise BadBackup(f"There is no database at {source}.")
    try:
        with closing(sqlite3.connect(source, timeout=30)) as original, closing(sqlite3.connect(target)) as copy:
            original.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE").fetchall()  # one file, without a journal beside it
    except sqlite3.Error as error:
        raise BadBackup(f"{source} cannot be copied ({getattr(error, 'sqlite_errorname', type(error).__name__)}).") from error


def check_sqlite(file: Path, *, of: str) -> None:
    """Raises BadBackup."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchall()
    except sqlite3.Error as error:
        raise BadBackup(f"{of} ({getattr(error, 'sqlite_errorname', type(error).__name__)}).") from error
    if found != [("ok",)]:
        raise BadBackup(f"{of}.")


def _describe(file: Path, now: datetime) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"DROP TABLE IF EXISTS {NOTE}")
        connection.execute(f"CREATE TABLE {NOTE} (made_at TEXT NOT NULL)")
        connection.execute(f"INSERT INTO {NOTE} VALUES (?)", [now.isoformat(timespec="seconds")])  # noqa: S608
