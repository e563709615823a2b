"""How it looks where that decides whether it can be read: type, darkness, forced colours, paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps

FONTS = "() => [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family.replaceAll('\"', ''))"
#: What one sees of a box: its edge and its ground.
SEEN = """
(element) => {
  const style = getComputedStyle(element);
  return { edge: style.borderTopColor, width: parseFloat(style.borderTopWidth), kind: style.borderTopStyle,
           ground: style.backgroundColor, ink: style.color };
}
"""
GROUND = "() => getComputedStyle(document.documentElement).backgroundColor"


@pytest.fixture
def week(signed_in) -> Page:
    """The newest issued week of the area leader."""
    page = signed_in("omraade")
    page.goto("/digests/")
    page.get_by_role("main").get_by_role("link", name=re.compile(r"^Uge .* samtale")).first.click()
    expect(page).to_have_title(re.compile("^Uge "))
    return page


def silent_houses(page: Page) -> list[str]:
    """Their names as the Markdown has them: another way from the same data."""
    text = page.request.get(page.url + ".md").text()
    listed = text.split("## Hvem har vi ikke hørt?")[1]
    return re.findall(r"^- (.+?): (?:sidst|aldrig)", listed, re.MULTILINE)


def test_both_typefaces_come_from_the_house_itself(week):
    week.evaluate("() => document.fonts.ready.then(() => true)")
    assert set(week.evaluate(FONTS)) == {steps.SANS, steps.SERIF}
    assert week.evaluate("() => document.fonts.check('16px Voice') && document.fonts.check('16px Plex')")


def test_quotations_are_serif_and_what_we_say_about_them_is_not(week):
    figure = week.get_by_role("figure").first
    assert steps.typeface(figure.locator("blockquote")) == steps.SERIF
    assert steps.typeface(figure.locator("figcaption")) == steps.SANS
    assert steps.typeface(week.get_by_role("article").get_by_role("heading").first) == steps.SANS
    assert "»" in figure.locator("blockquote").evaluate("quote => getComputedStyle(quote, '::before').content")


def test_dark_is_really_dark(week):
    grounds = {}
    for scheme in ("light", "dark"):
        week.emulate_media(color_scheme=scheme)
        grounds[scheme] = sum(map(float, re.findall(r"[\d.]+", week.evaluate(GROUND))[:3]))
    assert grounds["light"] > 600
    assert grounds["dark"] < 150


def test_forced_colours_leave_an_edge_on_buttons(signed_in):
    page = signed_in("leder", forced_colors="active")
    page.goto("/capture/plain")
    for name in ("Gem", "Forælderens ord"):
        seen = page.get_by_role("button", name=name, exact=name == "Gem").evaluate(SEEN)
        assert seen["width"] >= 1
        assert seen["kind"] == "solid"
        assert seen["edge"] not in (seen["ground"], page.evaluate(GROUND))
    page.goto("/")
    assert page.get_by_role("link", name="Ny samtale").evaluate(SEEN)["width"] >= 1


def test_forced_colours_show_which_chips_are_chosen(signed_in):
    page = signed_in("leder", forced_colors="active", reduced_motion="reduce")
    page.goto("/capture/plain")
    steps.chip(page, "Mor").click()
    page.mouse.move(0, 0)
    chosen, other = (steps.chip(page, name).locator("span").evaluate(SEEN) for name in ("Mor", "Far"))
    ground = page.evaluate(GROUND)
    assert other["width"] >= 1
    assert other["edge"] != ground
    assert chosen["edge"] != other["edge"]
    assert chosen["width"] > other["width"]


def test_paper_names_every_silent_house_and_has_nothing_to_press(week):
    houses = silent_houses(week)
    assert houses, "the invented municipality has silent houses"
    week.emulate_media(media="print", color_scheme="dark")
    for house in houses:
        expect(week.get_by_text(house, exact=True).first).to_be_visible()
    assert week.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pressed = week.locator("nav a, button, summary, main .button")
    assert [one.inner_text() for one in pressed.all() if one.is_visible()] == []


def test_every_quotation_is_on_the_paper(week):
    week.emulate_media(media="print")
    quotations = week.locator("blockquote").all()
    assert quotations
    for quotation in quotations:
        expect(quotation).to_be_visible()
