"""Notices that lead to pages of those who note talks: they leave only for who still does, and of a box only while something lies
in it."""

from sqlmodel import Session

from blueprints.shared import opening
from domain import sync
from domain.notices import Kind, Message
from domain.people import Actor, Permission


def to_who_notes(_session: Session, actor: Actor, message: Message) -> str | None:
    return message.path if actor.may(Permission.NOTE_TALKS) else None


def still_needs_help(session: Session, actor: Actor, _message: Message) -> bool:
    return sync.count_waiting(session, actor) > 0


opening.opens(Kind.QUESTIONS_PUBLISHED, to_who_notes)
opening.opens(Kind.NEEDS_HELP, to_who_notes)
opening.stands(Kind.NEEDS_HELP, still_needs_help)
