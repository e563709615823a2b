"""Finds Danish that was left standing on a page in another language.

What people wrote and what places and people are called is not the interface's; what the interface says in Danish is in the
catalogue, so that a page can be held against it.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from functools import cache

from sqlmodel import Session, col, select

from domain.conversations import Conversation
from domain.people import Person, Unit
from domain.questions import QuestionSetVersion
from domain.themes import Theme
from tools import translations

LETTERS = re.compile(r"\w*[æøåÆØÅ]\w*")
READ = ("title", "aria-label", "aria-description", "alt", "placeholder", "label", "summary")
WRITTEN = {"textarea", "blockquote", "q", "script", "style"}
#: A string this long does not stand inside another one by chance.
LONG = 12


@cache
def sources() -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Danish that must not stand in English: long plain strings, and all strings as one pattern for a whole text."""
    [english] = [translations.read(files) for files in translations.languages() if files.language == "en"]
    pairs = [
        (danish, said)
        for message in english
        if message.id
        for danish, said in zip(translations._forms(message.id), translations._forms(message.string), strict=True)
        if danish != said
    ]
    texts = [danish for danish, _said in pairs]
    plain = tuple(" ".join(text.split()) for text in texts if len(text) >= LONG and not translations.PLACEHOLDER.search(text))
    patterns = [".+".join(map(re.escape, translations.PLACEHOLDER.split(text))) for text in texts]
    return plain, re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def known(session: Session) -> list[str]:
    """What is not the interface's: names of places and people, what was noted, and texts that nobody gave in English."""
    found = [row.name for table in (Unit, Person) for row in session.exec(select(table).order_by(col(table.id))).all()]
    found += [one["text"] for talk in session.exec(select(Conversation)).all() for one in talk.answers]
    texts = [text for row in session.exec(select(QuestionSetVersion)).all() for text in _texts(row.content)]
    texts += [theme.name for theme in session.exec(select(Theme)).all()]
    return found + [text["da"] for text in texts if text.get("en") in (None, text["da"])]


def _texts(content: object) -> Iterator[dict[str, str]]:
    """Every text in several languages that stands anywhere in it."""
    if isinstance(content, dict) and isinstance(content.get("da"), str):
        yield content
    elif isinstance(content, dict | list):
        for one in content.values() if isinstance(content, dict) else content:
            yield from _texts(one)


def on_page(tree: ET.Element, names: Iterable[str] = ()) -> list[str]:
    return in_texts(_spoken(tree), names)


def in_texts(texts: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Every text in which Danish of the interface stands, or a Danish letter that belongs to no name."""
    plain, whole = sources()
    folded = [" ".join(name.split()).casefold() for name in names]
    found = []
    for text in filter(None, (" ".join(text.split()) for text in texts)):
        if _is_noted(text, folded):
            continue
        parts = [text, *text.split(" · "), text.removesuffix(" – Hørt")]
        left = text.casefold()
        for name in (*sorted(folded, key=len, reverse=True), "hørt"):
            left = left.replace(name, " ")
        if any(whole.fullmatch(part) for part in parts) or any(one in text for one in plain) or LETTERS.search(left):
            found.append(text)
    return found


def _is_noted(text: str, folded: list[str]) -> bool:
    """A title made of the first words of a note; guillemets may have been set."""
    start = text.removesuffix(" – Hørt").removesuffix("…").strip().casefold()
    return len(start) > LONG and any(start in one for one in folded)


def _spoken(element: ET.Element) -> Iterator[str]:
    """What is read or read aloud, without what was written by people and what is marked as another language."""
    if not isinstance(element.tag, str) or _is_elsewhere(element):
        return
    yield from (element.get(name) or "" for name in READ)
    if element.tag == "input" and element.get("type") in ("submit", "button", "reset"):
        yield element.get("value") or ""
    yield element.text or ""
    for child in element:
        yield from _spoken(child)
        yield child.tail or ""


def _is_elsewhere(element: ET.Element) -> bool:
    return (
        element.tag in WRITTEN
        or "words" in (element.get("class") or "").split()
        or (element.tag != "html" and element.get("lang") not in (None, "en"))
    )
