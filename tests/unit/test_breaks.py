"""Where a series breaks: by when versions came into use, whatever is asked when."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.base import Week, week_of
from domain.digests import breaks

SHOWN = [Week(2026, 47).plus(back) for back in range(-7, 1)]
MOMENTS = st.datetimes().map(lambda at: Week(2026, 47).starts_at() + timedelta(minutes=at.minute * 7 * 24 * 60 - at.hour * 700))


def test_the_week_of_publishing_is_the_first_of_the_new_questions():
    first, last = Week(2026, 45).starts_at(), Week(2026, 45).ends_at() - timedelta(seconds=1)
    assert breaks([last, first], SHOWN) == (Week(2026, 45),)
    assert breaks([last + timedelta(seconds=1)], SHOWN) == (Week(2026, 46),)


def test_what_came_before_the_weeks_shown_and_after_them_breaks_nothing():
    assert breaks([SHOWN[0].starts_at() - timedelta(seconds=1), SHOWN[-1].ends_at()], SHOWN) == ()


@given(st.lists(MOMENTS, max_size=8))
def test_what_is_published_after_a_week_never_changes_what_was_told_of_it(moments):
    end = SHOWN[-1].ends_at()
    assert breaks(moments, SHOWN) == breaks([at for at in moments if at < end], SHOWN)
    assert set(breaks(moments, SHOWN)) == {week_of(at) for at in moments} & set(SHOWN)
