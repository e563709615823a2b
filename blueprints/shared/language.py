"""Danish first, English beside it. Every string of the interface goes through Flask-Babel, with Danish as its source.

Who is signed in has a language of their own. Others get the one chosen in this browser, else Danish.
"""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask, current_app, g, session
from flask_babel import Babel, format_date, get_locale, refresh
from flask_babel import gettext as _
from markupsafe import Markup

from domain import people
from domain.base import Texts, Week, local

from . import words
from .door import actor_or_none

LANGUAGES = people.LANGUAGES
SOURCE = "da"


@dataclass(frozen=True)
class Spoken:
    """A language in its own words: who looks for theirs need not know the other. `word`: what "language" is called in it."""

    name: str
    word: str


SPOKEN = {"da": Spoken("Dansk", "Sprog"), "en": Spoken("English", "Language")}

_SHOWN, _CHOSEN = "language", "language_was_chosen"


def choose() -> str:
    actor = actor_or_none()
    found = g.get("language") or (actor.language if actor else session.get(_SHOWN))
    return found if found in LANGUAGES else SOURCE


def show_in(code: str) -> None:
    """From here on, in this answer too, this browser is spoken to in this language."""
    g.language = session[_SHOWN] = code
    refresh()


def choose_for_visitor(code: str) -> None:
    """Somebody not signed in chose it; it becomes theirs when they sign in here."""
    show_in(code)
    session[_CHOSEN] = True


def chosen_before_sign_in() -> str | None:
    return session.get(_SHOWN) if session.get(_CHOSEN) else None


def install(app: Flask) -> Babel:
    app.jinja_env.globals["languages"] = SPOKEN
    app.jinja_env.globals["as_noted"] = as_noted
    app.jinja_env.filters["in_a_sentence"] = words.in_a_sentence
    app.jinja_env.filters["capital"] = words.capital
    return Babel(app, default_locale=SOURCE, default_timezone="Europe/Copenhagen", locale_selector=choose)


def as_noted() -> Markup:
    """An attribute for what people wrote: the municipality's language, where the page speaks another (WCAG 3.1.2)."""
    return Markup("") if language() == SOURCE else Markup(' lang="{}"').format(SOURCE)


def language() -> str:
    return get_locale().language


def pick(texts: Texts | None) -> str:
    """A text in the reader's language, else in Danish."""
    return (texts or {}).get(language()) or (texts or {}).get(SOURCE, "")


def clock(instant: datetime) -> str:
    """`7.21` in Danish, `7:21` in English."""
    at = local(instant)
    return f"{at.hour}{'.' if language() == 'da' else ':'}{at.minute:02d}"


def day(when: date | datetime) -> str:
    """`17. november`, `17 November`."""
    on = local(when).date() if isinstance(when, datetime) else when
    return format_date(on, f"{_day_of_month()} MMMM")


def week_number(week: Week) -> str:
    return _("Uge %(number)d", number=week.number)


def week_span(week: Week) -> str:
    """`16.–22. november 2026`, `16–22 November 2026`; with both months or years where the week crosses over."""
    return days_between(week.monday(), week.sunday())


def month_name(year: int, month: int) -> str:
    """`November 2026`."""
    name = format_date(date(year, month, 1), "MMMM y")
    return name[:1].upper() + name[1:]


def days_between(first: date, last: date) -> str:
    """`13.–31. juli 2026`, `13–31 July 2026`; one day alone; with both months or years where they differ."""
    number = _day_of_month()
    if first == last:
        return format_date(first, f"{number} MMMM y")
    start = f"{number} MMMM y" if first.year != last.year else f"{number} MMMM" if first.month != last.month else number
    return f"{format_date(first, start)}–{format_date(last, f'{number} MMMM y')}"


def municipality() -> str:
    return current_app.config["NAME"]


def _day_of_month() -> str:
    return "d." if language() == "da" else "d"
