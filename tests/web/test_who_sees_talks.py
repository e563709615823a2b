"""Who reads which words. Each line is one promise (INTERFACE, "Who may see what")."""

import re

import pytest

from domain import digests
from tests import make
from tests.web.town import AUTHORS, FACTS, QUOTES

WEEK = make.WEEK


def address(town, name, by):
    return f"/conversations/{getattr(town.talks[name], by)}"


def reads(town, who, name, by="id"):
    """Whether this person gets the talk's words at this address."""
    answer = town.browser(who).get(address(town, name, by))
    return answer.status == 200 and QUOTES[name] in answer.words


def lists(town, who, name):
    return address(town, name, "id") in (page := town.browser(who).get("/conversations/")).links() or (
        address(town, name, "reference") in page.links()
    )


@pytest.mark.parametrize(
    ("who", "name"),
    [("leder", "own"), ("leder", "colleague"), ("medarbejder", "colleague"), ("leder2", "elsewhere"), ("leder3", "havnen")],
)
def test_those_of_a_house_read_its_talks_by_id(town, who, name):
    assert reads(town, who, name)
    assert lists(town, who, name)


@pytest.mark.parametrize(
    ("who", "name"), [("omraade", "own"), ("omraade", "colleague"), ("omraade", "elsewhere"), ("omraade2", "havnen")]
)
def test_an_area_leader_reads_the_areas_talks_by_reference(town, who, name):
    assert reads(town, who, name, by="reference")
    assert lists(town, who, name)
    assert not reads(town, who, name, by="id")


@pytest.mark.parametrize("by", ["id", "reference"])
@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("medarbejder", "own"),
        ("leder", "elsewhere"),
        ("leder", "havnen"),
        ("leder2", "own"),
        ("leder3", "own"),
        ("omraade", "havnen"),
        ("omraade2", "own"),
        ("omraade2", "elsewhere"),
        ("admin", "own"),
        ("admin", "havnen"),
    ],
)
def test_nobody_else_reads_them(town, who, name, by):
    assert not reads(town, who, name, by=by)
    assert town.browser(who).get(address(town, name, by)).status == 404


@pytest.mark.parametrize("who", ["medarbejder", "leder", "leder2", "leder3", "omraade2"])
def test_lists_hold_what_may_be_read_and_nothing_more(town, who):
    mine = {name for name in town.talks if reads(town, who, name) or reads(town, who, name, by="reference")}
    assert {name for name in town.talks if lists(town, who, name)} == mine


def test_a_leader_does_not_get_a_talk_by_its_reference(town):
    assert not reads(town, "leder", "own", by="reference")


def test_those_of_the_house_see_who_and_when_and_the_coarse_facts(town):
    page = town.browser("leder").get(address(town, "own", "id"))
    for word in ("Lene Mose", "I går 7.43", *FACTS):
        assert word in page.words


def test_an_area_leader_sees_none_of_that(town):
    page = town.browser("omraade").get(address(town, "own", "reference"))
    assert [word for word in ("7.43", "I går", *AUTHORS, *FACTS) if word in page.everything] == []


def test_until_the_week_is_issued_no_house_is_named(town):
    assert "Mariehuset" not in town.browser("omraade").get(address(town, "own", "reference")).words


def test_a_house_with_many_talks_is_named_and_small_ones_are_not(own_town):
    with own_town.database.writing() as session:
        digests.make_issue(session, own_town.cast.syd, make.WEEK, now=make.WEEK.ends_at())
    omraade = own_town.browser("omraade")
    assert "Mariehuset" in omraade.get(address(own_town, "own", "reference")).words
    for name, house in (("elsewhere", "Skovbrynet"), ("signs", "Åhaven"), ("small", "Regnbuen")):
        page = omraade.get(address(own_town, name, "reference"))
        assert "et hus i området" in page.words
        assert house not in page.words


def test_an_area_leaders_own_talk_is_by_id_and_with_all_that_was_noted(own_town):
    with own_town.database.writing() as session:
        talk = own_town.cast.log(session, own_town.cast.omraade, make.WORDS, unit=own_town.cast.skovbrynet)
    omraade = own_town.browser("omraade")
    assert "Sanne Holt" in omraade.get(f"/conversations/{talk.id}").words
    assert omraade.get(f"/conversations/{talk.reference}").status == 404
    assert f"/conversations/{talk.id}" in omraade.get("/conversations/").links()


def test_long_lists_go_on_page_by_page_without_a_gap(own_town):
    with own_town.database.writing() as session:
        for number in range(65):
            own_town.cast.log(session, own_town.cast.leder2, f"Samtale nummer {number} om maden.")
    for who, by in (("leder2", "id"), ("omraade", "reference")):
        found, path = [], "/conversations/"
        while path:
            page = own_town.browser(who).get(path)
            found += [link for link in page.links() if re.fullmatch(r"/conversations/[0-9a-f-]{36}", link)]
            path = next((link for link in page.links() if "?before=" in link), None)
        assert len(found) == len(set(found))
        assert {address(own_town, "elsewhere", by)} < set(found)
        assert len(found) >= 66


@pytest.mark.parametrize("before", ["x", "", "00000000-0000-7000-8000-000000000000"])
def test_a_list_asked_to_go_on_from_nowhere_begins_anew(town, before):
    assert town.browser("leder").get(f"/conversations/?before={before}").status == 200


def test_a_list_does_not_go_on_from_somebody_elses_talk(town):
    leder, theirs = town.browser("leder"), town.talks["elsewhere"].id
    assert leder.get(f"/conversations/?before={theirs}").links() == leder.get("/conversations/").links()


@pytest.mark.parametrize(("who", "hears"), [("leder", ("own", "colleague", "late")), ("medarbejder", ("colleague",))])
def test_the_sheet_for_the_staff_meeting_holds_what_one_may_read_without_who_and_when(town, who, hears):
    page = town.browser(who).get("/conversations/for-the-staff-meeting")
    assert {name for name in QUOTES if QUOTES[name] in page.words} == set(hears)
    assert [word for word in ("7.43", "I går", "17. november", *AUTHORS, *FACTS) if word in page.text] == []
