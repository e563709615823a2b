"""Three talks are sorted by keyboard alone, and what was saved is undone. And all of it without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import DESK

SAID = ("Sortering nummer et om maden", "Sortering nummer to om leg", "Sortering nummer tre om vejret")


@pytest.fixture
def page(own_server, watched) -> Page:
    """The area leader's, at a desk; three talks that nobody gave a theme lie there."""
    page = watched(own_server, viewport=DESK).page()
    steps.sign_in(page, "leder")
    for text in SAID:
        steps.note_talk(page, f"»{text} i dag«")
    steps.sign_out(page)
    steps.sign_in(page, "omraade")
    page.goto("/themes/sort")
    return page


def go_to(page: Page, text: str) -> None:
    """By j, until the talk is there."""
    for _ in range(60):
        if page.get_by_text(text).count():
            return
        with page.expect_navigation():
            page.keyboard.press("j")
    raise AssertionError(text)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def chosen(page: Page) -> list[str]:
    return page.locator("[name=themes]:checked").evaluate_all("boxes => boxes.map((box) => box.dataset.key)")


def tone(page: Page, key: str) -> str:
    value = page.locator(f"[data-key='{key}']").get_attribute("value")
    return page.locator(f"[name='tone_{value}']:checked").get_attribute("value")


def marks(page: Page, text: str) -> str:
    """What the talk's own page says it is about."""
    page.goto("/conversations/")
    for link in page.locator("main .item").evaluate_all("links => links.map((link) => link.href)"):
        page.goto(link)
        if page.get_by_text(text).count():
            return page.locator("main header").inner_text()
    raise AssertionError(text)


def test_three_talks_are_sorted_by_keyboard_alone_and_the_last_is_undone(page):
    names = page.locator(".theme-choice > .chip").evaluate_all("chips => chips.map((chip) => chip.innerText)")
    names = [re.sub(r"^\w\s+", "", name.strip()) for name in names]
    go_to(page, SAID[0])
    press(page, "1", "b", "7")
    assert (chosen(page), tone(page, "1"), tone(page, "7")) == (["1", "7"], "trouble", "neutral")
    expect(page.get_by_role("status").last).to_contain_text("er valgt")
    save(page)
    expect(page.locator(".saved")).to_contain_text(f"{names[0]} (bøvl)")
    go_to(page, SAID[1])
    press(page, "a", "2", "2", "r")
    expect(page.get_by_role("status").last).to_contain_text("Vælg et tema først")
    press(page, "3", "r")
    assert (sorted(chosen(page)), tone(page, "3")) == (["3", "a"], "praise")
    save(page)
    go_to(page, SAID[2])
    press(page, "9")
    save(page)
    undo = page.get_by_role("button", name="Fortryd")
    while not undo.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text(SAID[2])).to_be_visible()
    assert chosen(page) == []
    assert names[0] in marks(page, SAID[0])
    assert names[2] in marks(page, SAID[1])
    assert "Uden tema" in marks(page, SAID[2])


def test_what_is_not_saved_is_not_lost_by_one_key(page):
    go_to(page, SAID[0])
    press(page, "1", "j")
    expect(page.get_by_text("Ikke gemt.")).to_be_visible()
    expect(page.get_by_text(SAID[0])).to_be_visible()
    assert chosen(page) == ["1"]
    with page.expect_navigation():
        page.keyboard.press("j")
    expect(page.get_by_text(SAID[0])).to_have_count(0)


def test_the_keys_are_told_and_can_be_switched_off(page):
    go_to(page, SAID[0])
    expect(page.locator("kbd.key").first).to_be_visible()
    press(page, "?")
    page.get_by_label("Brug taster").uncheck()
    expect(page.locator("kbd.key").first).to_be_hidden()
    page.locator("h1").click()
    press(page, "1", "j")
    assert chosen(page) == []
    page.reload()
    press(page, "1")
    assert chosen(page) == []


def test_without_javascript_it_works_by_hand(own_server, watched):
    page = watched(own_server, java_script_enabled=False).page()
    steps.sign_in(page, "omraade")
    page.goto("/themes/sort?all=1")
    expect(page.locator("kbd.key").first).to_be_hidden()
    box = page.locator("[name=themes]:not(:checked)").first
    value = box.get_attribute("value")
    box.check()
    page.locator(f"[name='tone_{value}'][value=praise]").check()
    page.get_by_role("button", name="Gem").click()
    expect(page.locator(".saved")).to_contain_text("(ros)")
    page.get_by_role("button", name="Fortryd").click()
    expect(page.locator(f"[name=themes][value='{value}']")).not_to_be_checked()
