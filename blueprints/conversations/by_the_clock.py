"""Talks are indexed for search soon after they came, also when nobody searches."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import Flask
from flask_babel import lazy_gettext
from sqlmodel import Session

from blueprints.shared.schedule import Job, each_minute
from domain import conversations
from domain.base import Database, empty_journal
from domain.base import now as clock


def due(session: Session, now: datetime) -> Iterator[str]:
    """Once a minute while talks wait."""
    if conversations.is_behind(session):
        yield each_minute(now)


def index_all(database: Database) -> int:
    """Indexes what waits, so many at a time that nobody waits for long; returns how many."""
    total, n = 0, conversations.MOST_AT_ONCE
    while n == conversations.MOST_AT_ONCE:
        with database.writing() as session:
            n = conversations.index(session, now=clock())
        total += n
    empty_journal(database.engine)
    return total


def run(app: Flask, _key: str) -> None:
    index_all(app.extensions["hoert.database"])


scheduled = (
    Job(
        "conversations.index",
        due,
        run,
        title=lazy_gettext("Samtaler gøres klar til søgning"),
        in_turn=True,
        kept=timedelta(days=7),
    ),
)
