"""The issue of each area's week, made on Monday without anybody asking: one key an area and week, `<area-id>/2026-W47`."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlmodel import Session

from blueprints.shared.schedule import Job
from domain import demo, digests, people
from domain.base import Database, Week, now
from domain.digests import Issue
from domain.people import Unit

NAME = "digests.weekly"


def key_of(area: Unit, week: Week) -> str:
    return f"{area.id}/{week}"


def read_key(key: str) -> tuple[uuid.UUID, Week]:
    """Raises ValueError."""
    area, _slash, label = key.partition("/")
    return uuid.UUID(area), Week.parse(label)


def due(session: Session, now: datetime) -> Iterator[str]:
    """The oldest missing week of each area. The next one comes when that stands: made before it, it would take its talks.

    Of the invented municipality the week that was over when it was made is left to whoever tries `digests weekly`.
    """
    made_at = demo.loaded_at(session)
    for area, weeks in digests.missing(session, now=now):
        left = [week for week in weeks if made_at is None or week.ends_at() > made_at]
        if left:
            yield key_of(area, left[0])


def make(database: Database, area: Unit, week: Week) -> Issue | digests.LaterIssued | None:
    """None where it stands already; LaterIssued, returned, where a later one holds its talks: in both nothing is to be done."""
    with database.writing() as session:
        try:
            return digests.make_issue(session, area, week, now=now())
        except digests.LaterIssued as later:
            return later


def run(app: Flask, key: str) -> None:
    """An area that is not there has no weeks. Raises ValueError for what is no key."""
    area_id, week = read_key(key)
    database: Database = app.extensions["hoert.database"]
    with database.reading() as session:
        area = people.units_by_id(session, [area_id]).get(area_id)
    if area is not None:
        make(database, area, week)


def labels(session: Session, keys: Sequence[str]) -> Mapping[str, str]:
    """`Område Syd, uge 47`; nothing for what is no key of this release."""
    read = {}
    for key in keys:
        with suppress(ValueError):
            read[key] = read_key(key)
    areas = people.units_by_id(session, [area for area, _week in read.values()])
    return {
        key: _("%(area)s, uge %(number)d", area=areas[area].name, number=week.number)
        for key, (area, week) in read.items()
        if area in areas
    }


def waits(session: Session, now: datetime) -> Iterator[tuple[str, datetime]]:
    return ((key_of(one.area, one.week), one.at) for one in digests.to_come(session, now=now))


scheduled = (Job(NAME, due, run, title=lazy_gettext("Ugerne samles"), labels=labels, waits=waits, check=read_key),)
