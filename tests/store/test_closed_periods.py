"""Who says when which place is closed, and what the weeks make of it."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from domain import digests, people
from domain.audit import Deed
from domain.base import new_id
from domain.people import NotTheirs, Role
from tests import make

WEEK = make.WEEK


def close(session, actor, unit, *, ago: int = 0, weeks: int = 1, note: str = ""):
    """From Monday to Friday, beginning `ago` weeks before WEEK."""
    first = WEEK.plus(-ago)
    days = {"first_on": first.monday(), "last_on": first.plus(weeks - 1).monday() + timedelta(days=4)}
    return people.close_unit(session, actor, unit_id=unit.id, note=note, now=make.NOW, **days)


def shown(session, actor):
    return [(one.unit.name, one.note, one.is_theirs) for one in people.closings(session, actor, since=date(2026, 1, 1))]


def issue(session, cast, area=None):
    return digests.make_issue(session, area or cast.syd, WEEK, now=WEEK.ends_at()).content


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("leder", "Skovbrynet"),
        ("leder", "Område Syd"),
        ("omraade", "Distrikt Havnen"),
        ("omraade", "Nørreå Kommune"),
        ("medarbejder", "Mariehuset"),
        ("admin", "Mariehuset"),
    ],
)
def test_nobody_closes_a_place_that_is_not_theirs(session, cast, who, where):
    unit = people.unit_named(session, where)
    with pytest.raises(NotTheirs):
        close(session, getattr(cast, who), unit)


def test_a_place_that_is_none_or_closed_for_good_cannot_be_closed_for_a_while(session, cast):
    cast.mariehuset.closed_on = date(2026, 1, 1)
    session.add(cast.mariehuset)
    with pytest.raises(NotTheirs):
        close(session, cast.leder, cast.mariehuset)
    with pytest.raises(NotTheirs):
        people.close_unit(
            session, cast.leder, unit_id=new_id(), first_on=WEEK.monday(), last_on=WEEK.monday(), note="", now=make.NOW
        )


def test_each_sees_what_holds_for_them_and_changes_their_own(session, cast):
    close(session, cast.omraade, cast.syd, note="Jul")
    own = close(session, cast.leder, cast.mariehuset, note="Ombygning")
    close(session, cast.leder2, cast.skovbrynet)
    assert shown(session, cast.leder) == [("Område Syd", "Jul", False), ("Mariehuset", "Ombygning", True)]
    assert len(shown(session, cast.omraade)) == 3
    assert shown(session, cast.leder3) == shown(session, cast.medarbejder) == shown(session, cast.admin) == []
    for other in (cast.leder2, cast.omraade2, cast.medarbejder, cast.admin):
        assert people.remove_closing(session, other, period_id=own, now=make.NOW) is False
    assert len(shown(session, cast.leder)) == 2


def test_what_is_set_for_the_municipality_holds_everywhere(session, cast):
    director = make.person(session, email="d@hoert.example", role=Role.AREA_LEADER, unit=cast.kommune)
    close(session, director, cast.kommune)
    assert {WEEK} == {week for weeks in people.closed_weeks(session, list(cast.units.values())).values() for week in weeks}
    assert shown(session, cast.leder3) == [("Nørreå Kommune", "", False)]


def test_taking_away_can_be_undone_and_both_are_told_once(session, cast):
    key = close(session, cast.leder, cast.mariehuset)
    assert close(session, cast.leder, cast.mariehuset) == key
    for verb in (people.remove_closing, people.remove_closing):
        assert verb(session, cast.leder, period_id=key, now=make.NOW)
    assert shown(session, cast.leder) == []
    assert people.closed_weeks(session, [cast.mariehuset]) == {cast.mariehuset.id: frozenset()}
    assert people.restore_closing(session, cast.omraade, period_id=key, now=make.NOW)
    assert people.closed_weeks(session, [cast.mariehuset]) == {cast.mariehuset.id: {WEEK}}
    deeds = session.exec(select(Deed.verb).where(Deed.object_id == key).order_by(Deed.id)).all()
    assert deeds == ["closed_period_set", "closed_period_removed", "closed_period_restored"]


def test_a_cpr_number_in_the_note_is_covered(session, cast):
    close(session, cast.leder, cast.mariehuset, note="Efter 010190-1234")
    assert shown(session, cast.leder) == [("Mariehuset", "Efter ••••••-••••", True)]


def test_a_closed_house_is_neither_silent_nor_open_in_the_issue(session, cast):
    cast.log(session, cast.leder)
    close(session, cast.leder2, cast.skovbrynet)
    content = issue(session, cast)
    silent = {one["house"] for one in content["silent"]}
    assert content["houses_open"] == 3
    assert content["closed"] == [str(cast.skovbrynet.id)]
    assert silent == {str(cast.units[name].id) for name in ("Åhaven", "Regnbuen")}


def test_four_open_weeks_make_silence(session, cast):
    at = make.NOW - timedelta(weeks=6)
    for leader in (cast.leder, cast.leder2):
        cast.log(session, leader, held_at=at, now=at)
    close(session, cast.leder, cast.mariehuset, ago=5, weeks=3)
    assert {one["house"] for one in issue(session, cast)["silent"]} >= {str(cast.skovbrynet.id)}
    assert str(cast.mariehuset.id) not in {one["house"] for one in issue_again(session, cast)}


def issue_again(session, cast):
    """As the issue would be composed now."""
    return digests.compose(session, cast.syd, WEEK).content.as_json()["silent"]


def test_a_closed_area_has_a_week_of_nobody_silent(session, cast):
    close(session, cast.omraade, cast.syd)
    content = issue(session, cast)
    assert (content["silent"], content["houses_open"], len(content["closed"])) == ([], 0, len(make.HOUSES))
    assert issue(session, cast, cast.nord)["closed"] == []


def test_what_is_said_after_the_issue_was_made_changes_nothing_in_it(session, cast):
    before = issue(session, cast)
    close(session, cast.omraade, cast.syd)
    found = digests.read(session, cast.omraade, area_id=cast.syd.id, week=WEEK, now=WEEK.ends_at())
    assert found.content.as_json() == before


def test_while_the_week_runs_a_closed_house_is_not_silent(session, cast):
    close(session, cast.leder2, cast.skovbrynet)
    found = digests.read(session, cast.omraade, area_id=cast.syd.id, week=WEEK, now=make.NOW).content
    assert cast.skovbrynet.id not in {one.house for one in found.silent}
    assert found.closed == (cast.skovbrynet.id,)
    before = found.silent, found.closed, found.houses_open
    cast.log(session, cast.leder2)
    later = digests.read(session, cast.omraade, area_id=cast.syd.id, week=WEEK, now=make.NOW).content
    assert (later.silent, later.closed, later.houses_open) == before


def test_a_talk_held_in_a_closed_period_is_taken_like_any_other(session, cast):
    close(session, cast.omraade, cast.syd)
    row = cast.log(session, cast.leder)
    assert issue(session, cast)["talks"] == 1
    assert row.unit_id == cast.mariehuset.id


def test_the_houses_own_page_does_not_count_weeks_it_was_closed(session, cast):
    close(session, cast.leder, cast.mariehuset, ago=2, weeks=2)
    found = digests.own_house(session, cast.leder, now=make.NOW)
    assert [one.is_closed for one in found.weeks] == [False, True, True, *[False] * 5]
