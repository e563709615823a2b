"""A Chromium as a leader's phone has it: slow where it is asked to be, with eyes on what reaches the screen and the network."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import playwright
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

FLAGS = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")
SHAPE = {"viewport": {"width": 390, "height": 844}, "locale": "da-DK", "timezone_id": "Europe/Copenhagen", "has_touch": True}
#: Bytes a second, and milliseconds before each answer begins.
SLOW_4G = {"offline": False, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8, "latency": 150}
SLOW_4G_SAID = "1.6 Mbit/s down, 750 kbit/s up, 150 ms"
SLOW_CPU = 4
FRONT = Path(__file__).parent / "floor" / "front.mjs"
#: The first text field stands on the screen, can be written in and has the focus; told when the frame that shows it is done.
FIRST_FIELD = """window.hoert_field = new Promise((done, failed) => {
  const shown = () => `${location.hash} ${document.readyState}: ${document.querySelector("main")?.innerText.slice(0, 200)}`;
  setTimeout(() => failed(new Error(`no field after 20 s; ${shown()}`)), 20_000);
  const told = new MessageChannel();
  told.port1.onmessage = () => done(performance.now());
  const is_there = (field) => field && field.checkVisibility() && !field.disabled && !field.closest("[inert]") &&
    field.getBoundingClientRect().top < innerHeight && document.activeElement === field;
  const look = () => {
    if (is_there(document.querySelector("main textarea"))) told.port2.postMessage(0);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


class Stalled(Exception):
    """Some of the page's files never came. At times Chromium's own slow network stops a whole HTTP/2 session, the floor's too."""


@dataclass(frozen=True)
class Arrival:
    """From the navigation to the first field; `reached`: what Chromium asked the network for meanwhile."""

    ms: float
    began_s: float
    reached: tuple[str, ...]

    @property
    def there_s(self) -> float:
        return self.began_s + self.ms / 1000


@contextmanager
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def phone(browser: Browser, url: str, cookies: Mapping[str, str]) -> BrowserContext:
    """A phone of its own: nothing is kept on it yet. The caller closes it."""
    context = browser.new_context(base_url=url, ignore_https_errors=url.startswith("https:"), **SHAPE)
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    return context


def arrive(context: BrowserContext, path: str, *, network: Mapping[str, Any] | None = None, cpu: int = SLOW_CPU) -> Arrival:
    """Opens the address in a new page, as from the home screen: workers that were running are stopped first. Raises Stalled."""
    page = context.new_page()
    page.add_init_script(FIRST_FIELD)
    devtools = context.new_cdp_session(page)
    asked, answered = dict[str, dict[str, Any]](), dict[str, dict[str, Any]]()
    devtools.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event}))
    devtools.on("Network.responseReceived", lambda event: answered.update({event["requestId"]: event["response"]}))
    devtools.send("Network.enable")
    if network:
        devtools.send("Network.emulateNetworkConditions", dict(network))
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    devtools.send("ServiceWorker.enable")
    devtools.send("ServiceWorker.stopAllWorkers")
    page.goto(path, wait_until="commit")
    try:
        ms, began = page.evaluate("async () => [await hoert_field, performance.timeOrigin / 1000]")
    except Error as error:
        if asked.keys() - answered.keys():
            raise Stalled(path) from error
        raise
    page.wait_for_timeout(300)  # what was asked for is told a little later
    page.close()
    early = [event for event in asked.values() if event["wallTime"] <= began + ms / 1000]
    addresses = [event["request"]["url"] for event in early if not _is_kept(answered.get(event["requestId"], {}))]
    return Arrival(ms, began, tuple(url for url in addresses if not url.startswith("data:")))


def _is_kept(response: Mapping[str, Any]) -> bool:
    """Whether the answer came from what lies on the phone."""
    from_worker = response.get("fromServiceWorker") and response.get("serviceWorkerResponseSource") == "cache-storage"
    return bool(from_worker or response.get("fromDiskCache") or response.get("fromPrefetchCache"))


def settle_in(context: BrowserContext, path: str, *, worker: str | None = None) -> None:
    """Opens the page and waits until its worker keeps it. `worker`: put in place here, for a page that does not do it itself."""
    page = context.new_page()
    page.goto(path)
    if worker:
        page.evaluate(
            "(url) => { const ours = trustedTypes.createPolicy('hoert', { createScriptURL: (it) => it });"
            " return navigator.serviceWorker.register(ours.createScriptURL(url)).then(() => true) }",
            worker,
        )
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_timeout(1_000)  # what the page does once it is drawn
    page.close()


@contextmanager
def front(port: int) -> Iterator[str]:
    """The address of a proxy before the server: TLS, HTTP/2, text compressed. It is stopped when the block ends."""
    node = Path(playwright.__file__).parent / "driver" / "node"
    with tempfile.TemporaryDirectory() as kept:
        certificate, key = _certificate(Path(kept))
        command = [node, FRONT, str(port), certificate, key]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            yield f"https://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()
            process.communicate(timeout=10)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody trusts, for an hour."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret


def type_in(page: Page, text: str) -> None:
    """Into the field that has the focus, in one stroke: nobody had to press it first."""
    page.wait_for_function("() => document.activeElement?.matches('main textarea')")
    page.keyboard.insert_text(text)
