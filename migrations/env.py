"""Alembic's entry. The address comes from the command that calls it; both databases take the same revisions."""

import importlib
import pkgutil

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

import domain
from domain.base import open_database

for area in pkgutil.iter_modules(domain.__path__):
    importlib.import_module(f"domain.{area.name}")  # registers the area's tables


def render_item(kind, item, _autogenerate):
    """Autogenerate would name SQLModel's own types without importing them; the plain ones say the same."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        length = item.impl.length
        return f"sa.String({length})" if length else "sa.String()"
    return False


def include_name(name, kind, _parents):
    """What stands beside the table of words is made by hand: FTS5 and what belongs to it on SQLite, the index on PostgreSQL."""
    return not (kind == "table" and str(name).startswith("conversation_words_fts")) and name != "ix_conversation_words_words"


def run():
    """In the connection that the caller brings, whose transaction is the caller's too, or in one of its own."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    database = open_database(context.config.attributes["url"])
    engine = database.engine.execution_options(hoert_writes=True)
    try:
        with engine.connect() as connection:
            migrate(connection)
            connection.commit()
    finally:
        database.dispose()


def migrate(connection):
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        render_item=render_item,
        include_name=include_name,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Hørt's migrations need the database itself.")
run()
