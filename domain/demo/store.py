"""Loads the invented municipality by bulk insert, and makes the issues of its finished weeks but the last."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import audit, digests, notices, people, themes
from domain.audit import Deed
from domain.base import Database, week_of
from domain.conversations import ARRIVALS, Conversation
from domain.people import Person, Unit, hash_password
from domain.questions import QuestionSet, QuestionSetVersion
from domain.themes import Coding, Theme

from . import rules, touches

VERB = "demo_loaded"
CHUNK = 5_000


class NotEmpty(Exception):
    """The database holds a municipality already; invented talks never mix with real ones."""


def load(database: Database, *, size: rules.Size, now: datetime) -> int:
    """Makes the municipality in one transaction; returns how many talks. Raises NotEmpty."""
    with database.writing() as session:
        if not people.is_empty(session):
            raise NotEmpty
        found = rules.municipality(size, now=now, password_hash=hash_password(rules.PASSWORD))
        for table, rows in (
            (Unit, found.units),
            (Person, found.persons),
            (QuestionSet, found.question_sets),
            (QuestionSetVersion, found.versions),
            (Theme, found.themes),
        ):
            session.execute(sa.insert(table), rows)
        homes = {person["id"]: {person["unit_id"]} for person in found.persons}
        total = _talks(session, rules.conversations(found, size, now=now), homes)
        if size.conversations is None:
            total += touches.touch(session, found, size, now=now)
        audit.record_deed(session, person_id=None, verb=VERB, at=now, facts={"talks": total, "seed": size.seed})
        if size.conversations is None:
            touches.close(session, found, now=now)
        _issues(session, size, now)
        if size.conversations is None:
            touches.reply(session, found, size, now=now)
            touches.recode(session, found, now=now)
        notices.settle_all(session, now=now, why="invented")
    return total


def is_loaded(session: Session) -> bool:
    """Whether this is the invented municipality, so that every page says so."""
    return loaded_at(session) is not None


def loaded_at(session: Session) -> datetime | None:
    """When the invented municipality was made; None in a real one."""
    return session.exec(select(Deed.at).where(col(Deed.verb) == VERB).limit(1)).first()


def _talks(
    session: Session, made: Iterator[tuple[dict[str, Any], list[dict[str, Any]]]], homes: dict[uuid.UUID, set[uuid.UUID]]
) -> int:
    total = 0
    while chunk := list(islice(made, CHUNK)):
        session.execute(sa.insert(Conversation), [row for row, _ in chunk])
        codings = [coding for _, these in chunk for coding in these]
        if codings:
            session.execute(sa.insert(Coding), codings)
        themes.count_new(session, [row for row, _ in chunk], codings, homes=homes)
        total += len(chunk)
    if total and session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text(f"SELECT setval('{ARRIVALS.name}', :highest)"), {"highest": total})
    return total


def _issues(session: Session, size: rules.Size, now: datetime) -> None:
    """As if each had been made on its Monday at six; the last finished week is left for `flask digests weekly`."""
    running = week_of(now)
    for area in people.all_areas(session):
        for back in range(size.weeks - 1, 1, -1):
            week = running.plus(-back)
            digests.make_issue(session, area, week, now=week.ends_at() + timedelta(hours=6))
