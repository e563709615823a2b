"""Every page of Hørt, and how each role gets there. A page that is missing here turns a test red: add a line when you add one.

Each case is visited in every language. So the ways know no words of the interface: they go by address, by the name of a field
and by what an element is.
"""

import re

from playwright.sync_api import Page, expect

from tests.browser import drafts, steps
from tests.browser.cases import Case, Way, at, through


def _wrong(page: Page) -> None:
    """Waits until the page is back with what is wrong on it."""
    expect(page.get_by_role("alert")).to_be_visible()


def _failed_sign_in(page: Page) -> None:
    page.goto("/auth/sign-in")
    steps.press_sign_in(page)
    _wrong(page)


def _expired(page: Page) -> None:
    """The sign-in form that words wait behind."""
    page.goto("/capture/plain")
    steps.notes(page).first.fill("Det her må ikke gå tabt.")
    steps.let_sign_in_expire(page)
    steps.save(page)
    expect(steps.password_field(page)).to_be_visible()


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
    page.locator("[name=held_on]").fill("2099-01-01")
    steps.save(page)
    _wrong(page)


def _empty(page: Page) -> None:
    page.goto("/capture/plain")
    steps.save(page)
    _wrong(page)


def _saved(page: Page) -> None:
    page.goto("/capture/plain")
    steps.notes(page).first.fill("»Jeg vil gerne have en besked på papir i skabet, som jeg kan læse.« Sidepen.")
    page.locator("[name=themes]").first.check()
    page.locator("[name=tone]").first.check()
    steps.save(page)
    expect(page).to_have_url(re.compile("/capture/saved/"))


def _correcting(page: Page) -> None:
    _saved(page)
    page.locator("main a[href^='/capture/plain/']").click()
    expect(page).to_have_url(re.compile("/capture/plain/."))


def _history(page: Page) -> None:
    """Of a talk that was just corrected."""
    _correcting(page)
    key = page.url.rsplit("/", 1)[1]
    steps.notes(page).first.fill("»Jeg vil gerne have en besked på papir i skabet.« Sidepen.")
    steps.save(page)
    expect(page).to_have_url(re.compile("/capture/saved/"))
    page.goto(f"/conversations/{key}/history")


def _own(page: Page) -> None:
    """A talk of one's own, with what can be done about it unfolded."""
    _correcting(page)
    page.goto(f"/conversations/{page.url.rsplit('/', 1)[1]}")
    page.get_by_role("main").locator("summary").click()


def _nothing_to_fetch(page: Page) -> None:
    """From the latest week to the one long before it."""
    page.goto("/conversations/export")
    page.locator("[name=first]").select_option(index=1)
    page.locator("[name=last]").select_option(index=50)
    page.get_by_role("main").locator("form [type=submit]").click()
    _wrong(page)


def _table(page: Page) -> None:
    ISSUED(page)
    page.get_by_role("main").locator("summary").click()
    expect(page.get_by_role("table")).to_be_visible()


def _app(page: Page, view: str = "home") -> None:
    """The phone's page in this view, when it has heard from the server."""
    with page.expect_response("**/sync/kit"):
        page.goto(f"/phone/#/{view}")
    expect(page.locator("h1")).to_be_attached()


def _app_form(page: Page) -> None:
    _app(page)
    page.locator("#new").click()
    expect(page.locator("#save")).to_be_visible()


def _app_faulty(page: Page) -> None:
    _app_form(page)
    page.locator("#save").click()
    _wrong(page)


def _app_nudged(page: Page) -> None:
    _app_form(page)
    steps.notes(page).first.fill("Det er 010190-1234.")
    expect(page.locator(".nudge")).to_be_visible()


def _app_saved(page: Page) -> None:
    _app_form(page)
    steps.notes(page).first.fill("»Vi ved ikke, hvem vi skal sige det til om morgenen.« Sidepen.")
    page.locator("#save").click()
    page.locator("#themes label").first.click()
    expect(page.locator("fieldset[id^=tone-]")).to_be_visible()


