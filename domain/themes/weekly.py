"""Counts of talks by week, house and theme, kept in the transaction that stores, edits, recodes or erases what they count.

A digest looks back over eight weeks and asks when each house was last heard; counted anew from the talks that would take longer
with every year. A count is told apart by the week a talk was held in and the week it arrived in, so that a week can be counted
as it stood at its end.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain import people
from domain.base import Week, ask, in_chunks, new_id, week_of
from domain.conversations import Conversation
from domain.people import Unit

from . import rules
from .tables import Coding, WeeklyTalks, WeeklyThemes


class Held(NamedTuple):
    """What a talk is counted under. `own`: noted by somebody of the house itself."""

    unit_id: uuid.UUID
    held_week: str
    arrived_week: str
    own: bool


#: A theme is counted by house and weeks; whose talk it was is of no matter there.
About = tuple[uuid.UUID, str, str, uuid.UUID]


class Tally:
    """What a transaction changes of the counts: gathered as it goes, and written once at its end.

    A count that was written is held until the commit. Two envelopes that wrote talk by talk, of the same house in another order,
    would wait for each other for ever (PostgreSQL); written at once, the counts are taken in the order of their keys.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.talks, self.themes = Counter[Held](), Counter[About]()

    def count_new(
        self,
        rows: Sequence[Mapping[str, Any]],
        codings: Sequence[Mapping[str, Any]],
        *,
        homes: Mapping[uuid.UUID, Collection[uuid.UUID]],
    ) -> None:
        """Talks that were just stored. rows and codings: as they were inserted; homes: the houses each author belongs to."""
        held = {row["id"]: _held(row, own=row["unit_id"] in homes[row["author_id"]]) for row in rows}
        self.talks.update(held.values())
        self.themes.update(
            _about(held[coding["conversation_id"]], coding["theme_id"])
            for coding in codings
            if coding["decision"] == rules.Decision.CONFIRMED
        )

    @contextmanager
    def around(self, first_ids: Collection[uuid.UUID]) -> Iterator[None]:
        """Whatever the block does to these talks or their themes, the counts follow. The talks are held already."""
        talks, themes = _counted(self.session, first_ids)
        yield
        self.session.flush()
        talks_now, themes_now = _counted(self.session, first_ids)
        talks_now.subtract(talks)
        themes_now.subtract(themes)
        self.talks.update(talks_now)
        self.themes.update(themes_now)

    def write(self) -> None:
        _add(self.session, self.talks, self.themes)
        self.talks, self.themes = Counter[Held](), Counter[About]()


def count_new(
    session: Session,
    rows: Sequence[Mapping[str, Any]],
    codings: Sequence[Mapping[str, Any]],
    *,
    homes: Mapping[uuid.UUID, Collection[uuid.UUID]],
) -> None:
    """Counts talks that were just stored, at once; see Tally."""
    tally = Tally(session)
    tally.count_new(rows, codings, homes=homes)
    tally.write()


@contextmanager
def recounted(session: Session, first_ids: Collection[uuid.UUID]) -> Iterator[None]:
    """The counts follow whatever the block does to these talks, at once; see Tally."""
    tally = Tally(session)
    with tally.around(first_ids):
        yield
    tally.write()


def rebuild(session: Session) -> int:
    """Counts everything anew from the talks, by where their authors belong today; returns how many talks there are.

    Who changes the counts meanwhile waits, and adds to the new ones: what such a one did to the talks is not seen before its
    commit, so it is counted once.
    """
    _keep_writers_out(session)
    for table in (WeeklyThemes, WeeklyTalks):
        session.execute(sa.delete(table))
    ids = session.exec(select(Conversation.first_id).where(col(Conversation.replaced_by_id).is_(None))).all()
    for some in in_chunks(ids, 5_000):
        _add(session, *_counted(session, some))
    return len(ids)


