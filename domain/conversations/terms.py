"""Words as search knows them: folded alike when a talk is indexed, when it is asked for, and when the hits are marked.

SQLite and PostgreSQL each have rules of their own for what a word is. They never apply: both get words of `a-z0-9` and blanks
between them, made here, and a query that is put together of such words alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain import guard
from domain.base import tidy

from .rules import spans

MOST_CHARACTERS = 200
#: A shorter word is looked for as it is, a longer one as the beginning of words: »mad« finds »madpakke«.
SHORTEST_BEGINNING = 3
#: PostgreSQL takes words of up to 2,046 bytes, and places up to 16,383.
_LONGEST_WORD = 100
_MOST_PLACES = 16_000
#: Stands between answers, so that no phrase runs from one into the next. No query can hold it.
_BETWEEN = "¶"

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
#: The Danish letters as they are written without them, and their Swedish and German sisters.
_LETTERS = {"å": "aa", "æ": "ae", "ø": "oe", "ä": "ae", "ö": "oe", "ǿ": "oe", "ǽ": "ae", "ǻ": "aa"}


@dataclass(frozen=True)
class Word:
    """A word of a text, folded, and where it stands in the text."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True)
class Term:
    """What must stand in a talk: words in a row (`"…"`, »…«), or one word, perhaps only its beginning."""

    words: tuple[str, ...]
    is_beginning: bool = False

    def fits(self, words: Sequence[Word]) -> bool:
        folded = tuple(word.folded for word in words)
        return folded[0].startswith(self.words[0]) if self.is_beginning else folded == self.words


@dataclass(frozen=True)
class Query:
    """What somebody looks for. `text`: as they wrote it, with CPR numbers covered. No terms: nothing can be looked for."""

    text: str
    terms: tuple[Term, ...]

    @classmethod
    def of(cls, text: str) -> "Query":
        covered = guard.mask(tidy(text))[0]
        return cls(covered, tuple(dict.fromkeys(_terms(covered))))

    @property
    def is_too_long(self) -> bool:
        return len(self.text) > MOST_CHARACTERS

    def for_sqlite(self) -> str:
        """As FTS5 takes it: every word in quotation marks, where nothing is a sign of its language."""
        return " AND ".join(f'"{" ".join(term.words)}"{" *" if term.is_beginning else ""}' for term in self.terms)

    def for_postgresql(self) -> str:
        """As the type tsquery takes it."""
        told = (" <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.is_beginning else "") for term in self.terms)
        return " & ".join(f"({one})" for one in told)


def _terms(text: str) -> Iterable[Term]:
    for span in spans(text):
        folded = [word.folded for word in words(unicodedata.normalize("NFC", span.text))]
        if span.kind == "citizen" and folded:
            yield Term(tuple(folded))
        elif span.kind != "citizen":
            yield from (Term((word,), len(word) >= SHORTEST_BEGINNING) for word in folded)


def words(text: str) -> list[Word]:
    """The words of the text in their order. What is composed of letter and accent counts as one letter only in NFC."""
    return [Word(_folded(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    """Never empty. A letter of another script becomes its number, so that it is found by itself and by nothing else."""
    letters = unicodedata.normalize("NFC", word.casefold())
    return "".join(_LETTERS.get(letter) or _plain(letter) for letter in letters)[:_LONGEST_WORD]


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    parts = [part for part in unicodedata.normalize("NFKD", letter).casefold() if part.isalnum()]
    return "".join(part if part.isascii() else f"u{ord(part):06x}" for part in parts or [letter])


def indexed(texts: Iterable[str]) -> list[str]:
    """What stands in the index for a talk's answers: their words in order, with a mark between answers."""
    found: list[str] = []
    for text in texts:
        found += [*([_BETWEEN] if found else []), *(word.folded for word in words(unicodedata.normalize("NFC", text)))]
    return found


def as_tsvector(found: Sequence[str]) -> str:
    """The words with their places, as PostgreSQL's type takes them: what `to_tsvector('simple', …)` would make of them, without
    its parser, to which `1e5` is a number and `a.dk` a host."""
    return " ".join(f"'{word}':{min(place, _MOST_PLACES)}" for place, word in enumerate(found, start=1))


def marked(text: str, query: Query | None) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it was looked for; together they are the text (in NFC)."""
    text = unicodedata.normalize("NFC", text)
    found = words(text)
    pieces, at = [], 0
    for start, end in _hits(found, query.terms if query else ()):
        if start > at:
            pieces.append((text[at:start], False))
        if end > at:
            pieces.append((text[max(at, start) : end], True))
            at = end
    return [*pieces, (text[at:], False)] if at < len(text) else pieces


def _hits(found: Sequence[Word], terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms stand, in order; hits may overlap."""
    return sorted(
        (found[place].start, found[place + len(term.words) - 1].end)
        for term in terms
        for place in range(len(found) - len(term.words) + 1)
        if term.fits(found[place : place + len(term.words)])
    )
