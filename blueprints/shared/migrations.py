"""Bringing the database to this release's shape, with Alembic."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from domain.base import open_database

from .settings import ROOT

#: Any number that nobody else locks in this database: »hoert« in ASCII.
LOCK = int.from_bytes(b"hoert", "big")


def config(url: str) -> Config:
    found = Config()
    found.set_main_option("script_location", str(ROOT / "migrations"))
    found.attributes["url"] = url
    return found


def revision(url: str) -> str | None:
    """Where the database stands; None when it was never migrated."""
    database = open_database(url)
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        database.dispose()


def is_known(revision: str | None) -> bool:
    """Whether this release knows the revision: one from a later release cannot be brought back to this one."""
    return revision in {one.revision for one in ScriptDirectory.from_config(config("")).walk_revisions()}


def upgrade(url: str, *, keeps_copy: bool = True) -> Iterator[str]:
    """Migrates to head and says what it did. A failed SQLite migration can be half done, so the file is copied first."""
    stands_at = revision(url)
    head = ScriptDirectory.from_config(config(url)).get_current_head()
    if stands_at == head:
        return
    copy = _copy_sqlite(url) if stands_at and keeps_copy else None
    if copy:
        yield f"Copied the database to {copy} before changing it."
    with _alone(url):
        command.upgrade(config(url), "head")
    yield f"The database is at revision {head}."


def upgrade_within(connection: sa.Connection) -> None:
    """The same in the connection's own transaction, which the caller commits (PostgreSQL)."""
    found = config("")
    found.attributes["connection"] = connection
    command.upgrade(found, "head")


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Two servers that start at once do not migrate one PostgreSQL at once; the second waits. SQLite locks itself."""
    database = open_database(url)
    try:
        with database.engine.connect() as connection:
            if database.engine.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            yield
    finally:
        database.dispose()


def _copy_sqlite(url: str) -> Path | None:
    """A consistent copy beside the file, by SQLite's own backup; None for other databases."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    source = Path(parsed.database)
    if not source.is_file():
        return None
    target = source.with_name(f"{source.name}.{datetime.now(UTC):%Y%m%dT%H%M%S}.before-upgrade")
    with sqlite3.connect(source) as original, sqlite3.connect(target) as copy:
        original.backup(copy)
    original.close()
    copy.close()
    shutil.copymode(source, target)
    return target
