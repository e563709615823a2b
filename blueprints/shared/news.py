"""*Nyt til dig*: what came of the talks one noted. The front page and the phone's kit show the same."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlmodel import Session

from domain import actions, digests, themes
from domain.base import Week
from domain.people import Actor

from . import language, recodings, talks, words

#: Older than this is no news.
WEEKS = 8
#: Of replies and weeks that were read, and of changes of themes: much sorting must not push out what somebody wrote.
MOST = 20
#: Of replies, and of everything else.
MOST_ON_A_PAGE = 5
REPLY = "reply"
RECODED = "recoded"
ABOUT_THEMES = (RECODED, *themes.Outcome)


@dataclass(frozen=True)
class News:
    """`kind` "reply": `by` replied `text` about the talk with the id `talk`. "read": `by` marked the `week` with `talks` of
    one's own as read. "recoded": `by` changed the themes of `talk`, `text` says how. "put_back", "kept": `by` answered
    one's objection to that."""

    id: uuid.UUID
    kind: str
    by: str
    at: datetime
    text: str = ""
    talk: uuid.UUID | None = None
    week: Week | None = None
    talks: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "kind": self.kind,
            "by": self.by,
            "at": self.at.isoformat(),
            "text": self.text,
            "talk": str(self.talk) if self.talk else None,
            "week": str(self.week) if self.week else None,
            "talks": self.talks,
        }


def news(session: Session, actor: Actor, *, now: datetime) -> Sequence[News]:
    """Replies first, then what else there is; of each the latest first."""
    since = now - timedelta(weeks=WEEKS)
    read = [
        News(one.id, "read", one.by, one.at, week=one.week, talks=one.talks) for one in digests.news(session, actor, since=since)
    ]
    replied = _latest(_replies(session, actor, since))
    rest = [*_in_order(read)[: MOST - len(replied)], *_latest(_recoded(session, actor, since))]
    return [*replied, *_in_order(rest)]


def replies(session: Session, actor: Actor, *, now: datetime) -> Sequence[News]:
    """Replies alone, the latest first, whatever else came after them."""
    return _latest(_replies(session, actor, now - timedelta(weeks=WEEKS)))


def _latest(found: Sequence[News]) -> Sequence[News]:
    return _in_order(found)[:MOST]


def _in_order(found: Sequence[News]) -> Sequence[News]:
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)


def _replies(session: Session, actor: Actor, since: datetime) -> list[News]:
    return [
        News(one.id, REPLY, one.by, one.at, text=one.text, talk=one.talk) for one in actions.news(session, actor, since=since)
    ]


def _recoded(session: Session, actor: Actor, since: datetime) -> list[News]:
    """An answer to an objection has an id of its own: what was seen before is new again."""
    names = language.pick_each(themes.names(session))
    found = []
    for one in themes.news(session, actor, since=since):
        text = words.capital(recodings.change(one, names))
        if one.outcome and one.settled_at:
            key = uuid.uuid5(one.id, one.outcome)
            found.append(News(key, one.outcome, one.settled_by, one.settled_at, text=text, talk=one.talk))
        else:
            found.append(News(one.id, RECODED, one.by, one.at, text=text, talk=one.talk))
    return found


def lines(found: Sequence[News]) -> list[dict[str, str | None]]:
    """The first as rows of a front page: what happened, when, and where it is read."""
    replied = [one for one in found if one.kind == REPLY]
    rest = [one for one in found if one.kind != REPLY]
    return [_line(one) for one in (*replied[:MOST_ON_A_PAGE], *rest[:MOST_ON_A_PAGE])]


def _line(one: News) -> dict[str, str | None]:
    if one.kind == REPLY:
        title = _("%(name)s har svaret dig", name=one.by)
        return {"title": title, "note": talks.moment(one.at), "url": url_for("conversations.talk", key=one.talk)}
    if one.kind in ABOUT_THEMES:
        url = url_for("conversations.talk", key=one.talk, _anchor="recodings")
        return {"title": _about_themes(one), "note": f"{one.text} · {talks.moment(one.at)}", "url": url}
    title = ngettext(
        "%(name)s har læst ugen med din samtale", "%(name)s har læst ugen med dine %(num)d samtaler", one.talks, name=one.by
    )
    number = one.week.number if one.week else 0
    return {"title": title, "note": f"{_('Uge %(number)d', number=number)} · {talks.moment(one.at)}", "url": None}


def _about_themes(one: News) -> str:
    return {
        RECODED: _("%(name)s har rettet temaerne i din samtale", name=one.by),
        themes.Outcome.PUT_BACK: _("%(name)s har sat temaerne tilbage", name=one.by),
        themes.Outcome.KEPT: _("%(name)s har beholdt temaerne", name=one.by),
    }[one.kind]
