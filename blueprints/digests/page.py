"""One week as its page and its Markdown show it: the domain's counts and references, put into words once for both."""

import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlmodel import Session

from blueprints.shared import addresses, charts, language, talks, words
from domain import conversations, digests, people, themes
from domain.base import Week, now
from domain.digests import Change, Content, Edition, QuoteRef, ThemeOfWeek
from domain.people import Actor

from . import paper
from .quotations import Quoted, from_above, may_have_left, quotations
from .silence import Silent, closed_line, none_silent, silence_in_words, silent_houses
from .waits import MOST_WAITING, Waiting, waiting_for

#: A phone that was not seen for so long says nothing about this week.
UNSENT_SINCE = timedelta(days=14)
#: A theme of one talk is drawn whole only while there are fewer than so many others; the rest are named in a line each.
FEWEST_SHOWN = 3


@dataclass(frozen=True)
class Figure:
    label: str
    value: int
    small: str = ""
    on_paper: bool = True


@dataclass(frozen=True)
class ThemeView:
    name: str
    count: int
    change: str
    changed: bool
    trouble: int
    praise: int
    neutral: int
    tones: str
    weeks: tuple[int, ...]
    weeks_label: str
    quotes: list[Quoted]
    url: str
    over_time_url: str


@dataclass(frozen=True)
class WeekPage:
    """What waits is the reader's own and of this moment: it stands on the page, never on paper."""

    area: str
    area_id: uuid.UUID
    week: Week
    is_issued: bool
    is_running: bool
    kicker: str
    headline: str
    headline_by: str
    headline_is_gone: bool
    headline_url: str
    silent_line: str
    closed_line: str
    figures: list[Figure]
    waits: Figure
    themes: list[ThemeView]
    mentioned: list[ThemeView]
    week_numbers: list[int]
    broken: list[int]
    broken_line: str
    without_theme: int
    late: int
    late_weeks: str
    talks: int
    silence_is_told: bool
    silent: list[Silent]
    none_silent: str
    url: str
    unsent: int
    waiting: list[Waiting]
    waiting_too: list[Waiting]
    is_read: bool
    readers: list[str]
    talks_url: str
    without_theme_url: str
    markdown_url: str
    pdf_url: str
    unnamed: str

    @staticmethod
    def theme_name(session: Session, theme_id: uuid.UUID) -> str:
        return theme_names(session).get(str(theme_id), "")

    @classmethod
    def of(cls, session: Session, actor: Actor, edition: Edition) -> "WeekPage":
        content, week = edition.content, edition.week
        names = theme_names(session)
        houses = {house.id: house for house in edition.houses}
        label = label_of(edition.houses)
        here: dict[str, Any] = {"area_id": edition.area.id, "label": str(week)}
        source, left = from_above(edition.area, content), may_have_left(session, edition)
        quotes = quotations(session, actor, content, source=source, houses=houses, left=left)
        views = theme_views(
            content,
            names,
            quotes,
            tones=lambda theme: words.tones(theme, label=label),
            url=addresses.of_each("digests.week_theme", "theme_id", **here),
        )
        shown = drawn_whole(views)
        written = digests.headline_of(session, edition.issue_id) if edition.issue_id else None
        waiting = waiting_for(session, actor, names)
        readers = digests.readers_of(session, edition.issue_id) if edition.issue_id else []
        return cls(
            area=edition.area.name,
            area_id=edition.area.id,
            week=week,
            is_issued=edition.made_at is not None,
            is_running=week == talks.this_week(),
            kicker=f"{language.week_number(week)} · {language.week_span(week)}",
            headline=(written and written.text) or made_headline(edition, names),
            headline_by=written.by if written and written.text else "",
            headline_is_gone=written is not None and not written.text,
            headline_url=url_for("digests.headline", **here),
            silent_line=silence_in_words(len(content.silent) if content.silent_may_be_named else 0, label),
            closed_line=closed_line(session, content.closed, label, houses),
            figures=[
                Figure(_("Samtaler"), content.talks),
                Figure(words.houses_heard(label), content.houses_heard, _("af %(open)d", open=content.houses_open)),
            ],
            waits=Figure(_("Venter på dig"), len(waiting), on_paper=False),
            themes=shown,
            mentioned=[view for view in views if view not in shown],
            week_numbers=[week.plus(back).number for back in range(-7, 1)],
            broken=charts.broken_columns([[week.plus(back)] for back in range(-7, 1)], edition.breaks),
            broken_line=words.breaks(edition.breaks, year=week.year),
            without_theme=len(content.without_theme),
            late=content.late,
            late_weeks=words.late_weeks(content, year=week.year),
            talks=content.talks,
            silence_is_told=content.silent_may_be_named,
            silent=silent_houses(session, content, houses, year=week.year),
            none_silent=none_silent(content.houses_open, label),
            url=url_for("digests.week", **here),
            unsent=_unsent(session, actor, edition),
            waiting=waiting[:MOST_WAITING],
            waiting_too=waiting[MOST_WAITING:],
            is_read=any(one.person_id == actor.person_id for one in readers),
            readers=[one.name for one in readers if one.person_id != actor.person_id],
            talks_url=url_for("digests.week_talks", **here),
            without_theme_url=url_for("digests.week_without_theme", **here),
            markdown_url=url_for("digests.week_as_markdown", **here),
            pdf_url=url_for("digests.week_as_pdf", **here) if paper.can_be_made() else "",
            unnamed=words.unnamed(label),
        )


