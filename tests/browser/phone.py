"""What a leader does on the phone, what lies on it, and how it is shut, killed and opened again; and a server that goes away and
comes back."""

import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Error, Page, expect

from tests.browser import steps
from tests.browser.conftest import DANE, FLAGS, LONGEST_WAIT_MS, where_it_is
from tests.browser.served import ROOT, Server, running
from tests.browser.watch import Watch

SENT = re.compile(r"^Sendt \d+\.\d\d$")
ALL_SENT = re.compile("Alt er sendt")
LONGEST_DEATH_S = 30

#: Past all of the app's own modules, also where rows lie sealed.
#: The connection is closed at once, so that no newer schema waits for it; nothing is made.
IN_THE_STORE = """
async ([table, rows]) => {
  const aes = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  const unseal = async (key, { iv, data }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, data);
  const open = async (row, keys, held) => {
    if (!row.sealed) return row;
    const { sealed, ...face } = row;
    if (held?.person !== row.owner) return { ...face, locked: true };
    const secret = Uint8Array.from(atob(held.secret.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
    const key = await aes(await unseal(await aes(secret), keys[row.owner][0]));
    return { ...JSON.parse(new TextDecoder().decode(await unseal(key, sealed))), ...face };
  };
  const opened = await new Promise((done, no) => {
    const asked = indexedDB.open("hoert");
    asked.onupgradeneeded = () => asked.transaction.abort();
    Object.assign(asked, { onsuccess: () => done(asked.result), onerror: (event) => (event.preventDefault(), done(null)) });
  });
  if (!opened) return [];
  try {
    const work = opened.transaction([table, "meta"], rows ? "readwrite" : "readonly");
    for (const row of rows ?? []) work.objectStore(table).put(row);
    const [found, keys] = [work.objectStore(table).getAll(), work.objectStore("meta").get("keys")];
    await new Promise((done, no) => Object.assign(work, { oncomplete: done, onabort: no }));
    const folder = await navigator.storage.getDirectory?.();
    const file = await (await folder?.getFileHandle("hoert-key").catch(() => null))?.getFile();
    const held = file ? JSON.parse(await file.text()) : null;
    return await Promise.all(found.result.map((row) => open(row, keys.result, held)));
  } finally {
    opened.close();
  }
}
"""
#: How often the sender had its turn and ended, whatever came of it: what one waits for before one says that nothing was sent.
#: And when it began, in milliseconds.
COUNT_TURNS = """
window.turns = 0;
window.begun = [];
const locks = globalThis.LockManager?.prototype ?? {}; // an empty page has none
const request = locks.request;
locks.request = function (name, ...more) {
  const done = request.call(this, name, ...more);
  if (name === "hoert-outbox") window.begun.push(performance.now());
  if (name === "hoert-outbox") done.finally(() => window.turns++).catch(() => {});
  return done;
};
"""


def open_app(page: Page) -> Page:
    """The app with its worker in charge, as it is when it is opened from the home screen for the second time."""
    page.goto("/phone/")
    expect(page.locator("#new")).to_be_visible()
    page.evaluate(
        "() => Promise.race([navigator.serviceWorker.ready, new Promise((_, no) => setTimeout(() => no('no worker'), 10000))])"
        ".then(() => true)"
    )
    page.reload()
    expect(page.locator("#new")).to_be_visible()
    return page


def write(page: Page, text: str) -> None:
    page.locator("#new").click()
    steps.notes(page).first.fill(text)


def save(page: Page, text: str) -> None:
    write(page, text)
    press_save(page)


def press_save(page: Page) -> None:
    page.locator("#save").click()
    expect_saved(page)


def expect_saved(page: Page) -> None:
    expect(page.get_by_role("heading", name="Gemt", exact=True)).to_be_visible()


def expect_kept(page: Page, words: str) -> None:
    """The draft is on the disk. The form's own »Gemt« stands there from the first time on, so the disk is asked."""
    deadline = time.monotonic() + LONGEST_WAIT_MS / 1000
    while not any(words in str(draft["answers"]) for draft in lying(page, "drafts")):
        assert time.monotonic() < deadline, f"no draft with {words!r}"
        page.wait_for_timeout(20)


def expect_all_sent(page: Page) -> None:
    page.locator("#tab-outbox").click()
    expect(page.get_by_text(ALL_SENT)).to_be_visible()


def lying(page: Page, table: str) -> list[Any]:
    """The rows of a table of the phone's own store, opened where the one who is signed in there has the key."""
    return page.evaluate(IN_THE_STORE, [table])


def put(page: Page, table: str, *rows: Any) -> None:
    page.evaluate(IN_THE_STORE, [table, list(rows)])


#: As on a browser that has no files of an origin's own, and so cannot seal.
NO_FILES = "delete globalThis.StorageManager?.prototype.getDirectory;"
#: Whether the secret of whoever is signed in lies on the phone.
HELD = """
async () => {
  const folder = await navigator.storage.getDirectory();
  return folder.getFileHandle("hoert-key").then(() => true, () => false);
}
"""
#: How many rows lie readable, of whatever is a person's own.
READABLE = """
async () => {
  const opened = await new Promise((done) => indexedDB.open("hoert").onsuccess = (event) => done(event.target.result));
  const work = opened.transaction(["drafts", "outbox", "kept", "meta"]);
  const heard = (asked) => new Promise((done) => asked.onsuccess = (event) => done(event.target.result));
  const rows = (await Promise.all(["drafts", "outbox", "kept"].map((name) => heard(work.objectStore(name).getAll())))).flat();
  const kit = await heard(work.objectStore("meta").get("kit"));
  opened.close();
  return [...rows, ...(kit ? [kit] : [])].filter((row) => !row.sealed).length;
}
"""


