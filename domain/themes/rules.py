"""Which themes a text is about, by the codebook's patterns.

Danish writes compounds in one word, so a stem matches inside words; `exclude` holds longer words that cancel the hit
(»madras« is not about »mad«). A pattern with a blank is looked for in the whole text.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from domain.base import fold

MOST_SUGGESTIONS = 3


class Tone(StrEnum):
    TROUBLE = "trouble"  # bøvl
    PRAISE = "praise"  # ros


class Decision(StrEnum):
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Outcome(StrEnum):
    """What became of an objection."""

    KEPT = "kept"
    PUT_BACK = "put_back"


@dataclass(frozen=True)
class Marks:
    """What a person said a talk is about, with a tone for some of the confirmed themes."""

    confirmed: tuple[UUID, ...] = ()
    rejected: tuple[UUID, ...] = ()
    tones: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """What stands about one theme of a talk: what was decided, by whom and when; nothing where nobody decided."""

    decision: str | None = None
    tone: str | None = None
    by: UUID | None = None
    at: datetime | None = None

    @property
    def is_confirmed(self) -> bool:
        return self.decision == Decision.CONFIRMED


NOTHING = Said()


@dataclass(frozen=True)
class Patterns:
    """What of a theme the rules need."""

    theme: UUID
    include: tuple[str, ...]
    exclude: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """A theme the text may be about, and the words that made it so."""

    theme: UUID
    words: tuple[str, ...]


def hits(text: str, patterns: Patterns) -> tuple[str, ...]:
    """The words (or the phrases) of the text that speak for the theme, each once: words in their order, then phrases."""
    folded = _Folded(text)
    here = [stem for stem in patterns.include if stem in folded.whole]
    return tuple(dict.fromkeys(_hits(folded, here, patterns.exclude))) if here else ()


class _Folded:
    """A text made ready once for all themes."""

    def __init__(self, text: str) -> None:
        self.whole = fold(text)

    @cached_property
    def words(self) -> list[str]:
        return [word.strip("»«\"'.,:;!?()–-") for word in self.whole.split()]


def _hits(text: _Folded, here: Sequence[str], exclude: Sequence[str]) -> list[str]:
    """here: the stems that stand in the text as a whole. What cancels them is looked for only where it stands there too."""
    stems = [stem for stem in here if " " not in stem]
    away = [stem for stem in exclude if stem in text.whole]
    if len(stems) == 1:  # most often
        [stem] = stems
        found = [word for word in text.words if stem in word]
    else:
        found = [word for word in text.words if any(stem in word for stem in stems)]
    if away:
        found = [word for word in found if not any(stem in word for stem in away)]
    return found if len(stems) == len(here) else [*found, *(stem for stem in here if " " in stem)]


class Codebook(tuple[Patterns, ...]):
    """The themes of one sector in their order, made ready to be looked for in many texts."""

    @cached_property
    def themes(self) -> frozenset[UUID]:
        return frozenset(one.theme for one in self)

    def stems_in(self, whole: str) -> list[tuple[str, int]]:
        """The stems that stand in a folded text, each with its theme's place, in the codebook's order."""
        longest = set(self._pattern.findall(whole))
        return [(stem, place) for _, stem, place in sorted({one for stem in longest for one in self._begun_by[stem]})]

    @cached_property
    def _stems(self) -> list[tuple[int, str, int]]:
        """Each stem that speaks for a theme: its number, itself, the theme's place."""
        stems = [(stem, place) for place, patterns in enumerate(self) for stem in patterns.include]
        return [(number, *one) for number, one in enumerate(stems)]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Finds at each letter the longest stem that begins there: all are looked for in one go through the text."""
        return re.compile(f"(?=({_any_of({stem for _, stem, _ in self._stems})}))")

    @cached_property
    def _begun_by(self) -> dict[str, list[tuple[int, str, int]]]:
        """The stems that stand wherever this one does, from the same letter on."""
        return {stem: [one for one in self._stems if stem.startswith(one[1])] for _, stem, _ in self._stems}


def _any_of(stems: Collection[str]) -> str:
    """An expression for the longest of the stems that begins here, told apart by the first letter; without stems for none."""
    by_letter = defaultdict[str, list[str]](list)
    for stem in sorted(stems, key=lambda stem: (-len(stem), stem)):
        by_letter[stem[:1]].append(re.escape(stem[1:]))
    shortest_last = sorted(by_letter.items(), reverse=True)  # the stem without a letter, which is in every text
    return "|".join(f"{re.escape(letter)}(?:{'|'.join(tails)})" for letter, tails in shortest_last) or "(?!)"


def suggest(texts: Iterable[str], codebook: Sequence[Patterns]) -> list[Suggestion]:
    """At most three themes, those with most hits first, then in the codebook's order."""
    book = codebook if isinstance(codebook, Codebook) else Codebook(codebook)
    words: dict[int, dict[str, None]] = defaultdict(dict)
    for text in map(_Folded, texts):
        whole, here = text.whole, defaultdict[int, list[str]](list)
        for stem, place in book.stems_in(whole):
            here[place].append(stem)
        for place, stems in here.items():
            words[place].update(dict.fromkeys(_hits(text, stems, book[place].exclude)))
    found = [Suggestion(book[place].theme, tuple(words[place])) for place in sorted(words) if words[place]]
    return sorted(found, key=lambda one: -len(one.words))[:MOST_SUGGESTIONS]


def decided(before: Mapping[UUID, Said], marks: Marks, *, by: UUID, at: datetime) -> dict[UUID, Said]:
    """What stands anew about the themes that `marks` names; themes that stand as it says are left out."""
    wanted = {
        **{theme: Said(Decision.CONFIRMED, marks.tones.get(theme), by, at) for theme in marks.confirmed},
        **{theme: Said(Decision.REJECTED, None, by, at) for theme in marks.rejected},
    }
    stands = {theme: before.get(theme, NOTHING) for theme in wanted}
    return {
        theme: said
        for theme, said in wanted.items()
        if (said.decision, said.tone) != (stands[theme].decision, stands[theme].tone)
    }
