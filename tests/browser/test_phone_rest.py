"""The app comes in two parts: the form, and the rest. Whatever becomes of the rest, what somebody saves is on the disk at once,
the page says so, and nothing is lost of it."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import steps
from tests.browser.conftest import LONGEST_WAIT_MS
from tests.browser.phone import COUNT_TURNS, after_a_turn, expect_all_sent, expect_saved, lying, open_app, put, save
from tests.browser.watch import Watch

REST = re.compile(r"/js/rest-[0-9a-f]{8}\.packed\.js")
THEMES = "Hvad handlede det om?"


@pytest.fixture
def watch(server, watched, cookies) -> Watch:
    """A phone on which nothing lies but the cookie."""
    watch = watched(server)
    watch.is_away = True
    watch.context.add_cookies(cookies("leder"))
    return watch


@contextmanager
def without_the_rest(page: Page, *, asked: list[Route] | None = None) -> Iterator[None]:
    """The network loses it. `asked`: it is not lost but never answered, and waits there."""
    page.context.route(REST, (lambda route: asked.append(route)) if asked is not None else (lambda route: route.abort()))
    yield
    page.context.unroute(REST)


def until_asked(asked: list, times: int, page: Page) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_MS / 1000
    while len(asked) < times:
        assert time.monotonic() < deadline, f"asked for it {len(asked)} times, not {times}"
        page.wait_for_timeout(20)


def first_visit(page: Page) -> Page:
    page.goto("/phone/")
    expect(page.locator("#new")).to_be_visible()
    return page


def expect_in_the_outbox(page: Page, words: str) -> None:
    """Looked at once, not waited for: *Gemt* stands on the screen."""
    assert [row["item"]["answers"][0]["text"] for row in lying(page, "outbox")] == [words]
    assert lying(page, "drafts") == []


def test_what_is_saved_while_the_rest_cannot_be_had_is_on_the_disk_and_goes_on_when_it_can(watch, server):
    page, words = watch.page(), "Gemt uden resten af appen"
    with without_the_rest(page):
        save(first_visit(page), words)
        expect_in_the_outbox(page, words)
        expect(page.get_by_text("Gemt på telefonen")).to_be_visible()
        expect(page.get_by_text("Resten af Hørt er ikke hentet endnu.")).to_be_visible()
        expect(page.get_by_text("Samtalen er gemt og sendes senere.")).to_be_visible()
        page.locator("#fetch-rest").click()
        expect(page.get_by_text(THEMES)).to_have_count(0)
    expect(page.get_by_text(THEMES)).to_be_visible()  # nobody presses anything: it is asked for again
    expect_saved(page)
    page.locator("#done").click()
    expect_all_sent(page)
    assert server.count(words) == 1


def test_a_press_brings_it_too_and_every_other_view_says_that_it_waits(watch):
    page = watch.page()
    with without_the_rest(page):
        first_visit(page).locator("#tab-talks").click()
        expect(page.get_by_role("heading", name="Et øjeblik")).to_be_focused()
        expect(page.get_by_text("Resten af Hørt er ikke hentet endnu.")).to_be_visible()
    page.locator("#fetch-rest").click()
    expect(page.get_by_role("heading", name="Samtaler", exact=True)).to_be_focused()


def test_saving_waits_for_no_answer(watch, server):
    page, words, asked = watch.page(), "Gemt mens resten var paa vej", list[Route]()
    with without_the_rest(page, asked=asked):
        save(first_visit(page), words)
        assert asked, "it is on its way"
        expect_in_the_outbox(page, words)
        expect(page.get_by_text("Gemt på telefonen")).to_be_visible()
        asked[0].continue_()
        expect(page.get_by_text(THEMES)).to_be_visible()
    page.locator("#done").click()
    expect_all_sent(page)
    assert server.count(words) == 1


def test_what_was_saved_without_it_is_sent_by_the_next_visit(watch, server):
    page, words = watch.page(), "Gemt uden resten, og siden blev lukket"
    with without_the_rest(page):
        save(first_visit(page), words)
        page.locator("#done").click()
        expect(page.get_by_text(words)).to_be_visible()
        page.close()
    again = first_visit(watch.page())
    expect_all_sent(again)
    assert server.count(words) == 1


def test_the_rest_lies_on_the_phone_from_the_first_visit_on(watch):
    page = open_app(watch.page())
    page.context.set_offline(True)
    page.reload()
    page.locator("#before").click()
    expect(page.get_by_role("heading", name="Før snakken")).to_be_visible()
    page.reload()  # its own view is the first that is shown
    expect(page.get_by_role("heading", name="Før snakken")).to_be_visible()
    page.goto("/phone/#/home")
    save(page, "Gemt helt uden net")
    expect(page.get_by_text(THEMES)).to_be_visible()
    page.locator("#done").click()
    for tab, heading in (("talks", "Samtaler"), ("outbox", "På vej")):
        page.locator(f"#tab-{tab}").click()
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    assert steps.notes(page).count() == 0


def test_an_answer_that_comes_too_late_counts_all_the_same(watch, server):
    """A thin line holds the first answer longer than the app waits. The second is read too, and nothing of it breaks."""
    page, words, asked = watch.page(), "Gemt mens svaret hang", list[Route]()
    page.clock.install()
    with without_the_rest(page, asked=asked):
        save(first_visit(page), words)
        until_asked(asked, 1, page)
        page.clock.fast_forward(20_400)
        expect(page.get_by_text("Resten af Hørt er ikke hentet endnu.")).to_be_visible()
        page.clock.fast_forward(2_000)
        until_asked(asked, 2, page)
        with page.expect_response(REST):
            asked[0].continue_()
        expect(page.get_by_text(THEMES)).to_be_visible()
        with page.expect_response(REST):
            asked[1].continue_()
        page.locator("#done").click()
        expect_all_sent(page)
    page.wait_for_function("() => navigator.serviceWorker.ready.then(() => true)")
    assert server.count(words) == 1


def test_a_try_in_vain_takes_the_focus_from_nobody(watch):
    page, asked = watch.page(), list[str]()
    page.context.on("requestfailed", lambda request: asked.append(request.url) if REST.search(request.url) else None)
    with without_the_rest(page):
        save(first_visit(page), "Gemt med en finger på vej")
        page.locator("#done").focus()
        page.locator("#done").evaluate("(it) => { it.mark = document.querySelector('[role=status]').mark = 'the same'; }")
        until_asked(asked, len(asked) + 2, page)
        expect(page.locator("#fetch-rest")).to_be_visible()
        expect(page.locator("#done")).to_be_focused()
        assert page.evaluate("() => ['#done', '[role=status]'].map((it) => document.querySelector(it).mark)") == ["the same"] * 2
    expect(page.get_by_text(THEMES)).to_be_visible()
    expect(page.locator("#done")).to_be_focused()


def test_home_says_that_nothing_is_sent_and_in_the_end_offers_to_load_anew(watch, server):
    page, words = watch.page(), "Gemt og set paa hjem"
    with without_the_rest(page):
        save(first_visit(page), words)
        page.locator("#done").click()
        bar = page.locator(".bar", has_text="Resten af Hørt er ikke hentet endnu.")
        expect(bar).to_contain_text("1 samtale er gemt på telefonen. Intet sendes, før den er her.")
        press, text = (bar.locator(place).bounding_box() for place in ("#fetch-rest", "b"))
        assert press
        assert text
        assert press["y"] >= text["y"] + text["height"], "the button has a line of its own"
        expect(page.locator("#fetch-rest")).to_have_text("Prøv igen")
        page.locator("#fetch-rest").focus()
        expect(page.locator("#fetch-rest")).to_have_text("Genindlæs")
        expect(page.locator("#fetch-rest")).to_be_focused()
    with page.expect_navigation():
        page.locator("#fetch-rest").click()
    expect_all_sent(page)
    assert server.count(words) == 1


#: Takes the rest out of the worker's cache, or lays it there again.
_MOVE = """async (is_out) => {
  const [ours] = (await caches.keys()).filter((name) => name.startsWith("hoert-"));
  const both = [await caches.open(ours), await caches.open("aside")];
  const [from, to] = is_out ? both : both.reverse();
  const asked = (await from.keys()).find(({ url }) => url.includes("/js/rest-"));
  await to.put(asked, await from.match(asked));
  await from.delete(asked);
}"""


def test_a_new_try_finds_what_the_worker_has(watch):
    page = open_app(watch.page())
    page.evaluate(_MOVE, True)
    page.goto("about:blank")
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")  # the browser has it too
    page.context.set_offline(True)
    page.goto("/phone/")
    page.locator("#before").click()
    expect(page.get_by_text("Resten af Hørt er ikke hentet endnu.")).to_be_visible()
    page.evaluate(_MOVE, False)
    page.locator("#fetch-rest").click()
    expect(page.get_by_role("heading", name="Før snakken")).to_be_visible()


def test_a_view_of_the_rest_that_is_opened_by_its_address_is_not_left_by_that(watch):
    page = open_app(watch.page())
    page.context.set_offline(True)
    save(page, "Gemt og set i et vindue til")
    [row] = lying(page, "outbox")
    other = watch.page()
    other.add_init_script(COUNT_TURNS)
    other.goto(f"/phone/#/saved/{row['first']}")
    expect(other.locator("#undo")).to_be_visible()
    after_a_turn(other, 0)
    assert [one["state"] for one in lying(other, "outbox")] == ["held"]
    expect(other.locator("#undo")).to_be_visible()


def test_a_view_that_cannot_be_drawn_keeps_nothing_from_being_sent(watch, server):
    page, words = watch.page(), "Sendt selv om en visning brast"
    with without_the_rest(page):
        save(first_visit(page), words)
        page.locator("#done").click()
        [row] = lying(page, "outbox")
        id_, until = row["id"][:-1] + ("1" if row["id"].endswith("0") else "0"), int(time.time() * 1000) + 9_000
        item = row["item"] | {"id": id_, "themes": None}
        put(page, "outbox", row | {"n": row["n"] + 1, "id": id_, "first": id_, "hold_until": until, "item": item})
        page.goto(f"/phone/#/saved/{id_}")
        page.reload()
        expect(page.get_by_text("Resten af Hørt er ikke hentet endnu.")).to_be_visible()
    deadline = time.monotonic() + LONGEST_WAIT_MS / 1000
    while not server.count(words):
        assert time.monotonic() < deadline, "nothing was sent"
        page.wait_for_timeout(50)
    assert watch.problems, "the view was drawn"
    page.close()
    watch.problems.clear()
