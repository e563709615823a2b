"""Months and years of an area, added up from its issues as they were frozen: nothing is counted anew, nothing stored.

A week belongs to the month of its Thursday, and to its ISO year; so a year has all its months' weeks and no others.
"""

import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import conversations, people, questions, themes
from domain.base import EARLIEST_YEAR, LATEST_YEAR, Week, in_chunks
from domain.conversations import QUOTABLE, Conversation
from domain.people import Actor, Permission, Sector, Unit

from . import rules
from .breaks import breaks
from .quoted import words_of
from .quotes import Choice
from .tables import Issue, IssueTalk
from .talk import Talk

MONTHS = 12
#: How many periods of the same length before it a month and a year are compared with.
MONTHS_BEFORE, YEARS_BEFORE = 3, 1
_LABEL = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")


@dataclass(frozen=True, order=True)
class Period:
    """A month, or with `month` 0 a year. `str()` is the fixed form `2026-11`, `2026`."""

    year: int
    month: int = 0

    @classmethod
    def parse(cls, label: str) -> "Period":
        """Raises ValueError where there is no such month or year."""
        found = _LABEL.fullmatch(label)
        year, month = (int(found[1]), int(found[2] or 0)) if found else (0, 0)
        if not found or not EARLIEST_YEAR <= year <= LATEST_YEAR or not (found[2] is None or 1 <= month <= MONTHS):
            raise ValueError(f"not a month or a year: {label!r}")
        return cls(year, month)

    @classmethod
    def month_of(cls, week: Week) -> "Period":
        thursday = week.monday() + timedelta(days=3)
        return cls(thursday.year, thursday.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}" if self.month else f"{self.year:04d}"

    def plus(self, periods: int) -> "Period":
        if not self.month:
            return Period(self.year + periods)
        months = self.year * MONTHS + self.month - 1 + periods
        return Period(months // MONTHS, months % MONTHS + 1)

    def weeks(self) -> list[Week]:
        """Its weeks, the first one first: four or five of a month, 52 or 53 of a year."""
        if not self.month:
            return [week for month in range(1, MONTHS + 1) for week in Period(self.year, month).weeks()]
        first = date(self.year, self.month, 1)
        thursday = first + timedelta(days=(3 - first.weekday()) % 7)
        found = []
        while thursday.month == self.month:
            found.append(Week(*thursday.isocalendar()[:2]))
            thursday += timedelta(days=7)
        return found

    def weeks_before(self) -> list[Week]:
        """Those it is compared with."""
        before = MONTHS_BEFORE if self.month else YEARS_BEFORE
        return [week for back in range(before, 0, -1) for week in self.plus(-back).weeks()]

    def columns(self) -> list[list[Week]]:
        """What its charts show side by side: the weeks of a month, the months of a year."""
        if self.month:
            return [[week] for week in self.weeks()]
        return [Period(self.year, month).weeks() for month in range(1, MONTHS + 1)]


@dataclass(frozen=True)
class PeriodEdition:
    """A month or a year as far as its weeks are issued. `content.themes` have a number for each column of the period;
    `content.named` are the houses its quotations may name. `issued`: its weeks with how many talks they have;
    `breaks`: those from which on a question of another meaning was asked, as known at the end of the last;
    `open_at_end`: how many houses were open in its last week."""

    area: Unit
    period: Period
    content: rules.Content
    issued: Mapping[Week, int]
    breaks: tuple[Week, ...] = ()
    open_at_end: int = 0

    @property
    def is_over(self) -> bool:
        return self.period.weeks()[-1] in self.issued


def read_period(session: Session, actor: Actor, *, area_id: uuid.UUID, period: Period) -> PeriodEdition | None:
    """None where the actor has nothing to read, or no week of it is issued."""
    area = next((unit for unit in people.areas_within(session, actor, Permission.READ_DIGESTS) if unit.id == area_id), None)
    issues = _issues(session, area, period.weeks()) if area else {}
    if area is None or not issues:
        return None
    contents = {week: rules.Content.model_validate(issue.content) for week, issue in issues.items()}
    earlier = _issues(session, area, period.weeks_before())
    before = {week: rules.Content.model_validate(issue.content) for week, issue in earlier.items()}
    held = _houses(session, issues)
    last = contents[max(contents)]
    until = max(contents)
    meanings = questions.changed_meaning(session, [area.sector or ""])
    broken = breaks(meanings, [week for week in period.weeks() if week <= until])
    compared = breaks(meanings, period.weeks_before())
    # As the issues were frozen: a number that moved when a talk is taken back would tell whose it was.
    heard = {house for one in contents.values() for house in one.heard}
    content = rules.Content(
        talks=sum(one.talks for one in contents.values()),
        late=sum(one.late for one in contents.values()),
        houses_heard=max(len(heard), *(one.houses_heard for one in contents.values())),
        houses_open=max(len(heard), *(one.houses_open for one in contents.values())),
        themes=tuple(_themes(session, actor, period, contents, before, is_broken=bool(broken or compared))),
        without_theme=(),
        silent=last.silent,
        named=tuple(sorted(named(contents, {week: {house for house, _late in houses} for week, houses in held.items()}))),
        silent_may_be_named=last.silent_may_be_named,
        silent_weeks_may_be_told=last.silent_weeks_may_be_told,
        closed=last.closed,
    )
    return PeriodEdition(
        area, period, content, {week: one.talks for week, one in sorted(contents.items())}, broken, last.houses_open
    )


def named(contents: Mapping[Week, rules.Content], present: Mapping[Week, Collection[uuid.UUID]]) -> set[uuid.UUID]:
    """The houses a quotation of the period may name: those that every issue names in which they have a talk.

    Two quotations of a theme come from different houses. A house named for one of its weeks beside an unnamed quotation of
    another, where it may not be named, would leave fewer houses that one can come from than that issue counted on.
    """
    everywhere = {house for houses in present.values() for house in houses}
    return {
        house for house in everywhere if all(house in contents[week].named for week, houses in present.items() if house in houses)
    }


def _issues(session: Session, area: Unit, weeks: Sequence[Week]) -> dict[Week, Issue]:
    query = select(Issue).where(Issue.unit_id == area.id, col(Issue.week).in_([str(week) for week in weeks]))
    return {Week.parse(issue.week): issue for issue in session.exec(query.order_by(col(Issue.week))).all()}


def _houses(session: Session, issues: Mapping[Week, Issue]) -> dict[Week, set[tuple[uuid.UUID, bool]]]:
    """By week the houses that have a talk in its issue, in any revision, and whether one that came late."""
    weeks = {issue.id: week for week, issue in issues.items()}
    query = (
        select(IssueTalk.issue_id, Conversation.unit_id, IssueTalk.late)
        .join(Conversation, col(Conversation.first_id) == col(IssueTalk.conversation_id))
        .where(col(IssueTalk.issue_id).in_(list(weeks)))
        .distinct()
    )
    found: dict[Week, set[tuple[uuid.UUID, bool]]] = defaultdict(set)
    for issue, house, late in session.exec(query).all():
        found[weeks[issue]].add((house, late))
    return dict(found)


Parts = Mapping[Week, rules.ThemeOfWeek]


def _themes(
    session: Session,
    actor: Actor,
    period: Period,
    contents: Mapping[Week, rules.Content],
    before: Mapping[Week, rules.Content],
    *,
    is_broken: bool,
) -> list[rules.ThemeOfWeek]:
    """As the week's: what changed first, then by count, then in the codebook's order."""
    parts: dict[uuid.UUID, dict[Week, rules.ThemeOfWeek]] = defaultdict(dict)
    for week, content in contents.items():
        for one in content.themes:
            parts[one.theme][week] = one
    quotable, choice = _quotable(session, actor, parts), Choice()
    patterns = {one.theme: one for one in themes.patterns(themes.codebook(session, list(Sector)))}
    place = {theme: number for number, theme in enumerate([*patterns, *sorted(parts.keys() - patterns.keys())])}
    then = _Before.of(list(before.values()))
    found = []
    for theme, weeks in sorted(parts.items(), key=lambda pair: (-_count(pair[1]), place[pair[0]])):
        quotes = tuple(choice.pick(theme, quotable.get(theme, []), patterns.get(theme)))
        houses, count = _houses_of(session, weeks), _count(weeks)
        found.append(
            rules.ThemeOfWeek(
                theme=theme,
                count=count,
                trouble=sum(one.trouble for one in weeks.values()),
                praise=sum(one.praise for one in weeks.values()),
                houses=houses,
                weeks=tuple(sum(weeks[one].count for one in column if one in weeks) for column in period.columns()),
                before=then.themes[theme],
                talks_before=then.talks,
                change=rules.Change.TOO_EARLY
                if is_broken
                else rules.change(
                    count=count,
                    of=sum(one.talks for one in contents.values()),
                    before=then.themes[theme],
                    of_before=then.talks,
                    houses=houses,
                    weeks_before=then.weeks,
                ),
                quotes=quotes,
                talks=(),
            )
        )
    return sorted(found, key=lambda one: (one.change not in (rules.Change.MORE, rules.Change.NEW), -one.count, place[one.theme]))


@dataclass(frozen=True)
class _Before:
    """The periods before, in counts: their talks, the weeks that had any, and the talks of each theme."""

    talks: int
    weeks: int
    themes: Counter[uuid.UUID]

    @classmethod
    def of(cls, contents: Sequence[rules.Content]) -> "_Before":
        talks = [content.talks for content in contents]
        counts = Counter[uuid.UUID]()
        for content in contents:
            counts.update({theme.theme: theme.count for theme in content.themes})
        return cls(sum(talks), sum(1 for n in talks if n), counts)


def _count(weeks: Parts) -> int:
    return sum(one.count for one in weeks.values())


def _houses_of(session: Session, weeks: Parts) -> int:
    """How many houses talked of it, as far as it matters: a change needs two. Looked up where no week alone has so many."""
    most = max(one.houses for one in weeks.values())
    if most >= rules.FEWEST_HOUSES or _count(weeks) < rules.FEWEST_HOUSES:
        return most
    talks = [key for one in weeks.values() for key in one.talks]
    query = sa.select(col(Conversation.unit_id)).distinct()
    query = query.where(col(Conversation.replaced_by_id).is_(None))
    found = {
        house
        for some in in_chunks(talks)
        for (house,) in session.execute(query.where(col(Conversation.first_id).in_(some))).all()
    }
    return max(most, len(found))


def _quotable(session: Session, actor: Actor, parts: Mapping[uuid.UUID, Parts]) -> Mapping[uuid.UUID, list[Talk]]:
    """By theme the talks that its issues quote and that may still be quoted, with the words that were: no others are chosen."""
    refs = [(theme, ref) for theme, weeks in parts.items() for one in weeks.values() for ref in one.quotes]
    rows = conversations.revisions(session, actor, [(ref.conversation, ref.revision) for _theme, ref in refs])
    latest = conversations.by_ids(session, actor, sorted({ref.conversation for _theme, ref in refs}))
    tones = {
        (key, coding.theme_id): coding.tone
        for key, codings in themes.confirmed_for(session, list(latest)).items()
        for coding in codings
    }
    found: dict[uuid.UUID, list[Talk]] = defaultdict(list)
    for theme, ref in refs:
        row, now = rows.get((ref.conversation, ref.revision)), latest.get(ref.conversation)
        words = words_of(row, ref) if row and now and now.quote_scope in QUOTABLE else None
        if row and words:
            talk = Talk(
                id=ref.conversation,
                house=row.unit_id,
                week=Week.parse(row.held_week),
                themes={theme: tones.get((ref.conversation, theme))},
                revision=ref.revision,
                quotes=((ref.answer, ref.number, words),),
            )
            found[theme].append(talk)
    return found


def months_and_years(weeks: Iterable[Week]) -> tuple[list[Period], list[Period]]:
    """The months and the years that these weeks belong to, the newest first."""
    months = {Period.month_of(week) for week in weeks}
    return sorted(months, reverse=True), sorted({Period(month.year) for month in months}, reverse=True)
