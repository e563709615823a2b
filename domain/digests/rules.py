"""What a week's talks say, in counts and references. Pure: the tests of these functions are the digest's specification.

No percentage, mean or ranking; every number is a count of talks, every quotation a reference to words that stand elsewhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.base import Week

#: Weeks a theme's history shows, the issue's own included.
WEEKS_SHOWN = 8
#: A house is silent when no talk was held there in so many weeks up to the issue's end.
SILENT_WEEKS = 4
#: A house with fewer talks in eight weeks is »et hus i området«; so few that one could guess whose words they are.
FEWEST_TALKS_NAMED = 5
#: An unnamed house must be one of so many, else no quotation of the week names a house.
FEWEST_UNNAMED = 3
#: THEMES.md: p below this, in at least so many talks from at least two houses.
SURE = 0.01
FEWEST_FOR_MORE = 3
FEWEST_FOR_NEW = 2
FEWEST_HOUSES = 2
#: Weeks with talks that a comparison needs before the issue's own.
FEWEST_WEEKS_BEFORE = 4
MOST_QUOTES = 2


class Change(StrEnum):
    MORE = "more"  # »Flere end før«
    NEW = "new"  # »Nyt«
    USUAL = "usual"  # »Som det plejer«
    TOO_EARLY = "too_early"  # »For tidligt at sige«


@dataclass(frozen=True)
class Talk:
    """What the rules need of a talk; `quotes` holds (answer, number, words) of what may be quoted."""

    id: UUID
    house: UUID
    week: Week
    themes: Mapping[UUID, str | None]
    revision: int = 1
    quotes: tuple[tuple[int, int, str], ...] = ()


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class QuoteRef(_Frozen):
    """Where a quotation's words stand: the talk in which revision, which of its answers, which pair of quotation marks in it."""

    conversation: UUID
    revision: int
    answer: int
    number: int


class ThemeOfWeek(_Frozen):
    """A theme in one week: of the talks held in it, and by week for eight weeks, oldest first."""

    theme: UUID
    count: int
    trouble: int
    praise: int
    houses: int
    weeks: tuple[int, ...]
    before: int
    talks_before: int
    change: Change
    quotes: tuple[QuoteRef, ...]
    talks: tuple[UUID, ...]


class SilentHouse(_Frozen):
    house: UUID
    last_week: str | None


class Content(_Frozen):
    """An issue. `talks` were held in its week, `late` in an earlier one; `named` are the houses that quotations may name."""

    talks: int
    late: int
    houses_heard: int
    houses_open: int
    themes: tuple[ThemeOfWeek, ...]
    without_theme: tuple[UUID, ...]
    silent: tuple[SilentHouse, ...]
    named: tuple[UUID, ...]

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def content(
    week: Week,
    *,
    talks: Sequence[Talk],
    late: Sequence[Talk],
    before: Sequence[Talk],
    houses: Sequence[UUID],
    last: Mapping[UUID, Week],
) -> Content:
    """Composes an issue.

    talks: of the issue, held in its week (or, by a wrong clock, later); late: of the issue, held earlier; before: all
    talks held in the seven weeks before; houses: the open ones; last: the last week a talk was held in, by house.
    """
    shown = named(week, talks=talks, late=late, before=before)
    return Content(
        talks=len(talks),
        late=len(late),
        houses_heard=len({talk.house for talk in talks}),
        houses_open=len(set(houses) | {talk.house for talk in talks}),
        themes=tuple(themes(week, talks=talks, before=before)),
        without_theme=tuple(talk.id for talk in talks if not talk.themes),
        silent=tuple(silent(week, houses=houses, last=last)),
        named=tuple(sorted(shown)),
    )


def named(week: Week, *, talks: Sequence[Talk], late: Sequence[Talk], before: Sequence[Talk]) -> set[UUID]:
    """The houses a quotation of the issue may name (DESIGN, "Small houses").

    A house with fewer than five talks in eight weeks goes unnamed; when fewer than three houses of the issue do, naming
    the others would name it too, so none is.
    """
    earliest = week.plus(1 - WEEKS_SHOWN)
    counts = Counter(talk.house for talk in [*talks, *before] if talk.week >= earliest)
    present = {talk.house for talk in [*talks, *late]}
    small = {house for house in present if counts[house] < FEWEST_TALKS_NAMED}
    if 0 < len(small) < FEWEST_UNNAMED:
        return set()
    return present - small