def _app_stuck(page: Page) -> None:
    """One that the server cannot use: the set it was noted in is no set of this house."""
    _app(page)
    page.locator("#quick").click()
    steps.notes(page).first.fill("Sidepen, på vej.")
    page.locator("#save").click()
    expect(page.locator("#done")).to_be_visible()
    page.evaluate(STUCK)
    page.goto("/phone/#/outbox")
    page.reload()
    expect(page.locator("[id^=fix-]")).to_be_visible()


def _app_away(page: Page) -> None:
    """Nothing of the server answers; one talk waits."""
    _app(page)
    page.route("**/sync**", lambda route: route.fulfill(status=502))
    page.locator("#quick").click()
    steps.notes(page).first.fill("Sidepen, uden net.")
    page.locator("#save").click()
    page.locator("#done").click()
    expect(page.locator(".bar.wait")).to_be_visible()


def _app_one(page: Page) -> None:
    _app_saved(page)
    page.locator("#done").click()
    page.locator("[id^=talk-]").first.click()
    expect(page.locator("#answer")).to_be_visible()


def _app_news(page: Page) -> None:
    _app(page)
    page.locator("#news").click()
    expect(page.locator("main article").first).to_be_visible()


def _faulty_reply(page: Page) -> None:
    through(ISSUED, ".theme [href*='/conversations/']")(page)
    page.locator("form[action$='/replies'] button").click()
    _wrong(page)


def _faulty_closing(page: Page) -> None:
    page.goto("/people/closed")
    page.locator("main form.form button").click()
    _wrong(page)


def _faulty_time(page: Page) -> None:
    page.goto("/digests/times")
    page.locator("main input[type=time]").first.fill("")
    page.locator("main form.form button").click()
    _wrong(page)


def _theme_table(page: Page) -> None:
    page.goto("/themes/?order=count")
    page.locator(".theme-line").last.click()
    page.get_by_role("main").locator("summary").click()
    expect(page.get_by_role("table")).to_be_visible()


def _sorting_shown(page: Page) -> None:
    """A theme is chosen, so that its tones are there, and the keys are told."""
    SORT(page)
    page.locator("[name=themes]:not(:checked)").first.check()
    page.locator("[data-keys] summary").click()
    expect(page.locator("[data-use]")).to_be_visible()


def _sorted_one(page: Page) -> None:
    """Saved from the talk's own page, with *Fortryd*."""
    through(ALL_TALKS, "h2 a", "[href*='/themes/talks/']")(page)
    page.locator("[name=themes]:not(:checked)").first.check()
    page.locator("form.sorting button[type=submit]").click()
    expect(page.locator(".saved")).to_be_visible()


#: Puts what waits into *Har brug for dig*, as a receipt would.
STUCK = """
() => new Promise((resolve) => {
  indexedDB.open("hoert").onsuccess = ({ target: { result: db } }) => {
    const tx = db.transaction("outbox", "readwrite");
    const table = tx.objectStore("outbox");
    table.getAll().onsuccess = ({ target: { result } }) => {
      for (const one of result) table.put({ ...one, state: "stuck", status: "needs_help", problems: [] });
    };
    tx.oncomplete = () => resolve(db.close());
  };
})
"""


def _both_versions(page: Page) -> None:
    through(HELP, ".list .item")(page)
    page.get_by_role("main").locator("summary").first.click()


def _search(words: str) -> Way:
    """From the list of talks, with the filters open."""

    def go(page: Page) -> None:
        page.goto("/conversations/")
        page.locator("[name=q]").fill(words)
        with page.expect_navigation():
            page.locator("[name=q]").press("Enter")
        page.locator("main details summary").click()

    return go


THEMES, SORT = at("/themes/"), at("/themes/sort?all=1")
HOME, TALKS, FORM, PROFILE = at("/"), at("/conversations/"), at("/capture/plain"), at("/people/me")
REMINDERS = at("/notices/settings")
WEEKS, HOUSE = at("/digests/"), at("/digests/house")
HELP = at("/capture/help")
#: A week that is not issued yet wears a pill that says so; the running one stands first.
ISSUED = through(WEEKS, ".item:not(:has(.pill))")
RUNNING = through(WEEKS, ".item:has(.pill)")
ALL_TALKS = through(ISSUED, "[href$='/talks']")


