"""A whole year of issues beside the same numbers from SQL written anew.

Nothing of the application is asked for the expected numbers: weeks come from the EU's rule for changing clocks, counts from
window functions over the bare tables, and the change word from the rule in words (exact one-sided hypergeometric test, p < .01,
three talks from two houses; new: two talks from two houses and none before; four weeks with talks before).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import factorial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain import digests
from domain.conversations import Conversation
from domain.digests import Issue
from tests.year import FIRST, WEEKS, Year, year

pytestmark = pytest.mark.slow

SEED = 20261126
DATETIME = Conversation.__table__.c.received_at.type
ELSEWHERE = sa.MetaData()
CALENDAR = sa.Table(
    "calendar",
    ELSEWHERE,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("label", sa.String(8)),
    sa.Column("starts_at", DATETIME),
    sa.Column("ends_at", DATETIME),
    sa.Column("sunday", sa.Date),
    prefixes=["TEMPORARY"],
)
ARRIVAL = sa.Table(
    "arrival", ELSEWHERE, sa.Column("talk", sa.Uuid, primary_key=True), sa.Column("step", sa.Integer), prefixes=["TEMPORARY"]
)
MADE = sa.Table(
    "made",
    ELSEWHERE,
    sa.Column("area", sa.Uuid),
    sa.Column("n", sa.Integer),
    sa.Column("step", sa.Integer),
    prefixes=["TEMPORARY"],
)

#: Every talk in its latest revision: `held` is its week's number, `n` that of the first issue made after it was committed whose
#: week ended after it was received.
PLACED = """
WITH talk AS (
    SELECT t.first_id AS id, house.parent_id AS area, house.id AS house, held.n AS held, t.received_at, arrival.step,
           CASE WHEN person.unit_id = house.id THEN 1 ELSE 0 END AS own
    FROM conversation t
    JOIN unit house ON house.id = t.unit_id
    JOIN person ON person.id = t.author_id
    JOIN calendar held ON held.starts_at <= t.held_at AND t.held_at < held.ends_at
    JOIN arrival ON arrival.talk = t.first_id
    WHERE t.replaced_by_id IS NULL
), candidate AS (
    SELECT talk.*, made.n, ROW_NUMBER() OVER (PARTITION BY talk.id ORDER BY made.n) AS place
    FROM talk JOIN made ON made.area = talk.area AND made.step >= talk.step
    JOIN calendar ON calendar.n = made.n AND talk.received_at < calendar.ends_at
), placed AS (SELECT id, area, house, held, own, n FROM candidate WHERE place = 1
), known AS (  -- what an issue could know of when it was made: the talks received before its week's end and committed by then
    SELECT made.area, made.n, talk.id, talk.house, talk.held, talk.own
    FROM made JOIN calendar ON calendar.n = made.n
    JOIN talk ON talk.area = made.area AND talk.step <= made.step AND talk.received_at < calendar.ends_at
), theme_of AS (SELECT conversation_id AS id, theme_id AS theme, tone FROM coding WHERE decision = 'confirmed')
"""
NUMBERS = """
SELECT made.area, made.n, COUNT(placed.id), COALESCE(SUM(CASE WHEN held < made.n THEN 1 ELSE 0 END), 0),
       COUNT(DISTINCT CASE WHEN held >= made.n THEN house END),
       COALESCE(SUM(CASE WHEN held >= made.n AND placed.id NOT IN (SELECT id FROM theme_of) THEN 1 ELSE 0 END), 0)
FROM made LEFT JOIN placed ON placed.area = made.area AND placed.n = made.n
GROUP BY made.area, made.n
"""
BEFORE = """
, earlier AS (SELECT * FROM known WHERE held BETWEEN n - 7 AND n - 1)
SELECT area, n, COUNT(*), COUNT(DISTINCT held) FROM earlier GROUP BY area, n
"""
THEMES = """
SELECT placed.area, placed.n, theme, COUNT(*), SUM(CASE WHEN tone = 'trouble' THEN 1 ELSE 0 END),
       SUM(CASE WHEN tone = 'praise' THEN 1 ELSE 0 END), COUNT(DISTINCT house)
