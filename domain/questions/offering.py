"""Where new talks use a set, and whether any do: what may change of it beside its versions."""

import uuid
from datetime import datetime

from sqlmodel import Session

from domain import audit
from domain.people import Actor

from . import store
from .drafts import check_place, set_of


def offer_in(session: Session, actor: Actor, set_id: uuid.UUID, *, unit_id: uuid.UUID | None, now: datetime) -> None:
    """New talks use it in this unit and below from now on; None: everywhere in its sector. Raises NotTheirs,
    OtherSector."""
    question_set = set_of(session, actor, set_id)
    check_place(session, question_set.sector, unit_id)
    if question_set.unit_id == unit_id:
        return
    question_set.unit_id = unit_id
    session.add(question_set)
    audit.record_deed(session, person_id=actor.person_id, verb="question_set_offered", at=now, object_id=set_id)


def close(session: Session, actor: Actor, set_id: uuid.UUID, *, now: datetime) -> bool:
    """`close_set` by a person. Raises NotTheirs."""
    return store.close_set(session, question_set=set_of(session, actor, set_id), now=now, by=actor.person_id)


def reopen(session: Session, actor: Actor, set_id: uuid.UUID, *, now: datetime) -> bool:
    """`reopen_set` by a person. Raises NotTheirs."""
    return store.reopen_set(session, question_set=set_of(session, actor, set_id), now=now, by=actor.person_id)
