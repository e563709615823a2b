"""Two tabs and impatient fingers: whatever is pressed twice, or in two places at once, there is one record of each talk."""

import json
import re
from collections import Counter

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from tests.browser import steps
from tests.browser.phone import (
    double_tap,
    expect_all_sent,
    expect_kept,
    expect_saved,
    lying,
    open_app,
    press_save,
    save,
    together,
    write,
)

BOTH_SAVE = 8
DOUBLE_SAVE = 8
BOTH_SEND = 7
DOUBLE_DONE = 7
#: Between the two taps of a double tap.
GAPS_MS = (0, 50, 120, 200)
ENVELOPE = re.compile(r"/sync$")
#: Whether another tab has the draft is answered to nobody.
UNHEARD = """
() => {
  const { request } = LockManager.prototype;
  LockManager.prototype.request = function (name, ...more) {
    return name.startsWith("hoert-draft-") ? new Promise(() => {}) : request.call(this, name, ...more);
  };
}
"""


class Taken:
    """How often an envelope with each item was taken by the store, from any tab of this phone."""

    def __init__(self, context: BrowserContext) -> None:
        self.times: Counter[str] = Counter()
        context.on("response", self._look)

    def _look(self, answer: Response) -> None:
        if ENVELOPE.search(answer.url) and answer.status == 200:
            self.times.update(item["id"] for item in json.loads(answer.request.post_data or "{}").get("items", []))


@pytest.fixture
def app(server, watched, cookies) -> Page:
    watch = watched(server)
    watch.is_away = True
    watch.expect(419)  # two tabs that ask for a token at once overwrite each other's cookie; the next token is good
    watch.context.add_cookies(cookies("leder"))
    return open_app(watch.page())


@pytest.fixture
def beside(app) -> Page:
    """Another tab of the same phone."""
    other = app.context.new_page()
    other.goto("/phone/")
    expect(other.locator("#new")).to_be_visible()
    return other


def go_home(*pages: Page) -> None:
    for page in pages:
        page.goto("/phone/#/home")
        expect(page.locator("#new")).to_be_visible()


def test_a_second_tab_on_a_draft_is_read_only(app, beside):
    write(app, "Skrevet i den foerste fane")
    expect_kept(app, "Skrevet i den foerste fane")
    beside.goto(app.url)
    expect(beside.get_by_text("Samtalen er åben i et andet vindue.")).to_be_visible()
    expect(steps.notes(beside).first).to_have_value("Skrevet i den foerste fane")
    expect(steps.notes(beside).first).to_be_disabled()
    beside.keyboard.press("Tab")
    assert not beside.evaluate("() => document.activeElement.matches('form :is(button, input, select, textarea)')")
    steps.notes(app).first.fill("Skrevet videre i den foerste fane")
    press_save(app)
    assert [row["item"]["answers"][0]["text"] for row in lying(app, "outbox")] == ["Skrevet videre i den foerste fane"]


def test_a_draft_is_opened_as_it_lies_on_the_disk_not_as_a_tab_remembers_it(app, beside):
    write(app, "Foerste halvdel.")
    expect_kept(app, "Foerste halvdel.")
    beside.reload()
    expect(beside.get_by_text("Foerste halvdel.")).to_be_visible()
    steps.notes(app).first.fill("Foerste halvdel. Anden halvdel.")
    expect_kept(app, "Anden halvdel.")
    app.locator("#close").click()
    beside.get_by_role("button", name="Fortsæt").click()
    expect(steps.notes(beside).first).to_have_value("Foerste halvdel. Anden halvdel.")


