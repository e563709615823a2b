"""What a notice opens for whoever it is for, and whether what it tells of is still so: asked when it leaves, since places, rights
and the matter itself change meanwhile.

Each blueprint tells it of the kinds whose pages it has (`opens`, `stands`), so that whoever sends them need not know it.
"""

from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session

from domain import people
from domain.base import Database
from domain.notices import Kind, Message, Outcome, Sender, Status
from domain.people import Actor

#: The page it opens for the actor now, mostly the one it was written with; None where there is none.
Opens = Callable[[Session, Actor, Message], str | None]
Stands = Callable[[Session, Actor, Message], bool]
_opens: dict[Kind, Opens] = {}
_stands: dict[Kind, Stands] = {}


def opens(kind: Kind, ask: Opens) -> None:
    _opens[kind] = ask


def stands(kind: Kind, ask: Stands) -> None:
    """For a reminder of something that can be done before it leaves."""
    _stands[kind] = ask


def only_what_holds(database: Database, sender: Sender) -> Sender:
    """The sender, but nothing leaves by it for who may not open the page any more, nor of what is settled; none of that is tried
    again."""

    def send(message: Message) -> Outcome:
        with database.reading() as session:
            actor = people.actor_for(session, message.person_id)
            path = _path(session, actor, message) if actor else None
            if actor is None or path is None:
                return Outcome(Status.PAST, "not_theirs")
            if (ask := _stands.get(message.kind)) and not ask(session, actor, message):
                return Outcome(Status.PAST, "settled")
        return sender(replace(message, path=path))

    return send


def _path(session: Session, actor: Actor, message: Message) -> str | None:
    ask = _opens.get(message.kind)
    return ask(session, actor, message) if ask else message.path