def theme_names(session: Session) -> dict[str, str]:
    """By the theme's id as text."""
    return {str(key): name for key, name in language.pick_each(themes.names(session)).items()}


def _unsent(session: Session, actor: Actor, edition: Edition) -> int:
    """Of this moment, so it stands on the weeks that are read now, the newest issue too, and says nothing of older ones."""
    if edition.made_at and edition.week < talks.this_week().plus(-1):
        return 0
    return people.count_unsent(session, actor, edition.area, since=now() - UNSENT_SINCE)


def made_headline(edition: Edition, names: dict[str, str]) -> str:
    """The one made from counts, whatever somebody wrote over it. `names`: of the themes, by id."""
    return words.headline(edition.content, names, label=label_of(edition.houses))


def label_of(houses: Sequence[people.Unit]) -> str | None:
    """The local word of an area's institutions."""
    return houses[0].label if houses else None


def drawn_whole(views: Sequence[ThemeView]) -> list[ThemeView]:
    """The themes that have a card: what changed and what several talked of, but always a few."""
    shown = [view for view in views if view.changed or view.count > 1]
    return shown + [view for view in views if view not in shown][: max(0, FEWEST_SHOWN - len(shown))]


def theme_views(
    content: Content,
    names: Mapping[str, str],
    quotes: Mapping[QuoteRef, Quoted],
    *,
    tones: Callable[[ThemeOfWeek], str],
    url: Callable[[uuid.UUID], str],
    time: words.Time = words.Time.WEEK,
    columns: str = "",
) -> list[ThemeView]:
    """The themes in words. `columns`: what the numbers of each are, oldest first; else those of eight weeks."""
    over_time_url = addresses.of_each("themes.theme", "theme_id")
    return [
        ThemeView(
            name=names.get(str(theme.theme), ""),
            count=theme.count,
            change=words.change(theme, of=content.talks, time=time),
            changed=theme.change in (Change.MORE, Change.NEW),
            trouble=theme.trouble,
            praise=theme.praise,
            neutral=words.neutral(theme),
            tones=tones(theme),
            weeks=theme.weeks,
            weeks_label=f"{columns}: {', '.join(map(str, theme.weeks))}" if columns else _weeks_label(theme),
            quotes=[quotes[ref] for ref in theme.quotes],
            url=url(theme.theme),
            over_time_url=over_time_url(theme.theme),
        )
        for theme in content.themes
    ]


def _weeks_label(theme: ThemeOfWeek) -> str:
    counts = ", ".join(str(n) for n in theme.weeks)
    return _("Samtaler om temaet i de sidste 8 uger, ældste først: %(counts)s", counts=counts)


def all_talks_note(page: WeekPage) -> str:
    """What the list holds besides the week's own talks."""
    return _("%(n)d kom med senere", n=page.late) if page.late else ""


def late_groups(rows: Sequence[conversations.Conversation], *, year: int, is_issued: bool) -> list[tuple[str, list[uuid.UUID]]]:
    """Late talks by the week they belong to; all together, in no order of time, where a week has so few that its name beside the
    words would tell too much (docs/privacy.md), and until the issue: each would tell its week as it comes."""
    by_week: dict[str, list[uuid.UUID]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.held_week, row.reference.hex), reverse=True):
        by_week[row.held_week].append(row.first_id)
    if is_issued and all(len(keys) >= digests.FEWEST_TALKS_NAMED for keys in by_week.values()):
        return [
            (_("Kom med senere: %(week)s", week=words.week(Week.parse(held), year=year)), keys) for held, keys in by_week.items()
        ]
    mixed = sorted(rows, key=lambda row: row.reference.hex)
    return [(_("Kom med senere"), [row.first_id for row in mixed])]


_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")


def markdown_safe(text: str) -> str:
    """A text as one line of Markdown that means only itself: no markup, no HTML, no list begun by a digit."""
    line = " ".join(text.split())
    line = _MARKS.sub(r"\\\1", line).replace("&", "&amp;")
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", line)