FROM placed JOIN theme_of ON theme_of.id = placed.id
WHERE held >= n GROUP BY placed.area, placed.n, theme
"""
THEME_WEEKS = """
SELECT area, n, theme, n - held, COUNT(*) FROM known JOIN theme_of ON theme_of.id = known.id
WHERE held BETWEEN n - 7 AND n - 1 GROUP BY area, n, theme, held
"""
#: An open house where nobody was heard: not in this issue, and by what was known in no week of the last four.
SILENT = """
, last_heard AS (
    SELECT area, n, house, held, ROW_NUMBER() OVER (PARTITION BY area, n, house ORDER BY held DESC) AS place
    FROM known WHERE held <= n
)
SELECT made.area, made.n, house.id, week.label
FROM made JOIN calendar ON calendar.n = made.n
JOIN unit house ON house.parent_id = made.area AND (house.closed_on IS NULL OR house.closed_on > calendar.sunday)
LEFT JOIN last_heard ON last_heard.area = made.area AND last_heard.n = made.n AND last_heard.house = house.id AND place = 1
LEFT JOIN calendar week ON week.n = last_heard.held
WHERE COALESCE(last_heard.held, made.n - 4) <= made.n - 4 AND NOT EXISTS (
    SELECT 1 FROM placed
    WHERE placed.area = made.area AND placed.n = made.n AND placed.house = house.id AND placed.held >= made.n)
"""
#: Houses with words in the issue, how many talks their own people noted in eight weeks, and in the issue.
HOUSES = """
, counted AS (
    SELECT area, n, house, SUM(own) AS talks FROM (
        SELECT area, n, house, own FROM known WHERE held BETWEEN n - 7 AND n - 1
        UNION ALL SELECT area, n, house, own FROM placed WHERE held >= n) AS either
    GROUP BY area, n, house
)
SELECT placed.area, placed.n, placed.house, COALESCE(MAX(counted.talks), 0), MAX(placed.own)
FROM placed LEFT JOIN counted ON counted.area = placed.area AND counted.n = placed.n AND counted.house = placed.house
GROUP BY placed.area, placed.n, placed.house
"""


def danish_midnight(day: date) -> datetime:
    """Midnight in Denmark as UTC: an hour ahead, two from the last Sunday of March to the last one of October (2000/84/EC)."""
    summer = [date(day.year, month, 31) - timedelta(days=date(day.year, month, 31).isoweekday() % 7) for month in (3, 10)]
    hours = 2 if summer[0] < day <= summer[1] else 1
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=hours)


def calendar() -> Iterator[dict[str, Any]]:
    """From half a year before the first issue to a month after the last, numbered so that the first issue's week is 0."""
    monday = date(2026, 1, 26)
    for n in range(-26, WEEKS + 5):
        day = monday + timedelta(weeks=n)
        year_, number, _ = day.isocalendar()
        ends = danish_midnight(day + timedelta(weeks=1))
        label = f"{year_}-W{number:02d}"
        yield {"n": n, "label": label, "starts_at": danish_midnight(day), "ends_at": ends, "sunday": day + timedelta(days=6)}


def choose(n: int, k: int) -> int:
    return factorial(n) // (factorial(k) * factorial(n - k)) if 0 <= k <= n else 0


def word(count: int, of: int, before: int, of_before: int, houses: int, weeks_before: int) -> str:
    if weeks_before < 4:
        return "too_early"
    if before == 0 and count >= 2 and houses >= 2:
        return "new"
    marked, everything = count + before, of + of_before
    ways = sum(choose(of, k) * choose(of_before, marked - k) for k in range(count, marked + 1))
    is_sure = Fraction(ways, choose(everything, marked)) < Fraction(1, 100)
    return "more" if is_sure and count >= 3 and houses >= 2 else "usual"


def ask(session: Any, question: str) -> list[tuple[Any, ...]]:
    """Rows with ids as UUID on both databases."""
    rows = session.execute(sa.text(PLACED + question)).all()
    return [tuple(UUID(str(one)) if isinstance(one, UUID) or len(str(one)) == 32 else one for one in row) for row in rows]


def expected(session: Any) -> dict[tuple[UUID, int], dict[str, Any]]:
    """By area and week: what its issue must say."""
    found: dict[tuple[UUID, int], dict[str, Any]] = {}
    for area, n, talks, late, heard, without in ask(session, NUMBERS):
        found[area, n] = {
            "talks": talks - late,
            "late": late,
            "heard": heard,
            "without_theme": without,
            "themes": {},
            "silent": {},
        }
    before = {(area, n): (talks, weeks) for area, n, talks, weeks in ask(session, BEFORE)}
    weeks = {(area, n, theme, ago): count for area, n, theme, ago, count in ask(session, THEME_WEEKS)}
    for area, n, theme, count, trouble, praise, houses in ask(session, THEMES):
        history = [weeks.get((area, n, theme, ago), 0) for ago in range(7, 0, -1)]
        of_before, weeks_before = before.get((area, n), (0, 0))
        change = word(count, found[area, n]["talks"], sum(history), of_before, houses, weeks_before)
        found[area, n]["themes"][theme] = (count, trouble, praise, houses, [*history, count], of_before, change)
    for area, n, house, last in ask(session, SILENT):
        found[area, n]["silent"][house] = last
    for (area, n), named in names(ask(session, HOUSES)).items():
        found[area, n]["named"] = named
    return found


