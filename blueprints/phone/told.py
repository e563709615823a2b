"""A reminder of talks that lie unsent leaves while they do, as the phone last said."""

from sqlmodel import Session

from blueprints.shared import opening
from domain import notices
from domain.notices import Kind, Message
from domain.people import Actor


def still_unsent(session: Session, actor: Actor, message: Message) -> bool:
    return notices.is_still_unsent(session, actor, about=message.about)


opening.stands(Kind.UNSENT, still_unsent)
