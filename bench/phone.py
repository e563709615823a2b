"""What a leader waits for: the first field, *Gemt*, the sending of what waited; and how often one has to press.

Everything happens in Chromium against the server as it is served. Each time stands beside that of the floor page (bench/floor),
taken in turn with it in the same run.
"""

import json
import sqlite3
import statistics
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from bench import browser, pages
from bench.figure import Figure
from bench.server import Server, served
from bench.sync import Notes

MOST_OF_FLOOR = 1.5
FORM, FLOOR = "/phone/#/new", "/floor/"
QUIET = "/health/live"  # a page of the same server that is not the app
#: The longest task of the page's main thread, in ms, and how many took more than 100; tasks under 50 ms are not told.
TASKS = """window.hoert_tasks = [];
new PerformanceObserver((list) => hoert_tasks.push(...list.getEntries().map((one) => one.duration)))
  .observe({ type: "longtask", buffered: true })"""
#: From the press on *Gem* until the frame that shows "Gemt" is done.
SAVED = """() => { window.hoert_saved = new Promise((done) => {
  addEventListener("click", function pressed(event) {
    if (!event.target.closest("#save")) return;
    removeEventListener("click", pressed, true);
    const told = new MessageChannel();
    told.port1.onmessage = () => done(performance.now() - event.timeStamp);
    const is_there = () => document.querySelector("main h1")?.textContent === "Gemt";
    const look = () => (is_there() ? told.port2.postMessage(0) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  }, true);
}) }"""
TAPS = """window.hoert_taps = 0;
addEventListener("pointerdown", (event) => { if (event.isTrusted && event.isPrimary) hoert_taps += 1; }, true)"""
FILL = """(rows) => new Promise((done, failed) => {
  const opening = indexedDB.open("hoert");
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const work = opening.result.transaction("outbox", "readwrite");
    for (const row of rows) work.objectStore("outbox").add(row);
    work.oncomplete = () => (opening.result.close(), done(rows.length));
    work.onabort = () => failed(work.error);
  };
})"""
WAITING = """() => new Promise((done) => {
  const opening = indexedDB.open("hoert");
  opening.onsuccess = () => {
    const asked = opening.result.transaction("outbox").objectStore("outbox").count();
    asked.onsuccess = () => (opening.result.close(), done(asked.result));
  };
})"""


def one_set_each(instance: Path) -> None:
    """Of each sector the first set alone is offered: what is measured is the way into a form, without a choice on it."""
    with closing(sqlite3.connect(instance / "hoert.sqlite")) as database, database:
        database.execute("UPDATE question_set SET closed_at = '2026-01-01 00:00:00.000000' WHERE position > 0")


@dataclass(frozen=True)
class Leader:
    """One who notes talks: how the browser is signed in, and the talks they would write."""

    cookies: Mapping[str, str]
    kit: Mapping[str, Any]
    notes: Notes

    def waiting(self, n: int) -> list[dict[str, Any]]:
        """Rows of the outbox, as *Færdig* leaves them."""
        return [self._row(self.notes.item()) for _ in range(n)]

    def _row(self, item: dict[str, Any]) -> dict[str, Any]:
        known = {"id": item["id"], "first": item["id"], "owner": self.kit["person"]["id"], "item": item}
        return {
            **known,
            "state": "waiting",
            "saved_at": "2026-11-18T07:20:00.000Z",
            "hold_until": 0,
            "problems": [],
            "status": None,
        }


def figures(instance: Path, *, quick: bool) -> list[Figure]:
    """`instance`: a folder with the invented municipality. A server is started there, and is gone for the last rows."""
    rounds = 1 if quick else 7
    with browser.chromium() as chrome:
        with served(instance, app="bench.floor:create_app()") as server:
            phone = server.sign_in("leder")
            kit = json.loads(phone.ask("GET", "/sync/kit")[1])
            leader, url = Leader(phone.cookies, kit, Notes(kit)), f"http://127.0.0.1:{server.port}"
            found = weights(server) + _cold(chrome, server, leader, rounds)
            ours, floor = (browser.phone(chrome, url, leader.cookies) for _ in range(2))
            browser.settle_in(ours, "/phone/")
            browser.settle_in(floor, FLOOR, worker="/floor/worker.js")
            found += _kept("first field, warm, CPU / 4", ours, floor, rounds, requests=instance / "requests")
            found += _taps(browser.phone(chrome, url, leader.cookies))
            n = 100 if quick else 1_000
            for name, view, cpu in (
                ("on Hjem", "home", 1),
                ("on På vej", "outbox", 1),
                ("on Hjem, CPU / 4", "home", browser.SLOW_CPU),
            ):
                found.append(_sent(chrome, url, leader, name=f"{n:,} waiting sent, {name}", view=view, cpu=cpu, n=n))
        found += _kept("first field, offline, CPU / 4", ours, floor, rounds)
        found += _saved(ours, leader, n=50 if quick else 500, times=2 if quick else 12)
    return found


