"""Another release comes while a talk is being written: nothing is taken from the one who writes, and nobody is made to change.
The same when the worker is killed."""

import random
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.phone import House, expect_all_sent, expect_kept, lying, open_app, press_save, save, write
from tests.browser.served import ROOT, copy
from tests.fault.soak import SEED, say

CODE = ("app.py", "blueprints", "domain", "migrations", "static", "templates", "tools", "translations")
#: Each needs a server that is started anew. With the test before it there are ten.
RELEASES = 9
WORKERS_KILLED = 15
#: The worker wakes to hear it, and does nothing.
WAKE = "() => navigator.serviceWorker.controller.postMessage('hello')"
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


@pytest.mark.timeout(600)
def test_release_after_release_leaves_an_open_talk_as_it_is(house, next_release, watched):
    server = house.start()
    watch = watched(house.server)
    watch.is_away = True
    watch.expect(419)
    writing = watch.page()
    steps.sign_in(writing, "leder")
    open_app(writing)
    write(writing, "Begyndt i den foerste udgave")
    writing.evaluate("() => { window.same = true; }")
    before, words = writing.evaluate(RELEASE), "Begyndt i den foerste udgave"
    beside = watch.context.new_page()
    for number in range(RELEASES):
        words = f"{words}, æøå »{number}«"
        steps.notes(writing).first.fill(words)
        expect_kept(writing, words)
        house.stop()
        with (next_release / "static/css/base.css").open("a") as written:
            written.write(f"/* release {number} */\n")
        house.start(next_release)
        beside.goto("/phone/")
        expect(beside.get_by_text("Ny udgave klar.")).to_be_visible()
        expect_untouched(writing, words)
        assert writing.evaluate(RELEASE) == beside.evaluate(RELEASE) == before
    writing.bring_to_front()
    press_save(writing)
    writing.locator("#done").click()
    expect_all_sent(writing)
    assert server.count("Begyndt i den foerste udgave") == 1
    print(f"{RELEASES} releases under an open talk")


@pytest.mark.timeout(240)
def test_the_worker_may_be_killed_while_the_phone_sends(server, watched, cookies):
    watch = watched(server)
    watch.is_away = True
    watch.expect(419)
    watch.context.add_cookies(cookies("leder"))
    writing = open_app(watch.page())
    words = "Skrevet til bogstavet, æøå »med hendes ord«, mens arbejderen blev stoppet"
    write(writing, words)
    expect_kept(writing, words)
    writing.evaluate("() => { window.same = true; }")
    sending = watch.context.new_page()
    sending.goto("/phone/")
    sending.evaluate("() => { window.same = true; }")
    devtools, stopped = watch.context.new_cdp_session(sending), []
    devtools.on("ServiceWorker.workerVersionUpdated", lambda said: stopped.extend(_stopped(said)))
    devtools.send("ServiceWorker.enable")
    say(SEED)
    for number in range(WORKERS_KILLED):
        said, chance = f"Sendt uden arbejder nr {number:02}", random.Random(SEED + number)
        sending.bring_to_front()
        save(sending, said)
        sending.evaluate(WAKE)
        sending.evaluate("() => void setTimeout(() => document.querySelector('#done').click(), 50)")
        sending.wait_for_timeout(150 * chance.random())
        devtools.send("ServiceWorker.stopAllWorkers")
        expect_all_sent(sending)
        assert server.count(said) == 1, f"seed {SEED}, number {number}"
        expect_untouched(writing, words)
        assert sending.evaluate("() => window.same") is True
        sending.locator("#tab-home").click()
    assert len(stopped) >= WORKERS_KILLED
    assert [draft["answers"] for draft in lying(writing, "drafts") if words in draft["answers"].values()] != []


def _stopped(said: dict) -> list[str]:
    return [one["versionId"] for one in said["versions"] if one["runningStatus"] == "stopped"]
