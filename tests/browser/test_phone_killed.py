"""A phone that is shut, killed and opened again, and a server that is not there: what was noted is kept and sent exactly once."""

import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.phone import House, a_phone, expect_all_sent, lying, open_app, press_save, save, write
from tests.browser.served import copy
from tests.fault.soak import SEED, say

KILLS_AFTER_SAVING = 20
KILLS_WHILE_SENDING = 5
KILLS_WHILE_WRITING = 10
#: Is over in the moment the page says »Gemt«, so that the kill comes as soon after as it can.
SAVE_AND_SEE_IT = """
() => new Promise((said) => {
  const look = () => document.querySelector("h1")?.textContent === "Gemt" && said();
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  document.querySelector("#save").click();
})
"""
#: What may be lost of what one writes.
LAST_S = 1.0


@pytest.fixture
def house(demo, tmp_path):
    made = House(copy(demo, tmp_path), tmp_path)
    yield made
    made.close()


def set_up(phone, house: House) -> None:
    """Signed in, the app opened with its worker, and the phone shut as one shuts it."""
    house.start()
    sign_in_for_long(phone)


def sign_in_for_long(phone) -> None:
    """A browser writes down its cookies some time after; one that is shut, at once."""
    page = phone.open()
    steps.sign_in(page, "leder")
    open_app(page)
    phone.shut()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("width", [390, 320])
def test_what_is_noted_without_a_server_outlives_a_restart_and_is_read_by_the_area_leader(browsers, house, tmp_path, width):
    first, second = f"Koen ved garderoben, {width} bred", f"Legepladsen om eftermiddagen, {width} bred"
    with a_phone(browsers, tmp_path / "profile", house.server, viewport={"width": width, "height": 720}) as phone:
        set_up(phone, house)
        house.stop()
        page = phone.open(is_away=True)
        open_cold(page)
        note(page, first)
        phone.shut()

        page = phone.open(is_away=True)
        open_cold(page)
        expect(page.get_by_role("link", name=re.compile(first))).to_contain_text("På telefonen")
        note(page, second)
        assert (house.server.count(first), house.server.count(second)) == (0, 0)

        house.start()
        expect(page.get_by_text("Du er på nettet igen.")).to_be_visible(timeout=90_000)  # nobody presses anything
        for words in (first, second):
            row = page.get_by_role("link", name=re.compile(words))
            expect(row).to_contain_text(re.compile(r"Sendt \d+\.\d\d"), timeout=60_000)
            assert house.server.count(words) == 1
        in_view(page)
        assert lying(page, "outbox") == []
        read_by_the_area_leader(page, first, second)


def open_cold(page: Page) -> None:
    page.goto("/phone/")
    expect(page.locator("#new")).to_be_visible()
    in_view(page)


def note(page: Page, words: str) -> None:
    write(page, words)
    in_view(page)
    press_save(page)
    in_view(page)
    page.locator("#done").click()
    expect(page.get_by_text("Du er ikke på nettet.")).to_be_visible()
    in_view(page)


def in_view(page: Page) -> None:
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the phone"


def read_by_the_area_leader(page: Page, *said: str) -> None:
    page.context.clear_cookies()
    steps.sign_in(page, "omraade")
    steps.open_running_week(page)
    steps.open_all_talks(page)
    for words in said:
        expect(page.get_by_role("article").filter(has_text=words)).to_have_count(1)


@pytest.mark.timeout(600)
def test_every_talk_that_was_said_to_be_saved_outlives_a_kill_and_is_sent_once(browsers, house, tmp_path):
    say(SEED)
    saved = [f"Slaaet ihjel efter Gemt nr {number:02}" for number in range(KILLS_AFTER_SAVING)]
    with a_phone(browsers, tmp_path / "profile", house.server) as phone:
        set_up(phone, house)
        house.stop()
        for number, words in enumerate(saved):
            page = phone.open(is_away=True)
            open_cold(page)
            assert texts(page) == saved[:number]
            write(page, words)
            page.evaluate(SAVE_AND_SEE_IT)
            phone.kill()
        page = phone.open(is_away=True)
        open_cold(page)
        assert texts(page) == saved
        house.start()
        page.reload()
        expect_all_sent(page)
        assert [house.server.count(words) for words in saved] == [1] * len(saved)
        phone.shut()
        for number in range(KILLS_WHILE_SENDING):
            kill_while_sending(
                phone, house, f"Slaaet ihjel under afsendelse nr {number:02}", random.Random(SEED + number).random() / 3
            )


