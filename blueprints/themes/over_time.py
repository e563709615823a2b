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
from domain import audit, conversations, digests, people, questions, themes
from domain.base import Week, now
from domain.conversations import QUOTABLE, Conversation
from domain.digests import About, GatheredIn
from domain.people import Actor, Permission
from domain.themes import Theme, Tone

#: A page ends with the week in which so many talks are reached: a week is never torn apart.
A_PAGE = 20
NEUTRAL = "neutral"
#: A number is how many weeks a period goes back, this one included.
PERIODS = ("8", "26", "year", "all")


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
    broken: tuple[int, ...]


@dataclass(frozen=True)
class ThemesOfSector:
    """`broken_line`: from which week on other questions are asked."""

    name: str
    lines: list[ThemeLine]
    broken_line: str


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
    """`title`: of the week whose issue the talks stand in or wait for."""

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
    broken_line: str
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


def lines(session: Session, actor: Actor, *, by_count: bool) -> list[ThemesOfSector]:
    """The themes by sector, in the codebook's order or those most talked of first. Themes are sorted; houses never."""
    weeks = weeks_shown()
    counted = digests.counts_by_theme(session, actor, since=weeks[0], now=now())
    found: list[ThemesOfSector] = []
    for sector, these in groupby(codebook(session, actor), key=lambda theme: theme.sector):
        broken = _breaks(session, sector, weeks)
        shown = [_line(theme, digests.series(counted[theme.id], weeks), weeks, broken) for theme in these]
        lines = sorted(shown, key=lambda one: -one.count) if by_count else shown
        found.append(ThemesOfSector(words.sector_name(sector), lines, words.breaks(broken, year=weeks[-1].year)))
    return found


def _breaks(session: Session, sector: str, weeks: Sequence[Week]) -> tuple[Week, ...]:
    return digests.breaks(questions.changed_meaning(session, [sector]), weeks)


def theme_page(session: Session, actor: Actor, theme: Theme, form: FilterForm, *, before: str) -> ThemePage:
    """`before`: the week the page goes on after, as it stands in the address; what is no week begins anew.

    The weeks are counted first, and only the talks of the weeks on this page are read.
    """
    weeks = weeks_shown()
    since = _since(form.period.data, weeks[-1])
    looked_at = min(since, weeks[0]) if since else None
    counted = digests.counts_by_theme(session, actor, since=looked_at, now=now(), theme_id=theme.id)[theme.id]
    in_period = Counter({one: n for one, n in counted.items() if not (since and one[0].week < since)})
    tones = Counter[str | None]()
    for (_where, tone), n in in_period.items():
        tones[tone] += n
    wanted = [tone for tone in tones if form.tone.data in ("", tone or NEUTRAL)]
    found = Counter[GatheredIn]()
    for (where, tone), n in in_period.items():
        found[where] += n if tone in wanted else 0
    first, page, older = _page(found, _week(before))
    about = digests.about_theme(session, actor, theme_id=theme.id, at=page, tones=wanted, now=now())
    here: dict[str, Any] = {"theme_id": theme.id, "period": form.period.data, "tone": form.tone.data}
    broken = _breaks(session, theme.sector, weeks)
    neutral = tones.total() - tones[Tone.TROUBLE] - tones[Tone.PRAISE]
    return ThemePage(
        id=theme.id,
        name=language.pick(theme.name),
        definition=language.pick(theme.definition),
        line=_line(theme, digests.series(counted, weeks), weeks, broken),
        broken_line=words.breaks(broken, year=weeks[-1].year),
        weeks=weeks,
        total=tones.total(),
        trouble=tones[Tone.TROUBLE],
        praise=tones[Tone.PRAISE],
        neutral=neutral,
        tones=words.tone_counts(tones[Tone.TROUBLE], tones[Tone.PRAISE], neutral),
        found=found.total(),
        shown=_shown(session, actor, [(where, list(these)) for where, these in groupby(about, key=lambda one: one.at)]),
        newer_url=url_for("themes.theme", **here) if first else "",
        older_url=url_for("themes.theme", before=older, **here) if older else "",
    )


def _page(counts: Counter[GatheredIn], before: Week | None) -> tuple[bool, list[GatheredIn], Week | None]:
    """Whether something stands before it, whole weeks until there are enough talks, and the week the next page goes on after."""
    ordered = sorted((where for where, n in counts.items() if n), reverse=True)
    rest = [where for where in ordered if before is None or where.week < before]
    page: list[GatheredIn] = []
    while rest and (sum(counts[where] for where in page) < A_PAGE or rest[0].week == page[-1].week):
        page.append(rest.pop(0))
    return len(ordered) > len(page) + len(rest), page, page[-1].week if rest else None


def _since(period: str, running: Week) -> Week | None:
    """The first week of the period; None: all weeks."""
    if period == "all":
        return None
    return Week(running.year, 1) if period == "year" else running.plus(1 - int(period))


def _week(label: str) -> Week | None:
    try:
        return Week.parse(label)
    except ValueError:
        return None


def _line(theme: Theme, counted: tuple[int, ...], weeks: Sequence[Week], broken: Sequence[Week]) -> ThemeLine:
    counts = ", ".join(str(n) for n in counted)
    return ThemeLine(
        name=language.pick(theme.name),
        url=url_for("themes.theme", theme_id=theme.id),
        count=sum(counted),
        weeks=counted,
        broken=tuple(place for place, week in enumerate(weeks) if week in broken),
        weeks_label=_("Samtaler om temaet i de sidste 8 uger, ældste først: %(counts)s", counts=counts),
    )


def _shown(session: Session, actor: Actor, page: Sequence[tuple[GatheredIn, list[About]]]) -> list[ShownWeek]:
    """The talks of a page, with the read log written for them."""
    rows = conversations.by_ids(session, actor, [one.talk for _where, these in page for one in these])
    read = [one.talk for _where, these in page for one in these if one.talk in rows]
    audit.record_read(unit.database(), person_id=actor.person_id, page=request.endpoint or "", conversations=read, at=now())
    houses = digests.house_names(session, actor, list(rows.values()))
    units = people.units_by_id(session, [row.unit_id for row in rows.values()])
    found = []
    for where, these in page:
        shown = []
        for one in these:
            if one.talk in rows:
                row = rows[one.talk]
                house = houses[one.talk] or words.unnamed(units[row.unit_id].label)
                shown.append(_talk(actor, row, one.tone, f"{words.teller(units[row.unit_id].sector)}, {house}"))
        found.append(
            ShownWeek(
                title=_title(where),
                span="" if _is_running(where) else language.week_span(where.week),
                quoted=[talk for talk in shown if talk.quotes],
                others=[talk for talk in shown if not talk.quotes],
            )
        )
    return found


def _title(where: GatheredIn) -> str:
    if _is_running(where):
        return _("Indtil nu i denne uge")
    return _("Uge %(number)d, ikke samlet endnu", number=where.week.number) if where.waits else language.week_number(where.week)


def _is_running(where: GatheredIn) -> bool:
    return where.waits and where.week == talks.this_week()


def _talk(actor: Actor, row: Conversation, tone: str | None, source: str) -> Shown:
    spoken = [quote for answer in row.answers for quote in conversations.quotes(answer.get("text") or "")]
    return Shown(
        quotes=[quote for quote in spoken if conversations.is_quotable(quote)] if row.quote_scope in QUOTABLE else [],
        source=source,
        tone=tone,
        tone_name=words.tone(tone),
        url=url_for("conversations.talk", key=conversations.address(actor, row)),
    )
