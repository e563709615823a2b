"""Months and years of weeks: each week in exactly one of each, also where years meet."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import Week
from domain.digests import Content, Period, months_and_years
from domain.digests.periods import named

A, B, C = (UUID(int=number) for number in (1, 2, 3))
WEEKS = st.dates(date(1950, 1, 2), date(2200, 12, 1)).map(lambda day: Week(*day.isocalendar()[:2]))
MONTHS = st.builds(Period, st.integers(1950, 2200), st.integers(1, 12))
PERIODS = MONTHS | st.builds(Period, st.integers(1950, 2200))


def labels(period: str) -> list[str]:
    return [str(week) for week in Period.parse(period).weeks()]


def test_a_week_belongs_to_the_month_of_its_thursday():
    assert labels("2026-11") == ["2026-W45", "2026-W46", "2026-W47", "2026-W48"]
    assert labels("2026-10") == ["2026-W40", "2026-W41", "2026-W42", "2026-W43", "2026-W44"]


@pytest.mark.parametrize(
    ("label", "month"),
    [
        ("2026-W53", "2026-12"),  # Monday 28 December to Sunday 3 January: its Thursday is New Year's Eve
        ("2027-W01", "2027-01"),
        ("2025-W01", "2025-01"),  # begins on 30 December 2024
        ("2020-W53", "2020-12"),
        ("2022-W52", "2022-12"),
        ("2026-W13", "2026-03"),  # the clocks go forward
        ("2026-W43", "2026-10"),  # the clocks go back
        ("2026-W18", "2026-04"),  # Thursday 30 April
        ("2026-W27", "2026-07"),  # Thursday 2 July
    ],
)
def test_weeks_where_months_and_years_meet(label, month):
    week = Week.parse(label)
    assert str(Period.month_of(week)) == month
    assert week in Period.parse(month).weeks()
    assert week in Period(week.year).weeks()


def test_a_year_has_52_weeks_or_53():
    assert (len(labels("2026")), labels("2026")[-1], labels("2027")[0]) == (53, "2026-W53", "2027-W01")
    assert (len(labels("2027")), labels("2027")[-1]) == (52, "2027-W52")


@given(WEEKS)
def test_a_week_stands_in_one_month_and_in_its_own_year(week):
    month = Period.month_of(week)
    assert [one for one in (month.plus(-1), month, month.plus(1)) if week in one.weeks()] == [month]
    assert month.year == week.year


@given(PERIODS)
def test_each_period_begins_where_the_one_before_ends(period):
    assert period.plus(-1).weeks()[-1].plus(1) == period.weeks()[0]
    assert all(one.plus(1) == two for one, two in zip(period.weeks(), period.weeks()[1:], strict=False))


@given(PERIODS, st.integers(-300, 300))
def test_going_forth_and_back_ends_where_it_began(period, n):
    assert period.plus(n).plus(-n) == period
    assert Period.parse(str(period)) == period


@given(PERIODS)
def test_the_columns_hold_each_week_once_in_order(period):
    assert [week for column in period.columns() for week in column] == period.weeks()


def test_a_month_is_compared_with_three_months_and_a_year_with_one():
    assert [str(week) for week in Period.parse("2027-01").weeks_before()] == [
        *labels("2026-10"),
        *labels("2026-11"),
        *labels("2026-12"),
    ]
    assert [str(week) for week in Period.parse("2027").weeks_before()] == labels("2026")


@pytest.mark.parametrize(
    "label", ["", "2026-13", "2026-00", "2026-1", "26", "2026-W47", "2026-11 ", "0000", "9999", "２０２６", "2026-11\n"]
)
def test_what_is_no_month_or_year_is_refused(label):
    with pytest.raises(ValueError, match="not a month"):
        Period.parse(label)


def test_the_months_and_years_of_weeks_come_newest_first():
    months, years = months_and_years([Week(2026, 53), Week(2027, 1), Week(2026, 47), Week(2026, 46)])
    assert [str(one) for one in (*months, *years)] == ["2027-01", "2026-12", "2026-11", "2027", "2026"]


def test_the_turn_of_the_year_in_copenhagen_lies_inside_a_week():
    week = Week(2026, 53)
    assert week.monday() + timedelta(days=4) == date(2027, 1, 1)
    assert str(Period.month_of(week)) == "2026-12"


def content(*houses: UUID) -> Content:
    numbers = {"talks": 0, "late": 0, "houses_heard": 0, "houses_open": 0}
    return Content(themes=(), without_theme=(), silent=(), named=houses, **numbers)


def test_a_house_is_named_in_a_period_where_every_issue_with_a_talk_of_it_names_it():
    one, two, three = (Week(2026, number) for number in (45, 46, 47))
    contents = {one: content(A, B), two: content(A), three: content()}
    present = {one: {A, B}, two: {A, B, C}, three: {C}}
    assert named(contents, present) == {A}
    assert named(contents, {**present, three: {A, C}}) == set()
