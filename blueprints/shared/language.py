"""Danish first, English beside it. Every string of the interface goes through Flask-Babel, with Danish as its source.

Who is signed in has a language of their own. Others get the one chosen in this browser, else Danish.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from flask import Flask, current_app, g, session
from flask_babel import Babel, Domain, format_date, get_locale, refresh
from flask_babel import gettext as _
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from domain import people
from domain.base import Texts, Week, local

from . import words
from .door import actor_or_none

Key = TypeVar("Key")

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


class Catalogues(Domain):
    """The translations of the language that is spoken, looked for once a request: Flask-Babel would do so at every string, and a
    week has hundreds. It forgets `babel_translations` itself when the language is another (`refresh`, `force_locale`)."""

    def get_translations(self) -> Any:
        try:
            here = g.get("_flask_babel")
        except RuntimeError:  # nobody is asking: a command, or a test
            here = None
        found = getattr(here, "babel_translations", None)
        if found is None:
            found = super().get_translations()
            if here is not None:
                here.babel_translations = found
        return found


_catalogues = Catalogues()


@pass_eval_context
def _in_templates(context: EvalContext, text: str, /, **variables: Any) -> str:
    """`_` of the templates, as Jinja's own newstyle gettext, without its three calls around each string."""
    said = _catalogues.get_translations().ugettext(text)
    if context.autoescape:  # escaped here, since Markup's own `%` takes three times as long
        variables = {name: value if isinstance(value, int | float) else escape(value) for name, value in variables.items()}
    if variables or "%" in said:
        said %= variables
    return Markup(said) if context.autoescape else said  # noqa: S704 - the strings are ours; what is put into them is escaped


def install(app: Flask) -> Babel:
    app.jinja_env.globals["languages"] = SPOKEN
    app.jinja_env.globals["as_noted"] = as_noted
    app.jinja_env.filters["in_a_sentence"] = words.in_a_sentence
    app.jinja_env.filters["capital"] = words.capital
    babel = Babel(app, default_locale=SOURCE, default_timezone="Europe/Copenhagen", locale_selector=choose)
    babel.domain_instance = _catalogues
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = _in_templates
    return babel


def as_noted() -> Markup:
    """An attribute for what people wrote: the municipality's language, where the page speaks another (WCAG 3.1.2)."""
    return Markup("") if language() == SOURCE else Markup(' lang="{}"').format(SOURCE)


def language() -> str:
    return get_locale().language


def pick(texts: Texts | None) -> str:
    """A text in the reader's language, else in Danish."""
    return _in(language(), texts or {})


def pick_each(texts: Mapping[Key, Texts]) -> dict[Key, str]:
    """The same of many."""
    spoken = language()
    return {key: _in(spoken, one) for key, one in texts.items()}


def _in(spoken: str, texts: Texts) -> str:
    return texts.get(spoken) or texts.get(SOURCE, "")


def clock(instant: datetime) -> str:
    """`7.21` in Danish, `7:21` in English."""
    at = local(instant)
    return f"{at.hour}{'.' if language() == 'da' else ':'}{at.minute:02d}"


def day(when: date | datetime) -> str:
    """`17. november`, `17 November`."""
    on = local(when).date() if isinstance(when, datetime) else when
    return format_date(on, f"{_day_of_month()} MMMM")


def date_of(instant: datetime) -> str:
    """`17. november 2026`."""
    on = local(instant).date()
    return days_between(on, on)


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
    return _days_between(first, last, language())


@lru_cache(maxsize=1024)
def _days_between(first: date, last: date, _spoken: str) -> str:
    """Kept, since each page of a week says one, and writing a date takes as long as asking for a row."""
    number = _day_of_month()
    if first == last:
        return format_date(first, f"{number} MMMM y")
    start = f"{number} MMMM y" if first.year != last.year else f"{number} MMMM" if first.month != last.month else number
    return f"{format_date(first, start)}–{format_date(last, f'{number} MMMM y')}"


def municipality() -> str:
    return current_app.config["NAME"]


def _day_of_month() -> str:
    return "d." if language() == "da" else "d"
