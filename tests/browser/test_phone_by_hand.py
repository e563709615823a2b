"""How the app is in the hand: how many taps, with a keyboard alone, for the ear, on a slow phone; and that it stays in the hand
when it draws itself again."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import DESK
from tests.browser.keys import Keyboard
from tests.browser.phone import SENT, expect_all_sent, expect_kept, expect_saved, open_app, press_save, save, write

MOST_TAPS, MOST_TAPS_OF_A_NOTE = 6, 3
SLOWER = 4
LONGEST_SAVING_S = 10
#: Real touches of the glass, in every page of the tab; sessionStorage outlives a reload.
COUNT_TAPS = """
const count = ({ isTrusted }) => isTrusted && sessionStorage.setItem("taps", 1 + Number(sessionStorage.getItem("taps")));
addEventListener("pointerdown", count, true);
"""


@pytest.fixture
def watch(server, watched, cookies):
    watch = watched(server, has_touch=True)
    watch.is_away = True
    watch.context.add_cookies(cookies("leder"))
    return watch


@pytest.fixture
def app(watch) -> Page:
    return open_app(watch.page())


@pytest.fixture
def tapping(watch) -> Page:
    """The app, opened with one tap on its icon; the others are counted by the page itself."""
    watch.context.add_init_script(COUNT_TAPS)
    page = open_app(watch.page())
    page.evaluate("() => sessionStorage.setItem('taps', 1)")
    return page


def taps(page: Page) -> int:
    return int(page.evaluate("() => sessionStorage.getItem('taps')"))


def test_a_talk_with_theme_and_quoting_takes_six_taps(tapping, server):
    page, words = tapping, "Sendt med seks tryk, om aflevering om morgenen"
    page.locator("#new").tap()
    expect(steps.notes(page).first).to_be_focused()  # so that no tap goes into opening the keyboard
    page.keyboard.insert_text(words)
    page.locator("#save").tap()
    expect_saved(page)
    page.locator("#themes label").first.tap()
    expect(page.locator("#themes input").first).to_be_checked()
    page.locator("#quoting label").first.tap()
    expect(page.locator("#quoting-area")).to_be_checked()
    page.locator("#done").tap()
    expect(page.get_by_text(SENT).first).to_be_visible()
    assert taps(page) <= MOST_TAPS
    assert server.count(words) == 1


def test_a_quick_note_takes_three_taps(tapping, server):
    page, words = tapping, "En hurtig note med tre tryk"
    page.locator("#quick").tap()
    expect(steps.notes(page).first).to_be_focused()
    page.keyboard.insert_text(words)
    page.locator("#save").tap()
    expect_saved(page)
    assert taps(page) <= MOST_TAPS_OF_A_NOTE
    expect(page.get_by_text(SENT).first).to_be_visible(timeout=30_000)  # nobody presses anything more
    assert server.count(words) == 1


@pytest.mark.timeout(180)
def test_a_talk_is_noted_from_home_to_done_by_keyboard_alone(server, signed_in):
    keyboard = Keyboard(signed_in("leder", viewport=DESK))
    page, words = keyboard.page, "Noteret i appen med tastatur alene"
    page.goto("/phone/")
    expect(page.locator("#new")).to_be_visible()
    keyboard.tab_to("Ny samtale")
    keyboard.press("Enter")
    expect(steps.notes(page).first).to_be_focused()
    keyboard.write(words)
    keyboard.forget()
    keyboard.tab_to("Medmor")
    keyboard.press("Space")
    keyboard.tab_to("Gem", kind="button:submit")
    keyboard.press("Enter")
    expect_saved(page)
    expect(page.get_by_role("heading", name="Gemt", exact=True)).to_be_focused()
    keyboard.forget()
    theme = page.locator("#themes label").first.inner_text()
    keyboard.tab_to(theme)
    keyboard.press("Space")
    expect(page.locator("#themes input").first).to_be_checked()
    expect(page.locator("#themes input").first).to_be_focused()
    keyboard.tab_to("Ja, I må citere")
    keyboard.press("Space")
    expect(page.locator("#quoting-area")).to_be_checked()
    keyboard.forget()
    done_by_keyboard(keyboard)
    expect(page.get_by_text(SENT).first).to_be_visible()
    assert server.count(words) == 1


def done_by_keyboard(keyboard: Keyboard) -> None:
    """The docked button stands before the talk in the order of the page."""
    keyboard.back_to("Færdig")
    keyboard.press("Enter")


def test_the_status_is_told_to_those_who_listen_in_just_these_words(app):
    write(app, "Hoert med oerene")
    expect_kept(app, "Hoert med oerene")
    expect(app.locator("#top").get_by_role("status")).to_match_aria_snapshot("- status: Gemt")
    press_save(app)
    saved = app.get_by_role("main").get_by_role("status")
    expect(saved).to_match_aria_snapshot("- status: Gemt på telefonen Sendes om lidt.")
    listening = saved.element_handle()
    expect(saved).to_match_aria_snapshot(f"- status: /^{SENT.pattern[1:-1]}$/", timeout=30_000)
    assert saved.evaluate("(now, before) => now === before", listening), "the same node: one that is new is not read aloud"
    app.locator("#done").click()
    app.context.set_offline(True)
    save(app, "Hoert med oerene uden net")
    expect(app.get_by_role("main").get_by_role("status")).to_match_aria_snapshot(
        "- status: Gemt på telefonen Sendes, når du er på nettet."
    )


def test_a_slow_phone_saves_while_one_waits_for_it(app, server):
    app.context.new_cdp_session(app).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    began = time.monotonic()
    save(app, "Noteret paa en langsom telefon")
    assert time.monotonic() - began < LONGEST_SAVING_S
    app.locator("#done").click()
    expect(app.get_by_text(SENT).first).to_be_visible()
    assert server.count("Noteret paa en langsom telefon") == 1


def test_what_is_unfolded_stays_so_when_the_last_talk_is_sent(app):
    """The docked button goes then; nothing else of the page goes with it."""
    app.context.set_offline(True)
    save(app, "Sendt mens noget var foldet ud")
    app.locator("#done").click()
    app.locator("#tab-outbox").click()
    app.get_by_text("Kopi i en fil", exact=True).click()
    app.get_by_text("Kopi i en fil", exact=True).focus()
    app.evaluate("() => { window.held = document.querySelector('#copies'); }")
    app.context.set_offline(False)
    expect(app.get_by_text(re.compile("Alt er sendt"))).to_be_visible()
    expect(app.locator("#send")).to_have_count(0)
    assert app.evaluate("() => window.held.isConnected && window.held.open")
    expect(app.get_by_text("Kopi i en fil", exact=True)).to_be_focused()
    expect_all_sent(app)
