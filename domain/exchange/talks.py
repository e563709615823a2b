"""Talks as a table: one row a talk, one column a question.

Who reads it decides what stands there, as on the pages (docs/access.md). Those of a house have ids, moments and coarse facts.
Those above have a random reference, the week a talk arrived in and the house where its issue names it, in an order that tells
nothing; of talks they noted themselves no more, since a file is passed on. A file that the one who runs the server makes for
nobody in particular (no reader) is seen from above too, and holds every talk.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import audit, digests, people, questions
from domain.base import Database, Week, in_chunks, local, week_of
from domain.conversations import QUOTABLE, Conversation
from domain.people import Actor, Permission, Reach, Unit
from domain.questions import Form, Published

from .cells import Cell
from .columns import Column, about, columns

AT_ONCE = 1_000
MOST_AN_HOUR = 10
VERB = "talks_exported"
#: What stands between the codes where several were chosen.
BETWEEN = "|"

Log = Callable[[Sequence[uuid.UUID]], None]


@dataclass
class TooManyExports(Exception):
    """So many files were fetched within the hour; another may be after `wait_s`."""

    wait_s: int


@dataclass(frozen=True)
class Wanted:
    """Which talks: weeks from the first to the last, both included, and one question set; None: all."""

    first: Week | None = None
    last: Week | None = None
    set_id: uuid.UUID | None = None


def begin(database: Database, actor: Actor, *, now: datetime, limits: bool = True) -> None:
    """Notes that the actor fetches a file, before there is one. Raises TooManyExports.

    The log itself is what counts them, so it holds for all processes of the server together.
    """
    with database.writing() as session:
        people.hold(session, actor.person_id)
        an_hour_ago = datetime.fromtimestamp(now.timestamp() - 3_600, tz=now.tzinfo)
        times = audit.times_of(session, person_id=actor.person_id, verb=VERB, since=an_hour_ago)
        if limits and len(times) >= MOST_AN_HOUR:
            raise TooManyExports(max(1, int((times[-MOST_AN_HOUR] - an_hour_ago).total_seconds()) + 1))
        audit.record_deed(session, person_id=actor.person_id, verb=VERB, at=now)


@dataclass(frozen=True)
class Table:
    """What will stand in the file. `actor` None: nobody in particular reads it. `total`: how many talks."""

    actor: Actor | None
    wanted: Wanted
    columns: tuple[Column, ...]
    forms: dict[uuid.UUID, Form]
    total: int

    @property
    def is_near(self) -> bool:
        return is_near(self.actor)

    @property
    def named(self) -> list[tuple[str, str]]:
        """Title and name of each column."""
        return [*_FIRST, *(_NEAR if self.is_near else ()), *((column.title, column.key) for column in self.columns)]


_FIRST = (
    ("Samtale", "reference"),
    ("Spørgsmålssæt", "set"),
    ("Titel", "set_title"),
    ("Version", "version"),
    ("Uge", "week"),
    ("Sted", "unit"),
    ("Må citeres", "quotable"),
)
_NEAR = (("Talt sammen", "held_at"),)


def is_near(actor: Actor | None) -> bool:
    """Whether the reader is of the house: to those above, and to nobody in particular, circumstances are not told."""
    return actor is not None and not actor.may(Permission.READ_DIGESTS)


def table(session: Session, actor: Actor | None, wanted: Wanted) -> Table:
    """The columns do not depend on which weeks are asked for, so that files of different weeks can be laid together."""
    versions = questions.all_versions(session)
    sets = _sets_of(session, actor, versions)
    chosen = [one for one in versions if one.form.question_set_id in sets and wanted.set_id in (None, one.form.question_set_id)]
    forms = {one.form.id: one.form for one in chosen}
    query = select(sa.func.count()).select_from(Conversation).where(_seen(actor), *_of_set(forms, wanted))
    total = session.exec(query.where(*_within(actor, wanted))).one()
    return Table(actor, wanted, tuple(columns(chosen, with_facts=is_near(actor))), forms, total)


def rows(session: Session, table: Table, *, log: Log) -> Iterator[list[Cell]]:
    """The talks, some at a time; `log` is told of each before its words are."""
    named: dict[uuid.UUID, set[uuid.UUID]] = {}
    places = {(column.set_id, column.key): place for place, column in enumerate(table.columns)}
    for keys in _keys(session, table):
        for some in in_chunks(keys, AT_ONCE):
            log(some)
            query = sa.select(*_CELLS).where(col(Conversation.first_id).in_(some), _seen(table.actor, by_key=True))
            found = {row.first_id: row for row in session.execute(query)}
            talks = [found[key] for key in some if key in found]
            houses = digests.house_names(session, table.actor if table.is_near else None, talks, known=named)
            units = people.units_by_id(session, list({row.unit_id for row in talks}))
            for row in talks:
                form = table.forms[row.question_set_version_id]
                yield [
                    *_first(row, form, houses[row.first_id] or unnamed(units[row.unit_id]), table),
                    *_answers(row, form, places),
                ]


_CELLS = [
    getattr(Conversation, name)
    for name in (
        *("first_id", "reference", "author_id", "unit_id", "question_set_version_id"),
        *("held_at", "held_week", "received_at", "answers", "about", "quote_scope"),
    )
]


def unnamed(unit: Unit) -> str:
    """»Et hus i området« in the municipality's own word; files are in Danish."""
    return {"ward": "en afdeling i området", "district": "et distrikt i området"}.get(unit.label or "", "et hus i området")