def expect_sealed(page: Page) -> None:
    """The phone has its key, and all that lies there is sealed by it."""
    page.wait_for_function(f"async () => await ({HELD})() && (await ({READABLE})()) === 0")


def note_offline(page: Page, *said: str) -> None:
    page.context.set_offline(True)
    for words in said:
        save(page, words)
        page.locator("#done").click()
        expect(page.locator("#new")).to_be_visible()


def sign_out_at_once(page: Page) -> None:
    """Also of what is not sent: the first press says so."""
    page.goto("/people/me")
    button = page.get_by_role("main").get_by_role("button", name="Log ud", exact=True)
    expect(page.locator("main form[data-started~=sign-out]")).to_be_attached()
    button.click()
    expect(page.get_by_role("alert").filter(has_text="ikke sendt")).to_be_visible()
    button.click()
    expect(steps.password_field(page)).to_be_visible()
    expect(page.locator("[data-started~=signed-out]")).to_be_attached()


def sealed_app(watch: Watch, *expected: int) -> Page:
    """The app of a leader who signed in here, with its worker, when all that lies on the phone is sealed. `expected`: statuses
    that belong to the test."""
    watch.is_away = True
    watch.expect(*expected)
    page = watch.page()
    steps.sign_in(page, "leder")
    open_app(page)
    expect_sealed(page)
    return page


def turns(page: Page) -> int:
    """How many turns the sender had in a page with COUNT_TURNS."""
    return page.evaluate("() => window.turns")


def after_a_turn(page: Page, before: int) -> None:
    page.wait_for_function("(before) => window.turns > before", arg=before)


def double_tap(page: Page, place: str, gap_ms: int) -> None:
    """Two taps on the same spot, as quickly as a finger does it; whatever lies there at the second has it."""
    box = page.locator(place).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    page.wait_for_timeout(gap_ms)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)


def together(pages: list[Page], press: str, *, in_ms: int = 400) -> None:
    """Presses the thing in all pages at the same moment."""
    at = pages[0].evaluate("(later) => Date.now() + later", in_ms)
    for page in pages:
        page.evaluate(
            "([press, at]) => void setTimeout(() => document.querySelector(press)?.click(), at - Date.now())", [press, at]
        )


class Phone:
    """A phone: a profile on the disk, and the browser that is opened on it. Every browser is watched as the others are."""

    def __init__(self, browsers: BrowserType, profile: Path, server: Server, **more: Any) -> None:
        self.browsers, self.profile, self.server, self.more = browsers, profile, server, DANE | more
        self.watches: list[Watch] = []
        self.context: BrowserContext | None = None
        self.group = 0

    def open(self, *, is_away: bool = False) -> Page:
        self.context = self.browsers.launch_persistent_context(
            self.profile, executable_path=where_it_is(), args=FLAGS, base_url=self.server.url, **self.more
        )
        self.context.set_default_timeout(LONGEST_WAIT_MS)
        self.group = self._group()  # found now, so that a kill takes no time
        self.watches.append(Watch(self.context, self.server.url))
        self.watches[-1].is_away = is_away
        return self.context.pages[0]

    def shut(self) -> None:
        """As its person shuts it."""
        if self.context:
            self.context.close()
        self.context = None

    def kill(self) -> None:
        """Everything of the browser at once: no page hears of it."""
        assert self.context
        os.killpg(self.group, signal.SIGKILL)
        with suppress(Error):
            self.context.close()
        self.context = None
        deadline = time.monotonic() + LONGEST_DEATH_S
        while _is_alive(self.group):
            assert time.monotonic() < deadline, "the browser outlived its SIGKILL"
            time.sleep(0.01)

    def _group(self) -> int:
        """The process group of our browser, which it leads itself."""
        ours = f"--user-data-dir={self.profile}".encode()
        return next(process for process, words in _processes() if ours in words and _group_of(process) == process)


def _processes() -> Iterator[tuple[int, list[bytes]]]:
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield int(place.parent.name), place.read_bytes().split(b"\0")


def _group_of(process: int) -> int | None:
    try:
        return os.getpgid(process)
    except ProcessLookupError:
        return None


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def a_phone(browsers: BrowserType, profile: Path, server: Server, **more: Any) -> Iterator[Phone]:
    phone = Phone(browsers, profile, server, **more)
    try:
        yield phone
    finally:
        phone.shut()
    for watch in phone.watches:
        watch.assert_all_well()


class House:
    """A server that goes away and comes back, with its address and its database. Nobody else is given the port meanwhile."""

    def __init__(self, instance: Path, folder: Path) -> None:
        self.instance, self.log = instance, folder / "log"
        self._kept = socket.socket()
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._kept.bind(("127.0.0.1", 0))
        self._port = self._kept.getsockname()[1]
        self._runs = ExitStack()
        self.server = Server(f"http://127.0.0.1:{self._port}", instance)

    def start(self, root: Path = ROOT) -> Server:
        return self._runs.enter_context(running(self.instance, self.log, port=self._port, root=root))

    def stop(self) -> None:
        """When it returns nobody answers there."""
        self._runs.close()
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", self._port), timeout=5):
            raise AssertionError("the server was stopped and somebody answers")

    def close(self) -> None:
        self._runs.close()
        self._kept.close()
