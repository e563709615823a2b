"""A week read among ever more talks: the page, composing it, and who has not been heard, at 100,000 and at 1,000,000 talks.

The area that is read has the same houses and as many talks a week in both; what grows is the years behind it and the areas
beside it. Both are made first and then measured by turns, so that what else the machine does meets both alike; on SQLite and
(`postgres=True`) on PostgreSQL.
"""

import os
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bench import pages
from bench.figure import Figure
from bench.server import flask, served
from domain import digests, people, themes
from domain.base import Week, new_id, open_database, week_of
from domain.conversations import ARRIVALS, Conversation
from domain.digests import Content, Issue, IssueTalk
from domain.people import Person, Unit
from domain.questions import QuestionSet, QuestionSetVersion
from domain.themes import Coding, Theme
from tests import postgres as postgres_server

A_WEEK = 45
HOUSES = 9
CHUNK = 20_000
WORDS = [
    "aflevering",
    "morgen",
    "pædagog",
    "tøj",
    "mad",
    "udflugt",
    "besked",
    "hjemme",
    "sover",
    "leger",
    "gruppe",
    "samarbejde",
    "svært",
    "godt",
    "travlt",
    "rolig",
    "ny",
    "dør",
]


@dataclass(frozen=True)
class Place:
    """An area, its houses, and the one who notes talks there."""

    area: uuid.UUID
    houses: tuple[uuid.UUID, ...]
    author: uuid.UUID


#: What is timed of each size.
TIMED = ("null", "issued", "running", "compose", "silent")
ROUNDS = 40
#: PostgreSQL's own choice; the tests' servers take less.
OF_POSTGRESQL = {"shared_buffers": "128MB"}


def figures(folder: Path, *, quick: bool, postgres: bool = False) -> list[Figure]:
    sizes = (5_000, 50_000) if quick else (100_000, 1_000_000)
    with ExitStack() as until_the_end:
        made = [
            _made(until_the_end, folder / f"{'pg' if postgres else 'lite'}-{size}", size, postgres=postgres) for size in sizes
        ]
        small, large = _by_turns(*made)
    where = "PostgreSQL" if postgres else "SQLite"
    found = []
    for size, measured in zip(sizes, (small, large), strict=True):
        for name in ("issued", "running"):
            took, null = measured[name], measured["null"]
            times, said = took / null, f"null {null * 1000:.1f} ms"
            label = f"{name} week, {size:,} talks, {where}"
            found.append(Figure(label, f"{took * 1000:.1f} ms", said, f"{times:.0f} x, <= 20 x", times <= 20, binding=False))
    for label, one, bar in (
        ("issued week", "issued", 1.5),
        ("running week", "running", 1.5),
        ("compose", "compose", 2.0),
        ("not heard", "silent", 2.0),
    ):
        before, after = small[one], large[one]
        name = f"{label}, {sizes[1]:,} beside {sizes[0]:,}, {where}"
        now, then = f"{after * 1000:.1f} ms", f"{before * 1000:.1f} ms"
        times = after / before
        found.append(Figure(name, now, then, f"{times:.2f} x, <= {bar} x", times <= bar, binding=False))
    return found


def _by_turns(*made: dict[str, Callable[[], Any]]) -> list[dict[str, float]]:
    """Medians in seconds."""
    found: list[dict[str, float]] = [{} for _ in made]
    for one in made:
        one["begin"]()
    for name in TIMED:
        took: list[list[float]] = [[] for _ in made]
        for _ in range(ROUNDS):
            for place, one in enumerate(made):
                began = time.perf_counter()
                one[name]()
                took[place].append(time.perf_counter() - began)
        for place, times in enumerate(took):
            found[place][name] = statistics.median(times)
    return found


def _made(until: ExitStack, instance: Path, size: int, *, postgres: bool) -> dict[str, Callable[[], Any]]:
    """A served municipality of that size, and what is timed of it."""
    url = until.enter_context(_database(instance, postgres=postgres))
    with _told(url, postgres=postgres):
        flask(instance, "demo", "load")
        began = time.perf_counter()
        week = grow(url, talks=size)
        print(f"  {size:,} talks made in {time.perf_counter() - began:.0f} s", flush=True)
        server = until.enter_context(served(instance))
    phone, newest = pages.newest_issue(server)
    area = newest.split("/")[2]
    return {
        "begin": phone.connection.close,  # idle while the other was made; the next request opens it
        "null": lambda: phone.get("/health/live"),
        "issued": lambda: phone.get(f"/digests/{area}/{week}"),
        "running": lambda: phone.get(f"/digests/{area}/{week.plus(1)}"),
        **_inside(until, url, week),
    }