def kill_while_sending(phone, house: House, words: str, after_s: float) -> None:
    page = phone.open(is_away=True)
    open_cold(page)
    save(page, words)
    page.locator("#done").click()
    page.wait_for_timeout(1000 * after_s)
    phone.kill()
    page = phone.open()
    open_cold(page)
    expect_all_sent(page)
    assert house.server.count(words) == 1, f"killed {after_s} s after it began to send, seed {SEED}"
    phone.shut()


def texts(page: Page) -> list[str]:
    return [row["item"]["answers"][0]["text"] for row in lying(page, "outbox")]


@pytest.mark.timeout(300)
def test_a_page_killed_while_one_writes_loses_at_most_the_last_second(browsers, server, tmp_path):
    say(SEED)
    with a_phone(browsers, tmp_path / "profile", server) as phone:
        sign_in_for_long(phone)
        page = phone.open(is_away=True)
        for number in range(KILLS_WHILE_WRITING):
            chance = random.Random(SEED + number)
            open_cold(page)
            page.locator("#new").click()
            with beside_a_disk(tmp_path) as slowest_s:
                typed = type_for(page, f"Forsoeg {number:02} ", chance.uniform(0.2, 4.0), chance)
                at = time.monotonic()
            phone.kill()
            page = phone.open(is_away=True)
            open_cold(page)
            check_draft(page, typed, at - slowest_s(), f"seed {SEED}, number {number}")


@contextmanager
def beside_a_disk(folder: Path) -> Iterator[Callable[[], float]]:
    """Writes to the disk all the while. Gives the longest that one small write took to be on it, in seconds: a browser's own, of
    which a page has no word, cannot be quicker, and none that was on its way when it was killed was ever promised."""
    took, is_over = [0.0], threading.Event()

    def write_on() -> None:
        with (folder / "beside").open("wb", buffering=0) as file:
            while not is_over.is_set():
                began = time.monotonic()
                file.write(b"x" * 4096)
                os.fsync(file.fileno())
                took.append(time.monotonic() - began)
                is_over.wait(0.05)

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        yield lambda: max(took)
    finally:
        is_over.set()
        writer.join()


def type_for(page: Page, begun: str, seconds: float, chance: random.Random) -> list[tuple[str, float, float]]:
    """Types until the time is over. Of each letter: when its key was pressed, and when the page had taken it."""
    typed, until = [], time.monotonic() + seconds
    while time.monotonic() < until or len(typed) < len(begun):
        letter = begun[len(typed)] if len(typed) < len(begun) else chance.choice("abcdefghijklmno æøå,.»«")
        pressed = time.monotonic()
        page.keyboard.insert_text(letter)
        typed.append((letter, pressed, time.monotonic()))
    return typed


def check_draft(page: Page, typed: list[tuple[str, float, float]], at: float, which: str) -> None:
    """What was taken more than a second before is kept to the letter. A page that took long over a key is given as much more."""
    slowest = max(taken - pressed for _, pressed, taken in typed)
    old = "".join(letter for letter, _, taken in typed if taken < at - LAST_S - slowest)
    whole = "".join(letter for letter, _, _ in typed)
    kept = [draft["answers"] for draft in lying(page, "drafts")]
    found = next((text for answers in kept for text in answers.values() if text.startswith(whole[:10])), "")
    assert found.startswith(old), f"{which}: {found!r} of {whole!r}"
    assert whole.startswith(found), f"{which}: {found!r} of {whole!r}"
    if found:
        page.get_by_role("button", name="Fortsæt").first.click()
        expect(steps.notes(page).first).to_have_value(found)
