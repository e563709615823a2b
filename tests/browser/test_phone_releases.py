"""Another release comes while a talk is being written: nothing is taken from the one who writes, and nobody is made to change."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.phone import House, expect_all_sent, expect_kept, open_app, press_save, save, write
from tests.browser.served import ROOT, copy

CODE = ("app.py", "blueprints", "domain", "migrations", "static", "templates", "tools", "translations")
RELEASE = "() => document.querySelector('script[type=module]').src"


@pytest.fixture
def house(demo, tmp_path):
    made = House(copy(demo, tmp_path), tmp_path)
    yield made
    made.close()


@pytest.fixture
def next_release(tmp_path) -> Path:
    """The same house with one file of another content, which is what makes a release."""
    root = tmp_path / "next"
    for name in CODE:
        place = ROOT / name
        copied = shutil.copytree if place.is_dir() else shutil.copy
        root.mkdir(exist_ok=True)
        copied(place, root / name)
    with (root / "static/css/base.css").open("a") as written:
        written.write("\n/* the next release */\n")
    return root


@pytest.mark.timeout(240)
def test_a_new_release_takes_nothing_from_under_an_open_talk(house, next_release, watched):
    server = house.start()
    watch = watched(house.server)
    watch.is_away = True
    watch.expect(419)
    writing = watch.page()
    steps.sign_in(writing, "leder")
    open_app(writing)
    before = writing.evaluate(RELEASE)
    words = "Skrevet til bogstavet, æøå »med hendes ord«, mens en ny udgave kom"
    write(writing, words)
    expect_kept(writing, words)
    writing.evaluate("() => { window.same = true; }")
    house.stop()
    house.start(next_release)

    beside = watch.page()
    beside.goto("/phone/")  # it looks for a new worker as it opens, and shows the old release meanwhile
    expect(beside.get_by_text("Ny udgave klar.")).to_be_visible()
    assert beside.evaluate(RELEASE) == before
    expect_untouched(writing, words)
    beside.locator("#update").click()
    expect(beside.get_by_text("Du skriver i et andet vindue. Gem eller luk dér først.")).to_be_visible()
    assert beside.evaluate(RELEASE) == before
    expect_untouched(writing, words)

    works_on_without_a_network(writing, words)
    assert (server.count("mens en ny udgave kom"), server.count("Noteret i den gamle udgave")) == (1, 1)

    beside.bring_to_front()
    beside.locator("#update").click()
    expect(beside.locator("#update")).to_have_count(0)
    expect(beside.locator("#new")).to_be_visible()
    beside.wait_for_function(f"(before) => ({RELEASE})() !== before", arg=before)

    writing.bring_to_front()
    assert writing.evaluate("() => window.same") is True, "it goes on with the old until its person says so"
    writing.locator("#tab-home").click()
    writing.locator("#update").click()
    writing.wait_for_function(f"(before) => window.same === undefined && ({RELEASE})() !== before", arg=before)
    save(writing, "Noteret i den nye udgave")
    writing.locator("#done").click()
    expect_all_sent(writing)
    assert server.count("Noteret i den nye udgave") == 1


def expect_untouched(page: Page, words: str) -> None:
    expect(steps.notes(page).first).to_have_value(words)
    assert page.evaluate("() => window.same") is True, "it was not loaded again"


def works_on_without_a_network(page: Page, words: str) -> None:
    page.bring_to_front()
    page.context.set_offline(True)
    press_save(page)
    expect(page.get_by_text("Gemt på telefonen")).to_be_visible()
    page.locator("#done").click()
    save(page, "Noteret i den gamle udgave")
    page.locator("#done").click()
    expect(page.get_by_text("Du er ikke på nettet.")).to_be_visible()
    page.context.set_offline(False)
    expect_all_sent(page)
    assert page.evaluate("() => window.same") is True
