"""The HTML of mails: valid, light, readable, and nothing that is fetched."""

import xml.etree.ElementTree as ET

from domain.notices import Channel, Kind
from tests import post_office
from tests.web import lint
from tests.web.mailing import office, tell, two_areas, wish

__all__ = ["office"]


def pages(town, office):
    town.app.config["MAIL_QUOTES"] = True
    wish(town, town.cast.leder, reply=Channel.MAIL)
    tell(town, town.cast.leder, kind=Kind.REPLY, about="talk:1")
    tell(town, two_areas(town))
    post_office.delivered(town.app)
    return [post_office.parts(message)[1] for _to, message in office.kept]


def test_the_html_is_valid_named_and_fetches_nothing(own_town, office):
    for html in pages(own_town, office):
        tree, wrong = lint.parse(html)
        everything = [element for element in tree.iter() if isinstance(element.tag, str)]
        tags = {element.tag for element in everything}
        assert wrong == []
        assert tree.get("lang") == "da"
        assert len([element for element in everything if element.tag in ("h1", "main")]) == 2
        assert tags.isdisjoint({"img", "link", "style", "script", "svg", "form", "iframe", "video", "input"})
        assert "url(" not in html
        assert {name for element in everything for name in element.keys()} <= ATTRIBUTES  # noqa: SIM118
        assert len(html.encode()) < 50_000, "Gmail cuts what is longer than 102 kB"


ATTRIBUTES = {
    *("lang", "charset", "name", "content", "style", "role", "scope", "href", "align", "valign"),
    *("width", "cellpadding", "cellspacing", "border", "bgcolor"),
}


def test_it_can_be_read_in_bad_light(own_town, office):
    """Every text stands at 4.5 : 1 or more on what lies behind it (WCAG 1.4.3)."""
    for html in pages(own_town, office):
        pairs = set(contrasts(next(lint.parse(html)[0].iter("body")), "#15211E", "#FFFFFF"))
        assert len(pairs) >= 3
        assert {pair: ratio for pair in pairs if (ratio := contrast(*pair)) < 4.5} == {}


def contrasts(element: ET.Element, ink: str, paper: str):
    styles = dict(part.split(":", 1) for part in (element.get("style") or "").split(";") if ":" in part)
    ink, paper = styles.get("color", ink), styles.get("background", paper)
    if (element.text or "").strip():
        yield ink, paper
    for child in element:
        yield from contrasts(child, ink, paper)


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)
