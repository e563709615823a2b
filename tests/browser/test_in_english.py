"""Hørt in English in a real browser: chosen with a button that can be hit, and spoken by scripts too."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import steps

SMALLEST_TARGET = 44


def save_and_see(page: Page, *, save: str, saving: str) -> None:
    """Presses the button of a form that stays where it is, as if the answer took its time; then the browser brings it back."""
    page.evaluate("addEventListener('submit', (event) => event.preventDefault(), { once: true })")
    button = page.get_by_role("button", name=save, exact=True)
    before = button.bounding_box()
    assert before
    button.click()
    busy = page.get_by_role("button", name=saving, exact=True)
    expect(busy).to_have_attribute("aria-disabled", "true")
    assert busy.evaluate("button => !button.disabled"), "a disabled button does not send its value"
    assert (busy.bounding_box() or {}).get("height") == before["height"], "the page does not jump"
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(button).to_be_visible()
    assert button.get_attribute("aria-disabled") is None


def can_be_hit(button: Locator) -> bool:
    box = button.bounding_box()
    return bool(box) and min(box["width"], box["height"]) >= SMALLEST_TARGET


def test_a_save_button_says_in_danish_that_it_is_saving_and_saves(signed_in):
    page = signed_in("leder")
    page.goto("/capture/plain", wait_until="networkidle")
    steps.notes(page).first.fill("Skrevet på dansk.")
    save_and_see(page, save="Gem", saving="Gemmer …")
    steps.save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gemt")


def test_a_button_that_does_not_save_keeps_its_words(phone):
    page = phone.page()
    page.goto("/auth/sign-in", wait_until="networkidle")
    page.evaluate("addEventListener('submit', (event) => event.preventDefault(), { once: true })")
    button = page.get_by_role("button", name="Log ind", exact=True)
    button.click()
    expect(button).to_be_visible()
    assert button.get_attribute("aria-disabled") is None


def test_a_danish_page_fetches_no_other_words(signed_in):
    page = signed_in("leder")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/capture/plain", wait_until="networkidle")
    assert asked
    assert [url for url in asked if "/js/words/" in url] == []


def test_english_is_one_press_away_and_goes_as_far_as_scripts(own_server, watched):
    page = watched(own_server).page()
    page.goto("/auth/sign-in")
    english = page.get_by_role("button", name="English")
    expect(english).to_have_attribute("lang", "en")
    assert can_be_hit(english)
    english.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_label("E-mail").fill("leder@demo.example")
    page.get_by_label("Password").fill(steps.PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("link", name="New conversation")).to_be_visible()
    page.goto("/capture/plain", wait_until="networkidle")
    steps.notes(page).first.fill("Skrevet på en engelsk side.")
    save_and_see(page, save="Save", saving="Saving …")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Saved")
    page.goto("/people/me")
    danish = page.get_by_role("button", name="Dansk")
    assert can_be_hit(danish)
    expect(page.get_by_role("button", name="English")).to_have_attribute("aria-current", "true")
    danish.click()
    expect(page.locator("html")).to_have_attribute("lang", "da")
    expect(page).to_have_title(re.compile("^Din profil"))
