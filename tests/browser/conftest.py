"""Fixtures of the tests in a real Chromium: one served Hørt and one browser a session, a context of its own for every test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect, sync_playwright

from tests.browser import steps
from tests.browser.served import Server, flask, offer, serve
from tests.browser.watch import Watch

HERE = Path(__file__).parent
#: What Playwright leaves out of Chromium by itself. Chromium heeds the last such list alone, so ours has to hold it;
#: `test_the_browser.py` tells when it has grown.
LEFT_OUT_BY_PLAYWRIGHT = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying"),
    *("AimEnabled", "PreconnectToSearch", "msForceBrowserSignIn", "msEdgeUpdateLaunchServicesPreferredVersion"),
)
#: The list below the address bar is a page of its own, which every new context loads in a process of its own: two thirds of
#: the CPU time of opening one, for a bar that nobody sees.
ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup")
#: Chromium keeps to itself: no calls home while a test counts its requests.
FLAGS = (
    *("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"),
    f"--disable-features={','.join(LEFT_OUT_BY_PLAYWRIGHT + ADDRESS_BAR)}",
)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
DANE = {"viewport": PHONE, "locale": "da-DK", "timezone_id": "Europe/Copenhagen", "service_workers": "allow"}
LONGEST_WAIT_MS = 15_000


def where_it_is() -> str | None:
    """The Chromium of this machine; None: Playwright's own."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share their server and browser: under `--dist loadgroup` a group stays on one worker. The visits to every
    page are a group in each language; so are the faults of the phone, which take long."""
    for item in items:
        if HERE in item.path.parents:
            language = item.callspec.params["visit"].language if "visit" in getattr(item, "fixturenames", ()) else ""
            group = "phone" if item.path.name.startswith("test_phone_") else f"browser {language}"
            item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of an invented municipality, to copy from; each sector has one question set (`served.offer`)."""
    instance = tmp_path_factory.mktemp("demo") / "instance"
    flask(instance, "demo", "load")
    offer(instance, all_sets=False)
    return instance


@pytest.fixture(scope="session")
def server_in(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """The server that tests in one language share: they may note talks there, and change nothing else."""
    running: dict[str, Server] = {}
    with ExitStack() as all_of_them:

        def speaking(language: str) -> Server:
            if language not in running:
                folder = tmp_path_factory.mktemp(f"server-{language}")
                running[language] = all_of_them.enter_context(serve(demo, folder, workers=2, language=language))
            return running[language]

        yield speaking


@pytest.fixture(scope="session")
def server(server_in: Callable[[str], Server]) -> Server:
    return server_in("da")


@pytest.fixture
def own_server(demo: Path, tmp_path: Path) -> Iterator[Server]:
    """A server for one test alone."""
    with serve(demo, tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def browsers() -> Iterator[BrowserType]:
    expect.set_options(timeout=LONGEST_WAIT_MS)
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def chromium(browsers: BrowserType) -> Iterator[Browser]:
    browser = browsers.launch(executable_path=where_it_is(), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def open_context(chromium: Browser) -> Callable[..., BrowserContext]:
    """Makes a context as a Dane with a phone has it. The caller closes it."""

    def make(server: Server, **more: Any) -> BrowserContext:
        context = chromium.new_context(base_url=server.url, **(DANE | more))
        context.set_default_timeout(LONGEST_WAIT_MS)
        return context

    return make


@pytest.fixture
def watched(open_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Watch]]:
    """Makes watched contexts; when the test is over they are closed, and nothing may have gone wrong in any."""
    made: list[Watch] = []

    def make(server: Server, **more: Any) -> Watch:
        made.append(Watch(open_context(server, **more), server.url))
        return made[-1]

    yield make
    for watch in made:
        watch.context.close()
    for watch in made:
        watch.assert_all_well()


@pytest.fixture
def phone(server: Server, watched: Callable[..., Watch]) -> Watch:
    return watched(server)


@pytest.fixture(scope="session")
def cookies(server_in: Callable[[str], Server], open_context: Callable[..., BrowserContext]) -> Callable[..., list[Any]]:
    """The cookies of a person of the demo: each signs in once. A test that signs out signs in by itself. `None` is somebody
    who is not signed in and has chosen the language."""
    known: dict[tuple[str | None, str], list[Any]] = {}

    def of(who: str | None, language: str = "da") -> list[Any]:
        if (who, language) not in known:
            with open_context(server_in(language)) as context:
                if who:
                    steps.sign_in(context.new_page(), who)
                else:
                    steps.choose_language(context.new_page(), language)
                known[who, language] = context.cookies()
        return known[who, language]

    return of


@pytest.fixture
def signed_in(server: Server, watched: Callable[..., Watch], cookies: Callable[[str], list[Any]]) -> Callable[..., Page]:
    """A page of somebody who is signed in on the shared server."""

    def page_of(who: str, **more: Any) -> Page:
        watch = watched(server, **more)
        watch.context.add_cookies(cookies(who))
        return watch.page()

    return page_of
