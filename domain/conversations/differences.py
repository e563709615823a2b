"""What two texts have in common, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from .rules import Span, speakers

#: Longer texts than any answer may be are told apart as wholes: finding what they share would take too long.
MOST_WORDS = 4_000

#: With the blanks behind it: blanks by themselves would be what all texts share, and to look for that takes minutes.
_WORD = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")


#: As the citizen's words are marked on every page.
_MARKS = {"opens": "»", "closes": "«"}


class Difference(StrEnum):
    SAME = "same"
    GONE = "gone"  # in the first text only
    NEW = "new"  # in the second text only


@dataclass(frozen=True)
class Piece:
    kind: Difference
    text: str


def differences(first: str, second: str) -> list[Piece]:
    """Both texts in one row of pieces: without the NEW ones it is the first text, without those GONE the second."""
    if first == second:
        return _pieces([(first, second)])
    words, others = _WORD.findall(first), _WORD.findall(second)
    if max(len(words), len(others)) > MOST_WORDS:
        return _pieces([(first, second)])
    begin = _shared(words, others)
    end = _shared(words[begin:][::-1], others[begin:][::-1])
    last, other_last = len(words) - end, len(others) - end
    head, tail = "".join(words[:begin]), "".join(words[last:])
    return _pieces(_merged([(head, head), *_joined(words[begin:last], others[begin:other_last]), (tail, tail)]))


@dataclass(frozen=True)
class Told:
    """A piece with who speaks in it: spans of the kinds "citizen", "leader", and "mark" for a sign around the citizen's words."""

    kind: Difference
    spans: list[Span]


def told(first: str, second: str) -> list[Told]:
    """The differences, with the citizen's words apart. Words that stand in both are the citizen's where they are so in both: else
    the mark that was set or taken away tells it. Whatever marks were typed in both, they read »…«."""
    one, other = speakers(first), speakers(second)
    at = then = 0
    found = []
    for piece in differences(first, second):
        here, there = one[at : at + len(piece.text)], other[then : then + len(piece.text)]
        if piece.kind is Difference.SAME:
            here = there = [mine if mine == yours else "leader" for mine, yours in zip(here, there, strict=True)]
        at += len(piece.text) if piece.kind is not Difference.NEW else 0
        then += len(piece.text) if piece.kind is not Difference.GONE else 0
        found.append(Told(piece.kind, _spans(piece, here if piece.kind is not Difference.NEW else there)))
    return found


def _spans(piece: Piece, speaks: list[str]) -> list[Span]:
    found = []
    for speaker, letters in groupby(zip(speaks, piece.text, strict=True), key=lambda one: one[0]):
        text = "".join(letter for _speaker, letter in letters)
        if speaker in _MARKS and piece.kind is Difference.SAME:
            text = _MARKS[speaker] * len(text)
        found.append(Span("mark" if speaker in _MARKS else speaker, text))
    return found


def _shared(first: list[str], second: list[str]) -> int:
    """How many words both begin with."""
    return next(
        (place for place, (one, other) in enumerate(zip(first, second, strict=False)) if one != other),
        min(len(first), len(second)),
    )


def _without_blanks_behind(before: str, after: str) -> list[tuple[str, str]]:
    """A change, and the blanks that stand behind it in both."""
    blanks = before[len(before.rstrip()) :]
    if before == after or not blanks or after[len(after.rstrip()) :] != blanks:
        return [(before, after)]
    return [(before.rstrip(), after.rstrip()), (blanks, blanks)]


def _merged(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is the same beside what is the same is one piece."""
    found: list[tuple[str, str]] = []
    for before, after in (part for pair in pairs for part in _without_blanks_behind(*pair)):
        if found and before == after and found[-1][0] == found[-1][1]:
            found[-1] = (found[-1][0] + before, found[-1][1] + after)
        elif before or after:
            found.append((before, after))
    return found


def _joined(first: list[str], second: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of what stands in the one and the other in turn; a single word between two changes belongs to them, or they would be
    hard to read."""
    gone, new = "", ""
    # In long texts words that stand everywhere (»og«) are no place to begin from: they cost the square of how often they stand.
    blocks = SequenceMatcher(None, first, second, autojunk=True).get_opcodes()
    for place, (kind, start, end, then, until) in enumerate(blocks):
        before, after = "".join(first[start:end]), "".join(second[then:until])
        if kind == "equal" and not (0 < place < len(blocks) - 1 and len(before.split()) < 2):
            yield gone, new
            yield before, after
            gone, new = "", ""
        else:
            gone, new = gone + before, new + after
    yield gone, new


def _pieces(pairs: list[tuple[str, str]] | Iterator[tuple[str, str]]) -> list[Piece]:
    found = []
    for before, after in pairs:
        if before == after:
            found.append(Piece(Difference.SAME, before))
        else:
            found += [Piece(Difference.GONE, before), Piece(Difference.NEW, after)]
    return [piece for piece in found if piece.text]
