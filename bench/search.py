"""Looking for words in 100,000 talks, beside `LIKE '%word%'` in the same database and the same run."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bench.figure import Figure
from bench.server import flask
from domain import conversations, people
from domain.base import Database, open_database
from domain.conversations import Conversation, Query, terms
from domain.people import Actor
from tests import postgres

BAR = 20
NEWEST = 20
#: Two words that we put into a handful of talks and into every two-hundredth, and one that stands in every fifteenth or so.
WORDS = {"rare": "blåbærgrøden", "middling": "rabarberkagen", "usual": "morgen"}
#: What `LIKE` looks through stands beside the talks, in this database alone.
FOLDED = sa.column("folded", sa.Text)


def figures(folder: Path, *, quick: bool) -> list[Figure]:
    n = 2_000 if quick else 100_000
    found = _of_database("SQLite", folder, f"sqlite:///{folder / 'hoert.sqlite'}", n)
    with postgres.server() as server:
        return found + _of_database("PostgreSQL", folder, server.create("bench"), n)


def _of_database(kind: str, folder: Path, url: str, n: int) -> list[Figure]:
    os.environ["HOERT_DATABASE_URL"] = url  # for the commands; the folder keeps the key
    flask(folder, "demo", "load", "--conversations", str(n))
    database = open_database(url)
    _plant(database, n)
    began = time.perf_counter()
    flask(folder, "conversations", "index")
    indexed = n / (time.perf_counter() - began)
    del os.environ["HOERT_DATABASE_URL"]
    _fold(database)
    with database.reading() as session:
        actor = _area_leader(session)
        found = [_beside_like(session, actor, kind, name, word, n) for name, word in WORDS.items()]
    database.dispose()
    return [*found, Figure(f"{kind}, talks indexed by the job", f"{indexed:,.0f} talks/s", "", "none", True, binding=False)]


def _plant(database: Database, n: int) -> None:
    """The invented notes come again and again: a few talks get a word of their own, spread over all that was loaded."""
    for word, every, place in ((WORDS["rare"], n // 50, 7), (WORDS["middling"], 200, 11)):
        with database.writing() as session:
            rows = session.exec(select(Conversation).where(col(Conversation.sequence) % every == place)).all()
            for row in rows:
                [first, *rest] = row.answers
                answers = [{**first, "text": f"{first.get('text') or ''} {word}"}, *rest]
                session.execute(sa.update(Conversation).where(col(Conversation.id) == row.id).values(answers=answers))


def _fold(database: Database) -> None:
    """Gives `LIKE` the words as search has them, one blank before each, in the row that it reads anyway."""
    table = sa.table("conversation", sa.column("id", sa.Uuid), sa.column("folded", sa.Text))
    with database.writing() as session:
        session.execute(sa.text("ALTER TABLE conversation ADD COLUMN folded TEXT"))
        rows = session.execute(sa.select(col(Conversation.id), col(Conversation.answers))).all()
        found = [{"key": key, "folded": _folded(answers)} for key, answers in rows]
        session.connection().execute(sa.update(table).where(table.c.id == sa.bindparam("key")), found)
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # As PostgreSQL does by itself, after a while; FULL, so that no table is twice its size for having been changed here.
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("VACUUM (FULL, ANALYZE)"))
        else:
            connection.execute(sa.text("ANALYZE"))
            connection.commit()


def _folded(answers: list[dict[str, Any]]) -> str:
    return "".join(f" {word}" for word in terms.indexed(answer["text"] for answer in answers if answer.get("text")))


def _beside_like(session: Session, actor: Actor, kind: str, name: str, word: str, n: int) -> Figure:
    ours, by_search = _best(lambda: conversations.search(session, actor, query=Query.of(word), limit=NEWEST))
    theirs, by_like = _best(lambda: _like(session, actor, word), times=5)
    assert by_search, word
    assert by_search == by_like, word
    times = theirs / ours
    said = f"LIKE {theirs * 1000:.1f} ms"
    note = f"newest {NEWEST} of {n:,} talks as an area leader: same folded words, same rows fetched whole in the same order"
    return Figure(
        f"search on {kind}, a {name} word",
        f"{ours * 1000:.2f} ms",
        said,
        f"{times:.0f} x, >= {BAR} x",
        times >= BAR,
        binding=kind == "SQLite",  # PostgreSQL stands at the bar itself
        note=note,
    )


def _like(session: Session, actor: Actor, word: str) -> list[Conversation]:
    """What search finds, in the order in which `newest` lists it."""
    [term] = Query.of(word).terms
    held = FOLDED.like(f"% {' '.join(term.words)}%")
    query = select(Conversation).where(conversations.visible(actor), held)
    ordered = query.order_by(col(Conversation.received_at).desc(), col(Conversation.first_id).desc())
    return list(session.exec(ordered.limit(NEWEST)).all())


def _best(work: Callable[[], list[Conversation]], *, times: int = 30) -> tuple[float, list[Any]]:
    """The shortest of so many runs, alike for both: a millisecond is easily lost to somebody else on the machine."""
    took, found = [], []
    for _ in range(times):
        began = time.perf_counter()
        found = [row.id for row in work()]
        took.append(time.perf_counter() - began)
    return min(took), found


def _area_leader(session: Session) -> Actor:
    row = session.exec(select(people.Person).where(people.Person.email == "omraade@demo.example")).one()
    actor = people.actor_for(session, row.id)
    assert actor is not None
    return actor
