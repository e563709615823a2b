"""What people do in Hørt, in their words: selected by role, label and name, as they find it themselves."""

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

PASSWORD = "kun-til-demo"
SANS, SERIF = "Plex", "Voice"
CLOCK = re.compile(r"\b\d{1,2}\.\d{2}\b")


def sign_in(page: Page, who: str, *, at: str = "/auth/sign-in") -> None:
    page.goto(at)
    fill_in_sign_in(page, who)
    expect(page).not_to_have_title(re.compile("Log ind"))


def fill_in_sign_in(page: Page, who: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(f"{who}@demo.example")
    page.get_by_label("Adgangskode").fill(password)
    page.get_by_role("button", name="Log ind").click()


def sign_out(page: Page) -> None:
    page.get_by_role("link", name="Din profil").click()
    page.get_by_role("main").get_by_role("button", name="Log ud", exact=True).click()
    expect(page.get_by_label("Adgangskode")).to_be_visible()


def let_sign_in_expire(page: Page) -> None:
    """The person goes on looking at the page; only the sign-in behind it is gone."""
    page.wait_for_load_state("networkidle")  # a file that comes later would bring the cookie back
    page.context.clear_cookies()


def notes(page: Page) -> Locator:
    """The fields one writes in, first to last."""
    return page.get_by_role("main").locator("textarea")


def chip(page: Page, name: str, *, of: str | None = None) -> Locator:
    """A choice of the form, as the thing one presses. `of`: the question it answers, where the name is not enough."""
    place = page.get_by_role("group", name=of).or_(page.get_by_role("radiogroup", name=of)) if of else page.get_by_role("main")
    return place.locator("label").filter(has_text=re.compile(f"^{re.escape(name)}$"))


def choice(page: Page, name: str) -> Locator:
    """The same as the checkbox or radio button itself."""
    return page.get_by_role("checkbox", name=name, exact=True).or_(page.get_by_role("radio", name=name, exact=True))


def save(page: Page) -> None:
    page.get_by_role("button", name="Gem", exact=True).click()


def note_talk(page: Page, *texts: str, choices: Sequence[str] = ()) -> None:
    """Notes a talk and waits for the receipt."""
    page.goto("/capture/plain")
    for place, text in enumerate(texts):
        notes(page).nth(place).fill(text)
    for name in choices:
        chip(page, name).click()
    save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gemt")


def open_running_week(page: Page) -> None:
    page.get_by_role("link", name="Indtil nu i denne uge").click()
    expect(page).to_have_title(re.compile("^Uge "))


def open_all_talks(page: Page) -> None:
    """From a week's page to every talk of it: one tap."""
    page.get_by_role("link", name=re.compile(r"^Læs (alle )?\S+ samtale")).click()


def middle_of_line(field: Locator, number: int) -> dict[str, float]:
    """Where to press to hit a line of a text field; lines count from 1 and are short enough not to wrap."""
    line, padding = field.evaluate("f => [getComputedStyle(f).lineHeight, getComputedStyle(f).paddingTop].map(parseFloat)")
    return {"x": 40, "y": padding + (number - 0.5) * line}


def typeface(locator: Locator) -> str:
    """The family the words are really set in: the first of the list."""
    family = locator.evaluate("element => getComputedStyle(element).fontFamily")
    return family.split(",")[0].strip("\"' ")
