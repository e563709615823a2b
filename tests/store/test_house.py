"""*Jeres uge*: the own house in eight weeks, at once, and nothing of any other."""

from datetime import timedelta

import pytest

from domain import digests
from tests import make

WEEK = make.WEEK


def house(session, actor):
    return digests.own_house(session, actor, now=make.NOW)


def log(session, cast, actor=None, *, ago: int = 0, **more):
    """A talk held and received `ago` weeks before now."""
    at = make.NOW - timedelta(weeks=ago, hours=2)
    return cast.log(session, actor or cast.leder, held_at=at, now=at, **more)


@pytest.mark.parametrize("name", ["medarbejder", "omraade", "admin"])
def test_who_leads_no_house_has_no_week_of_one(session, cast, name):
    assert house(session, getattr(cast, name)) is None


def test_a_talk_counts_at_once_whether_its_week_is_issued_or_not(session, cast):
    log(session, cast, ago=1)
    digests.make_issue(session, cast.syd, WEEK.plus(-1), now=make.NOW)
    log(session, cast, cast.medarbejder)
    found = house(session, cast.leder)
    assert (found.house.name, found.week, found.this_week.talks, found.recent.talks) == ("Mariehuset", WEEK, 1, 2)
    assert [one.talks for one in found.weeks] == [1, 1, 0, 0, 0, 0, 0, 0]


def test_nothing_of_another_house_counts(session, cast):
    log(session, cast, cast.leder2, confirmed=[cast.themes["mad"]])
    log(session, cast, cast.leder3)
    found = house(session, cast.leder)
    assert (found.talks, found.recent.talks, found.recent.themes) == ((), 0, ())


def test_a_talk_that_came_late_stands_in_the_week_it_was_held(session, cast):
    cast.log(session, cast.leder, held_at=make.NOW - timedelta(weeks=2), now=make.NOW)
    found = house(session, cast.leder)
    assert [one.talks for one in found.weeks][:4] == [0, 0, 1, 0]
    assert (found.this_week.talks, found.recent.talks, found.recent.late) == (0, 1, 0)


def test_eight_weeks_are_shown_and_four_are_recent(session, cast):
    rows = {ago: log(session, cast, ago=ago) for ago in (0, 3, 4, 7, 8)}
    found = house(session, cast.leder)
    assert [row.id for row in found.talks] == [rows[ago].id for ago in (0, 3, 4, 7)]
    assert [row.id for row in found.recent_talks()] == [rows[ago].id for ago in (0, 3)]


def test_what_is_taken_back_is_gone_and_what_is_corrected_counts_once(session, cast):
    first = cast.talk("Den første udgave", held_at=make.NOW)
    make.log_talk(session, cast.leder, first)
    make.log_talk(session, cast.leder, make.edit(first, "Den anden udgave"))
    other = log(session, cast)
    make.sync.accept(session, cast.leder, item=make.withdrawal(other.id), now=make.NOW)
    (only,) = house(session, cast.leder).talks
    assert (str(only.first_id), only.revision) == (first["id"], 2)


def test_no_talk_is_quoted_both_for_the_week_and_for_four(session, cast):
    for ago in (0, 1):
        log(session, cast, ago=ago, confirmed=[cast.themes["mad"]])
    found = house(session, cast.leder)
    (this_week,), (recent,) = found.this_week.themes, found.recent.themes
    assert len(this_week.quotes) == len(recent.quotes) == 1
    assert this_week.quotes[0].conversation != recent.quotes[0].conversation
    assert (this_week.count, recent.count) == (1, 2)


def test_words_that_may_not_be_quoted_are_in_no_quotation(session, cast):
    log(session, cast, quote_scope=None, confirmed=[cast.themes["mad"]])
    log(session, cast, quote_scope="none", confirmed=[cast.themes["mad"]])
    found = house(session, cast.leder)
    assert [theme.quotes for theme in (*found.this_week.themes, *found.recent.themes)] == [(), ()]
    assert len(found.talks) == 2


def test_who_read_the_areas_week_stands_by_the_week_that_holds_the_houses_talks(session, cast):
    for ago in (2, 1):
        log(session, cast, cast.medarbejder if ago == 2 else cast.leder2, ago=ago)
        digests.make_issue(session, cast.syd, WEEK.plus(-ago), now=make.NOW)
        digests.mark_read(session, cast.omraade, area_id=cast.syd.id, week=WEEK.plus(-ago), now=make.NOW)
    readers = [one.readers for one in house(session, cast.leder).weeks]
    assert readers[:4] == [(), (), (cast.omraade.name,), ()]