def weights(server: Server) -> list[Figure]:
    """What comes over the net before the form can be used, and what the worker keeps, gzipped file by file."""
    form, kept = pages.form_kb(server.sign_in("leder")), pages.kept_kb(server.sign_in("leder"))
    code, whole, fonts = form["css"] + form["js"], kept["html"] + kept["css"] + kept["js"], kept["fonts"]
    said = f"{form['css']:.1f} CSS + {form['js']:.1f} kB JS"
    return [
        Figure("weight of the phone's form", f"{code:.1f} kB CSS + JS", said, "<= 30 kB", code <= 30),
        Figure("weight of what its worker keeps", f"{whole:.1f} kB, no icons or fonts", "", "<= 60 kB", whole <= 60),
        Figure("weight of its fonts", f"{fonts:.1f} kB", "", "<= 60 kB", fonts <= 60),
    ]


def _cold(chrome: Browser, server: Server, leader: Leader, rounds: int) -> list[Figure]:
    """Nothing is on the phone but the cookie. As it is served; and behind a proxy such as docs/operations.md asks for."""
    found, network = [], f"slow 4G ({browser.SLOW_4G_SAID}), CPU / {browser.SLOW_CPU}, nothing cached"
    with browser.front(server.port) as front:
        for name, url in (("as served", f"http://127.0.0.1:{server.port}"), ("HTTP/2 and gzip in front", front)):
            first_field = partial(_first_field, chrome, url, leader)
            ours, floor = _in_turn(partial(first_field, FORM), partial(first_field, FLOOR), rounds)
            modules = sum(address.endswith(".js") for address in ours[-1].reached)
            note = f"{network}; {len(ours[-1].reached)} requests, {modules} of them modules"
            found.append(_beside(f"first field, cold, {name}", ours, floor, note))
    return found


def _first_field(chrome: Browser, url: str, leader: Leader, path: str) -> browser.Arrival:
    for _ in range(3):
        with browser.phone(chrome, url, leader.cookies) as context, suppress(browser.Stalled):
            return browser.arrive(context, path, network=browser.SLOW_4G)
    raise browser.Stalled(path)


def _kept(name: str, ours: BrowserContext, floor: BrowserContext, rounds: int, *, requests: Path | None = None) -> list[Figure]:
    """Both lie on the phone. `requests`: what reached the server, line by line; without it there is no server any more."""
    found, least = _in_turn(partial(browser.arrive, ours, FORM), partial(browser.arrive, floor, FLOOR), rounds)
    times = _beside(name, found, least, "worker in place; workers are stopped before each start")
    reached = {urlsplit(url).path for one in found for url in one.reached}
    if requests:
        lines = [line.split() for line in requests.read_text().splitlines()]
        reached |= {path for at, _, path in lines if any(one.began_s <= float(at) <= one.there_s for one in found)}
    own = {path for path in reached if path.startswith("/sync/")}
    page, sending = (", ".join(sorted(some)) or "none" for some in (reached - own, own))
    note = f"of the page: {page}; to send and to hear what is new, begun before the frame was done: {sending}"
    name, count = name.replace("first field", "asked of the net before it").replace(", CPU / 4", ""), len(reached - own)
    return [times, Figure(name, f"{count} in {len(found)} starts", "", "0", not count, note=note)]


def _in_turn(
    one: Callable[[], browser.Arrival], other: Callable[[], browser.Arrival], rounds: int
) -> tuple[list[browser.Arrival], list[browser.Arrival]]:
    both = [(one(), other()) for _ in range(rounds)]
    return [first for first, _ in both], [second for _, second in both]


def _beside(name: str, ours: list[browser.Arrival], floor: list[browser.Arrival], note: str) -> Figure:
    mine, least = (statistics.median(one.ms for one in some) for some in (ours, floor))
    times = mine / least
    bar = f"{times:.1f} x, <= {MOST_OF_FLOOR} x"
    binds = ", cold," in name  # a second start on a slow processor is not there yet
    return Figure(name, f"{mine:,.0f} ms", f"floor {least:,.0f} ms", bar, times <= MOST_OF_FLOOR, binding=binds, note=note)


