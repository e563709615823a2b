"""Whether what is asked is easy to follow, in Danish: LIX and long words. It advises; it stops nobody.

LIX (Björnsson 1968): words a sentence, plus the percentage of words of more than six letters. Below 25: easy as for children;
35 to 44: as in newspapers; from 45: hard.
"""

import re
from dataclasses import dataclass

from .sketches import Sketch

LONG_LETTERS = 6
#: From here on a spoken text is hard to follow for many.
HARD_LIX = 40
#: LIX says nothing of a text of fewer words.
FEWEST_WORDS = 12
#: A word to say in another way.
LONGEST_WORD = 15

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_END = re.compile(r"[.!?:]+(?=\s|$)|\n+")


@dataclass(frozen=True)
class Hard:
    """A text that is hard to follow. lix: None when there are too few words to say; words: the very long ones."""

    path: str
    lix: int | None
    words: tuple[str, ...]


def lix(text: str) -> int | None:
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = len([part for part in _END.split(text) if _WORD.search(part)])
    long = sum(len(word) > LONG_LETTERS for word in words)
    return round(len(words) / sentences + 100 * long / len(words))


def hard_texts(sketch: Sketch) -> list[Hard]:
    """What is said aloud, each text by itself, in the order of the page."""
    said = [("promise.da", sketch.promise.get("da", ""))]
    said += [(f"question.{one.id}.prompt.da", one.prompt.get("da", "")) for one in sketch.questions]
    found = [Hard(path, lix(text), _very_long(text)) for path, text in said]
    return [one for one in found if one.words or (one.lix or 0) >= HARD_LIX]


def _very_long(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in _WORD.findall(text) if len(word) >= LONGEST_WORD))