@contextmanager
def _database(instance: Path, *, postgres: bool) -> Iterator[str]:
    """The address of an empty database; for PostgreSQL a server of its own, gone when the block ends."""
    if not postgres:
        yield f"sqlite:///{instance / 'hoert.sqlite'}"
        return
    with postgres_server.server(**OF_POSTGRESQL) as server:
        yield server.create("hoert")


@contextmanager
def _told(url: str, *, postgres: bool) -> Iterator[None]:
    """Who is started in the block takes that database."""
    if postgres:
        os.environ["HOERT_DATABASE_URL"] = url
    try:
        yield
    finally:
        os.environ.pop("HOERT_DATABASE_URL", None)


def _inside(until: ExitStack, url: str, week: Week) -> dict[str, Callable[[], Any]]:
    """Without the web: composing the running week, and looking for the houses that were not heard."""
    database = open_database(url)
    until.callback(database.dispose)
    session = until.enter_context(database.reading())
    area = _read_area(session)
    ids = [house.id for house in people.institutions_of(session, area)]
    running = week.plus(1)

    def compose() -> None:
        session.expire_all()
        digests.compose(session, area, running, since=running.starts_at())

    return {"compose": compose, "silent": lambda: themes.last_weeks(session, ids, until=week)}


def _read_area(session: Session) -> Unit:
    """The one whose leader signs in as »omraade«."""
    found = session.exec(
        select(Unit).join(Person, col(Person.unit_id) == col(Unit.id)).where(Person.email == "omraade@demo.example")
    )
    return found.one()


def grow(url: str, *, talks: int) -> Week:
    """Adds talks to the invented municipality until there are about so many, and issues the last finished week; returns it."""
    database, now = open_database(url), datetime.now(UTC)
    running = week_of(now)
    back = 104 if talks < 500_000 else 208
    with database.writing() as session:
        area = _read_area(session)
        making = _Making(session, running, now)
        making.history(making.read(area), back, keep=2)
        while making.total < talks:
            making.history(making.beside(area), back, keep=1)
        making.store()
        making.number()
        digests.make_issue(session, area, running.plus(-1), now=now)
    with database.engine.connect() as connection:  # what a running store knows of itself; and nothing is left to be tidied up
        steadily = connection.execution_options(isolation_level="AUTOCOMMIT")
        for settle in ("ANALYZE",) if database.engine.dialect.name == "sqlite" else ("VACUUM (ANALYZE)", "CHECKPOINT"):
            steadily.exec_driver_sql(settle)
    database.forget_journal()
    database.dispose()
    return running.plus(-1)


