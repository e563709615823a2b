"""When a week's issue is made, by a clock on the wall that is sometimes changed, in years of 52 and 53 weeks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import Week, local
from domain.digests.mondays import SIX, gathered_at, last_gathered, next_gathered, weeks_between

INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
#: Clocks are changed on Sundays in Copenhagen. In Tehran they went from Monday 22 March 2021 00:00 to 01:00, in Cairo back from
#: Monday 1 October 1990 03:00 to 02:00.
TEHRAN, CAIRO = ZoneInfo("Asia/Tehran"), ZoneInfo("Africa/Cairo")


@pytest.mark.parametrize(
    ("label", "utc"),
    [
        ("2026-W47", "2026-11-23T05:00"),
        ("2026-W12", "2026-03-23T05:00"),  # the last one in winter
        ("2026-W13", "2026-03-30T04:00"),  # the clocks were changed the night before that day
        ("2026-W42", "2026-10-19T04:00"),
        ("2026-W43", "2026-10-26T05:00"),
        ("2026-W53", "2027-01-04T05:00"),
        ("2026-W52", "2026-12-28T05:00"),
        ("2025-W52", "2025-12-29T05:00"),
        ("2020-W53", "2021-01-04T05:00"),
    ],
)
def test_six_in_copenhagen_is_six_on_the_wall(label, utc):
    assert gathered_at(Week.parse(label)) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@given(INSTANTS, CLOCKS)
def test_the_last_week_is_the_one_whose_monday_has_struck_and_no_later_one(now, at):
    week = last_gathered(now, at)
    assert gathered_at(week, at) <= now < gathered_at(week.plus(1), at)
    assert next_gathered(now, at) == (week.plus(1), gathered_at(week.plus(1), at))
    assert local(gathered_at(week)).time() == SIX


@given(INSTANTS, CLOCKS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_however_long_nobody_looked_every_week_between_comes_once(now, at, away):
    """Three days, three weeks, over the turn of the year: none is passed over, none comes twice."""
    before, after = last_gathered(now, at), last_gathered(now + away, at)
    weeks = weeks_between(before.plus(1), after)
    assert weeks == sorted(set(weeks))
    assert [week.monday() for week in weeks] == [before.monday() + timedelta(weeks=n + 1) for n in range(len(weeks))]
    assert [before, *weeks][-1] == after


def test_a_time_that_is_skipped_that_monday_is_an_hour_later_on_the_wall():
    moment = gathered_at(Week(2021, 11), time(0, 30), zone=TEHRAN)
    assert moment == datetime(2021, 3, 21, 21, 0, tzinfo=UTC)
    assert moment.astimezone(TEHRAN).time() == time(1, 30)


@pytest.mark.parametrize("fold", [0, 1])
def test_a_time_that_comes_twice_that_monday_means_the_first(fold):
    moment = gathered_at(Week(1990, 39), time(2, 30, fold=fold), zone=CAIRO)
    assert moment == datetime(1990, 9, 30, 23, 30, tzinfo=UTC)
    assert (moment + timedelta(hours=1)).astimezone(CAIRO).time() == time(2, 30)


def test_weeks_between_is_empty_when_the_last_is_over():
    assert weeks_between(Week(2026, 47), Week(2026, 46)) == []
    assert weeks_between(Week(2026, 52), Week(2027, 1)) == [Week(2026, 52), Week(2026, 53), Week(2027, 1)]
