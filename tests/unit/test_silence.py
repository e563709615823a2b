"""Silence is counted in weeks a house was open; a closed house is neither silent nor counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import Week
from domain.digests.rules import SILENT_WEEKS, History, content, silent
from tests.unit.test_digest_rules import HOUSES, WEEK, A, B, C, D, E, talk, talks


def weeks(*ago: int) -> frozenset[Week]:
    return frozenset(WEEK.plus(-one) for one in ago)


def compose(of, *, houses=HOUSES, last=None, closed=None):
    return content(WEEK, talks=of, late=[], before=History.of(WEEK, []), houses=houses, last=last or {}, closed=closed or {})


@pytest.mark.parametrize(("away", "is_silent"), [((), True), ((1,), False), ((1, 2, 3), False), ((9,), True)])
def test_weeks_a_house_was_closed_do_not_count(away, is_silent):
    found = silent(WEEK, houses=[A], last={A: WEEK.plus(-4)}, closed={A: weeks(*away)})
    assert [one.house for one in found] == ([A] if is_silent else [])


def test_a_house_that_opened_again_has_four_open_weeks_to_be_heard():
    summer = {A: weeks(*range(1, 8))}
    assert silent(WEEK, houses=[A], last={A: WEEK.plus(-10)}, closed=summer) == []
    assert [one.house for one in silent(WEEK, houses=[A], last={A: WEEK.plus(-11)}, closed=summer)] == [A]


@given(st.frozensets(st.integers(0, 30)), st.integers(0, 40))
def test_silent_means_four_open_weeks_without_a_talk(away, ago):
    """Written a second time: the weeks since the last talk's, counted where the house was open."""
    open_since = sum(1 for one in range(ago) if one not in away)
    is_silent = open_since >= SILENT_WEEKS
    assert bool(silent(WEEK, houses=[A], last={A: WEEK.plus(-ago)}, closed={A: weeks(*away)})) == is_silent


def test_a_house_closed_this_week_is_neither_silent_nor_open():
    found = compose(talks(A, 3), houses=[A, B, C], closed={B: weeks(0)})
    assert (found.houses_heard, found.houses_open, found.closed) == (1, 2, (B,))
    assert [one.house for one in found.silent] == [C]


def test_a_talk_in_a_closed_house_counts_and_does_not_tell_where_it_was_held():
    open_talk, closed_talk = compose([talk(A)], closed={B: weeks(0)}), compose([talk(B)], closed={B: weeks(0)})
    told = {"talks", "houses_heard", "houses_open", "closed"}
    assert open_talk.model_dump(include=told) == closed_talk.model_dump(include=told)
    assert closed_talk.houses_open == len(HOUSES) - 1


def test_never_more_houses_are_heard_than_open():
    found = compose([talk(A), talk(B)], houses=[A, B], closed={B: weeks(0)})
    assert (found.houses_heard, found.houses_open) == (2, 2)


def test_closed_houses_do_not_hide_an_unnamed_one():
    """One unnamed house talked: however many are closed beside it, nothing is told of silence."""
    last = {A: WEEK, B: WEEK.plus(-1), C: WEEK.plus(-1)}
    for closed in ({}, {D: weeks(0)}, {C: weeks(0), D: weeks(0), E: weeks(0)}):
        assert compose([talk(A)], last=last, closed=closed).silent_may_be_named is False


def test_an_issue_of_before_there_were_closed_periods_reads_as_it_was():
    found = compose([talk(A)])
    old = {key: value for key, value in found.as_json().items() if key != "closed"}
    assert type(found).model_validate(old) == found