class _Making:
    """Rows by table, stored together when there are many."""

    def __init__(self, session: Session, running: Week, now: datetime) -> None:
        self.session, self.running, self.now = session, running, now
        self.random = random.Random(7)
        self.total = self.sequence = session.exec(select(sa.func.max(Conversation.sequence))).one() or 0
        version = select(QuestionSetVersion).join(QuestionSet, col(QuestionSet.id) == col(QuestionSetVersion.question_set_id))
        self.version = session.exec(version.where(QuestionSet.sector == "nursery")).first()
        self.themes = session.exec(select(Theme.id).where(Theme.sector == "nursery").order_by(col(Theme.position))).all()
        self.talks: list[dict[str, Any]] = []
        self.codings: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        self.members: list[dict[str, Any]] = []
        self.homes = {person: {home} for person, home in session.exec(select(Person.id, Person.unit_id)).all()}

    def read(self, area: Unit) -> Place:
        houses = [house.id for house in people.institutions_of(self.session, area) if not house.closed_on][:HOUSES]
        author = self.session.exec(select(Person.id).where(col(Person.unit_id).in_(houses))).first()
        assert author is not None
        return Place(area.id, tuple(houses), author)

    def beside(self, model: Unit) -> Place:
        """Another area with as many houses."""
        key, root = new_id(), model.path.split("/")[0]
        area = {"id": key, "parent_id": model.parent_id, "path": f"{root}/{key}/", "level": model.level, "name": f"Område {key}"}
        houses = [new_id() for _ in range(HOUSES)]
        below = [
            {"id": house, "parent_id": key, "path": f"{root}/{key}/{house}/", "level": "institution", "name": f"Hus {house}"}
            for house in houses
        ]
        sector = {"sector": "nursery", "label": "house", "closed_on": None}
        self.session.execute(sa.insert(Unit), [{**area, **sector}, *({**one, **sector} for one in below)])
        author = new_id()
        row = {"id": author, "email": f"{author}@demo.example", "name": "En leder", "role": "institution_leader"}
        self.session.execute(sa.insert(Person), [{**row, "unit_id": houses[0], "language": "da"}])
        self.homes[author] = {houses[0]}
        return Place(key, tuple(houses), author)

    def history(self, place: Place, weeks: int, *, keep: int) -> None:
        """`keep`: so many of the latest weeks wait for their issue."""
        made = dict(self.session.exec(select(Issue.week, Issue.id).where(Issue.unit_id == place.area)).all())
        for back in range(weeks, -1, -1):
            week = self.running.plus(-back)
            issue = None
            if back >= keep:
                issue = made.get(str(week)) or self._issue(place, week)
            for number in range(A_WEEK if back else A_WEEK // 2):
                self._talk(place, week, number, issue)
            if len(self.talks) >= CHUNK:
                self.store()

    def _issue(self, place: Place, week: Week) -> uuid.UUID:
        content = Content(
            talks=A_WEEK, late=0, houses_heard=HOUSES, houses_open=HOUSES, themes=(), without_theme=(), silent=(), named=()
        )
        row = {"id": new_id(), "unit_id": place.area, "week": str(week), "made_at": week.ends_at(), "content": content.as_json()}
        self.issues.append(row)
        return row["id"]  # type: ignore[return-value]

    def _talk(self, place: Place, week: Week, number: int, issue: uuid.UUID | None) -> None:
        key, begun = new_id(), week.starts_at()
        span = (min(self.now, week.ends_at()) - begun) * 0.9
        held_at = begun + span * self.random.random()
        said = " ".join(self.random.choices(WORDS, k=12))
        self.sequence += 1
        self.total += 1
        self.talks.append(
            {
                "id": key,
                "first_id": key,
                "revision": 1,
                "replaced_by_id": None,
                "reference": uuid.uuid4(),
                "author_id": place.author,
                "unit_id": place.houses[number % HOUSES],
                "question_set_version_id": self.version.id,  # type: ignore[union-attr]
                "held_at": held_at,
                "held_week": str(week),
                "received_at": held_at + timedelta(minutes=5),
                "revised_at": None,
                "gathered_at": week.ends_at() if issue else None,
                "answers": [{"question": str(key), "text": f"»{said}« Nummer {self.sequence}."}],
                "about": {},
                "quote_scope": "area" if number % 2 else None,
                "sha256": f"{self.sequence:064x}",
                "sequence": self.sequence,
            }
        )
        if number % 6:
            tone = (None, "praise", "trouble")[number % 3]
            self.codings.append(
                {
                    "id": new_id(),
                    "conversation_id": key,
                    "theme_id": self.themes[number % len(self.themes)],
                    "suggested": True,
                    "decision": "confirmed",
                    "tone": tone,
                    "decided_by_id": place.author,
                    "decided_at": held_at,
                }
            )
        if issue:
            self.members.append({"id": new_id(), "issue_id": issue, "conversation_id": key, "late": False})

    def store(self) -> None:
        tables = ((Conversation, self.talks), (Coding, self.codings), (Issue, self.issues), (IssueTalk, self.members))
        for table, rows in tables:
            if rows:
                self.session.execute(sa.insert(table.__table__), rows)  # type: ignore[attr-defined]
        themes.count_new(self.session, self.talks, self.codings, homes=self.homes)
        self.talks, self.codings, self.issues, self.members = [], [], [], []

    def number(self) -> None:
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(sa.text(f"SELECT setval('{ARRIVALS.name}', :highest)"), {"highest": self.sequence})
