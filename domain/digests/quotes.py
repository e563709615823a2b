"""Which words of the citizens a week quotes: about the theme, new, and from many houses.

Maximal marginal relevance: what a quotation says of its theme, less what was said already. Bøvl and ros decide which tones stand
beside each other, never which house is heard. Pure: the same talks in any order give the same words.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from domain.base import fold
from domain.themes import Patterns, hits

from .talk import QuoteRef, Talk

MOST_QUOTES = 2
#: What counts how much: a quotation's hold on its theme, and that it says something new.
RELEVANCE, NOVELTY = 0.6, 0.4
#: More hits than this say no more.
MOST_HITS = 2
#: Long enough to mean something, short enough to be read.
SHORT, LONG = 12, 35
#: Issues that are looked back on; a house quoted last week steps back furthest.
WEEKS_BACK = 4
STEP_BACK = 0.2
#: So many of each tone are weighed in pairs, and so many of one house among them.
SHORTLIST, SHORTLIST_OF_HOUSE = 8, 2
#: Shorter words tie sentences together and say little of what they are about.
SHORTEST_WORD = 4


@dataclass(frozen=True)
class Shown:
    """A quotation of an earlier issue: under which theme, from which house, how many weeks ago, and its words."""

    theme: UUID
    house: UUID
    weeks_ago: int
    words: str


@dataclass(frozen=True)
class Quotable:
    """Words that may be quoted under a theme. `worth`: what they are worth by themselves, at most RELEVANCE."""

    ref: QuoteRef
    house: UUID
    tone: str | None
    words: str
    tokens: frozenset[str]
    worth: float


class Choice:
    """The quotations of one issue, chosen theme by theme: no talk, and no words, twice."""

    def __init__(self, shown: Sequence[Shown] = ()) -> None:
        self.shown: dict[UUID, list[str]] = defaultdict(list)
        self.quoted: dict[UUID, int] = {}
        for one in shown:
            self.shown[one.theme].append(one.words)
            self.quoted[one.house] = min(one.weeks_ago, self.quoted.get(one.house, one.weeks_ago))
        self.talks: set[UUID] = set()
        self.sentences: set[str] = set()

    def pick(self, theme: UUID, about_it: Sequence[Talk], patterns: Patterns | None = None) -> list[QuoteRef]:
        """At most two of different houses, with praise and with trouble where there are any; then the worthiest pair."""
        said_before = [tokens(words) for words in self.shown[theme]]
        chosen = _best(
            [
                self._weighed(theme, talk, at, patterns, said_before)
                for talk in about_it
                for at, (_answer, _number, words) in enumerate(talk.quotes)
                if talk.id not in self.talks and fold(words) not in self.sentences
            ]
        )
        for one in chosen:
            self.talks.add(one.ref.conversation)
            self.sentences.add(fold(one.words))
            self.quoted[one.house] = 0
        return [one.ref for one in chosen]

    def _weighed(
        self, theme: UUID, talk: Talk, at: int, patterns: Patterns | None, said_before: Sequence[frozenset[str]]
    ) -> Quotable:
        answer, number, words = talk.quotes[at]
        said = tokens(words)
        worth = RELEVANCE * relevance(words, patterns) - NOVELTY * likeness(said, said_before) - self._step_back(talk.house)
        ref = QuoteRef(conversation=talk.id, revision=talk.revision, answer=answer, number=number)
        return Quotable(ref, talk.house, talk.themes[theme], words, said, worth)

    def _step_back(self, house: UUID) -> float:
        """How far a house steps back that was quoted in this issue or lately, whatever was said there."""
        if house not in self.quoted:
            return 0.0
        return STEP_BACK * (WEEKS_BACK + 1 - max(self.quoted[house], 1)) / WEEKS_BACK


def tokens(words: str) -> frozenset[str]:
    """The words that carry what is said."""
    bare = (word.strip("»«\"'.,:;!?()–-") for word in fold(words).split())
    return frozenset(word for word in bare if len(word) >= SHORTEST_WORD)


def likeness(said: frozenset[str], others: Iterable[frozenset[str]]) -> float:
    """From 0 to 1: how much of the shorter one stands in the other too, of the one most like it."""
    return max((len(said & other) / min(len(said), len(other)) for other in others if said and other), default=0.0)


def relevance(words: str, patterns: Patterns | None) -> float:
    """From 0 to 1: half for the theme's patterns, half for a length that can be read."""
    found = len(hits(words, patterns)) if patterns else 0
    return (min(found, MOST_HITS) / MOST_HITS + _length(len(words.split()))) / 2


def _length(n: int) -> float:
    return n / SHORT if n < SHORT else LONG / n if n > LONG else 1.0


def _best(found: Sequence[Quotable]) -> list[Quotable]:
    """By words before ids: the ids are made at random, and the same talks must give the same week wherever they are stored."""
    ranked = sorted(found, key=lambda one: (-one.worth, one.words, one.ref.conversation, one.ref.answer, one.ref.number))
    shortlist = [one for tone in ("trouble", "praise", None) for one in _shortlist(ranked, tone)]
    pairs = [(one, two) for one, two in combinations(shortlist, MOST_QUOTES) if _stand_together(one, two)]
    if pairs:
        best = max(pairs, key=lambda pair: (_tones(pair), _worth(pair)))
        return list(best)
    return [max(shortlist, key=lambda one: (one.tone == "praise", one.worth))] if shortlist else []


def _shortlist(ranked: Sequence[Quotable], tone: str | None) -> list[Quotable]:
    """The best of this tone, few of them from one house, so that the pairs stay few."""
    taken: dict[UUID, int] = {}
    chosen = []
    for one in ranked:
        if one.tone == tone and taken.get(one.house, 0) < SHORTLIST_OF_HOUSE:
            taken[one.house] = taken.get(one.house, 0) + 1
            chosen.append(one)
            if len(chosen) == SHORTLIST:
                break
    return chosen


def _stand_together(one: Quotable, two: Quotable) -> bool:
    return one.house != two.house and fold(one.words) != fold(two.words)


def _tones(pair: Sequence[Quotable]) -> int:
    """What the pair holds: praise weighs more than trouble, both more than either."""
    tones = {one.tone for one in pair}
    return 2 * ("praise" in tones) + ("trouble" in tones)


def _worth(pair: Sequence[Quotable]) -> float:
    """Of both together: what the second one says again counts against it."""
    return pair[0].worth + pair[1].worth - NOVELTY * likeness(pair[0].tokens, [pair[1].tokens])
