"""Themes over the weeks as their pages show them: all of them with dots, and one with every talk about it."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlmodel import Session
from wtforms import SelectField
from wtforms.fields import SelectChoice

from blueprints.shared import language, talks, unit, words
from blueprints.shared.forms import Form
from domain import audit, conversations, digests, people, themes
from domain.base import Week, now
from domain.conversations import QUOTABLE, Conversation
from domain.digests import About
from domain.people import Actor, Permission
from domain.themes import Theme, Tone

#: A page ends with the week in which so many talks are reached: a week is never torn apart.
A_PAGE = 20
NEUTRAL = "neutral"
#: How many weeks a period goes back, this one included; None: by the year, or not at all.
PERIODS = {"8": 8, "26": 26, "year": None, "all": None}


class FilterForm(Form):
    """What one wants to see of a theme. There is no choice of house: two answers beside each other would name one."""

    period = SelectField(
        lazy_gettext("Periode"),
        choices=[
            SelectChoice("8", lazy_gettext("De sidste 8 uger")),
            SelectChoice("26", lazy_gettext("De sidste 26 uger")),
            SelectChoice("year", lazy_gettext("I år")),
            SelectChoice("all", lazy_gettext("Alle uger")),
        ],
    )
    tone = SelectField(
        lazy_gettext("Bøvl og ros"),
        choices=[
            SelectChoice("", lazy_gettext("Alle")),
            SelectChoice(Tone.TROUBLE, lazy_gettext("Bøvl")),
            SelectChoice(Tone.PRAISE, lazy_gettext("Ros")),
            SelectChoice(NEUTRAL, lazy_gettext("Uden mærke")),
        ],
    )


def filter_form() -> FilterForm:
    """As the address says; what it cannot mean is as if it were not said."""
    form = FilterForm(formdata=None)
    period, tone = request.args.get("period", ""), request.args.get("tone", "")
    form.period.data = period if period in PERIODS else "8"
    form.tone.data = tone if tone in (*Tone, NEUTRAL) else ""
    return form


@dataclass(frozen=True)
class ThemeLine:
    """One theme of the list. `weeks`: talks by week, the running one last; empty where there are none."""

    name: str
    url: str
    count: int
    weeks: tuple[int, ...]
    weeks_label: str


@dataclass(frozen=True)
class Shown:
    """A talk about the theme: what may be quoted of it, or only where it is read."""

    quotes: list[str]
    source: str
    tone: str | None
    tone_name: str
    url: str


@dataclass(frozen=True)
class ShownWeek:
    """`title`: of the week whose issue the talks stand in."""

    title: str
    span: str
    quoted: list[Shown]
    others: list[Shown]

    @property
    def count(self) -> int:
        return len(self.quoted) + len(self.others)


@dataclass(frozen=True)
class ThemePage:
    """`total`, `trouble`, `praise`, `neutral` count the whole period, whatever tone is chosen; `found` what the tone leaves."""

    id: uuid.UUID
    name: str
    definition: str
    line: ThemeLine
    weeks: list[Week]
    total: int
    trouble: int
    praise: int
    neutral: int
    tones: str
    found: int
    shown: list[ShownWeek]
    newer_url: str
    older_url: str


def weeks_shown() -> list[Week]:
    """The last eight, oldest first; the last is this week."""
    running = talks.this_week()
    return [running.plus(back) for back in range(1 - digests.WEEKS_SHOWN, 1)]


def codebook(session: Session, actor: Actor) -> list[Theme]:
    """The themes of the sectors within reach."""
    places = people.institutions_within(session, actor, Permission.CODE_TALKS)
    return themes.codebook(session, sorted({place.sector for place in places if place.sector}))


def lines(session: Session, actor: Actor, *, by_count: bool) -> list[tuple[str, list[ThemeLine]]]:
    """The themes by sector, in the codebook's order or those most talked of first. Themes are sorted; houses never."""
    weeks = weeks_shown()
    counted = digests.counts_by_theme(session, actor, since=weeks[0])
    found = []
    for sector, these in groupby(codebook(session, actor), key=lambda theme: theme.sector):
        shown = [_line(theme, digests.series(counted[theme.id], weeks)) for theme in these]
        found.append((words.sector_name(sector), sorted(shown, key=lambda one: -one.count) if by_count else shown))
    return found


