"""What two texts have in common, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

#: Longer texts than any answer may be are told apart as wholes: finding what they share would take too long.
MOST_WORDS = 4_000

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


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
    words = [_WORD.findall(text) for text in (first, second)]
    if first != second and max(map(len, words)) > MOST_WORDS:
        return _pieces([(first, second)])
    return _pieces(_joined(words[0], words[1]))


def _joined(first: list[str], second: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of what stands in the one and the other in turn; a single word between two changes belongs to them, or they would be
    hard to read."""
    gone, new = "", ""
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
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