def _keep_writers_out(session: Session) -> None:
    """Until the commit. On SQLite a writing transaction is alone anyway (`BEGIN IMMEDIATE`)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE weekly_talks, weekly_themes IN SHARE ROW EXCLUSIVE MODE"))


def talks_held(
    session: Session, unit_ids: Sequence[uuid.UUID], *, weeks: Sequence[Week], known_by: Week
) -> Iterator[tuple[uuid.UUID, Week, int, int]]:
    """(house, week, talks, of them noted by the house itself): held in these weeks, and arrived by the end of `known_by`."""
    labels = {str(week): week for week in weeks}
    within = {"unit_ids": list(unit_ids), "labels": list(labels), "known_by": str(known_by)}
    for unit, label, talks, of_the_house in ask(session, _TALKS_HELD, within).all():
        if talks:
            yield unit, labels[label], int(talks), int(of_the_house)


def themes_held(
    session: Session, unit_ids: Sequence[uuid.UUID], *, weeks: Sequence[Week], known_by: Week
) -> Iterator[tuple[uuid.UUID, Week, int]]:
    """(theme, week, talks that people said are about it), of the same talks."""
    labels = {str(week): week for week in weeks}
    within = {"unit_ids": list(unit_ids), "labels": list(labels), "known_by": str(known_by)}
    for theme, label, talks in ask(session, _THEMES_HELD, within).all():
        if talks:
            yield theme, labels[label], int(talks)


def last_weeks(session: Session, unit_ids: Sequence[uuid.UUID], *, until: Week) -> dict[uuid.UUID, Week]:
    """The last week a talk was held in at each house, of those held and arrived by the end of `until`."""
    found = ask(session, _LAST_WEEKS, {"unit_ids": list(unit_ids), "until": str(until)}).all()
    return {unit: Week.parse(label) for unit, label in found if label}


def _within(table: type[WeeklyTalks] | type[WeeklyThemes]) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(table.unit_id).in_(sa.bindparam("unit_ids", expanding=True)),
        col(table.held_week).in_(sa.bindparam("labels", expanding=True)),
        col(table.arrived_week) <= sa.bindparam("known_by"),
    )


# Built once: every week that is composed asks all three.
_OWN = sa.func.sum(sa.case((col(WeeklyTalks.own), col(WeeklyTalks.talks)), else_=0))
_TALKS_HELD = (
    sa.select(col(WeeklyTalks.unit_id), col(WeeklyTalks.held_week), sa.func.sum(col(WeeklyTalks.talks)), _OWN)
    .where(*_within(WeeklyTalks))
    .group_by(col(WeeklyTalks.unit_id), col(WeeklyTalks.held_week))
)
_THEMES_HELD = (
    sa.select(col(WeeklyThemes.theme_id), col(WeeklyThemes.held_week), sa.func.sum(col(WeeklyThemes.talks)))
    .where(*_within(WeeklyThemes))
    .group_by(col(WeeklyThemes.theme_id), col(WeeklyThemes.held_week))
)
#: By the unique key backwards, house by house: the years behind a house cost nothing.
_LAST_WEEK_OF_ONE = (
    sa.select(col(WeeklyTalks.held_week))
    .where(col(WeeklyTalks.unit_id) == col(Unit.id), col(WeeklyTalks.talks) > 0)
    .where(col(WeeklyTalks.held_week) <= sa.bindparam("until"), col(WeeklyTalks.arrived_week) <= sa.bindparam("until"))
    .order_by(col(WeeklyTalks.held_week).desc())
    .limit(1)
    .scalar_subquery()
    .label("week")
)
_LAST_WEEKS = sa.select(col(Unit.id), _LAST_WEEK_OF_ONE).where(col(Unit.id).in_(sa.bindparam("unit_ids", expanding=True)))


def _held(row: Mapping[str, Any], *, own: bool) -> Held:
    return Held(row["unit_id"], row["held_week"], _label(row["received_at"]), own)


@lru_cache(maxsize=64)
def _label(moment: datetime) -> str:
    """The talks of an envelope arrive at one moment."""
    return str(week_of(moment))


def _about(held: Held, theme: uuid.UUID) -> About:
    return held.unit_id, held.held_week, held.arrived_week, theme


def _counted(session: Session, first_ids: Collection[uuid.UUID]) -> tuple[Counter[Held], Counter[About]]:
    """What these talks add to the counts, as they stand now."""
    talks, themes = Counter[Held](), Counter[About]()
    home, house = aliased(people.Unit), aliased(people.Unit)
    columns = (Conversation.first_id, Conversation.unit_id, Conversation.held_week, Conversation.received_at)
    for some in in_chunks(list(first_ids)):
        latest = (col(Conversation.first_id).in_(some), col(Conversation.replaced_by_id).is_(None))
        query = (
            sa.select(*map(col, columns), people.is_home(home, house).label("own"))
            .join(people.Person, col(people.Person.id) == col(Conversation.author_id))
            .join(home, col(home.id) == col(people.Person.unit_id))
            .join(house, col(house.id) == col(Conversation.unit_id))
        )
        found = session.execute(query.where(*latest))
        held = {row["first_id"]: _held(dict(row), own=bool(row["own"])) for row in found.mappings()}
        confirmed = sa.select(col(Coding.conversation_id), col(Coding.theme_id)).where(
            col(Coding.conversation_id).in_(some), col(Coding.decision) == rules.Decision.CONFIRMED
        )
        talks.update(held.values())
        themes.update(_about(held[key], theme) for key, theme in session.execute(confirmed) if key in held)
    return talks, themes


def _add(session: Session, talks: Counter[Held], themes: Counter[About]) -> None:
    """In the order of the keys, so that two senders do not wait for each other."""
    _upsert(session, WeeklyTalks, Held._fields, sorted(talks.items()))
    _upsert(session, WeeklyThemes, (*Held._fields[:3], "theme_id"), sorted(themes.items()))


def _upsert(
    session: Session, table: type[WeeklyTalks] | type[WeeklyThemes], keys: Sequence[str], counts: Sequence[tuple[Any, int]]
) -> None:
    rows = [{"id": new_id(), **dict(zip(keys, key, strict=True)), "talks": n} for key, n in counts if n]
    if not rows:
        return
    ask(session, _upserting(table, session.get_bind().dialect.name), rows)


@cache
def _upserting(table: type[WeeklyTalks] | type[WeeklyThemes], dialect: str) -> Any:
    inner = sa.inspect(table).local_table
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(inner)
    keys = [*Held._fields[:3], "own" if table is WeeklyTalks else "theme_id"]
    return statement.on_conflict_do_update(index_elements=keys, set_={"talks": inner.c.talks + statement.excluded.talks})
