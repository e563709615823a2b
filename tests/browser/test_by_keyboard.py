"""The whole way from a talk to the week without ever touching a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import DESK
from tests.browser.keys import Keyboard

BEFORE, SAID = "Far sagde i garderoben ", "Jeg kom med tastaturet i armen"


@pytest.fixture
def keyboard(watched, server) -> Keyboard:
    return Keyboard(watched(server, viewport=DESK).page())


def sign_in(keyboard: Keyboard, who: str) -> None:
    keyboard.tab_to("E-mail")
    keyboard.write(f"{who}@demo.example")
    keyboard.tab_to("Adgangskode")
    keyboard.write(steps.PASSWORD)
    keyboard.follow()


def title(page: Page) -> str:
    return page.title().removesuffix(" – Hørt")


def test_a_talk_goes_all_the_way_by_keyboard_alone(keyboard, server):
    page = keyboard.page
    page.goto("/auth/sign-in")
    sign_in(keyboard, "leder")
    keyboard.tab_to("Før snakken")
    keyboard.follow()
    keyboard.tab_to("Notér samtalen bagefter")
    keyboard.follow()
    assert title(page) == "Ny samtale"
    labels = [steps.notes(page).nth(n).evaluate("field => field.labels[0].innerText") for n in range(3)]
    for label in labels:
        keyboard.tab_to(label)
    keyboard.write(BEFORE + SAID)
    for _ in SAID:
        keyboard.press("Shift+ArrowLeft")
    keyboard.tab_to("Den første tid")
    keyboard.press("Space")
    keyboard.tab_to(("Bøvl", "Midt imellem"))
    keyboard.arrow_to("Ros", "ArrowLeft")
    keyboard.tab_to("Ja, I må citere")
    keyboard.press("Space")
    keyboard.tab_to("Medmor")
    keyboard.press("Space")
    keyboard.tab_to("Med tolk")
    keyboard.press("Space")
    keyboard.tab_to("Forælderens ord")
    keyboard.press("Space")
    last = steps.notes(page).nth(2)
    expect(last).to_be_focused()
    expect(last).to_have_value(f"{BEFORE}»{SAID}«")
    for name in ("Den første tid", "Ros", "Ja, I må citere", "Medmor", "Med tolk"):
        expect(steps.choice(page, name)).to_be_checked()
    keyboard.forget()
    keyboard.tab_to("Gem", kind="button")
    keyboard.follow()
    assert title(page) == "Gemt"
    assert server.count(SAID) == 1
    keyboard.tab_to("Færdig")
    keyboard.follow()
    keyboard.tab_to("Lene Mose")
    keyboard.follow()
    keyboard.tab_to("Log ud", kind="button")
    keyboard.forget()
    while page.locator(":focus").inner_text() != "Log ud":
        keyboard.tab_to("Log ud")
    keyboard.follow()

    sign_in(keyboard, "omraade")
    keyboard.tab_to("Indtil nu i denne uge")
    keyboard.follow()
    keyboard.tab_to("Læs alle", kind="a")
    while not re.match(r"Læs alle \d+ samtaler", page.locator(":focus").inner_text()):
        keyboard.tab_to("Læs alle", kind="a")
    keyboard.follow()
    talk = page.get_by_role("article").filter(has_text=SAID)
    assert steps.typeface(talk.locator("q")) == steps.SERIF
    assert steps.typeface(talk.get_by_text(BEFORE.strip())) == steps.SANS
    assert not steps.CLOCK.search(page.get_by_role("main").inner_text())


def test_the_skip_link_leads_past_the_top(signed_in):
    page = signed_in("leder")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Gå til indholdet")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")
