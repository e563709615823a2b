"""What *Temaer* reads for the last weeks does not grow with the years behind them."""

import uuid
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain import digests
from domain.base import new_id
from domain.conversations import Conversation
from domain.digests import GatheredIn, Issue, IssueTalk
from domain.themes import Coding
from tests import make

pytestmark = pytest.mark.slow

A_WEEK = 4
#: Ten times the years may cost a little more: a level of an index, a node of the plan for the few rows there are.
#: PostgreSQL may begin at another table from one run to the next; what grows with the years would be ten times as much.
SLACK, A_FEW = {"sqlite": 1.25, "postgresql": 3}, 10


def fill(session, cast, weeks):
    """So many issued weeks, oldest first, and one that waits; the same talks in each, about two themes in turn."""
    rows, codings, issues, members = [], [], [], []
    for back in range(weeks, -1, -1):
        week = make.WEEK.plus(-back)
        issue = new_id()
        if back:
            issues.append({"id": issue, "unit_id": cast.syd.id, "week": str(week), "made_at": week.ends_at(), "content": {}})
        for number in range(A_WEEK):
            key, at = new_id(), week.starts_at() + timedelta(hours=9 + number)
            author, unit = ((cast.leder, cast.mariehuset), (cast.leder2, cast.skovbrynet))[number % 2]
            rows.append(
                {
                    "id": key,
                    "first_id": key,
                    "revision": 1,
                    "reference": uuid.uuid4(),
                    "author_id": author.person_id,
                    "unit_id": unit.id,
                    "question_set_version_id": cast.form.id,
                    "held_at": at,
                    "held_week": str(week),
                    "received_at": at,
                    "gathered_at": week.ends_at() if back else None,
                    "answers": [],
                    "about": {},
                    "sha256": "0" * 64,
                    "sequence": len(rows) + 1,
                    "indexed_at": at,
                }
            )
            theme = cast.themes["mad" if number < A_WEEK - 1 else "personale"]
            said = {"decision": "confirmed", "tone": (None, "trouble")[number % 2]}
            codings.append({"id": new_id(), "conversation_id": key, "theme_id": theme.id, "suggested": False, **said})
            if back:
                members.append({"id": new_id(), "issue_id": issue, "conversation_id": key, "late": False})
    for table, these in ((Conversation, rows), (Coding, codings), (Issue, issues), (IssueTalk, members)):
        session.execute(sa.insert(table.__table__), these)


@contextmanager
def statements(session):
    """What is asked in the block: (statement, parameters)."""
    asked = []

    def note(_connection, _cursor, statement, parameters, *_more):
        asked.append((statement, parameters))

    engine = session.get_bind().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)


def rows_read(session, asked):
    """By statement: on SQLite the steps of its machine, on PostgreSQL the rows of every node of the plan."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return [_steps(connection.connection.driver_connection, *one) for one in asked]
    # Tables of a test are small enough to be read whole; those that grow for years are not.
    connection.exec_driver_sql("ANALYZE")
    for way in ("seqscan", "hashjoin", "mergejoin", "material", "memoize"):
        connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    # Nor is a row that is read and thrown away as good as free, as it is while all of them lie on one page.
    for cost in ("cpu_tuple_cost", "cpu_index_tuple_cost", "cpu_operator_cost"):
        connection.exec_driver_sql(f"SET LOCAL {cost} = 1")
    plans = (connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}", values).scalar_one() for text, values in asked)
    return [_rows(one[0]["Plan"]) for one in plans]


def _steps(sqlite, text, values):
    steps = [0]

    def step():
        steps[0] += 1

    sqlite.set_progress_handler(step, 1)
    sqlite.execute(text, values).fetchall()
    sqlite.set_progress_handler(None, 0)
    return steps[0]


def _rows(node):
    of_this = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return of_this + sum(_rows(one) for one in node.get("Plans", ()))


def the_last_weeks(session, cast):
    """As the two pages ask."""
    weeks = [make.WEEK.plus(-back) for back in range(8)]
    mad = cast.themes["mad"].id
    counted = digests.counts_by_theme(session, cast.omraade, since=weeks[-1], now=make.NOW)
    of_it = digests.counts_by_theme(session, cast.omraade, since=weeks[-1], now=make.NOW, theme_id=mad)
    at = [GatheredIn(weeks[0], waits=True), *(GatheredIn(week) for week in weeks[:4])]
    about = digests.about_theme(session, cast.omraade, theme_id=mad, at=at, tones=[None, "trouble"], now=make.NOW)
    assert of_it == {mad: counted[mad]}
    assert (sum(counted[mad].values()), len(about)) == (8 * (A_WEEK - 1), 4 * (A_WEEK - 1))
    assert len(digests.to_sort(session, cast.omraade, now=make.NOW)[1]) == 2 * A_WEEK


def test_the_last_weeks_cost_the_same_whatever_lies_behind_them(database, cast):
    costs = []
    for years in (12, 120):
        with database.session(writes=True) as session:
            fill(session, cast, years)
            with statements(session) as asked:
                the_last_weeks(session, cast)
            costs.append((asked, rows_read(session, asked)))
            session.rollback()
    (few, small), (many, large) = costs
    assert [text for text, _values in many] == [text for text, _values in few]
    slack = SLACK[database.engine.dialect.name]
    grown = [(text, n, m) for (text, _values), n, m in zip(few, small, large, strict=True) if m > n * slack + A_FEW]
    assert grown == []


@pytest.mark.parametrize("who", ["leder", "omraade"])
def test_the_counts_are_those_of_the_talks(session, cast, who):
    fill(session, cast, 10)
    about = {
        (one.at, one.tone)
        for one in digests.about_theme(
            session,
            getattr(cast, who),
            theme_id=cast.themes["mad"].id,
            at=[GatheredIn(make.WEEK, waits=True), *(GatheredIn(make.WEEK.plus(-back)) for back in range(1, 11))],
            tones=[None, "trouble", "praise"],
            now=make.NOW,
        )
    }
    counted = digests.counts_by_theme(session, getattr(cast, who), since=None, now=make.NOW)[cast.themes["mad"].id]
    assert set(counted) == about
    assert {tone for _where, tone in about} == ({None} if who == "leder" else {None, "trouble"})
