"""What waits for an issue stands in *Temaer* under the week it waits for, as *Ugen* shows it: the last one or the running one."""

from datetime import timedelta

import pytest

from domain import digests
from domain.digests import GatheredIn
from domain.people import Level, Role, Sector, add_unit
from tests import make

LAST = make.WEEK.plus(-1)
A_SECOND = timedelta(seconds=1)
TONES = (None, "trouble", "praise")


@pytest.fixture
def about_food(session, cast):
    """Puts a talk about food there, received at that moment; its id."""

    def put(received_at, author=cast.leder, unit=cast.mariehuset):
        return make.row(session, author, cast.form, unit, received_at=received_at, confirmed=[cast.themes["mad"]]).first_id

    return put


def gathered(session, cast, actor=None):
    """The talks about food by where they stand, each told by `about_theme` as `counts_by_theme` counts it."""
    actor, mad = actor or cast.omraade, cast.themes["mad"].id
    counted = digests.counts_by_theme(session, actor, since=make.WEEK.plus(-7), now=make.NOW)[mad]
    at = {where for where, _tone in counted}
    found = {where: set() for where in at}
    for where in at:
        for one in digests.about_theme(session, actor, theme_id=mad, at=[where], tones=TONES, now=make.NOW):
            assert one.at == where
            found[where].add(one.talk)
    assert {where: len(these) for where, these in found.items()} == {where: n for (where, _tone), n in counted.items()}
    return found


def series(session, cast):
    counted = digests.counts_by_theme(session, cast.omraade, since=make.WEEK.plus(-7), now=make.NOW)[cast.themes["mad"].id]
    return digests.series(counted, [make.WEEK.plus(-2), LAST, make.WEEK])


def test_the_week_a_talk_waits_for_begins_on_monday_at_midnight_in_copenhagen(session, cast, about_food):
    monday = make.WEEK.starts_at()
    assert (monday.hour, monday.minute) == (23, 0)
    before, after = about_food(monday - A_SECOND), about_food(monday)
    assert gathered(session, cast) == {GatheredIn(LAST, waits=True): {before}, GatheredIn(make.WEEK, waits=True): {after}}
    assert series(session, cast) == (0, 1, 1)


def test_when_the_last_week_is_gathered_its_talks_stand_in_its_issue_and_move_to_no_other_week(session, cast, about_food):
    before, after = about_food(LAST.starts_at()), about_food(make.WEEK.starts_at())
    waiting = series(session, cast)
    digests.make_issue(session, cast.syd, LAST, now=make.NOW)
    assert gathered(session, cast) == {GatheredIn(LAST): {before}, GatheredIn(make.WEEK, waits=True): {after}}
    assert series(session, cast) == waiting == (0, 1, 1)


def test_what_missed_the_issue_of_its_week_waits_for_the_running_one(session, cast, about_food):
    digests.make_issue(session, cast.syd, LAST, now=make.NOW)
    missed = about_food(LAST.ends_at() - A_SECOND)
    assert gathered(session, cast) == {GatheredIn(make.WEEK, waits=True): {missed}}


def test_what_nobody_gathered_in_time_waits_for_the_last_week(session, cast, about_food):
    old = about_food(make.WEEK.plus(-3).starts_at())
    assert gathered(session, cast) == {GatheredIn(LAST, waits=True): {old}}
    assert series(session, cast) == (0, 1, 0)


@pytest.mark.parametrize("is_issued", [False, True])
def test_a_talk_waits_where_the_week_that_is_read_holds_it(session, cast, about_food, is_issued):
    """The page of a theme and *Ugen* agree, and so does the issue that is made."""
    if is_issued:
        digests.make_issue(session, cast.syd, LAST, now=make.NOW)
    for days in (0, 1, 3, 6, 9, 16):
        about_food(make.NOW - timedelta(days=days))
    expected = {}
    for week in (LAST, make.WEEK):
        edition = digests.read(session, cast.omraade, area_id=cast.syd.id, week=week, now=make.NOW)
        if edition.issue_id is None:
            expected[GatheredIn(week, waits=True)] = {*edition.talks, *edition.late}
    assert gathered(session, cast) == expected
    if not is_issued:
        digests.make_issue(session, cast.syd, LAST, now=make.NOW)
        assert gathered(session, cast)[GatheredIn(LAST)] == expected[GatheredIn(LAST, waits=True)]


def test_each_area_waits_for_its_own_issue(session, cast, about_food):
    """Whoever stands above two areas sees the week twice: as it was gathered in one, and as it waits in the other."""
    west = add_unit(session, name="Område Vest", level=Level.AREA, parent=cast.kommune, sector=Sector.NURSERY)
    house = make.institution(session, west)
    above = make.person(session, email="chef@hoert.example", role=Role.AREA_LEADER, unit=cast.kommune)
    there = make.person(session, email="vest@hoert.example", role=Role.INSTITUTION_LEADER, unit=house)
    issued, waiting = about_food(LAST.starts_at()), about_food(LAST.starts_at(), there, house)
    digests.make_issue(session, cast.syd, LAST, now=make.NOW)
    missed = about_food(LAST.starts_at())
    assert gathered(session, cast, above) == {
        GatheredIn(LAST): {issued},
        GatheredIn(LAST, waits=True): {waiting},
        GatheredIn(make.WEEK, waits=True): {missed},
    }
    assert sorted(gathered(session, cast, above)) == [
        GatheredIn(LAST),
        GatheredIn(LAST, waits=True),
        GatheredIn(make.WEEK, waits=True),
    ]
