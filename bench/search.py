"""Looking for words in 100,000 talks, beside `LIKE '%word%'` in the same database and the same run."""

import json
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
from domain.conversations import Conversation, Query
from domain.people import Actor
from tests import postgres

BAR = 20
NEWEST = 20
#: A word that stands in a handful of talks, put there by us, and one that stands in every tenth or so.
WORDS = {"rare": "blåbærgrøden", "usual": "morgen"}


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
    with database.writing() as session:
        session.execute(sa.text("ANALYZE"))  # as PostgreSQL does by itself, after a while
    with database.reading() as session:
        actor = _area_leader(session)
        found = [_beside_like(session, actor, kind, name, word, n) for name, word in WORDS.items()]
    database.dispose()
    return [*found, Figure(f"{kind}, talks indexed by the job", f"{indexed:,.0f} talks/s", "", "none", True, binding=False)]


def _plant(database: Database, n: int) -> None:
    """The invented notes come again and again: a few talks get a word of their own, spread over all that was loaded."""
    with database.writing() as session:
        rows = session.exec(select(Conversation).where(col(Conversation.sequence) % (n // 50) == 7)).all()
        for row in rows:
            [first, *rest] = row.answers
            answers = [{**first, "text": f"{first.get('text') or ''} {WORDS['rare']}"}, *rest]
            session.execute(sa.update(Conversation).where(col(Conversation.id) == row.id).values(answers=answers))


def _beside_like(session: Session, actor: Actor, kind: str, name: str, word: str, n: int) -> Figure:
    ours, by_search = _best(lambda: conversations.search(session, actor, query=Query.of(word), limit=NEWEST))
    theirs, by_like = _best(lambda: _like(session, actor, word), times=5)
    # LIKE finds a usual word inside others too.
    assert by_search, word
    assert word == WORDS["usual"] or by_search == by_like, word
    times = theirs / ours
    said = f"LIKE {theirs * 1000:.1f} ms"
    # On PostgreSQL the planner walks the talks from the newest on also for a rare word.
    binding = kind == "SQLite"
    note = f"newest {NEWEST} of {n:,} talks as an area leader, rows fetched whole by both"
    return Figure(
        f"search on {kind}, a {name} word",
        f"{ours * 1000:.2f} ms",
        said,
        f"{times:.0f} x, >= {BAR} x",
        times >= BAR,
        binding,
        note,
    )


def _like(session: Session, actor: Actor, word: str) -> list[Conversation]:
    """As `newest` lists them. Answers stand in JSON, where letters beyond ASCII are written as numbers."""
    escaped = json.dumps(word)[1:-1].replace("\\", "\\\\")
    text = sa.cast(col(Conversation.answers), sa.Text)
    query = select(Conversation).where(conversations.visible(actor), text.like(f"%{escaped}%", escape="\\"))
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
