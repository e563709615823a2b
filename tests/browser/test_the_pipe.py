"""From a talk on a doorstep to the week of the one who can act: the whole way, as people go it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import PHONE

THEME = "Den første tid"
BEFORE, SAID, AFTER = "Mor fortalte om dag to.\n", "Han gik bare ind til jer {}", "\nVi talte om det."


def prepare(page: Page) -> None:
    page.get_by_role("link", name="Før snakken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Før snakken")
    assert page.get_by_role("textbox").count() == 0, "nothing to write on while one talks"
    page.get_by_role("button", name="Notér samtalen bagefter").click()


def choose(page: Page) -> None:
    for name in (THEME, "Ros", "Ja, I må citere", "Medmor", "Med tolk"):
        steps.chip(page, name).click()
        expect(steps.choice(page, name)).to_be_checked()


def read_in_running_week(page: Page, said: str, before: str) -> None:
    """The area leader finds the words one tap behind the week, in the right voices, and nothing about who and when."""
    steps.open_running_week(page)
    expect(page.get_by_role("link", name=re.compile(THEME)).or_(page.get_by_role("heading", name=THEME)).first).to_be_visible()
    steps.open_all_talks(page)
    talk = page.get_by_role("article").filter(has_text=said)
    expect(talk).to_have_count(1)
    citizen, leader = talk.locator("q").filter(has_text=said), talk.locator("p").filter(has_text=before.strip())
    assert steps.typeface(citizen) == steps.SERIF
    assert steps.typeface(leader) == steps.SANS
    expect(citizen).to_have_text(said)
    words = page.get_by_role("main").inner_text()
    assert not steps.CLOCK.search(words), "no clock time above the house"
    talk.get_by_role("link").click()
    expect(page.get_by_role("main").get_by_text(said)).to_be_visible()
    words = page.get_by_role("main").inner_text()
    assert not steps.CLOCK.search(words)
    assert not re.search("Medmor|Med tolk|Lene Mose", words), "neither coarse facts nor author above the house"


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_talk_noted_on_a_phone_is_read_by_the_area_leader(server, watched, scripts):
    page = watched(server, viewport=PHONE, java_script_enabled=scripts, has_touch=True).page()
    said = SAID.format(f"script {scripts}")
    steps.sign_in(page, "leder")
    prepare(page)
    first = steps.notes(page).first
    quotes = page.get_by_role("button", name=re.compile(" ord$"))
    if scripts:
        first.fill(BEFORE + said + AFTER)
        first.click(click_count=3, position=steps.middle_of_line(first, 2))
        quotes.click()
        expect(first).to_be_focused()
    else:
        expect(quotes).to_have_count(0)
        first.fill(f"{BEFORE}»{said}«{AFTER}")
    expect(first).to_have_value(f"{BEFORE}»{said}«{AFTER}")
    choose(page)
    steps.save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gemt")
    assert steps.typeface(page.locator("q").filter(has_text=said)) == steps.SERIF
    assert server.count(f"script {scripts}") == 1
    page.get_by_role("link", name="Færdig").click()
    steps.sign_out(page)
    steps.sign_in(page, "omraade")
    read_in_running_week(page, said, BEFORE)


def test_those_of_the_house_see_when_and_with_whom(server, watched):
    page = watched(server).page()
    steps.sign_in(page, "leder")
    steps.note_talk(page, "Kort snak i garderoben, kontrol af kendsgerninger.", choices=["Medmor", "Med tolk"])
    page.goto("/conversations/")
    page.get_by_role("link", name=re.compile("Medmor · Med tolk|kontrol af kendsgerninger")).first.click()
    words = page.get_by_role("main").inner_text()
    assert steps.CLOCK.search(words), "the control of the tests above: the clock time is found where it may stand"
    assert "Medmor" in words
    assert "Med tolk" in words
    assert "Lene Mose" in words