def names(rows: list[tuple[Any, ...]]) -> dict[tuple[UUID, int], list[UUID]]:
    """The houses an issue may name: those of five talks and more; none where one or two are smaller, or hide behind nobody."""
    found = {}
    for key in {(area, n) for area, n, *_ in rows}:
        here = [(house, talks, own) for area, n, house, talks, own in rows if (area, n) == key]
        small = [own for _house, talks, own in here if talks < 5]
        found[key] = sorted(house for house, talks, _own in here if talks >= 5) if not small or sum(small) >= 3 else []
    return found


def frozen(session: Any, numbers: dict[str, int]) -> dict[tuple[UUID, int], dict[str, Any]]:
    """The same of what was issued."""
    return {
        (issue.unit_id, numbers[issue.week]): {
            "talks": issue.content["talks"],
            "late": issue.content["late"],
            "heard": issue.content["houses_heard"],
            "without_theme": len(issue.content["without_theme"]),
            "themes": {
                UUID(one["theme"]): (
                    *(one[name] for name in ("count", "trouble", "praise", "houses", "weeks", "talks_before", "change")),
                )
                for one in issue.content["themes"]
            },
            "silent": {UUID(one["house"]): one["last_week"] for one in issue.content["silent"]},
            **(
                {"named": [UUID(one) for one in issue.content["named"]]} if issue.content["talks"] + issue.content["late"] else {}
            ),
        }
        for issue in session.execute(sa.select(Issue)).scalars()
    }


def live(session: Any, town: Year) -> None:
    """Goes through the year: what arrives in a step, then the issues that are made in it."""
    for step in range(WEEKS + 2):
        town.arrive(session, step)
        for area, week, made in town.issues:
            if made == step:
                assert digests.make_issue(session, area, week, now=week.ends_at()), (area.name, week)


def note(session: Any, town: Year, numbers: dict[str, int]) -> None:
    """What the oracle is told beside the bare tables: the calendar, when each talk was committed, when each issue was made."""
    ELSEWHERE.create_all(session.connection())
    session.execute(sa.insert(CALENDAR), list(calendar()))
    arrivals = [{"talk": one.rows[-1]["first_id"], "step": one.step} for one in town.arrivals]
    session.execute(sa.insert(ARRIVAL), arrivals)
    session.execute(
        sa.insert(MADE), [{"area": area.id, "n": numbers[str(week)], "step": step} for area, week, step in town.issues]
    )


def test_every_week_of_a_year_says_what_plain_sql_says(database):
    numbers = {one["label"]: one["n"] for one in calendar()}
    with database.session(writes=True) as session:
        town = year(session, SEED)
        live(session, town)
        note(session, town, numbers)
        counted, issued = expected(session), frozen(session, numbers)
        assert len(issued) == len(counted) == 4 * WEEKS - 1
        for key in sorted(counted, key=str):
            assert issued[key] == counted[key], key
        members = session.execute(sa.text(PLACED + "SELECT placed.id, placed.n FROM placed")).all()
        assert len(members) == session.execute(sa.text("SELECT COUNT(*) FROM issue_talk")).scalar_one()
        assert_it_was_a_full_year(counted)
        session.rollback()


def assert_it_was_a_full_year(counted: dict[tuple[UUID, int], dict[str, Any]]) -> None:
    """A year in which nothing happens proves nothing."""
    words = Counter(one[-1] for week in counted.values() for one in week["themes"].values())
    assert min(words[name] for name in ("more", "new", "usual", "too_early")) >= 10, words
    assert sum(week["late"] for week in counted.values()) > 200
    assert sum(week["without_theme"] for week in counted.values()) > 200
    lasts = [last for week in counted.values() for last in week["silent"].values()]
    assert sum(last is None for last in lasts) > 50 < sum(last is not None for last in lasts)
    assert any(week["talks"] == 0 for week in counted.values())
    assert sum(bool(week.get("named")) for week in counted.values()) > 20


def test_the_calendar_of_the_oracle_is_that_of_the_house():
    for row in calendar():
        week = FIRST.plus(row["n"])
        assert (row["label"], row["starts_at"], row["ends_at"]) == (str(week), week.starts_at(), week.ends_at())
