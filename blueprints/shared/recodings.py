"""Themes that somebody else than the talk's author decided, in words: for the author, and for those who answer an objection."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _
from sqlmodel import Session

from domain import conversations, themes
from domain.conversations import Conversation
from domain.people import Actor

from . import language, talks, words


@dataclass(frozen=True)
class Line:
    """A recoding of one talk. `url`: where the author objects, or where it is answered; empty: nothing is asked."""

    text: str
    note: str
    url: str
    asks: str = ""


@dataclass(frozen=True)
class Saved:
    """What was just saved, and where it is undone."""

    text: str
    undo_url: str


def of_talk(session: Session, actor: Actor, row: Conversation) -> list[Line]:
    told = themes.told_of_talk(session, actor, row)
    names = _names(session)
    return [_own(one, names) if row.author_id == actor.person_id else _to_answer(one, names) for one in told]


def waiting(session: Session, actor: Actor, names: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """What to answer, as (from … to …, address of the talk), the oldest first. names: of the themes, where they are at hand."""
    found = themes.waiting(session, actor)
    if not found:
        return []
    named = {uuid.UUID(key): name for key, name in names.items()} if names else _names(session)
    return [
        (change(one, named), url_for("conversations.talk", key=conversations.address(actor, row), _anchor="recodings"))
        for row, one in found
    ]


def just_saved(session: Session, actor: Actor) -> Saved | None:
    """The recoding that the address names (`?saved=`), while it can be undone."""
    try:
        key = uuid.UUID(request.args.get("saved", ""))
    except ValueError:
        return None
    first_id = themes.may_undo(session, actor, key)
    if first_id is None:
        return None
    names = _names(session)
    stands = [words.toned(names[one.theme_id], one.tone) for one in themes.confirmed_for(session, [first_id])[first_id]]
    text = _("Gemt: %(themes)s.", themes=", ".join(stands)) if stands else _("Gemt uden tema.")
    return Saved(text, url_for("themes.undo", recoding_id=key))


def change(one: themes.Told, names: dict[uuid.UUID, str]) -> str:
    """`fra Mad (ros) til Personale`."""
    before, after = (
        ", ".join(words.toned(names[said.theme], said.tone) for said in these) or _("intet tema")
        for these in (one.before, one.after)
    )
    return _("fra %(before)s til %(after)s", before=before, after=after)


def _own(one: themes.Told, names: dict[uuid.UUID, str]) -> Line:
    """As the one who noted the talk sees it: who changed what and when, and what became of an objection."""
    said = _("Temaerne er rettet: %(change)s.", change=change(one, names))
    by = f"{one.by} · {talks.moment(one.at)}"
    if one.outcome == themes.Outcome.PUT_BACK:
        return Line(said, _("Du var ikke enig. %(name)s har sat temaerne tilbage.", name=one.settled_by), "")
    if one.outcome == themes.Outcome.KEPT:
        return Line(said, _("Du var ikke enig. %(name)s har læst det og beholdt temaerne.", name=one.settled_by), "")
    if one.is_open:
        return Line(said, _("Du er ikke enig. Det venter på svar."), "")
    return Line(said, by, url_for("themes.object_to", recoding_id=one.id), asks="author")


def _to_answer(one: themes.Told, names: dict[uuid.UUID, str]) -> Line:
    """As those above see it: without a name or a date of the one who noted the talk."""
    said = _("Temaerne er rettet: %(change)s.", change=change(one, names))
    note = _("Den, der noterede samtalen, er ikke enig.")
    return Line(said, note, url_for("themes.settle", recoding_id=one.id), asks="above")


def _names(session: Session) -> dict[uuid.UUID, str]:
    return language.pick_each(themes.names(session))
