"""The week on paper, printed from the browser and as a PDF: two A4 pages for every week of the demo, all of it readable, and no
theme torn in two in a week that is far longer."""

import re
from io import BytesIO

import pypdf
import pytest

from blueprints.shared import migrations
from tests import golden_week
from tests.browser.conftest import DESK
from tests.browser.served import running
from tests.paper import pages

#: A4 in points.
A4 = (595, 842)
MOST_SHEETS = 2
#: What a reader of the page reads that is no way to somewhere else.
READ = "(all) => all.map((one) => one.textContent)"
SAID = (
    ".headline, .theme h3, .theme-count, .change, .theme blockquote, .theme figcaption, "
    ".themes + h3 + .list .item-title, aside h2, aside dt"
)
#: In points; a CSS pixel is three quarters of one.
SIZES = "(all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize) * 0.75)"
CONTROLS = ("Læs samtalen", "Læs alle", "Svar", "Hent som", "Markér", "Venter på dig", "Se hvem", "Se som tabel", "Alle uger")


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """A server with the invented week in its database: fourteen talks, nine houses."""
    instance = tmp_path_factory.mktemp("usual") / "instance"
    instance.mkdir()
    url = f"sqlite:///{instance / 'hoert.sqlite'}"
    list(migrations.upgrade(url))
    with golden_week.served(url, instance.parent) as (_app, path):
        pass
    with running(instance, instance.parent / "log") as server:
        yield server, path


@pytest.fixture
def printed(usual, open_context):
    """The page's PDF as Chromium prints it, and the page itself."""
    server, path = usual
    with open_context(server, viewport=DESK) as context:
        page = context.new_page()
        page.goto("/auth/sign-in")
        page.locator("[name=email]").fill("omraade@hoert.example")
        page.locator("[name=password]").fill("kun-til-test")
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url(re.compile("/digests/"))
        page.goto(path)
        yield page.pdf(prefer_css_page_size=True), page


def test_a_usual_week_takes_two_pages_and_keeps_all_that_is_to_be_read(printed):
    pdf, _page = printed
    found = pages(pdf)
    assert len(found) == 2
    text = "\n".join(found)
    assert [house for house in golden_week.SILENT if house not in text] == []
    assert "et hus i området · gengivet efter samtalen" in text
    assert "Forælder, Egernet · gengivet efter samtalen · rettet siden" in text
    assert "Kom med senere" in text
    assert [control for control in CONTROLS if control in text] == []


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("who", ["omraade", "omraade2"])
def test_every_week_of_the_demo_takes_two_sheets_and_leaves_nothing_out(server_in, open_context, cookies, who, language):
    """Printed and, where that can be made, as a PDF."""
    with open_context(server_in(language), viewport=DESK) as context:
        context.add_cookies(cookies(who, language))
        page = context.new_page()
        page.goto("/digests/")
        weeks = [url for url in hrefs(page, "main a") if re.search(r"/\d{4}-W\d\d$", url)]
        assert len(weeks) > 10
        for week in weeks:
            page.goto(week)
            said = page.locator(SAID).evaluate_all(READ)
            assert said
            made = [page.pdf(prefer_css_page_size=True)]
            made += [page.request.get(url).body() for url in hrefs(page, "main a[href$='/pdf']")]
            for pdf in made:
                found = pages(pdf)
                text = unbroken("".join(found))
                assert (week, len(found) <= MOST_SHEETS) == (week, True)
                assert (week, [one for one in said if unbroken(one) not in text]) == (week, [])


def unbroken(text: str) -> str:
    """Without blanks: a line may break after a hyphen too."""
    return "".join(text.split())


def hrefs(page, selector: str) -> list[str]:
    return page.locator(selector).evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")


def test_what_is_read_on_paper_is_large_enough(printed):
    _pdf, page = printed
    page.emulate_media(media="print")
    text = page.locator(".theme h3, .theme blockquote, .theme > p, .facts dt, aside p:not(.small), .item-title")
    assert min(text.evaluate_all(SIZES)) >= 9.5
    assert min(page.locator(".source, .change, .tone-row, .item-note, .small").evaluate_all(SIZES)) >= 8.5


def test_paper_is_white_with_themes_in_rows_of_two_and_the_aside_beside_itself(printed):
    _pdf, page = printed
    page.set_viewport_size({"width": 680, "height": 1000})  # what is left of a sheet between its margins
    page.emulate_media(media="print", color_scheme="dark")
    style = "(e) => getComputedStyle(e)"
    assert page.locator("body").evaluate(f"{style}.backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    themes = [one.bounding_box() for one in page.locator(".theme").all()]
    assert len(themes) > 2
    for left, right in zip(themes[::2], themes[1::2], strict=False):
        assert (left["y"], left["x"] + left["width"] < right["x"]) == (right["y"], True)
    tops = [one.bounding_box()["y"] for one in page.locator(".columns > aside > section").all()]
    assert len(tops) == 2
    assert len(set(tops)) == 1


def test_many_silent_houses_have_all_the_width_of_the_sheet_and_all_stand_there(printed):
    _pdf, page = printed
    page.evaluate(
        """() => {
          const houses = document.querySelector("aside .facts");
          for (let n = 0; n < 40; n++) {
            const copy = houses.firstElementChild.cloneNode(true);
            copy.querySelector("dt").textContent = `Stillehus ${n} slut`;
            houses.append(copy);
          }
        }"""
    )
    found = pages(page.pdf(prefer_css_page_size=True))
    assert len(found) <= MOST_SHEETS + 1
    assert [n for n in range(40) if f"Stillehus {n} slut" not in "\n".join(found)] == []


def test_a_long_week_breaks_between_themes_and_never_after_a_heading(printed):
    """Every theme many times over: each stands whole on one page, and no heading is the last thing on a page."""
    _pdf, page = printed
    page.evaluate(
        """() => {
          const list = document.querySelector(".themes");
          const one = [...list.children];
          for (let n = 0; n < 5; n++) for (const theme of one) {
            const copy = theme.cloneNode(true);
            copy.querySelector("h3").textContent = `Tema ${n} ${theme.querySelector("h3").textContent}`;
            list.append(copy);
          }
          for (const theme of list.children) theme.querySelector("figure:last-of-type .source").append(" SLUT");
        }"""
    )
    found = pages(page.pdf(prefer_css_page_size=True))
    assert len(found) > 4
    for text in found:
        heads = len(re.findall(r"\d af 14$", text, re.MULTILINE))
        assert heads == text.count("SLUT"), text
        last = [line for line in text.splitlines() if line][-1]
        assert not re.search(r" af 14$|^Nævnt|^Hvem har|^Det handlede|^Kom med", last)


def test_a_sheet_is_a4(printed):
    pdf, _page = printed
    box = pypdf.PdfReader(BytesIO(pdf)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == A4


def test_the_weeks_pdf_comes_from_its_link(signed_in):
    page = signed_in("omraade")
    page.goto("/digests/")
    page.locator("main .item:not(:has(.pill))").first.click()
    answer = page.request.get(page.locator("a[href$='/pdf']").get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    assert page.get_by_role("heading", level=1).inner_text().split()[0] in pages(answer.body())[0]
