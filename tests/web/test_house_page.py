"""*Jeres uge* as the leader of a house meets it, and the same house on paper."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain import themes
from domain.audit import Reading
from tests import make
from tests.web import lint
from tests.web.town import AUTHORS, QUOTES

HOUSE = "/digests/house"
PAPER = "/conversations/for-the-staff-meeting"


@pytest.fixture
def leder(town):
    return town.browser("leder")


def test_the_page_stands_on_the_leaders_front_page_and_under_samtaler(leder):
    assert HOUSE in leder.get("/").links()
    assert HOUSE in leder.get("/conversations/").links()


@pytest.mark.parametrize("who", ["medarbejder", "omraade"])
def test_nobody_else_is_led_there(town, who):
    for path in ("/", "/conversations/"):
        assert HOUSE not in town.browser(who).get(path).text


def test_the_own_house_is_quoted_at_once_and_no_other(leder):
    page = leder.get(HOUSE)
    assert page.status == 200
    assert QUOTES["own"] in page.text
    assert QUOTES["elsewhere"] not in page.text
    assert "Skovbrynet" not in page.text
    assert "Åhaven" not in page.text


def test_two_numbers_stand_on_top(leder):
    page = leder.get(HOUSE)
    assert [lint.text_of(one) for one in page.all("dl", css="kpis")[0].iter("dd")] == ["7", "5 af 8"]


def test_every_count_leads_to_its_talks(leder, town):
    theme = f"{HOUSE}/themes/{town.cast.themes['aflevering'].id}"
    assert theme in leder.get(HOUSE).links()
    assert QUOTES["own"] in leder.get(theme).text
    everything = leder.get(f"{HOUSE}/talks")
    assert QUOTES["colleague"] in everything.text
    assert QUOTES["late"] in everything.text
    assert QUOTES["elsewhere"] not in everything.text


def test_a_theme_of_another_house_has_no_page_here(leder, town):
    assert leder.get(f"{HOUSE}/themes/{town.cast.themes['tryghed'].id}").status == 404


def test_who_read_the_week_stands_by_it(leder):
    assert "Læst af Sanne Holt" in leder.get(HOUSE).words


def test_what_may_not_be_quoted_is_a_link_and_no_quotation(own_town):
    with own_town.database.writing() as session:
        said = "Far sagde: »Det her bliver mellem os to i dag, ikke sandt?«"
        row = own_town.cast.log(session, own_town.cast.medarbejder, said, quote_scope="none", now=make.NOW)
    page = own_town.browser("leder").get(HOUSE)
    [section] = [one for one in page.all("section") if one.get("aria-labelledby") == "not-quotable"]
    assert [link.get("href") for link in section.iter("a")] == [f"/conversations/{row.id}"]
    assert all("mellem os to" not in lint.text_of(one) for one in page.all("blockquote"))


def test_every_reading_is_logged_with_the_talks_that_are_shown(own_town):
    own_town.browser("leder").get(HOUSE)
    with own_town.database.reading() as session:
        logged = [row for row in session.exec(select(Reading)).all() if row.page == "digests.house"]
    assert str(own_town.talks["own"].id) in {key for row in logged for key in row.conversations}


def test_a_reply_is_shown_however_many_other_things_came_after_it(own_town):
    """News of all kinds are cut at twenty; here replies stand alone."""
    cast = own_town.cast
    every = (cast.themes["mad"].id, cast.themes["personale"].id)
    with own_town.database.writing() as session:
        for number in range(25):
            talk = cast.log(session, cast.leder, now=make.NOW)
            at = make.NOW + timedelta(minutes=number)
            themes.decide(session, cast.omraade, first_id=talk.first_id, marks=themes.Marks(every, ()), now=at)
    page = own_town.browser("leder").get(HOUSE)
    [section] = [one for one in page.all("section") if one.get("aria-labelledby") == "replies"]
    assert "Sanne Holt har svaret dig" in lint.text_of(section)
    assert "temaerne" not in lint.text_of(section)


def test_a_house_without_talks_says_so_and_leads_on(cast, signed_in):
    page = signed_in("leder").get(HOUSE)
    assert "Ingen samtaler i de sidste otte uger." in page.words
    assert "/capture/plain" in page.links()
    assert page.all("dl", css="kpis") == []


def test_a_talk_noted_now_stands_there_now(own_town):
    leder = own_town.browser("leder")
    before = leder.get(HOUSE).words
    with own_town.database.writing() as session:
        own_town.cast.log(session, own_town.cast.medarbejder, now=make.NOW, held_at=make.NOW - timedelta(minutes=9))
    assert ("7" in before, "8" in leder.get(HOUSE).words) == (True, True)


def test_the_sheet_of_a_leader_holds_four_weeks_of_the_house_and_room_to_write(leder):
    sheet = leder.get(PAPER)
    assert QUOTES["own"] in sheet.text
    assert QUOTES["colleague"] in sheet.text
    assert QUOTES["elsewhere"] not in sheet.text
    assert "Uge 44–47" in sheet.text
    assert len(list(sheet.all("div", css="ruled")[0].iter("hr"))) >= 5
    assert not [name for name in AUTHORS if name in sheet.text]


def test_the_sheet_of_an_employee_holds_their_own_talks_only(town):
    sheet = town.browser("medarbejder").get(PAPER)
    assert QUOTES["colleague"] in sheet.text
    assert QUOTES["own"] not in sheet.text
