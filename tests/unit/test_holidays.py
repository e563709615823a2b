"""Public holidays in Denmark, and the weeks in which a place is closed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import Week, is_holiday
from domain.base.holidays import easter
from domain.people import problem_of_days
from domain.people.rules import closed_weeks, working_days


@pytest.mark.parametrize(
    ("year", "day"),
    [(2019, "04-21"), (2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2027, "03-28"), (2038, "04-25"), (2285, "03-22")],
)
def test_easter_is_where_the_almanac_has_it(year, day):
    assert easter(year) == date.fromisoformat(f"{year}-{day}")


@given(st.integers(1901, 2999))
def test_easter_is_a_sunday_between_22_march_and_25_april(year):
    found = easter(year)
    assert found.isoweekday() == 7
    assert date(year, 3, 22) <= found <= date(year, 4, 25)


def test_the_holidays_of_2026_on_working_days():
    found = [day for n in range(365) if is_holiday(day := date(2026, 1, 1) + timedelta(days=n)) and day.isoweekday() < 6]
    assert [str(day)[5:] for day in found] == ["01-01", "04-02", "04-03", "04-06", "05-14", "05-25", "12-25"]


@pytest.mark.parametrize(("day", "closed"), [("2023-05-05", True), ("2024-04-26", False), ("2026-05-01", False)])
def test_store_bededag_ended_with_2023(day, closed):
    assert is_holiday(date.fromisoformat(day)) is closed


@pytest.mark.parametrize("day", ["2026-06-05", "2026-12-24", "2026-12-31"])
def test_days_that_are_not_off_for_all_are_working_days(day):
    assert not is_holiday(date.fromisoformat(day))


def closed(*periods: tuple[str, str]) -> list[str]:
    return [str(week) for week in sorted(closed_weeks((date.fromisoformat(a), date.fromisoformat(b)) for a, b in periods))]


def test_monday_to_friday_closes_a_week_and_a_day_less_does_not():
    assert closed(("2026-07-13", "2026-07-17")) == ["2026-W29"]
    assert closed(("2026-07-13", "2026-07-16")) == closed(("2026-07-14", "2026-07-19")) == []


def test_periods_that_meet_close_a_week_together():
    assert closed(("2026-07-13", "2026-07-14"), ("2026-07-15", "2026-07-24")) == ["2026-W29", "2026-W30"]


def test_holidays_close_what_is_left_of_a_week():
    assert closed(("2026-03-30", "2026-04-01")) == ["2026-W14"]  # the week before Easter
    assert closed(("2026-12-28", "2026-12-31")) == ["2026-W53"]  # New Year's Day is a Friday
    assert closed(("2026-12-21", "2026-12-24")) == ["2026-W52"]


def test_holidays_alone_close_no_week():
    assert closed() == []
    assert not any(all(map(is_holiday, working_days(Week(year, 1).plus(n)))) for year in range(2015, 2040) for n in range(53))


def test_a_period_over_new_year_closes_weeks_of_both():
    assert closed(("2026-12-21", "2027-01-08")) == ["2026-W52", "2026-W53", "2027-W01"]


def test_a_week_with_a_change_of_clocks_is_closed_like_any_other():
    assert closed(("2026-10-19", "2026-10-23")) == ["2026-W43"]
    assert closed(("2026-03-23", "2026-03-27")) == ["2026-W13"]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2026-12-24", "2026-12-24", None),
        ("2026-12-24", "2026-12-23", "ends_before_it_begins"),
        ("2026-01-01", "2027-01-01", None),
        ("2026-01-01", "2027-01-02", "too_long"),
        ("2025-11-16", "2025-11-20", "far_away"),
        ("0026-12-24", "0026-12-30", "far_away"),
        ("2029-11-20", "2029-11-30", "far_away"),
    ],
)
def test_what_is_wrong_with_a_period(first, last, found):
    assert problem_of_days(date.fromisoformat(first), date.fromisoformat(last), today=date(2026, 11, 18)) == found
