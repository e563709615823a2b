"""What people do in Hørt. What is done in one language is selected by role, label and name, as they find it themselves; what is
done in every language (to sign in, to save) by the kind and name of a field."""

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

PASSWORD = "kun-til-demo"
SANS, SERIF = "Plex", "Voice"
CLOCK = re.compile(r"\b\d{1,2}\.\d{2}\b")


def sign_in(page: Page, who: str, *, at: str = "/auth/sign-in") -> None:
    page.goto(at)
    fill_in_sign_in(page, who)
    expect(password_field(page)).to_have_count(0)


def fill_in_sign_in(page: Page, who: str, password: str = PASSWORD) -> None:
    page.locator("input[type=email]").fill(f"{who}@demo.example")
    password_field(page).fill(password)
    press_sign_in(page)


def press_sign_in(page: Page) -> None:
    page.locator("form:has(input[type=password]) button[type=submit]").click()


def password_field(page: Page) -> Locator:
    return page.locator("input[type=password]")


def choose_language(page: Page, language: str) -> None:
    """Of somebody who is not signed in: the page to sign in stands there in this language afterwards."""
    page.goto("/auth/sign-in")
    if language_of(page) != language:
        page.locator(f"button[name=language][value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def language_of(page: Page) -> str | None:
    return page.locator("html").get_attribute("lang")


def sign_out(page: Page) -> None:
    page.get_by_role("link", name="Din profil").click()
    page.get_by_role("main").get_by_role("button", name="Log ud", exact=True).click()
    expect(page.get_by_label("Adgangskode")).to_be_visible()


def let_sign_in_expire(page: Page) -> None:
    """The person goes on looking at the page; only the sign-in behind it is gone. The browser still knows the language."""
    page.wait_for_load_state("networkidle")  # a file that comes later would bring the cookie back
    page.context.clear_cookies()
    language = language_of(page)
    if language not in (None, "da"):
        beside = page.context.new_page()
        choose_language(beside, language)
        beside.close()


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
    """The one button that sends the form one writes in."""
    page.locator("form:has(textarea) button[type=submit]").click()


def note_talk(page: Page, *texts: str, choices: Sequence[str] = ()) -> None:
    """Notes a talk and waits for the receipt."""
    page.goto("/capture/plain")
    for place, text in enumerate(texts):
        notes(page).nth(place).fill(text)
    for name in choices:
        chip(page, name).click()
    save(page)
    expect(page).to_have_url(re.compile("/capture/saved/"))


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
