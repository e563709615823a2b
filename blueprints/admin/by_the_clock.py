"""What the house does for itself each night: files without a trace of what was deleted, room for erasing, old runs forgotten."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from flask import Flask
from flask_babel import lazy_gettext
from sqlmodel import Session

from blueprints.shared import schedule
from blueprints.shared.schedule import Job, each_day
from domain import jobs, privacy
from domain.base import Database, now

AT_NIGHT = time(3, 10)


class NotNow(Exception):
    """Others were at work, or the disk has no room for it; nothing is lost, and another night will do."""


def due(_session: Session, now: datetime) -> Iterator[str]:
    """One night at a time: one that was missed is not made up for."""
    yield each_day(now, AT_NIGHT)


def scrub(app: Flask, _key: str) -> None:
    """Raises NotNow."""
    if not privacy.scrub(_database(app)):
        raise NotNow


def set_room_aside(app: Flask, _key: str) -> None:
    """Raises NotNow."""
    reserve = _database(app).reserve
    if reserve is not None and not reserve.make():
        raise NotNow


def forget(app: Flask, _key: str) -> None:
    for job in schedule.jobs_of(app).values():
        with _database(app).writing() as session:
            jobs.forget(session, job.name, before=now() - job.kept)


def _database(app: Flask) -> Database:
    database: Database = app.extensions["hoert.database"]
    return database


scheduled = (
    # It keeps writers waiting: another night, not another hour.
    Job(
        "privacy.scrub",
        due,
        scrub,
        title=lazy_gettext("Slettede ord fjernes fra filerne"),
        in_turn=True,
        first_pause=timedelta(days=1),
    ),
    Job("database.reserve", due, set_room_aside, title=lazy_gettext("Der holdes plads til at slette"), in_turn=True),
    Job("jobs.forget", due, forget, title=lazy_gettext("Gamle opgaver glemmes"), in_turn=True),
)
