"""What ends elsewhere when a person, a phone or a sign-in is shut out. Areas above say so here: people knows none of them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session


@dataclass(frozen=True)
class Gone:
    """A person; with `device_id` only that phone of theirs, with `sign_in_id` only that sign-in."""

    person_id: uuid.UUID
    device_id: uuid.UUID | None = None
    sign_in_id: uuid.UUID | None = None


_VERBS: list[Callable[[Session, Gone], None]] = []


def ends_with_them(verb: Callable[[Session, Gone], None]) -> Callable[[Session, Gone], None]:
    """A decorator: the verb is called in the transaction that shuts out."""
    _VERBS.append(verb)
    return verb


def tell(session: Session, gone: Gone) -> None:
    for verb in _VERBS:
        verb(session, gone)
