"""The app comes in two parts: the form, and the rest. Whatever becomes of the rest, what somebody saves is on the disk at once,
the page says so, and nothing is lost of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import steps
from tests.browser.phone import expect_all_sent, expect_saved, lying, open_app, save
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
