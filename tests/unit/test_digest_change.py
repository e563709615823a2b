"""The digest's change words: one rule.

Exact one-sided hypergeometric test, p < .01, at least three talks from at least two houses; none in the seven weeks before and
two talks from two houses is new; with less than four weeks before it is too early to say.
"""

from collections import Counter
from fractions import Fraction
from itertools import combinations, pairwise
from math import prod
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.digests import Change, Content, ThemeOfWeek, leading
from domain.digests.rules import change, upper_tail

USUAL = {"count": 5, "of": 14, "before": 9, "of_before": 96, "houses": 2, "weeks_before": 7}


def falling(n: int, k: int) -> int:
    return prod(range(n - k + 1, n + 1)) if k <= n else 0


def exact_tail(hits: int, draws: int, marked: int, population: int) -> Fraction:
    """The same probability, drawn one after the other in every order: another way than counting combinations."""
    orders = [[1]]
    for _ in range(draws):
        row = orders[-1]
        orders.append([1, *(a + b for a, b in pairwise(row)), 1])
    return sum(
        (
            Fraction(orders[draws][k] * falling(marked, k) * falling(population - marked, draws - k), falling(population, draws))
            for k in range(hits, draws + 1)
        ),
        Fraction(0),
    )


@st.composite
def draw_of_talks(draw):
    population = draw(st.integers(1, 140))
    draws = draw(st.integers(0, population))
    marked = draw(st.integers(0, population))
    return draw(st.integers(0, draws)), draws, marked, population


@given(draw_of_talks())
def test_the_tail_is_that_of_an_independent_computation(case):
    assert upper_tail(*case) == pytest.approx(float(exact_tail(*case)), rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("draws", range(7))
@pytest.mark.parametrize("marked", range(7))
def test_the_tail_is_that_of_counting_every_case(marked, draws):
    ways = Counter(sum(one < marked for one in drawn) for drawn in combinations(range(6), draws))
    for hits in range(draws + 1):
        expected = Fraction(sum(n for k, n in ways.items() if k >= hits), ways.total())
        assert upper_tail(hits, draws, marked, 6) == pytest.approx(float(expected))


def test_five_of_fourteen_against_nine_of_ninety_six_is_not_yet_more():
    """p is .0165: the example in the design stays on this side of its own rule."""
    assert 0.01 < upper_tail(5, 14, 14, 110) < 0.02
    assert change(**USUAL) == Change.USUAL


def test_six_of_fourteen_against_nine_of_ninety_six_is_more():
    assert upper_tail(6, 14, 15, 110) < 0.01
    assert change(**{**USUAL, "count": 6}) == Change.MORE


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"count": 3, "of": 3, "before": 1, "of_before": 96}, Change.MORE),
        ({"count": 2, "of": 2, "before": 1, "of_before": 96}, Change.USUAL),  # p < .01, yet two talks
        ({"count": 6, "houses": 1}, Change.USUAL),
        ({"count": 6, "weeks_before": 4}, Change.MORE),
        ({"count": 6, "weeks_before": 3}, Change.TOO_EARLY),
        ({"count": 6, "weeks_before": 0, "before": 0, "of_before": 0}, Change.TOO_EARLY),
        ({"count": 2, "before": 0}, Change.NEW),
        ({"count": 9, "before": 0}, Change.NEW),
        ({"count": 1, "before": 0, "houses": 1}, Change.USUAL),
        ({"count": 2, "before": 0, "houses": 1}, Change.USUAL),
        ({"count": 2, "before": 0, "weeks_before": 3}, Change.TOO_EARLY),
        ({"count": 14, "before": 96}, Change.USUAL),
    ],
)
def test_the_change_word_follows_the_rule_on_both_sides_of_each_limit(other, said):
    assert change(**{**USUAL, **other}) == said


@given(draw_of_talks(), st.integers(0, 4), st.integers(0, 8))
def test_more_is_said_exactly_when_the_exact_test_and_both_smallest_numbers_say_so(case, houses, weeks_before):
    count, of, marked, population = case
    before = max(0, marked - count)
    of_before = max(population - of, before)
    said = change(count=count, of=of, before=before, of_before=of_before, houses=houses, weeks_before=weeks_before)
    sure = exact_tail(count, of, count + before, of + of_before) < Fraction(1, 100)
    if weeks_before < 4:
        assert said == Change.TOO_EARLY
    elif before == 0 and count >= 2 and houses >= 2:
        assert said == Change.NEW
    elif sure and count >= 3 and houses >= 2:
        assert said == Change.MORE
    else:
        assert said == Change.USUAL


@given(st.integers(3, 20), st.integers(0, 20), st.integers(1, 30), st.integers(0, 100))
def test_one_more_talk_about_it_never_makes_it_less_of_a_change(count, others, before, others_before):
    more = [
        change(
            count=count + extra,
            of=count + others + 1,
            before=before,
            of_before=before + others_before,
            houses=2,
            weeks_before=7,
        )
        for extra in (0, 1)
    ]
    assert more != [Change.MORE, Change.USUAL]


def changed(*counts: tuple[int, int], of=(30, 400), change=Change.MORE) -> Content:
    """A week with these themes, each as how many talks of the week and how many before, in the order of the page."""
    one = {"trouble": 0, "praise": 0, "houses": 2, "weeks": (), "talks_before": of[1], "quotes": (), "talks": ()}
    themes = [
        ThemeOfWeek(theme=UUID(int=place), count=now, before=before, change=change, **one)
        for place, (now, before) in enumerate(counts)
    ]
    nothing = {"late": 0, "houses_heard": 2, "houses_open": 4, "without_theme": (), "silent": (), "named": ()}
    return Content(talks=of[0], themes=tuple(themes), **nothing)


def led_by(content: Content) -> int | None:
    found = leading(content)
    return found.theme.int if found else None


def test_the_change_that_is_surest_leads_and_not_the_biggest_theme():
    assert upper_tail(13, 30, 73, 430) > 1e-4
    assert upper_tail(12, 30, 13, 430) < 1e-13
    assert led_by(changed((13, 60), (12, 1))) == 1


def test_of_changes_that_are_equally_sure_the_first_on_the_page_leads():
    assert led_by(changed((5, 1), (5, 1), (2, 1))) == 0


def test_a_change_leads_before_a_bigger_theme_that_stayed_as_it_was():
    usual, more = changed((20, 260), change=Change.USUAL).themes[0], changed((1, 1), (12, 1)).themes[1]
    assert led_by(changed().model_copy(update={"themes": (usual, more)})) == 1


@pytest.mark.parametrize(("counts", "leads"), [([(5, 60), (4, 0)], 0), ([(1, 0)], None), ([], None)])
def test_where_nothing_changed_the_biggest_of_several_talks_leads(counts, leads):
    assert led_by(changed(*counts, change=Change.USUAL)) == leads
