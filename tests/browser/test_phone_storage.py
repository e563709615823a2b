"""A phone whose storage fails: »Gemt« is never said of what is not on the disk, and the words stay on the screen to be copied."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.phone import expect_all_sent, expect_kept, lying, press_save, write

#: Of each of the five: a full disk, no storage at all, storage that fails, connections that are closed, another schema.
TRIALS = 10

#: The browser's own connections, to be closed as iOS closes them behind the page; and to be refused when it has `window.refused`.
HOLD_CONNECTIONS = """
window.connections = [];
const { open } = IDBFactory.prototype;
IDBFactory.prototype.open = function (...how) {
  if (window.refused) throw new DOMException("storage is closed", "InvalidStateError");
  const asked = open.apply(this, how);
  asked.addEventListener("success", () => window.connections.push(asked.result));
  return asked;
};
"""
CLOSE = "() => { for (const one of window.connections.splice(0)) one.close(); }"
#: As browsers answer in private mode: at once, or a moment later.
UNAVAILABLE = {
    "at once": "throw new DOMException('not in private mode', 'SecurityError')",
    "a moment later": """
      const asked = open.call(this, "private" + Math.random());
      const refused = (event) => (event.stopImmediatePropagation(), asked.transaction.abort());
      asked.addEventListener("upgradeneeded", refused);
      return asked;
    """,
}
#: Chromium lets a page write some more after its quota is gone; this takes that too, down to the last hundred bytes.
FILL = """
async () => {
  const opened = await new Promise((done) => indexedDB.open("hoert").onsuccess = (event) => done(event.target.result));
  const wrote = (size) => new Promise((done) => {
    const work = opened.transaction("meta", "readwrite");
    Object.assign(work, { oncomplete: () => done(true), onabort: () => done(false) });
    work.objectStore("meta").put("x".repeat(size), "filler:" + Math.random());
  });
  for (let size = 1e6; size >= 100; size /= 10) while (await wrote(size));
  opened.close();
}
"""
EMPTY = """
async () => {
  const opened = await new Promise((done) => indexedDB.open("hoert").onsuccess = (event) => done(event.target.result));
  const work = opened.transaction("meta", "readwrite");
  work.objectStore("meta").delete(IDBKeyRange.bound("filler:", "filler:~"));
  await new Promise((done, no) => Object.assign(work, { oncomplete: done, onabort: no }));
  opened.close();
}
"""
OPEN_A_NEWER_ONE = """
() => new Promise((done, no) => {
  Object.assign(indexedDB.open("hoert", 99), { onsuccess: ({ target }) => done(target.result.close()), onerror: no });
})
"""


@pytest.fixture
def watch(server, watched, cookies):
    watch = watched(server)
    watch.is_away = True
    watch.context.add_cookies(cookies("leder"))
    return watch


def opened(page: Page) -> Page:
    page.goto("/phone/")
    expect(page.locator("#new")).to_be_visible()
    return page


def field(page: Page) -> Locator:
    """Where one writes: not what stands there to be copied."""
    return steps.notes(page).and_(page.locator(".writing")).first


def expect_not_kept(page: Page, words: str) -> None:
    """It says so, never »Gemt«, and the words are there twice: to write on in, and to copy."""
    expect(page.get_by_role("alert").filter(has_text="Det kunne ikke gemmes på telefonen.")).to_be_visible()
    expect(page.get_by_label("Det, du har skrevet:")).to_have_value(words)
    expect(field(page)).to_have_value(words)
    assert page.get_by_text("Gemt", exact=True).count() == 0


def press_in_vain(page: Page) -> None:
    page.evaluate("() => document.querySelector('[role=alert].error-summary').remove()")  # so that a new one is a new answer
    page.locator("#save").click()


def try_in_vain(page: Page, words: str) -> str:
    """Writes on and presses »Gem«, again and again; what stands there at last."""
    for number in range(TRIALS):
        written = f"{words}, {number:02}"
        field(page).fill(written)
        press_in_vain(page)
        expect_not_kept(page, written)
    return written


def test_a_full_disk_never_makes_it_say_saved(watch, server):
    page = opened(watch.page())
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": server.url, "quotaSize": 1})
    page.evaluate(FILL)
    words = "Der var ikke mere plads paa telefonen"
    write(page, words)
    expect_not_kept(page, words)
    words = try_in_vain(page, words)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": server.url})
    page.evaluate(EMPTY)
    press_save(page)
    page.locator("#done").click()
    expect_all_sent(page)
    assert server.count(words) == 1


@pytest.mark.parametrize("how", UNAVAILABLE)
def test_without_storage_the_app_says_so_and_leads_to_the_form_that_sends_at_once(watch, how):
    watch.context.add_init_script(
        f"const {{ open }} = IDBFactory.prototype; IDBFactory.prototype.open = function () {{ {UNAVAILABLE[how]} }}"
    )
    page = watch.page()
    for _ in range(TRIALS // len(UNAVAILABLE)):
        page.goto("/phone/")
        expect(page.get_by_text("Telefonen kan ikke gemme noget lige nu.")).to_be_visible()
        expect(page.locator("#new")).to_have_count(0)
        page.reload()
    page.get_by_role("link", name="Åbn formularen").click()
    expect(steps.notes(page).first).to_be_visible()


def test_storage_that_fails_while_one_writes_never_makes_it_say_saved(watch, server):
    watch.context.add_init_script(HOLD_CONNECTIONS)
    page = opened(watch.page())
    write(page, "Skrevet mens lageret faldt bort")
    expect_kept(page, "Skrevet mens lageret faldt bort")
    expect(page.get_by_text("Gemt", exact=True)).to_be_visible()
    for number in range(TRIALS):
        page.evaluate("() => { window.refused = true; }")
        page.evaluate(CLOSE)
        words = f"Skrevet mens lageret faldt bort, og videre {number:02}"
        field(page).fill(words)
        expect_not_kept(page, words)
        press_in_vain(page)
        expect_not_kept(page, words)
        page.evaluate("() => { window.refused = false; }")
        words = f"{words}, og det er her igen"
        field(page).fill(words)
        expect_kept(page, words)
    press_save(page)
    page.locator("#done").click()
    expect_all_sent(page)
    assert server.count(words) == 1


def closed_behind_it(page: Page) -> None:
    page.evaluate(CLOSE)


def erased_by_the_browser(page: Page) -> None:
    """As a browser does that needs the room. The connection is closed by force."""
    devtools = page.context.new_cdp_session(page)
    origin = page.evaluate("() => location.origin")
    devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "indexeddb"})


@pytest.mark.parametrize("close", [closed_behind_it, erased_by_the_browser])
def test_a_connection_that_the_browser_closed_is_opened_again_at_the_next_word(watch, server, close: Callable[[Page], None]):
    watch.context.add_init_script(HOLD_CONNECTIONS)
    page = opened(watch.page())
    write(page, f"Foer {close.__name__}")
    expect_kept(page, "Foer")
    for number in range(TRIALS // 2):
        close(page)
        words = f"Foer {close.__name__} og efter {number:02}"
        steps.notes(page).first.fill(words)
        expect_kept(page, words)
    close(page)
    press_save(page)
    assert [row["item"]["answers"][0]["text"] for row in lying(page, "outbox")] == [words]
    close_and_send(page, close)
    assert server.count(words) == 1


def close_and_send(page: Page, close: Callable[[Page], None]) -> None:
    if close is closed_behind_it:
        close(page)
    page.locator("#done").click()
    expect(page.get_by_text(re.compile(r"^Sendt \d+\.\d\d$")).first).to_be_visible()


def test_a_newer_schema_in_another_tab_makes_nothing_say_saved_and_takes_no_words(watch):
    page = opened(watch.page())
    write(page, "Skrevet i den gamle udgave")
    expect_kept(page, "Skrevet i den gamle udgave")
    other = watch.page()
    other.goto("/openapi.json")
    other.evaluate(OPEN_A_NEWER_ONE)
    words = "Skrevet i den gamle udgave, mens en nyere var der"
    page.bring_to_front()
    steps.notes(page).first.fill(words)
    expect_not_kept(page, words)
    try_in_vain(page, words)
    assert "Skrevet i den gamle udgave" in json.dumps(lying(page, "drafts"))
