"""What every HTML page of ours must be, whatever it shows: valid, named, joined together, without inline code."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from functools import cache

import html5lib

#: A page is by and for this house: nothing is fetched from another one.
LOCAL = re.compile(r"(?!//)(/|#|\?|[a-z0-9./_-]+$)")
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "list", "headers")


def parse(html: str) -> tuple[ET.Element, list[str]]:
    """The page as a tree without namespaces, and what the parser of the HTML standard found wrong with it."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(html)
    ignored = ("invalid-codepoint",)  # what people wrote: it may hold any character
    return tree, [f"line {position[0]}: {code}" for position, code, _values in parser.errors if code not in ignored]


@cache
def complaints(html: str, *, language: str = "da") -> tuple[str, ...]:
    """Everything wrong with the page for one who reads this language; empty when it may be shown."""
    tree, found = parse(html)
    everything = [element for element in tree.iter() if isinstance(element.tag, str)]
    ids = Counter(element.get("id") for element in everything if element.get("id") is not None)
    found += [f"the id {name!r} stands {count} times" for name, count in ids.items() if count > 1 or not name.strip()]
    found += _head(tree, everything, language)
    for element in everything:
        found += _references(element, set(ids))
        found += _inline(element)
        found += _addresses(element)
        found += _form(element) if element.tag == "form" else []
    return tuple(found)


def text_of(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _head(tree: ET.Element, everything: list[ET.Element], language: str) -> list[str]:
    found = []
    if tree.get("lang") != language:
        found.append(f"lang is {tree.get('lang')!r}, the reader's language {language!r}")
    titles = [text_of(title) for title in tree.findall("head/title")]
    if len(titles) != 1 or not re.fullmatch(r"\S.* – Hørt", titles[0]) or titles[0].startswith(("–", "Fejl: –", "Error: –")):
        found.append(f"the title is {titles}")
    headings = [element for element in everything if element.tag == "h1"]
    if len(headings) != 1 or not text_of(headings[0]):
        found.append(f"there are {len(headings)} h1, or an empty one")
    mains = [element for element in everything if element.tag == "main"]
    return found if len(mains) == 1 else [*found, f"there are {len(mains)} main"]


def _references(element: ET.Element, ids: set[str | None]) -> list[str]:
    found = [
        f"<{element.tag} {attribute}> points to {name!r}, which is not there"
        for attribute in REFERENCES
        for name in (element.get(attribute) or "").split()
        if name not in ids
    ]
    target = element.get("href") or ""
    if element.tag == "a" and target.startswith("#") and target[1:] not in ids:
        found.append(f"a link leads to {target}, which is not there")
    return found


def _inline(element: ET.Element) -> list[str]:
    found = [f"<{element.tag} {name}>" for name in element.keys() if name == "style" or name.startswith("on")]  # noqa: SIM118
    if element.tag == "style":
        found.append("<style>")
    if element.tag == "script" and (not element.get("src") or text_of(element)):
        found.append("an inline <script>")
    return found


def _addresses(element: ET.Element) -> list[str]:
    return [
        f"<{element.tag} {name}={value!r}> leads out of the house"
        for name, value in element.items()
        if name.split("}")[-1] in ("src", "href", "action", "formaction", "poster", "data") and not LOCAL.match(value)
    ]


def _form(form: ET.Element) -> list[str]:
    method = (form.get("method") or "").lower()
    if method not in ("get", "post"):
        return ["a form without a method"]
    if method == "get":
        return []
    found = [] if (form.get("action") or "").startswith("/") else ["a form that posts to nowhere"]
    tokens = [field for field in form.iter("input") if field.get("name") == "csrf_token" and field.get("value")]
    return found if len(tokens) == 1 else [*found, f"{len(tokens)} CSRF tokens in a form"]
