"""Every page of Hørt, and how each role gets there. A page that is missing here turns a test red: add it when you add one."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser import steps

Way = Callable[[Page], object]


@dataclass(frozen=True)
class Case:
    """A page as one role meets it. `endpoint`: whose address it has; `statuses`: answers from 400 on that belong to it."""

    role: str | None
    name: str
    endpoint: str | None
    way: Way
    statuses: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.role or 'signed out'}: {self.name}"


def at(address: str) -> Way:
    return lambda page: page.goto(address)


def through(way: Way, *links: str) -> Way:
    """Goes on by the first link in the content whose name matches, one after the other."""

    def go(page: Page) -> None:
        way(page)
        for name in links:
            page.get_by_role("main").get_by_role("link", name=re.compile(name)).first.click()

    return go


def _failed_sign_in(page: Page) -> None:
    page.goto("/auth/sign-in")
    page.get_by_role("button", name="Log ind").click()
    expect(page).to_have_title(re.compile("^Fejl:"))


def _expired(page: Page) -> None:
    """The sign-in form that words wait behind."""
    page.goto("/capture/plain")
    steps.notes(page).first.fill("Det her må ikke gå tabt.")
    steps.let_sign_in_expire(page)
    steps.save(page)
    expect(page.get_by_label("Adgangskode")).to_be_visible()


def _resumed(page: Page) -> None:
    _expired(page)
    steps.fill_in_sign_in(page, "leder")
    expect(page.get_by_role("status")).to_be_visible()


def _filled(page: Page) -> None:
    page.goto("/capture/plain")
    for place, text in enumerate(("Kort.", "»Det er tredje gang, jeg siger det.«\n\nVi aftalte en snak.", "Ikke noget.")):
        steps.notes(page).nth(place).fill(text)
    for box in page.get_by_role("checkbox").all()[::2]:
        box.check()
    page.get_by_role("radio").first.check()


def _faulty(page: Page) -> None:
    page.goto("/capture/plain")
    page.get_by_label(re.compile("Hvornår talte")).fill("2099-01-01")
    steps.save(page)
    expect(page).to_have_title(re.compile("^Fejl:"))


def _empty(page: Page) -> None:
    page.goto("/capture/plain")
    steps.save(page)
    expect(page).to_have_title(re.compile("^Fejl:"))


def _saved(page: Page) -> None:
    steps.note_talk(
        page,
        "»Jeg vil gerne have en besked på papir i skabet, som jeg kan læse.« Sidepen.",
        choices=["Beskeder og information", "Ros"],
    )


def _table(page: Page) -> None:
    ISSUED(page)
    page.get_by_text("Se som tabel").click()


HOME, TALKS, FORM, PROFILE = at("/"), at("/conversations/"), at("/capture/plain"), at("/people/me")
WEEKS = at("/digests/")
ISSUED = through(WEEKS, r"^Uge .* samtale")
RUNNING = through(WEEKS, "^Indtil nu")
ALL_TALKS = through(ISSUED, r"^Læs (alle )?\S+ samtale")


def _of_the_house(role: str) -> list[Case]:
    return [
        Case(role, "home", "capture.home", HOME),
        Case(role, "before the talk", "capture.before", at("/capture/before")),
        Case(role, "form", "capture.plain", FORM),
        Case(role, "form, filled in", "capture.plain", _filled),
        Case(role, "form, nothing written", "capture.plain", _empty, (422,)),
        Case(role, "form, wrong day", "capture.plain", _faulty, (422,)),
        Case(role, "saved", "capture.saved", _saved),
        Case(role, "conversations", "conversations.all_talks", TALKS),
        Case(role, "a talk", "conversations.talk", through(TALKS, "[Uu]ge|Mariehuset")),
        Case(
            role, "paper for the staff meeting", "conversations.for_the_staff_meeting", at("/conversations/for-the-staff-meeting")
        ),
        Case(role, "profile", "people.me", PROFILE),
    ]


CASES = [
    Case(None, "sign-in", "auth.sign_in", at("/auth/sign-in")),
    Case(None, "sign-in with errors", "auth.sign_in", _failed_sign_in, (422,)),
    Case(None, "not found", None, at("/nowhere"), (404,)),
    *_of_the_house("leder"),
    Case("leder", "not theirs", "digests.weeks", at("/digests/"), (404,)),
    Case("leder", "sign-in with words waiting", "capture.plain", _expired, (401,)),
    Case("leder", "form, words back", "auth.sign_in", _resumed, (401,)),
    *_of_the_house("medarbejder"),
    Case("omraade", "weeks", "digests.weeks", WEEKS),
    Case("omraade", "issued week", "digests.week", ISSUED),
    Case("omraade", "issued week, as a table", "digests.week", _table),
    Case("omraade", "running week", "digests.week", RUNNING),
    Case("omraade", "all talks of a week", "digests.week_talks", ALL_TALKS),
    Case("omraade", "talks of a theme", "digests.week_theme", through(ISSUED, r"^Læs alle \d+ om ")),
    Case("omraade", "a talk", "conversations.talk", through(ISSUED, "^Læs samtalen bag")),
    Case("omraade", "conversations", "conversations.all_talks", TALKS),
    Case("omraade", "before the talk", "capture.before", at("/capture/before")),
    Case("omraade", "form", "capture.plain", FORM),
    Case("omraade2", "issued week", "digests.week", ISSUED),
    Case("omraade2", "before the talk", "capture.before", at("/capture/before")),
    Case("omraade2", "form", "capture.plain", FORM),
    Case("omraade", "profile", "people.me", PROFILE),
    Case("admin", "people and places", "people.register", at("/people/")),
    Case("admin", "log", "admin.log", at("/admin/log")),
    Case("admin", "profile", "people.me", PROFILE),
]
