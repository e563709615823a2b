"""*Jeres uge*: an institution leader's own house in eight weeks, at once. No other house stands beside it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.shared import charts, language, news, talks, unit, words
from blueprints.shared.door import actor, requires
from blueprints.shared.talks import TalkView
from domain import conversations, digests, people
from domain.base import Week, now
from domain.conversations import Conversation, Revision
from domain.digests import Content, HouseEdition, HouseWeek, QuoteRef
from domain.people import Permission

from .page import Figure, ThemeView, drawn_whole, theme_names, theme_views
from .quotations import Quoted, quotations
from .routes import bp


@dataclass(frozen=True)
class Themes:
    """The themes of a time of `talks` talks: those with a card, and those named in a line."""

    talks: int
    shown: list[ThemeView]
    mentioned: list[ThemeView]


@dataclass(frozen=True)
class WeekRow:
    title: str
    note: str
    url: str
    is_running: bool


@dataclass(frozen=True)
class HousePage:
    place: str
    kicker: str
    headline: str
    figures: list[Figure]
    this_week: Themes
    recent: Themes
    week_numbers: list[int]
    broken: list[int]
    broken_line: str
    talks: int
    not_quotable: list[TalkView]
    replies: list[dict[str, str | None]]
    weeks: list[WeekRow]

    @classmethod
    def of(cls, edition: HouseEdition) -> "HousePage":
        session, week = unit.session(), edition.week
        names = theme_names(session)
        quotes = quotations(session, actor(), edition.this_week, edition.recent, source=_source)
        held = [one for one in edition.weeks if one.talks or not one.is_closed]
        return cls(
            place=edition.house.name,
            kicker=f"{_('Uge %(first)d–%(last)d', first=edition.weeks[-1].week.number, last=week.number)} · {_('indtil nu')}",
            headline=words.house_headline(edition.this_week, edition.recent, names),
            figures=[
                Figure(_("Samtaler på otte uger"), len(edition.talks)),
                Figure(_("Uger med samtaler"), sum(1 for one in held if one.talks), _("af %(open)d", open=len(held))),
            ],
            this_week=_themes(edition.this_week, names, quotes, words.Time.WEEK, anchor=str(week)),
            recent=_themes(edition.recent, names, quotes, words.Time.FOUR_WEEKS),
            week_numbers=[one.week.number for one in reversed(edition.weeks)],
            broken=charts.broken_columns([[one.week] for one in reversed(edition.weeks)], edition.breaks),
            broken_line=words.breaks(edition.breaks, year=week.year),
            talks=len(edition.talks),
            not_quotable=talks.show(session, actor(), _not_quotable(edition)),
            replies=news.lines(news.replies(session, actor(), now=now())),
            weeks=[_week_row(one, is_running=one.week == week) for one in edition.weeks],
        )


@bp.get("/house")
@requires(Permission.READ_OWN_HOUSE)
def house() -> ResponseReturnValue:
    return render_template("digests/house.html", page=HousePage.of(_edition()))


@bp.get("/house/talks")
@requires(Permission.READ_OWN_HOUSE)
def house_talks() -> ResponseReturnValue:
    """Every talk of the eight weeks as it is."""
    return _talks_page(_edition().talks, title=_("Alle samtaler"))


@bp.get("/house/themes/<uuid:theme_id>")
@requires(Permission.READ_OWN_HOUSE)
def house_theme(theme_id: uuid.UUID) -> ResponseReturnValue:
    """The talks of the last four weeks with this theme."""
    edition = _edition()
    found = next((theme for theme in edition.recent.themes if theme.theme == theme_id), None)
    if found is None:
        abort(404)
    about_it = set(found.talks)
    return _talks_page(
        [row for row in edition.talks if row.first_id in about_it], title=theme_names(unit.session())[str(theme_id)]
    )


def _edition() -> HouseEdition:
    edition = digests.own_house(unit.session(), actor(), now=now())
    if edition is None:
        abort(404)
    return edition


def _source(row: Revision | None, house: people.Unit | None) -> str:
    """Everybody here knows the house; when is what they look for."""
    teller = words.teller(house.sector if house else None)
    return f"{teller}, {_('uge %(number)d', number=Week.parse(row.held_week).number)}" if row else teller


def _themes(
    content: Content, names: dict[str, str], quotes: dict[QuoteRef, Quoted], time: words.Time, *, anchor: str | None = None
) -> Themes:
    views = theme_views(
        content,
        names,
        quotes,
        tones=words.tones_alone,
        url=lambda theme: url_for("digests.house_theme", theme_id=theme, _anchor=anchor),
        time=time,
    )
    shown = drawn_whole(views)
    return Themes(content.talks, shown, [view for view in views if view not in shown])


def _not_quotable(edition: HouseEdition) -> list[Conversation]:
    """Of the last four weeks: they stand in no quotation, and are read whole."""
    return [row for row in edition.recent_talks() if row.quote_scope not in conversations.QUOTABLE]


def _week_row(one: HouseWeek, *, is_running: bool) -> WeekRow:
    said = [ngettext("%(num)d samtale", "%(num)d samtaler", one.talks)] if one.talks or not one.is_closed else []
    said += [_("Lukket")] if one.is_closed else []
    said += [_("Læst af %(names)s", names=", ".join(one.readers))] if one.readers else []
    url = url_for("digests.house_talks", _anchor=str(one.week)) if one.talks else ""
    return WeekRow(language.week_number(one.week), " · ".join(said), url, is_running)


def _talks_page(rows: Sequence[Conversation], *, title: str) -> ResponseReturnValue:
    shown = talks.show(unit.session(), actor(), rows)
    weeks = [(week, list(these)) for week, these in groupby(shown, key=lambda talk: talk.week)]
    return render_template("digests/house_talks.html", weeks=weeks, title=title, place=actor().unit_name)
