"""*Venter på dig*: what waits for the reader at this moment, whatever week they read."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlmodel import Session

from blueprints.shared import recodings, words
from domain import actions, conversations, themes
from domain.people import Actor

#: So many stand there at once; the rest unfolds.
MOST_WAITING = 5


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the reader: what, about which talk, and where it is dealt with."""

    title: str
    note: str
    url: str


def waiting_for(session: Session, actor: Actor, names: Mapping[str, str]) -> list[Waiting]:
    """*Venter på dig*: objections to themes, and answers of those who noted talks, who had the last word; of
    each the newest first."""
    rows = actions.unanswered(session, actor)
    coded = themes.confirmed_for(session, [row.first_id for row in rows])
    objections = [
        Waiting(title=_("Der er gjort indsigelse mod et tema"), note=words.capital(change), url=url)
        for change, url in reversed(recodings.waiting(session, actor, names))
    ]
    return objections + [
        Waiting(
            title=_("Der er svaret på dit svar"),
            note=", ".join(names[str(coding.theme_id)] for coding in coded[row.first_id]) or _("Samtale uden tema"),
            url=url_for("conversations.talk", key=conversations.address(actor, row), _anchor="replies"),
        )
        for row in rows
    ]