def _of_the_house(role: str) -> list[Case]:
    return [
        Case(role, "home", "capture.home", HOME),
        Case(role, "before the talk", "capture.before", at("/capture/before")),
        Case(role, "form", "capture.plain", FORM),
        Case(role, "form, filled in", "capture.plain", _filled),
        Case(role, "form, nothing written", "capture.plain", _empty, (422,)),
        Case(role, "form, wrong day", "capture.plain", _faulty, (422,)),
        Case(role, "saved", "capture.saved", _saved),
        Case(role, "form, correcting", "capture.edit", _correcting),
        Case(role, "needs help", "capture.needs_help", HELP),
        Case(role, "conversations", "conversations.all_talks", TALKS),
        Case(role, "search", "conversations.search", _search("mor")),
        Case(role, "search, nothing found", "conversations.search", _search("xyzzy")),
        Case(role, "conversations as a file", "conversations.export", at("/conversations/export")),
        Case(role, "a talk", "conversations.talk", through(TALKS, ".list .item")),
        Case(role, "a talk of one's own", "conversations.talk", _own),
        Case(role, "earlier versions", "conversations.history", _history),
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
    Case("leder", "two versions", "capture.help_with", through(HELP, ".list .item")),
    Case("leder", "two versions, read one by one", "capture.help_with", _both_versions),
    Case("leder", "form, merging two versions", "capture.merge_versions", through(HELP, ".list .item", "[href$='/merge']")),
    Case("leder", "form, put right", "capture.help_with", through(HELP, ".list li:last-child .item")),
    Case("leder", "own house", "digests.house", HOUSE),
    Case("leder", "own house, all talks", "digests.house_talks", through(HOUSE, "[href$='/house/talks']")),
    Case("leder", "own house, a theme", "digests.house_theme", through(HOUSE, ".theme [href*='/house/themes/']")),
    Case("leder", "closed periods", "people.closed", at("/people/closed")),
    Case("leder", "closed periods, nothing written", "people.closed", _faulty_closing, (422,)),
    Case("omraade", "closed periods", "people.closed", at("/people/closed")),
    Case("leder", "not theirs", "digests.weeks", at("/digests/"), (404,)),
    Case("leder", "sign-in with words waiting", "capture.plain", _expired, (401,)),
    Case("leder", "form, words back", "auth.sign_in", _resumed, (401,)),
    Case("leder", "phone", "phone.shell", _app),
    Case("leder", "phone, before the talk", "phone.shell", lambda page: _app(page, "before")),
    Case("leder", "phone, form", "phone.shell", _app_form),
    Case("leder", "phone, nothing written", "phone.shell", _app_faulty),
    Case("leder", "phone, a CPR number", "phone.shell", _app_nudged),
    Case("leder", "phone, saved", "phone.shell", _app_saved),
    Case("leder", "phone, one talk", "phone.shell", _app_one),
    Case("leder", "phone, outbox", "phone.shell", lambda page: _app(page, "outbox")),
    Case("leder", "phone, in need of help", "phone.shell", _app_stuck),
    Case("leder", "phone, away", "phone.shell", _app_away, (502,)),
    Case("leder", "phone, news", "phone.shell", _app_news),
    Case("leder", "phone, conversations", "phone.shell", lambda page: _app(page, "talks")),
    Case(None, "phone, first time", "phone.shell", _app, (401,)),
    Case("omraade", "phone, which conversation", "phone.shell", lambda page: _app(page, "choose")),
    *_of_the_house("medarbejder"),
    Case("omraade", "weeks", "digests.weeks", WEEKS),
    Case("omraade", "issued week", "digests.week", ISSUED),
    Case("omraade", "issued week, as a table", "digests.week", _table),
    Case("omraade", "headline", "digests.headline", through(ISSUED, "[href$='/headline']")),
    Case("omraade", "running week", "digests.week", RUNNING),
    Case("omraade", "month", "digests.month", through(WEEKS, "[href*='/month/']")),
    Case("omraade", "year", "digests.year", through(WEEKS, "[href*='/year/']")),
    Case("omraade", "all talks of a week", "digests.week_talks", ALL_TALKS),
    Case("omraade", "talks without a theme", "digests.week_without_theme", through(ISSUED, "[href$='/without-theme']")),
    Case("omraade", "talks of a theme", "digests.week_theme", through(ISSUED, ".theme [href^='/digests/'][href*='/themes/']")),
    Case("omraade", "a talk", "conversations.talk", through(ISSUED, ".theme [href*='/conversations/']")),
    # Its address is that of the form, which nothing but the form leads to.
    Case("omraade", "a talk, nothing replied", None, _faulty_reply, (422,)),
    Case("omraade", "themes", "themes.overview", THEMES),
    Case("omraade", "a theme", "themes.theme", through(THEMES, ".theme-line")),
    Case("omraade", "a theme that nobody speaks of, as a table", "themes.theme", _theme_table),
    Case("omraade", "form, sorting", "themes.sort", SORT),
    Case("omraade", "form, sorting the next one", "themes.sort_talk", through(SORT, "[data-go=next]")),
    Case("omraade", "form, sorting, with everything shown", "themes.sort", _sorting_shown),
    Case("omraade", "a talk, objected to", "conversations.talk", through(RUNNING, "[href$='#recodings']")),
    Case(
        "omraade", "form, themes of a talk", "themes.talk", through(RUNNING, "[href$='#recodings']", "[href*='/themes/talks/']")
    ),
    Case("omraade", "themes of a talk, saved", "conversations.talk", _sorted_one),
    Case("omraade2", "themes", "themes.overview", THEMES),
    Case("leder", "themes", "themes.overview", THEMES),
    Case("leder", "a theme", "themes.theme", through(THEMES, ".theme-line")),
    Case("leder", "form, sorting", "themes.sort", SORT),
    Case("leder", "a talk, recoded", "conversations.talk", through(HOME, "[href$='#recodings']")),
    Case("omraade", "conversations", "conversations.all_talks", TALKS),
    Case("omraade", "search", "conversations.search", _search("mor")),
    Case("omraade", "conversations as a file", "conversations.export", at("/conversations/export")),
    Case("omraade", "conversations as a file, none", "conversations.export", _nothing_to_fetch, (422,)),
    Case("omraade", "search, too many words", "conversations.search", _search("mor " * 60), (422,)),
    Case("omraade", "before the talk", "capture.before", at("/capture/before")),
    Case("omraade", "form", "capture.plain", FORM),
    Case("omraade2", "issued week", "digests.week", ISSUED),
    Case("omraade2", "before the talk", "capture.before", at("/capture/before")),
    Case("omraade2", "form", "capture.plain", FORM),
    Case("omraade", "profile", "people.me", PROFILE),
    Case("admin", "people and places", "people.register", at("/people/")),
    *drafts.CASES,
    Case("admin", "question sets", "questions.sets", at("/questions/")),
    Case("admin", "codebook", "themes.codebook", at("/themes/codebook")),
    Case("admin", "log", "admin.log", at("/admin/log")),
    Case("admin", "jobs", "admin.running", at("/admin/jobs")),
    Case("admin", "times of weeks", "digests.times", at("/digests/times")),
    Case("admin", "times of weeks, wrong", "digests.times", _faulty_time, (422,)),
    Case("admin", "profile", "people.me", PROFILE),
    Case("leder", "reminders", "notices.settings", REMINDERS),
    Case("omraade", "reminders", "notices.settings", REMINDERS),
    Case("leder", "less mail", "notices.less_mail", through(REMINDERS, "[href*='/unsubscribe/']")),
    Case("admin", "reminders", "notices.settings", REMINDERS),
    Case("admin", "reminders for everybody", "notices.show_defaults", at("/notices/defaults")),
]
