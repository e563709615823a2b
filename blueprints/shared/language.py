"""Danish first. Every string of the interface goes through Flask-Babel, with Danish as its source."""

from datetime import date, datetime

from flask import current_app
from flask_babel import Babel, format_date, get_locale
from flask_babel import gettext as _

from domain.base import Texts, Week, local

from .door import actor_or_none

LANGUAGES = ("da",)


def choose() -> str:
    actor = actor_or_none()
    return actor.language if actor and actor.language in LANGUAGES else "da"


def install(app: object) -> Babel:
    return Babel(app, default_locale="da", default_timezone="Europe/Copenhagen", locale_selector=choose)


def language() -> str:
    return get_locale().language


def pick(texts: Texts | None) -> str:
    """A text in the reader's language, else in Danish."""
    return (texts or {}).get(language()) or (texts or {}).get("da", "")


def clock(instant: datetime) -> str:
    """`7.21`: hours and minutes as they are written in Danish."""
    at = local(instant)
    return f"{at.hour}.{at.minute:02d}"


def day(when: date | datetime) -> str:
    """`17. november`."""
    on = local(when).date() if isinstance(when, datetime) else when
    return format_date(on, "d. MMMM")


def week_number(week: Week) -> str:
    return _("Uge %(number)d", number=week.number)


def week_span(week: Week) -> str:
    """`16.–22. november 2026`, with both months or years where the week crosses over."""
    first, last = week.monday(), week.sunday()
    start = "d." if first.month == last.month else "d. MMMM" if first.year == last.year else "d. MMMM y"
    return f"{format_date(first, start)}–{format_date(last, 'd. MMMM y')}"


def municipality() -> str:
    return current_app.config["NAME"]
