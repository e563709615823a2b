"""What is told of silent houses from one week to the next, so that no two lists laid beside each other name a house."""

from datetime import timedelta

import pytest

from domain import digests
from domain.people import Unit
from tests import make

WEEK = make.WEEK


def note(session, cast, house, week, actor=None):
    at = week.starts_at() + timedelta(days=2)
    author = actor or {"Mariehuset": cast.leder, "Skovbrynet": cast.leder2, "Distrikt Havnen": cast.leder3}[house]
    make.row(session, author, cast.form, cast.units[house], held_at=at, received_at=at)


def issue(session, area, week):
    return digests.make_issue(session, area, week, now=week.ends_at()).content


def running(session, cast, week):
    at = week.starts_at() + timedelta(hours=1)
    return digests.read(session, cast.omraade, area_id=cast.syd.id, week=week, now=at).content


@pytest.mark.parametrize("is_issued", [True, False])
def test_a_running_week_tells_no_more_of_silence_than_the_week_before(session, cast, is_issued):
    note(session, cast, "Mariehuset", WEEK)
    before = issue(session, cast.syd, WEEK) if is_issued else digests.compose(session, cast.syd, WEEK).content.as_json()
    after = running(session, cast, WEEK.plus(1))
    assert (before["silent_may_be_named"], after.silent_may_be_named, after.silent_weeks_may_be_told) == (False, False, False)
    assert [str(one.house) for one in after.silent] == [one["house"] for one in before["silent"]]


def test_silence_stands_still_in_a_running_week_whatever_comes(session, cast):
    for house in ("Mariehuset", "Skovbrynet"):
        note(session, cast, house, WEEK.plus(-9))
    issue(session, cast.syd, WEEK.plus(-9))
    issue(session, cast.syd, WEEK.plus(-1))
    before = running(session, cast, WEEK)
    assert before.silent_may_be_named
    note(session, cast, "Mariehuset", WEEK)
    after = running(session, cast, WEEK)
    silence = ("silent", "silent_may_be_named", "silent_weeks_may_be_told")
    assert [getattr(after, name) for name in silence] == [getattr(before, name) for name in silence]


def test_four_weeks_after_one_house_talked_alone_the_silent_are_named_again_but_not_since_when(session, cast):
    note(session, cast, "Mariehuset", WEEK)
    told = [issue(session, cast.syd, WEEK.plus(ahead)) for ahead in range(6)]
    assert [one["is_bare"] for one in told] == [True, *[False] * 5]
    assert [one["silent_may_be_named"] for one in told] == [False] * 4 + [True] * 2
    assert [one["silent_weeks_may_be_told"] for one in told] == [False] * 6
    assert len(told[4]["silent"]) == 4


def test_what_happened_in_another_area_keeps_nothing_untold(session, cast):
    note(session, cast, "Distrikt Havnen", WEEK)
    assert issue(session, cast.nord, WEEK)["is_bare"]
    issue(session, cast.syd, WEEK)
    content = issue(session, cast.syd, WEEK.plus(1))
    assert (content["silent_may_be_named"], content["silent_weeks_may_be_told"]) == (True, True)


@pytest.mark.parametrize(("day", "open_houses"), [(-1, 3), (0, 3), (1, 4), (6, 4), (7, 4)])
def test_a_house_counts_as_open_in_a_week_when_it_was_on_any_day_of_it(session, cast, day, open_houses):
    unit = session.get_one(Unit, cast.units["Regnbuen"].id)
    unit.closed_on = WEEK.monday() + timedelta(days=day)
    session.add(unit)
    session.flush()
    content = issue(session, cast.syd, WEEK)
    assert content["houses_open"] == open_houses
    assert (str(unit.id) in {one["house"] for one in content["silent"]}) is (day == 7)