def theme_page(session: Session, actor: Actor, theme: Theme, form: FilterForm, *, before: str) -> ThemePage:
    """`before`: the week the page goes on after, as it stands in the address; what is no week begins anew."""
    weeks = weeks_shown()
    every = digests.about_theme(session, actor, theme_id=theme.id)
    in_period = [one for one in every if _is_in(form.period.data, one.week, weeks[-1])]
    tones = Counter(one.tone for one in in_period)
    found = [one for one in in_period if form.tone.data in ("", one.tone or NEUTRAL)]
    groups = [(week, list(these)) for week, these in groupby(found, key=lambda one: one.week)]
    first, page, older = _page(groups, _week(before))
    here: dict[str, Any] = {"theme_id": theme.id, "period": form.period.data, "tone": form.tone.data}
    neutral = len(in_period) - tones[Tone.TROUBLE] - tones[Tone.PRAISE]
    return ThemePage(
        id=theme.id,
        name=language.pick(theme.name),
        definition=language.pick(theme.definition),
        line=_line(theme, digests.series(Counter(one.week for one in every), weeks)),
        weeks=weeks,
        total=len(in_period),
        trouble=tones[Tone.TROUBLE],
        praise=tones[Tone.PRAISE],
        neutral=neutral,
        tones=words.tone_counts(tones[Tone.TROUBLE], tones[Tone.PRAISE], neutral),
        found=len(found),
        shown=_shown(session, actor, page),
        newer_url=url_for("themes.theme", **here) if first else "",
        older_url=url_for("themes.theme", before=older, **here) if older else "",
    )


def _page(
    groups: Sequence[tuple[Week | None, list[About]]], before: Week | None
) -> tuple[bool, list[tuple[Week | None, list[About]]], Week | None]:
    """Whether something stands before it, whole weeks until there are enough talks, and the week the next page goes on after."""
    rest = [group for group in groups if before is None or (group[0] is not None and group[0] < before)]
    page: list[tuple[Week | None, list[About]]] = []
    while rest and sum(len(these) for _week_of, these in page) < A_PAGE:
        page.append(rest.pop(0))
    last = page[-1][0] if page else None
    older = (last or talks.this_week().plus(1)) if rest else None
    return len(groups) > len(page) + len(rest), page, older


def _is_in(period: str, week: Week | None, running: Week) -> bool:
    """What stands in no issue yet is of this week."""
    if week is None or period == "all":
        return True
    if period == "year":
        return week.year == running.year
    return week > running.plus(-int(period))


def _week(label: str) -> Week | None:
    try:
        return Week.parse(label)
    except ValueError:
        return None


def _line(theme: Theme, weeks: tuple[int, ...]) -> ThemeLine:
    counts = ", ".join(str(n) for n in weeks)
    return ThemeLine(
        name=language.pick(theme.name),
        url=url_for("themes.theme", theme_id=theme.id),
        count=sum(weeks),
        weeks=weeks,
        weeks_label=_("Samtaler om temaet i de sidste 8 uger, ældste først: %(counts)s", counts=counts),
    )


def _shown(session: Session, actor: Actor, page: Sequence[tuple[Week | None, list[About]]]) -> list[ShownWeek]:
    """The talks of a page, with the read log written for them."""
    rows = conversations.by_ids(session, actor, [one.talk for _week_of, these in page for one in these])
    read = [one.talk for _week_of, these in page for one in these if one.talk in rows]
    audit.record_read(unit.database(), person_id=actor.person_id, page=request.endpoint or "", conversations=read, at=now())
    houses = digests.house_names(session, actor, list(rows.values()))
    units = people.units_by_id(session, [row.unit_id for row in rows.values()])
    found = []
    for week, these in page:
        shown = []
        for one in these:
            if one.talk in rows:
                row = rows[one.talk]
                house = houses[one.talk] or words.unnamed(units[row.unit_id].label)
                shown.append(_talk(actor, row, one.tone, f"{words.teller(units[row.unit_id].sector)}, {house}"))
        found.append(
            ShownWeek(
                title=language.week_number(week) if week else _("Indtil nu i denne uge"),
                span=language.week_span(week) if week else "",
                quoted=[talk for talk in shown if talk.quotes],
                others=[talk for talk in shown if not talk.quotes],
            )
        )
    return found


def _talk(actor: Actor, row: Conversation, tone: str | None, source: str) -> Shown:
    spoken = [quote for answer in row.answers for quote in conversations.quotes(answer.get("text") or "")]
    return Shown(
        quotes=[quote for quote in spoken if conversations.is_quotable(quote)] if row.quote_scope in QUOTABLE else [],
        source=source,
        tone=tone,
        tone_name=words.tone(tone),
        url=url_for("conversations.talk", key=conversations.address(actor, row)),
    )
