"""What holds on every page, as every role meets it, in every language. A page is opened once; all tests look at it in turn."""

import functools
import tempfile
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, ViewportSize
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter

from app import create_app
from blueprints.shared.language import LANGUAGES
from tests.browser import engines, steps
from tests.browser.conftest import DESK, PHONE
from tests.browser.keys import Keyboard
from tests.browser.pages import CASES, Case
from tests.browser.watch import Watch

NARROW = {"width": 320, "height": 720}
#: 1280 × 1024 at 400 %.
ZOOMED = {"width": 320, "height": 256}

#: What sticks out on the right, by itself: the innermost elements, but not those inside a box that scrolls of itself.
STICKING_OUT = """
() => {
  const wide = document.documentElement.clientWidth;
  const scrolls = (e) => e && (getComputedStyle(e).overflowX === "auto" || scrolls(e.parentElement));
  const out = [...document.body.querySelectorAll("*")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > wide + 1 || box.left < -1) && getComputedStyle(e).clipPath === "none" && !scrolls(e);
  });
  return { scrolls: document.documentElement.scrollWidth - wide, out: out.slice(0, 5).map((e) => e.outerHTML.slice(0, 120)) };
}
"""
#: Height of everything one can press; a chip or a checkbox is as high as its label. Links within a sentence are excepted
#: (WCAG 2.5.8), and so is what is not shown.
TARGETS = """
() => {
  const pressed = document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea");
  const alone = (e) => e.parentElement.textContent.trim() === e.textContent.trim();
  const inline = (e) => e.tagName === "A" && getComputedStyle(e).display === "inline" && !alone(e);
  return [...pressed].filter((e) => e.checkVisibility() && !inline(e)).map((e) => {
    const box = (e.closest("label") ?? e).getBoundingClientRect();
    return { height: box.height, width: box.width, top: box.bottom, html: e.outerHTML.slice(0, 120) };
  }).filter((e) => e.top > 0);
}
"""
MOVING = """
() => [...document.querySelectorAll("*")].filter((e) => {
  const style = getComputedStyle(e);
  return style.animationName !== "none" || style.transitionDuration.split(",").some((one) => parseFloat(one) > 0);
}).map((e) => e.outerHTML.slice(0, 120))
"""
#: What answers a GET without being a page.
NO_PAGES = {
    *("assets.static", "admin.live", "admin.ready", "digests.week_as_markdown", "digests.week_as_pdf"),
    *(
        "notices.push_state",
        "sync.description",
        "sync.token",
        "sync.offline_kit",
        "phone.worker",
        "phone.manifest",
        "capture.export_help",
    ),
}


class Visit(NamedTuple):
    language: str
    case: Case

    @property
    def id(self) -> str:
        return f"{self.language}, {self.case.id}"


VISITS = [Visit(language, case) for language in LANGUAGES for case in CASES]


@functools.cache
def addresses(server: str = "127.0.0.1") -> MapAdapter:
    """The application's own table of addresses."""
    with tempfile.TemporaryDirectory() as folder:
        return create_app({"INSTANCE": folder, "DATABASE_URL": "sqlite://"}).url_map.bind(server)


def endpoint_of(url: str) -> str | None:
    try:
        return addresses().match(urlsplit(url).path, method="GET")[0]
    except (NotFound, MethodNotAllowed):
        return None


def test_no_page_is_left_out():
    pages = {rule.endpoint for rule in addresses().map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - NO_PAGES == {case.endpoint for case in CASES if case.endpoint}


@pytest.fixture(scope="module", params=VISITS, ids=[visit.id for visit in VISITS])
def visit(request, server_in, open_context, cookies):
    """The page of one case, just opened. Reduced motion: nothing is judged half-way through a change of colour."""
    language, case = request.param
    server = server_in(language)
    with open_context(server, reduced_motion="reduce") as context:
        watch = Watch(context, server.url)
        watch.expect(*case.statuses)
        context.add_cookies(cookies(case.role, language))
        page = watch.page()
        case.way(page)
        page.wait_for_load_state("load")
        page.evaluate("() => document.fonts.ready.then(() => true)")
        engines.bring(page)
        assert endpoint_of(page.url) == case.endpoint, f"this is another page: {page.url}"
        page.visit, page.scheme = request.param, None
        yield page
        watch.assert_all_well()


def shape(page: Page, size: ViewportSize) -> None:
    """Gives the page this size, where it has another: to set it anew costs as much when nothing changes."""
    if page.viewport_size != size:
        page.set_viewport_size(size)


@pytest.mark.parametrize("engine", engines.ENGINES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, PHONE, DESK], ids=["320 px", "390 px", "1280 px"])
def test_no_engine_finds_an_error(visit, size, scheme, engine):
    shape(visit, size)
    if visit.scheme != scheme:
        visit.emulate_media(color_scheme=scheme)
        visit.scheme = scheme
    found = engines.ENGINES[engine](visit)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", [NARROW, ZOOMED], ids=["320 px", "400 % zoom"])
def test_nothing_scrolls_sideways(visit, size):
    shape(visit, size)
    assert visit.evaluate(STICKING_OUT) == {"scrolls": 0, "out": []}


def test_what_one_presses_is_big_enough(visit):
    """44 px where one notes talks with a thumb, 24 px elsewhere."""
    shape(visit, PHONE)
    least = 44 if "form" in visit.visit.case.name else 24
    targets = visit.evaluate(TARGETS)
    assert targets or "paper" in visit.visit.case.name
    assert [one for one in targets if one["height"] < least or one["width"] < 24] == []


def test_no_browser_fills_in_what_was_written_before(visit):
    """autocomplete="off" on everything that takes text; e-mail and password are for the password manager."""
    fields = visit.locator("textarea, select, input:not([type=hidden], [type=checkbox], [type=radio])")
    found = {field.get_attribute("autocomplete") for field in fields.all()}
    assert found <= ({"username", "current-password"} if "sign-in" in visit.visit.case.name else {"off"})


def test_nothing_moves_for_those_who_asked_for_that(visit):
    assert visit.evaluate(MOVING) == []


def test_something_moves_for_the_others(signed_in):
    """The control of the test above: what it looks for is there without that wish, and is found."""
    page = signed_in("leder", reduced_motion="no-preference")
    page.goto("/capture/plain")
    assert page.evaluate(MOVING)


def test_the_page_says_what_it_is(visit):
    """One h1, a title of its own, the language, and a way past the top."""
    assert visit.locator("h1").count() == 1
    assert visit.title().endswith(" – Hørt")
    case = visit.visit.case
    # The app is one page for everybody: before it has met somebody it knows no language but its own.
    expected = "da" if case.role is None and case.endpoint == "phone.shell" else visit.visit.language
    assert visit.locator("html").get_attribute("lang") == expected
    visit.evaluate("() => document.activeElement.blur()")
    assert visit.locator("body a").first.get_attribute("href") == "#main"
    assert steps.typeface(visit.locator("body")) == steps.SANS


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280 px", "390 px"])
def test_tab_goes_through_a_whole_page_in_sight_and_in_order(visit, size):
    shape(visit, size)
    assert Keyboard(visit).walk()
