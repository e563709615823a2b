"""Months and years as the area leader reads them: added up from the issues, read-only."""

import uuid
from dataclasses import dataclass

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.shared import charts, language, unit, words
from blueprints.shared.door import actor, requires
from domain import digests, people
from domain.base import Week, now
from domain.digests import Content, Period, PeriodEdition
from domain.people import Permission, Unit

from .page import Figure, ThemeView, drawn_whole, label_of, theme_names, theme_views
from .period_links import Link, name, period_links
from .quotations import from_above, quotations
from .routes import bp
from .silence import Silent, closed_line, none_silent, silence_in_words, silent_houses


@dataclass(frozen=True)
class PeriodPage:
    area: str
    title: str
    kicker: str
    headline: str
    is_over: bool
    is_year: bool
    figures: list[Figure]
    late: int
    talks: int
    themes: list[ThemeView]
    mentioned: list[ThemeView]
    columns: list[int]
    broken: list[int]
    broken_line: str
    last_week: int
    silent_line: str
    closed_line: str
    silence_is_told: bool
    silent: list[Silent]
    none_silent: str
    months: list[Link]
    weeks: list[Link]
    others: list[Link]

    @classmethod
    def of(cls, edition: PeriodEdition) -> "PeriodPage":
        session, content, period = unit.session(), edition.content, edition.period
        time = words.Time.MONTH if period.month else words.Time.YEAR
        label, names = label_of(people.institutions_of(session, edition.area)), theme_names(session)
        views = _themes(edition, names, time)
        shown, issued = drawn_whole(views), list(edition.issued)
        return cls(
            area=edition.area.name,
            title=name(period),
            kicker=f"{name(period)} · {_between(issued)}",
            headline=words.period_headline(content, names, label=label, time=time),
            is_over=edition.is_over,
            is_year=not period.month,
            figures=[
                Figure(_("Samtaler"), content.talks),
                Figure(words.houses_heard(label), content.houses_heard, _("af %(open)d", open=content.houses_open)),
            ],
            late=content.late,
            talks=content.talks,
            themes=shown,
            mentioned=[view for view in views if view not in shown],
            columns=[column[0].number if period.month else number for number, column in enumerate(period.columns(), start=1)],
            broken=charts.broken_columns(period.columns(), edition.breaks),
            broken_line=words.breaks(edition.breaks, year=period.year),
            last_week=issued[-1].number,
            silent_line=silence_in_words(len(content.silent) if content.silent_may_be_named else 0, label),
            closed_line=closed_line(session, content.closed, label),
            silence_is_told=content.silent_may_be_named,
            silent=silent_houses(session, content, year=issued[-1].year),
            none_silent=none_silent(edition.open_at_end, label),
            months=[] if period.month else period_links(edition.area, digests.months_and_years(issued)[0]),
            weeks=[_week_link(edition.area, week, talks) for week, talks in edition.issued.items()],
            others=_others(edition),
        )


@bp.get("/<uuid:area_id>/month/<label>")
@requires(Permission.READ_DIGESTS)
def month(area_id: uuid.UUID, label: str) -> ResponseReturnValue:
    return _page(area_id, label, is_month=True)


@bp.get("/<uuid:area_id>/year/<label>")
@requires(Permission.READ_DIGESTS)
def year(area_id: uuid.UUID, label: str) -> ResponseReturnValue:
    return _page(area_id, label, is_month=False)


def _page(area_id: uuid.UUID, label: str, *, is_month: bool) -> ResponseReturnValue:
    try:
        period = Period.parse(label)
    except ValueError:
        abort(404)
    edition = digests.read_period(unit.session(), actor(), area_id=area_id, period=period)
    if edition is None or bool(period.month) is not is_month:
        abort(404)
    return render_template("digests/period.html", page=PeriodPage.of(edition))


def _others(edition: PeriodEdition) -> list[Link]:
    """The period before and after, where there is something in them, and a month's year."""
    listed = digests.listed(unit.session(), actor(), now=now())
    issued = [one.week for one in listed if one.area.id == edition.area.id and one.made_at]
    months, years = digests.months_and_years(issued)
    period = edition.period
    wanted = [period.plus(-1), period.plus(1), *([Period(period.year)] if period.month else [])]
    return period_links(edition.area, [one for one in wanted if one in (*months, *years)])


def _week_link(area: Unit, week: Week, talks: int) -> Link:
    counted = ngettext("%(num)d samtale", "%(num)d samtaler", talks)
    url = url_for("digests.week", area_id=area.id, label=str(week))
    return Link(language.week_number(week), f"{counted} · {language.week_span(week)}", url)


def _between(weeks: list[Week]) -> str:
    first, last = weeks[0], weeks[-1]
    return language.week_number(first) if first == last else _("Uge %(first)d–%(last)d", first=first.number, last=last.number)


def _themes(edition: PeriodEdition, names: dict[str, str], time: words.Time) -> list[ThemeView]:
    """Without the number of houses: beside those of the weeks it could tell one by what is left."""
    content: Content = edition.content
    return theme_views(
        content,
        names,
        quotations(unit.session(), actor(), content, source=from_above(edition.area, content)),
        tones=words.tones_alone,
        url=lambda _theme: "",
        time=time,
        columns=_("Samtaler om temaet uge for uge") if edition.period.month else _("Samtaler om temaet måned for måned"),
    )
