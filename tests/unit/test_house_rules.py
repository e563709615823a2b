"""One house by the rules of the area's week: several weeks together, and a change that can come from no second house."""

from domain.base import Week
from domain.digests import Change
from domain.digests.rules import History, content
from tests.unit.test_digest_rules import MAD, SØVN, WEEK, A, B, talk, talks

FOUR = 4


def four_weeks(of, *, fewest_houses: int = 1):
    held = [one for one in of if one.week > WEEK.plus(-FOUR)]
    before = History.of(WEEK, of, span=FOUR)
    return content(WEEK, talks=held, late=[], before=before, houses=[A], last={}, fewest_houses=fewest_houses, span=FOUR)


def test_the_last_four_weeks_are_compared_with_the_four_before():
    found = History.of(WEEK, [talk(A, MAD, ago=ago) for ago in range(10)], span=FOUR)
    assert sorted(found.weeks) == [WEEK.plus(-ago) for ago in (7, 6, 5, 4)]


def test_a_theme_of_four_weeks_shows_each_talk_in_the_week_it_was_held():
    (one,) = four_weeks([talk(A, MAD, ago=6), talk(A, MAD, ago=3), talk(A, MAD), talk(A, MAD, ago=-2)]).themes
    assert (one.count, one.before, one.weeks) == (3, 1, (0, 1, 0, 0, 1, 0, 0, 2))


def test_a_change_in_one_house_needs_no_other():
    of = [*talks(A, 6, MAD, ago=1), *(talk(A, SØVN, ago=ago) for ago in range(4, 8) for _ in range(6))]
    assert four_weeks(of).themes[0].change == Change.NEW
    assert four_weeks(of, fewest_houses=2).themes[0].change == Change.USUAL


def test_a_change_in_one_house_still_needs_three_talks_and_the_test():
    before = [talk(A, SØVN, ago=ago) for ago in range(4, 8) for _ in range(6)] + [talk(A, MAD, ago=5)]
    assert four_weeks([*before, *talks(A, 2, MAD)]).themes[0].change == Change.USUAL
    assert four_weeks([*before, *talks(A, 6, MAD)]).themes[0].change == Change.MORE


def test_a_house_that_has_just_begun_is_compared_with_nothing():
    (one,) = four_weeks(talks(A, 5, MAD)).themes
    assert one.change == Change.TOO_EARLY


def test_four_weeks_over_new_year_hold_the_53rd():
    week = Week(2027, 2)
    of = [talk(A, MAD, week=one) for one in (Week(2026, 52), Week(2026, 53), Week(2027, 1), week)]
    found = content(week, talks=of, late=[], before=History.of(week, of, span=FOUR), houses=[A], last={}, span=FOUR)
    assert found.themes[0].weeks == (0, 0, 0, 0, 1, 1, 1, 1)


def test_of_an_area_nothing_is_new_that_one_house_alone_talks_of():
    before = History.of(WEEK, [talk(B, SØVN, ago=ago) for ago in range(1, 6)])
    found = content(WEEK, talks=talks(A, 4, MAD), late=[], before=before, houses=[A, B], last={})
    assert found.themes[0].change == Change.USUAL