def _saved(context: BrowserContext, leader: Leader, *, n: int, times: int) -> list[Figure]:
    """Without a server. The outbox is filled past the app, which then reads it as its own."""
    page = context.new_page()
    page.goto("/phone/")
    page.locator("#new").wait_for()
    page.evaluate(FILL, leader.waiting(n))
    found = []
    for cpu in (1, browser.SLOW_CPU):
        page.goto("/phone/")
        page.reload()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": cpu})
        took = [_save(page, f"Noteret nummer {number} ved {cpu}") for number in range(times)]
        middle, most = statistics.median(took), max(took)
        name = f"Gem to Gemt, {n} waiting" + ("" if cpu == 1 else f", CPU / {cpu}")
        met, note = most <= 100, f"offline, {times} times; {page.evaluate(WAITING)} waiting in the end"
        found.append(
            Figure(name, f"median {middle:.0f} ms", f"longest {most:.0f} ms", "<= 100 ms", met, binding=cpu == 1, note=note)
        )
    page.close()
    return found


def _save(page: Page, text: str) -> float:
    page.locator("#new").click()
    browser.type_in(page, text)
    page.wait_for_timeout(600)  # the draft is kept by then, as when somebody writes
    page.evaluate(SAVED)
    page.locator("#save").click()
    took = page.evaluate("hoert_saved")
    page.locator("#done").click()
    page.locator("#new").wait_for()
    return took


def _sent(chrome: Browser, url: str, leader: Leader, *, name: str, view: str, cpu: int, n: int) -> Figure:
    """What waits is put there past the app; then the app is opened, and sends it."""
    with browser.phone(chrome, url, leader.cookies) as context:
        browser.settle_in(context, "/phone/")
        beside = context.new_page()
        beside.goto(QUIET)
        beside.evaluate(FILL, leader.waiting(n))
        page = context.new_page()
        page.add_init_script(TASKS)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": cpu})
        began = time.perf_counter()
        page.goto(f"/phone/#/{view}", wait_until="commit")
        while beside.evaluate(WAITING):
            assert time.perf_counter() - began < 300, "not sent within five minutes"
            time.sleep(0.1)
        took = time.perf_counter() - began
        page.wait_for_timeout(1_000)  # it draws itself once more
        tasks = page.evaluate("hoert_tasks")
    longest = max(tasks, default=0)
    said = f"longest task {longest:.0f} ms" if tasks else "no task over 50 ms"
    over = sum(task > 100 for task in tasks)
    return Figure(name, f"{took:.1f} s", said, f"{over} over 100 ms, 0", longest <= 100, binding=cpu == 1)


def _taps(context: BrowserContext) -> list[Figure]:
    """Presses that the page itself saw, and the one on the icon. No field is pressed: it has the focus already."""
    with context:
        page = context.new_page()
        page.add_init_script(TAPS)
        talk = _pressed(page, ["#new", "#save", "#themes label", "label:has(#quoting-area)", "#done"])
        sent = page.evaluate("() => document.querySelector('main h1').textContent !== 'Gemt'")
        quick = _pressed(page, ["#quick", "#save"])
        saved = page.evaluate("() => document.querySelector('main h1').textContent === 'Gemt'")
    return [
        Figure("taps for a talk, theme and quoting answered", f"{talk} with the icon", "", "<= 6", talk <= 6 and sent),
        Figure("taps for a quick note", f"{quick} with the icon", "", "<= 3", quick <= 3 and saved),
    ]


def _pressed(page: Page, presses: list[str]) -> int:
    """Opens the app from its icon, presses these in turn and writes where a field takes the words."""
    page.goto("about:blank")
    page.goto("/phone/")
    for press in presses:
        page.locator(press).first.tap()
        if press in ("#new", "#quick"):
            browser.type_in(page, f"Afleveringen om morgenen er svær, {uuid.uuid4()}")
    ends_with = "God" if presses[-1] == "#done" else "Gemt"  # Godmorgen, Goddag, Godaften
    page.wait_for_function("(begun) => document.querySelector('main h1')?.textContent.startsWith(begun)", arg=ends_with)
    return 1 + page.evaluate("hoert_taps")
