"""A notice of a reply leads to its talk: it leaves only for who may still read that."""

import uuid

from sqlmodel import Session

from blueprints.shared.opening import opens
from domain import conversations
from domain.notices import Kind, Message
from domain.people import Actor

PAGE = "/conversations/"


def may_read(session: Session, actor: Actor, message: Message) -> str | None:
    if not message.path.startswith(PAGE):
        return message.path
    found = conversations.find(session, actor, uuid.UUID(message.path.removeprefix(PAGE)))
    return message.path if found else None


opens(Kind.REPLY, may_read)