def _first(row: Any, form: Form, house: str, table: Table) -> list[Cell]:
    return [
        str(row.first_id if table.is_near else row.reference),
        str(form.question_set_id),
        form.content.title.get("da", ""),
        form.number,
        row.held_week if table.is_near else str(week_of(row.received_at)),
        house,
        "ja" if row.quote_scope in QUOTABLE else "nej",
        *([local(row.held_at).isoformat(timespec="minutes")] if table.is_near else []),
    ]


def _answers(row: Any, form: Form, places: dict[tuple[uuid.UUID, str], int]) -> list[Cell]:
    found: list[Cell] = [None] * len(places)
    for answer in row.answers:
        found[places[form.question_set_id, answer["question"]]] = _answer(answer)
    for field, codes in row.about.items():
        place = places.get((form.question_set_id, about(field)))
        if place is not None:
            found[place] = BETWEEN.join(codes)
    return found


def _answer(answer: dict[str, Any]) -> Cell:
    if answer.get("number") is not None:
        return int(answer["number"])
    if answer.get("choices"):
        return BETWEEN.join(answer["choices"])
    return answer.get("choice") or answer.get("text")


def _keys(session: Session, table: Table) -> Iterator[list[uuid.UUID]]:
    """The talks' first ids, a week at a time: of those of a house as they were held, else by the random reference."""
    order = (col(Conversation.held_at), col(Conversation.first_id)) if table.is_near else (col(Conversation.reference),)
    for week in _weeks(session, table):
        query = select(Conversation.first_id).where(_seen(table.actor), *_of_set(table.forms, table.wanted))
        yield list(session.exec(query.where(*_within(table.actor, Wanted(week, week))).order_by(*order)).all())


def _weeks(session: Session, table: Table) -> list[Week]:
    seen = (_seen(table.actor), *_within(table.actor, table.wanted))
    if table.is_near:
        return [Week.parse(label) for label in sorted(session.exec(select(Conversation.held_week).where(*seen).distinct()).all())]
    arrived = col(Conversation.received_at)
    first, last = session.execute(sa.select(sa.func.min(arrived), sa.func.max(arrived)).where(*seen)).one()
    week, found = week_of(first) if first else None, []
    while week and week <= week_of(last):
        found.append(week)
        week = week.plus(1)
    return found


def _seen(actor: Actor | None, *, by_key: bool = False) -> sa.ColumnElement[bool]:
    """The row rule. Nobody in particular: every talk there is, and the units lead the database to their index.

    `by_key`: the talks are named; bare, author and unit would lead SQLite through every talk of theirs to find those few.
    """
    author: Any = col(Conversation.author_id)
    unit: Any = col(Conversation.unit_id)
    if by_key:
        author, unit = sa.func.coalesce(author, author), sa.func.coalesce(unit, unit)
    seen = people.visible_to(actor, Permission.READ_TALKS, author=author, unit=unit) if actor else unit.in_(select(Unit.id))
    return sa.and_(col(Conversation.replaced_by_id).is_(None), seen)


def _of_set(forms: dict[uuid.UUID, Form], wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    return [col(Conversation.question_set_version_id).in_(list(forms))] if wanted.set_id else []


def _within(actor: Actor | None, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """Which week is meant: the one a talk was held in, or to those above the one it arrived in."""
    if is_near(actor):
        week = col(Conversation.held_week)
        return [*([week >= str(wanted.first)] if wanted.first else []), *([week <= str(wanted.last)] if wanted.last else [])]
    arrived = col(Conversation.received_at)
    begins = [arrived >= wanted.first.starts_at()] if wanted.first else []
    return [*begins, *([arrived < wanted.last.ends_at()] if wanted.last else [])]


def sets_of(session: Session, actor: Actor | None) -> set[uuid.UUID]:
    """The question sets of the reader's sectors, and those of talks they may read."""
    return _sets_of(session, actor, questions.all_versions(session))


def _sets_of(session: Session, actor: Actor | None, versions: Sequence[Published]) -> set[uuid.UUID]:
    used = set(session.exec(select(Conversation.question_set_version_id).where(_seen(actor)).distinct()).all())
    sectors = _sectors(session, actor)
    return {one.form.question_set_id for one in versions if one.form.sector in sectors or one.form.id in used}


def _sectors(session: Session, actor: Actor | None) -> set[str]:
    """Of the places whose talks can be read, or for whoever reads only their own, where they can note some."""
    query = select(Unit.sector).where(col(Unit.sector).is_not(None)).distinct()
    if actor is not None:
        own_only = actor.reach(Permission.READ_TALKS) is Reach.OWN
        query = query.where(people.units_within(actor, Permission.NOTE_TALKS if own_only else Permission.READ_TALKS))
    found = session.exec(query).all()
    return {sector for sector in found if sector}
