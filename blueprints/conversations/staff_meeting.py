"""What stands on top of the sheet for the staff meeting: the weeks, one sentence and what the talks were about."""

from typing import Any

from flask_babel import gettext as _

from blueprints.shared import language, unit, words
from domain import digests, themes

#: More than that is no matter for one meeting.
MOST_THEMES = 8


def on_top(edition: digests.HouseEdition) -> dict[str, Any]:
    """`themes`: pairs of a name and its counts."""
    names = {str(key): language.pick(name) for key, name in themes.names(unit.session()).items()}
    first, recent = edition.week.plus(1 - digests.RECENT_WEEKS), edition.recent
    return {
        "weeks": _("Uge %(first)d–%(last)d", first=first.number, last=edition.week.number),
        "headline": words.house_headline(edition.this_week, recent, names),
        "themes": [(names.get(str(theme.theme), ""), _counted(theme, recent.talks)) for theme in recent.themes[:MOST_THEMES]],
    }


def _counted(theme: digests.ThemeOfWeek, of: int) -> str:
    return f"{_('%(count)d af %(of)d', count=theme.count, of=of)} · {words.tones_alone(theme)}"
