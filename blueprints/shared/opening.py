"""Whether the page of a notice still opens for whoever it is for, asked when it leaves: places and rights change meanwhile.

Each blueprint tells it of the kinds whose pages it has (`opens`), so that whoever sends them need not know it.
"""

from collections.abc import Callable

from sqlmodel import Session

from domain import people
from domain.base import Database
from domain.notices import Kind, Message, Outcome, Sender, Status
from domain.people import Actor

Opens = Callable[[Session, Actor, Message], bool]
_known: dict[Kind, Opens] = {}


def opens(kind: Kind, ask: Opens) -> None:
    _known[kind] = ask


def only_to_readers(database: Database, sender: Sender) -> Sender:
    """The sender, but nothing leaves by it for who may not open the page any more, and nothing is tried again."""

    def send(message: Message) -> Outcome:
        with database.reading() as session:
            actor = people.actor_for(session, message.person_id)
            ask = _known.get(message.kind)
            if actor is None or (ask and not ask(session, actor, message)):
                return Outcome(Status.REFUSED, "not_theirs")
        return sender(message)

    return send