def themes(week: Week, *, talks: Sequence[Talk], before: Sequence[Talk]) -> list[ThemeOfWeek]:
    """The week's themes: what changed first, then by count, then by id so that the same data give the same bytes."""
    by_theme: dict[UUID, list[Talk]] = defaultdict(list)
    for talk in talks:
        for theme in talk.themes:
            by_theme[theme].append(talk)
    taken: set[UUID] = set()
    found = []
    for theme, about_it in sorted(by_theme.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        one = _theme(week, theme, about_it, talks=talks, before=before, taken=taken)
        taken |= {quote.conversation for quote in one.quotes}
        found.append(one)
    return sorted(found, key=lambda one: (one.change not in (Change.MORE, Change.NEW), -one.count, one.theme))


def _theme(
    week: Week, theme: UUID, about_it: Sequence[Talk], *, talks: Sequence[Talk], before: Sequence[Talk], taken: set[UUID]
) -> ThemeOfWeek:
    earlier = [talk for talk in before if theme in talk.themes]
    by_week = Counter(talk.week for talk in earlier)
    tones = Counter(talk.themes[theme] for talk in about_it)
    houses = len({talk.house for talk in about_it})
    weeks_before = len({talk.week for talk in before})
    return ThemeOfWeek(
        theme=theme,
        count=len(about_it),
        trouble=tones["trouble"],
        praise=tones["praise"],
        houses=houses,
        weeks=(*(by_week[week.plus(back)] for back in range(1 - WEEKS_SHOWN, 0)), len(about_it)),
        before=len(earlier),
        talks_before=len(before),
        change=change(
            count=len(about_it),
            of=len(talks),
            before=len(earlier),
            of_before=len(before),
            houses=houses,
            weeks_before=weeks_before,
        ),
        quotes=tuple(pick_quotes(theme, about_it, taken=taken)),
        talks=tuple(talk.id for talk in about_it),
    )


def change(*, count: int, of: int, before: int, of_before: int, houses: int, weeks_before: int) -> Change:
    """Whether a theme is more talked of than in the seven weeks before: `count` of `of` talks against `before` of `of_before`.

    Exact one-sided hypergeometric test (Fisher), p < .01, at least three talks from at least two houses. Source: THEMES.md, 7.
    """
    if weeks_before < FEWEST_WEEKS_BEFORE:
        return Change.TOO_EARLY
    if houses >= FEWEST_HOUSES:
        if before == 0 and count >= FEWEST_FOR_NEW:
            return Change.NEW
        if count >= FEWEST_FOR_MORE and upper_tail(count, of, count + before, of + of_before) < SURE:
            return Change.MORE
    return Change.USUAL


def upper_tail(hits: int, draws: int, marked: int, population: int) -> float:
    """P(X ≥ hits) when `draws` are drawn without replacement from `population` of which `marked` are marked."""
    ways = sum(comb(marked, k) * comb(population - marked, draws - k) for k in range(hits, min(marked, draws) + 1))
    return ways / comb(population, draws)


def pick_quotes(theme: UUID, about_it: Sequence[Talk], *, taken: set[UUID]) -> list[QuoteRef]:
    """At most two quotations: from different houses, of talks not quoted yet, one with praise where there is one.

    Among the rest those of about twenty words come first: long enough to mean something, short enough to be read.
    """
    candidates = [
        (talk, QuoteRef(conversation=talk.id, revision=talk.revision, answer=answer, number=number), words)
        for talk in about_it
        if talk.id not in taken
        for answer, number, words in talk.quotes
    ]
    candidates.sort(key=lambda one: (abs(len(one[2].split()) - 20), one[1].conversation, one[1].answer, one[1].number))
    chosen: list[tuple[Talk, QuoteRef, str]] = []
    for tone in ("trouble", "praise", None):
        for candidate in candidates:
            fits = tone is None or candidate[0].themes[theme] == tone
            if fits and len(chosen) < MOST_QUOTES and candidate[0].house not in {one[0].house for one in chosen}:
                chosen.append(candidate)
                if tone:
                    break
    return [quote for _, quote, _ in chosen]


def silent(week: Week, *, houses: Iterable[UUID], last: Mapping[UUID, Week]) -> list[SilentHouse]:
    """Open houses where no talk was held in four weeks up to the issue's end. In no order of merit: houses are not compared."""
    earliest = week.plus(1 - SILENT_WEEKS)
    return [
        SilentHouse(house=house, last_week=str(last[house]) if house in last else None)
        for house in sorted(houses)
        if house not in last or last[house] < earliest
    ]
