"""Weeks as Denmark counts them: the digest's windows neither overlap nor leave a gap."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import ZONE, Week, local, week_of

WEEKS = st.dates(date(1950, 1, 2), date(2200, 12, 1)).map(lambda day: Week(*day.isocalendar()[:2]))
INSTANTS = st.datetimes(datetime(1950, 1, 2), datetime(2200, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "label"),
    [
        ("2026-11-18", "2026-W47"),
        ("2027-01-01", "2026-W53"),
        ("2027-01-03", "2026-W53"),
        ("2027-01-04", "2027-W01"),
        ("2024-12-30", "2025-W01"),
        ("2021-01-03", "2020-W53"),
        ("2023-01-01", "2022-W52"),
    ],
)
def test_a_day_stands_in_its_iso_week_also_at_the_end_of_a_year(day, label):
    noon = datetime.combine(date.fromisoformat(day), datetime.min.time(), ZONE) + timedelta(hours=12)
    assert str(week_of(noon)) == label


def test_a_week_begins_on_monday_at_midnight_in_copenhagen():
    assert Week(2026, 47).starts_at() == datetime(2026, 11, 15, 23, tzinfo=UTC)
    assert Week(2026, 30).starts_at() == datetime(2026, 7, 19, 22, tzinfo=UTC)


def test_the_last_second_of_sunday_stands_in_the_week_and_monday_midnight_in_the_next():
    assert week_of(datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)) == Week(2026, 47)
    assert week_of(datetime(2026, 11, 22, 23, 0, tzinfo=UTC)) == Week(2026, 48)


@pytest.mark.parametrize(("label", "hours"), [("2026-W13", 167), ("2026-W43", 169), ("2026-W47", 168)])
def test_a_week_with_a_change_of_clocks_is_an_hour_shorter_or_longer(label, hours):
    week = Week.parse(label)
    assert week.ends_at() - week.starts_at() == timedelta(hours=hours)


def test_new_year_lies_inside_a_week_in_copenhagen():
    """2026-W53 goes from Monday 28 December to Sunday 3 January, whatever year UTC has at midnight."""
    week, midnight = Week(2026, 53), datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert local(midnight).date() == date(2027, 1, 1)
    assert week_of(midnight - timedelta(seconds=1)) == week_of(midnight) == week
    assert (week.plus(-1), week.plus(1)) == (Week(2026, 52), Week(2027, 1))
    assert week.ends_at() == Week(2027, 1).starts_at() == datetime(2027, 1, 3, 23, tzinfo=UTC)


def test_a_year_of_52_weeks_goes_on_with_the_first():
    assert Week(2025, 52).plus(1) == Week(2026, 1)
    assert Week(2026, 1).monday() == date(2025, 12, 29)


def test_the_hour_that_never_comes_moves_no_week():
    """On 29 March 2026 the clock goes from 2 to 3; the week still ends at midnight on the wall."""
    before, after = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert [local(one).hour for one in (before, after)] == [1, 3]
    assert week_of(before) == week_of(after) == Week(2026, 13)
    assert Week(2026, 13).ends_at() == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_the_hour_that_comes_twice_stands_in_one_week():
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    assert [local(one).hour for one in twice] == [2, 2]
    assert {week_of(one) for one in twice} == {Week(2026, 43)}


@pytest.mark.parametrize(
    "label",
    [
        "",
        "2026-47",
        "2026-w47",
        "2026W47",
        "2026-W7",
        "2026-W047",
        "2026-W00",
        "2026-W54",
        "2025-W53",
        "0000-W01",
        "26-W47",
        " 2026-W47",
        "2026-W47\n",
        "２０２６-W47",
        "2026-W4७",
    ],
)
def test_what_is_no_week_is_refused(label):
    with pytest.raises(ValueError, match=r"not a week|Invalid week|year|out of"):
        Week.parse(label)


def test_only_years_of_53_weeks_have_a_53rd():
    assert Week.parse("2026-W53").sunday() == date(2027, 1, 3)


@given(WEEKS)
def test_a_week_reads_back_as_it_was_written(week):
    assert Week.parse(str(week)) == week


@given(WEEKS)
def test_each_week_begins_where_the_one_before_ends(week):
    assert week.plus(-1).ends_at() == week.starts_at()
    assert week.sunday() + timedelta(days=1) == week.plus(1).monday()


@given(INSTANTS)
def test_every_instant_stands_in_exactly_the_week_whose_window_holds_it(instant):
    week = week_of(instant)
    assert week.starts_at() <= instant < week.ends_at()


@given(WEEKS, st.integers(-300, 300))
def test_going_forth_and_back_ends_where_it_began(week, weeks):
    assert week.plus(weeks).plus(-weeks) == week
    assert week.plus(weeks).monday() - week.monday() == timedelta(weeks=weeks)


@given(WEEKS, WEEKS)
def test_weeks_and_their_labels_are_ordered_by_time(one, other):
    assert (one < other) == (one.starts_at() < other.starts_at()) == (str(one) < str(other))
