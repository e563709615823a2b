"""Search by theme, house and week. Above the institution a filter tells no more than the talk beside it."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import select

from domain import conversations, digests
from domain.base import Week
from domain.conversations import Conversation, Query
from domain.people import Role
from tests import make

MAD = Query.of("mad")
#: The issue of WEEK is made; talks of the week after are not gathered yet.
NOW = make.WEEK.ends_at() + timedelta(days=2)
NEXT = make.WEEK.plus(1)


def at(week, hours=9):
    return week.starts_at() + timedelta(hours=hours)


@pytest.fixture
def syd(session, cast):
    """Mariehuset is named by the issue of WEEK, the others are small. One talk came late, one stands in no issue yet."""
    leaders = {
        house: make.person(session, email=f"{place}@hoert.example", role=Role.INSTITUTION_LEADER, unit=cast.units[house])
        for place, house in enumerate(("Skovbrynet", "Åhaven", "Regnbuen"))
    }
    for back in (4, 3, 2, 1):
        when = at(make.WEEK.plus(-back))
        cast.log(session, cast.leder, f"mad {back} uger før", held_at=when, now=when, confirmed=[cast.themes["mad"]])
        digests.make_issue(session, cast.syd, make.WEEK.plus(-back), now=make.WEEK.plus(-back).ends_at())
    when = at(make.WEEK)
    cast.log(session, cast.leder, "mad i ugen", held_at=when, now=when, confirmed=[cast.themes["mad"]])
    cast.log(session, cast.leder, "mad sent", held_at=at(make.WEEK.plus(-2)), now=when, rejected=[cast.themes["mad"]])
    for house, actor in leaders.items():
        cast.log(session, actor, f"mad i {house}", unit=cast.units[house], held_at=when, now=when)
    cast.log(session, cast.omraade, "mad, egen", unit=cast.units["Åhaven"], held_at=when, now=when)
    digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    when = at(NEXT)
    cast.log(session, cast.leder, "mad nu", held_at=when, now=when)
    while conversations.index(session, now=NOW):
        pass
    return cast


def found(session, actor, **more):
    return [row.answers[0]["text"] for row in digests.find(session, actor, query=MAD, now=NOW, limit=100, **more)]


def test_a_house_finds_for_those_above_only_what_names_it_to_them(session, syd):
    rows = session.exec(select(Conversation).where(conversations.visible(syd.omraade))).all()
    names = digests.house_names(session, syd.omraade, rows)
    told = Counter(names.values())
    assert told == {"Mariehuset": 2, "Åhaven": 1, None: 8}
    for house in syd.units.values():
        expected = {row.answers[0]["text"] for row in rows if names[row.first_id] == house.name}
        assert set(found(session, syd.omraade, house=house.id)) == expected


def test_no_two_searches_differ_by_the_text_of_a_small_house(session, syd):
    """What all named houses leave over is the same for each unnamed talk, whichever house, theme or week is chosen beside it."""
    for house in ("Skovbrynet", "Regnbuen"):
        assert found(session, syd.omraade, house=syd.units[house].id) == []
        assert found(session, syd.omraade, house=syd.units[house].id, week=make.WEEK) == []
    assert found(session, syd.omraade, house=syd.units["Åhaven"].id) == ["mad, egen"]


def test_only_houses_that_are_named_can_be_chosen_above_them(session, syd):
    assert [house.name for house in digests.houses_to_choose(session, syd.omraade)] == ["Mariehuset", "Åhaven"]
    for actor in (syd.leder, syd.medarbejder, syd.omraade2, syd.admin):
        assert digests.houses_to_choose(session, actor) == []


def test_those_of_the_house_find_all_of_it_and_nobody_elses(session, syd):
    assert len(found(session, syd.leder, house=syd.mariehuset.id)) == 7
    assert found(session, syd.leder, house=syd.skovbrynet.id) == []


def test_above_the_house_a_week_is_that_of_the_issue(session, syd):
    here = {f"mad i {house}" for house in ("Skovbrynet", "Åhaven", "Regnbuen")}
    assert set(found(session, syd.omraade, week=make.WEEK)) == {"mad i ugen", "mad sent", "mad, egen", *here}
    assert found(session, syd.omraade, week=make.WEEK.plus(-2)) == ["mad 2 uger før"]
    assert found(session, syd.omraade, week=NEXT) == ["mad nu"]
    assert found(session, syd.omraade, week=Week(2026, 20)) == []
    assert found(session, syd.omraade2, week=make.WEEK) == []


def test_in_the_house_a_week_is_when_the_talk_was_held(session, syd):
    assert set(found(session, syd.leder, week=make.WEEK.plus(-2))) == {"mad 2 uger før", "mad sent"}
    assert found(session, syd.leder, week=make.WEEK) == ["mad i ugen"]
    assert found(session, syd.leder, week=NEXT) == ["mad nu"]


def test_a_theme_is_one_that_people_confirmed(session, syd):
    theme = syd.themes["mad"].id
    assert found(session, syd.leder, theme=theme) == ["mad i ugen", *(f"mad {back} uger før" for back in (1, 2, 3, 4))]
    assert found(session, syd.leder, theme=theme, week=make.WEEK.plus(-2)) == ["mad 2 uger før"]
    assert found(session, syd.leder, theme=syd.themes["tryghed"].id) == []


def test_a_week_of_the_digest_finds_the_talks_that_its_page_shows(session, syd):
    for week in (make.WEEK.plus(-1), make.WEEK, NEXT):
        edition = digests.read(session, syd.omraade, area_id=syd.syd.id, week=week, now=NOW)
        shown = conversations.by_ids(session, syd.omraade, [*edition.talks, *edition.late])
        assert set(found(session, syd.omraade, week=week)) == {row.answers[0]["text"] for row in shown.values()}


def test_the_weeks_to_choose_begin_with_the_running_one():
    weeks = digests.weeks_to_choose(NOW)
    assert weeks[:2] == [NEXT, make.WEEK]
    assert len(set(weeks)) == 52
