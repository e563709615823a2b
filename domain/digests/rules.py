"""What a week's talks say, in counts and references. Pure: the tests of these functions are the digest's specification.

No percentage, mean or ranking; every number is a count of talks, every quotation a reference to words that stand elsewhere.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb, exp, fsum, lgamma
from types import MappingProxyType
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.base import Week
from domain.themes import Patterns

from .quotes import Choice, Shown
from .talk import QuoteRef, Talk

#: Weeks a theme's history shows, the issue's own included.
WEEKS_SHOWN = 8
#: A house is silent when no talk was held there in so many of its open weeks up to the issue's end.
SILENT_WEEKS = 4
#: The weeks each house was closed in from Monday to Friday.
Closed = Mapping[UUID, Collection[Week]]
NEVER_CLOSED: Closed = MappingProxyType({})
#: A house with fewer talks in eight weeks is »et hus i området«; so few that one could guess whose words they are.
FEWEST_TALKS_NAMED = 5
#: An unnamed house must be one of so many, else no quotation of the week names a house.
FEWEST_UNNAMED = 3
#: »Flere end før« takes p below this, in at least so many talks from at least two houses.
SURE = 0.01
FEWEST_FOR_MORE = 3
FEWEST_FOR_NEW = 2
FEWEST_HOUSES = 2
#: Weeks with talks that a comparison needs before the issue's own.
FEWEST_WEEKS_BEFORE = 4
#: Above so many talks the binomials have thousands of digits; their logarithms agree to nine digits and take no time.
MOST_COUNTED_EXACTLY = 2_000


class Change(StrEnum):
    MORE = "more"  # »Flere end før«
    NEW = "new"  # »Nyt«
    USUAL = "usual"  # »Som det plejer«
    TOO_EARLY = "too_early"  # »For tidligt at sige«; also while a question of another meaning came among the weeks compared


@dataclass(frozen=True)
class History:
    """The weeks before an issue, in counts of talks: by week held, by house (its own alone), and by theme and week."""

    weeks: Mapping[Week, int]
    houses: Mapping[UUID, int]
    themes: Mapping[UUID, Mapping[Week, int]]

    @classmethod
    def of(cls, week: Week, talks: Iterable[Talk], *, span: int = 1) -> "History":
        """Counts the talks held in the eight weeks up to `week`, but for the last ones, `span` of them, that are compared."""
        held = [talk for talk in talks if week.plus(1 - WEEKS_SHOWN) <= talk.week < week.plus(1 - span)]
        by_theme: dict[UUID, Counter[Week]] = defaultdict(Counter)
        for talk in held:
            for theme in talk.themes:
                by_theme[theme][talk.week] += 1
        return cls(Counter(talk.week for talk in held), Counter(talk.house for talk in held if talk.own), dict(by_theme))

    @property
    def talks(self) -> int:
        return sum(self.weeks.values())


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


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
    """An issue. `talks` were held in its week, `late` in an earlier one, so many in each of `late_weeks`, the newest first;
    `named` are the houses that quotations may name.

    `heard` are the houses with talks of the week, for sums over weeks; no page tells which they are.

    `closed` are the houses that were closed all week, whether somebody was talked with there or not: one that left the list
    for a talk would be told by it.

    `is_bare`: words of one or two unnamed houses stand in it, so whoever learns who was heard learns whose words they are.
    Nothing of silence is told for four weeks then: a list that somebody left, or a number that went down, would say it. Later
    the weeks in which silent houses were heard last are left out where they reach back to a bare issue.
    """

    talks: int
    late: int
    houses_heard: int
    houses_open: int
    themes: tuple[ThemeOfWeek, ...]
    without_theme: tuple[UUID, ...]
    silent: tuple[SilentHouse, ...]
    named: tuple[UUID, ...]
    silent_may_be_named: bool = True
    silent_weeks_may_be_told: bool = True
    is_bare: bool = False
    late_weeks: tuple[tuple[str, int], ...] = ()
    closed: tuple[UUID, ...] = ()
    heard: tuple[UUID, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def content(
    week: Week,
    *,
    talks: Sequence[Talk],
    late: Sequence[Talk],
    before: History,
    houses: Sequence[UUID],
    last: Mapping[UUID, Week],
    codebook: Sequence[Patterns] = (),
    quoted: Sequence[Shown] = (),
    closed: Closed = NEVER_CLOSED,
    closing: Collection[UUID] = (),
    bare: Iterable[Week] = (),
    fewest_houses: int = FEWEST_HOUSES,
    span: int = 1,
    broken: Collection[Week] = (),
) -> Content:
    """Composes an issue.

    talks: of the issue, held in its week (or, by a wrong clock, later); late: of the issue, held earlier; before: all
    talks held in the seven weeks before, counted; houses: those that have not closed for good; last: the last week a talk
    was held in, by house; closing: houses that closed for good in the course of the week; bare: weeks of earlier issues that
    are bare; codebook: the themes in their order; quoted: by the last issues; fewest_houses: that a change must come from
    (one, where there is only one); span: how many weeks up to `week` the talks were held in; broken: weeks of the eight from
    which on a question of another meaning was asked (breaks.py).
    """
    shut = {house for house in houses if week in closed.get(house, ())}
    houses = [house for house in houses if house not in shut]
    heard = {talk.house for talk in talks}
    quiet = tuple(silent(week, houses=[house for house in houses if house not in heard], last=last, closed=closed))
    present = heard | {talk.house for talk in late}
    shown = named(week, talks=talks, late=late, before=before)
    unnamed = present - shown
    hiding = unnamed & {talk.house for talk in [*talks, *late] if talk.own}
    is_bare = bool(unnamed) and len(hiding) < FEWEST_UNNAMED
    laid_bare = max([*bare, *([week] if is_bare else [])], default=None)
    earliest = min((one.last_week or "" for one in quiet), default="")
    return Content(
        talks=len(talks),
        late=len(late),
        houses_heard=len(heard),
        # Not the houses that were heard: one that closed would show by it.
        houses_open=max(len(heard), len({*houses, *closing} - shut)),
        themes=tuple(
            themes(
                week,
                talks=talks,
                before=before,
                codebook=codebook,
                quoted=quoted,
                fewest_houses=fewest_houses,
                span=span,
                is_broken=bool(broken),
            )
        ),
        without_theme=tuple(talk.id for talk in talks if not talk.themes),
        silent=quiet,
        named=tuple(sorted(shown)),
        silent_may_be_named=laid_bare is None or laid_bare < week.plus(1 - SILENT_WEEKS),
        silent_weeks_may_be_told=laid_bare is None or str(laid_bare) < earliest,
        is_bare=is_bare,
        late_weeks=tuple(sorted(Counter(str(talk.week) for talk in late).items(), reverse=True)),
        closed=tuple(sorted(shut)),
        heard=tuple(sorted(heard)),
    )


def named(week: Week, *, talks: Sequence[Talk], late: Sequence[Talk], before: History) -> set[UUID]:
    """The houses a quotation of the issue may name.

    A house with fewer than five talks in eight weeks goes unnamed; when fewer than three houses of the issue do, naming
    the others would name it too, so none is.
    """
    counts = Counter(talk.house for talk in talks if talk.own)
    counts.update(before.houses)
    present = {talk.house for talk in [*talks, *late]}
    small = {house for house in present if counts[house] < FEWEST_TALKS_NAMED}
    hiding = small & {talk.house for talk in [*talks, *late] if talk.own}
    if small and len(hiding) < FEWEST_UNNAMED:
        return set()
    return present - small


def themes(
    week: Week,
    *,
    talks: Sequence[Talk],
    before: History,
    codebook: Sequence[Patterns] = (),
    quoted: Sequence[Shown] = (),
    fewest_houses: int = FEWEST_HOUSES,
    span: int = 1,
    is_broken: bool = False,
) -> list[ThemeOfWeek]:
    """The week's themes: what changed first, then by count, then in the codebook's order, which is the same in every database."""
    by_theme: dict[UUID, list[Talk]] = defaultdict(list)
    for talk in talks:
        for theme in talk.themes:
            by_theme[theme].append(talk)
    patterns = {one.theme: one for one in codebook}
    place = {theme: number for number, theme in enumerate([*patterns, *sorted(by_theme.keys() - patterns.keys())])}
    choice = Choice(quoted)
    shown = [week.plus(back) for back in range(1 - WEEKS_SHOWN, 1)]
    found = []
    for theme, about_it in sorted(by_theme.items(), key=lambda pair: (-len(pair[1]), place[pair[0]])):
        quotes = choice.pick(theme, about_it, patterns.get(theme))
        one = _theme(shown, theme, about_it, talks=talks, before=before, quotes=quotes, fewest_houses=fewest_houses, span=span)
        found.append(one.model_copy(update={"change": Change.TOO_EARLY}) if is_broken else one)
    return sorted(found, key=lambda one: (one.change not in (Change.MORE, Change.NEW), -one.count, place[one.theme]))


def _theme(
    shown: Sequence[Week],
    theme: UUID,
    about_it: Sequence[Talk],
    *,
    talks: Sequence[Talk],
    before: History,
    quotes: Sequence[QuoteRef],
    fewest_houses: int,
    span: int,
) -> ThemeOfWeek:
    """shown: the weeks whose numbers it shows, of which the talks were held in the last ones, `span` of them."""
    by_week, first, last = before.themes.get(theme, {}), shown[-span], shown[-1]
    earlier = sum(by_week.values())
    here = Counter(min(max(talk.week, first), last) for talk in about_it)
    tones = Counter(talk.themes[theme] for talk in about_it)
    houses = len({talk.house for talk in about_it})
    return ThemeOfWeek(
        theme=theme,
        count=len(about_it),
        trouble=tones["trouble"],
        praise=tones["praise"],
        houses=houses,
        weeks=tuple(by_week.get(one, 0) + here[one] for one in shown),
        before=earlier,
        talks_before=before.talks,
        change=change(
            count=len(about_it),
            of=len(talks),
            before=earlier,
            of_before=before.talks,
            houses=houses,
            weeks_before=len(before.weeks),
            fewest_houses=fewest_houses,
        ),
        quotes=tuple(quotes),
        talks=tuple(talk.id for talk in about_it),
    )


def change(
    *,
    count: int,
    of: int,
    before: int,
    of_before: int,
    houses: int,
    weeks_before: int,
    fewest_houses: int = FEWEST_HOUSES,
) -> Change:
    """Whether a theme is more talked of than in the weeks before: `count` of `of` talks against `before` of `of_before`.

    Exact one-sided hypergeometric test (Fisher), p < .01, at least three talks from at least two houses, where there are two.
    """
    if weeks_before < FEWEST_WEEKS_BEFORE:
        return Change.TOO_EARLY
    if houses >= fewest_houses:
        if before == 0 and count >= FEWEST_FOR_NEW:
            return Change.NEW
        if count >= FEWEST_FOR_MORE and upper_tail(count, of, count + before, of + of_before) < SURE:
            return Change.MORE
    return Change.USUAL


def leading(content: Content) -> ThemeOfWeek | None:
    """The theme a headline is about: the change that chance explains least, by the same test; else the biggest that more than
    one talk was about. Of changes that are equally sure the first on the page."""
    changed = [one for one in content.themes if one.change in (Change.MORE, Change.NEW)]
    if changed:
        return min(changed, key=lambda one: chance(one, of=content.talks))
    return next((one for one in content.themes[:1] if one.count > 1), None)


def chance(theme: ThemeOfWeek, *, of: int) -> float:
    """How often so many of the `of` talks would be about the theme, had nothing changed: from the counts that are stored."""
    return upper_tail(theme.count, of, theme.count + theme.before, of + theme.talks_before)


def upper_tail(hits: int, draws: int, marked: int, population: int) -> float:
    """P(X ≥ hits) when `draws` are drawn without replacement from `population` of which `marked` are marked."""
    outcomes = range(hits, min(marked, draws) + 1)
    if population <= MOST_COUNTED_EXACTLY:
        ways = sum(comb(marked, k) * comb(population - marked, draws - k) for k in outcomes)
        return ways / comb(population, draws)
    return fsum(
        exp(_log_comb(marked, k) + _log_comb(population - marked, draws - k) - _log_comb(population, draws))
        for k in outcomes
        if draws - k <= population - marked
    )


def _log_comb(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def silent(week: Week, *, houses: Iterable[UUID], last: Mapping[UUID, Week], closed: Closed = NEVER_CLOSED) -> list[SilentHouse]:
    """Houses where no talk was held in their four open weeks up to the issue's end. In no order of merit: none is compared."""
    return [
        SilentHouse(house=house, last_week=str(last[house]) if house in last else None)
        for house in sorted(houses)
        if house not in last or last[house] < _first_of_open_weeks(week, closed.get(house, ()))
    ]


def _first_of_open_weeks(week: Week, closed: Collection[Week]) -> Week:
    """Goes back until the house was open for as many weeks as make silence."""
    were_open = int(week not in closed)
    while were_open < SILENT_WEEKS:
        week = week.plus(-1)
        were_open += week not in closed
    return week
