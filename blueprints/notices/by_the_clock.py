"""Notices leave soon after they were written, and who has something lying is reminded in the morning."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from flask import Flask
from flask_babel import lazy_gettext
from sqlmodel import Session

from blueprints.shared.schedule import Job, each_day, each_minute
from domain import digests, notices
from domain.base import Database
from domain.base import now as clock

from . import delivering

MORNING, NIGHT = time(8), time(3, 20)
#: What left or was given up is known for so long.
KEPT = timedelta(days=90)


def due(session: Session, now: datetime) -> Iterator[str]:
    """Once a minute while something may leave."""
    if notices.is_due(session, now=now):
        yield each_minute(now)


def deliver(_app: Flask, _key: str) -> None:
    delivering.deliver_due()


def remind(database: Database) -> dict[str, int]:
    """Of talks that lie unsent for a day and of weeks unread for three, each once; how many new notices of each."""
    new = {}
    for name, verb in (("unsent", notices.remind_unsent), ("unread", digests.remind_unread)):
        with database.writing() as session:
            new[name] = verb(session, now=clock())
    return new


def remind_now(app: Flask, _key: str) -> None:
    remind(app.extensions["hoert.database"])


def forget(app: Flask, _key: str) -> None:
    with app.extensions["hoert.database"].writing() as session:
        notices.forget_old(session, before=clock() - KEPT)


scheduled = (
    Job(
        "notices.deliver",
        due,
        deliver,
        title=lazy_gettext("Påmindelser sendes"),
        in_turn=True,
        kept=timedelta(days=7),
    ),
    Job(
        "notices.remind",
        lambda _session, now: [each_day(now, MORNING)],
        remind_now,
        title=lazy_gettext("Der mindes om det, der ligger usendt eller ulæst"),
    ),
    Job(
        "notices.forget",
        lambda _session, now: [each_day(now, NIGHT)],
        forget,
        title=lazy_gettext("Gamle påmindelser glemmes"),
        in_turn=True,
    ),
)