@pytest.mark.timeout(240)
def test_save_pressed_in_two_tabs_at_once_makes_one_talk(app, beside, server):
    """The second tab is read-only; here it never hears that another has the draft, as before it has heard."""
    beside.evaluate(UNHEARD)
    for number in range(BOTH_SAVE):
        words = f"Gemt fra to faner paa en gang nr {number:02}"
        app.bring_to_front()
        write(app, words)
        expect_kept(app, words)
        beside.goto(app.url)
        for page in (app, beside):
            expect(page.locator("#save")).to_be_attached()
        together([app, beside], "#save")
        expect_saved(app)
        expect_saved(beside)
        together([app, beside], "#done")
        for page in (app, beside):
            expect(page.locator("#new")).to_be_visible()
        expect_all_sent(app)
        assert server.count(words) == 1
        assert texts_of_kept(app).count(words) == 1
        assert lying(app, "drafts") == []
        go_home(app)


def test_a_double_tap_on_save_makes_one_talk(app, server):
    for number in range(DOUBLE_SAVE):
        words = f"Gem trykket to gange nr {number:02}"
        write(app, words)
        double_tap(app, "#save", GAPS_MS[number % 4])
        expect_saved(app)
        assert [row["item"]["answers"][0]["text"] for row in lying(app, "outbox")].count(words) == 1
        app.locator("#done").click()
        expect_all_sent(app)
        assert server.count(words) == 1
        go_home(app)


@pytest.mark.timeout(240)
def test_two_tabs_that_send_at_once_offer_each_talk_once(app, beside, server):
    taken = Taken(app.context)
    for number in range(BOTH_SEND):
        said = [f"Sendt fra to faner, omgang {number:02}, {which}" for which in ("den ene", "den anden", "den tredje")]
        app.context.set_offline(True)
        app.bring_to_front()
        for words in said:
            save(app, words)
            app.locator("#done").click()
        for page in (app, beside):
            page.locator("#tab-outbox").click()
            expect(page.locator("#send")).to_be_visible()
        waiting = {row["id"] for row in lying(app, "outbox")}
        app.context.set_offline(False)
        together([app, beside], "#send", in_ms=150)
        for page in (app, beside):
            expect_all_sent(page)
        assert [server.count(words) for words in said] == [1, 1, 1]
        assert {one: taken.times[one] for one in waiting} == dict.fromkeys(waiting, 1)
        go_home(app, beside)


def test_done_pressed_twice_sends_one_talk_and_leads_home_once(app, server):
    taken = Taken(app.context)
    for number in range(DOUBLE_DONE):
        words = f"Faerdig trykket to gange nr {number:02}"
        save(app, words)
        mine = next(row["id"] for row in lying(app, "outbox"))
        app.locator("#quoting label").first.click()
        double_tap(app, "#done", GAPS_MS[number % 4])
        expect(app).to_have_url(re.compile("#/home$"))
        row = app.get_by_role("link", name=re.compile(words))
        expect(row).to_contain_text(re.compile(r"Sendt \d"))
        assert server.count(words) == 1
        assert taken.times[mine] == 1
        app.go_back()
        assert not app.url.endswith("#/home"), "one step back is the talk, not home once more"
        go_home(app)


def test_two_tabs_that_correct_the_same_talk_lose_neither_text(app, beside, server):
    save(app, "Foer de to rettelser")
    app.locator("#done").click()
    expect(app.get_by_text(re.compile(r"^Sendt \d")).first).to_be_visible()
    for page in (app, beside):
        page.get_by_role("link", name=re.compile("Foer de to rettelser")).click()
        page.locator("#correct").click()
        expect(page.locator("#save")).to_be_visible()
    for page, words in ((app, "Rettet i fane et"), (beside, "Rettet i fane to")):
        steps.notes(page).first.fill(words)
    together([app, beside], "#save")
    expect_saved(app)
    expect_saved(beside)
    together([app, beside], "#done")
    expect(app.get_by_text("1 samtale har brug for dig.").or_(app.get_by_text("To udgaver")).first).to_be_visible()
    first, second = (server.count(f"Rettet i fane {which}") for which in ("et", "to"))
    here = json.dumps([lying(app, table) for table in ("outbox", "kept")])
    assert first + second == 1
    assert "Rettet i fane et" in here
    assert "Rettet i fane to" in here


def texts_of_kept(page: Page) -> list[str]:
    return [row["item"]["answers"][0]["text"] for row in lying(page, "kept")]
