"""Several notices of one kind in one mail: the oldest carries the others, and its row says which (`Notice.served`)."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from .delivery import Message, Outcome, Status
from .tables import Notice

#: Long enough for the one that carries it to be noted as sent.
LOOK_AGAIN_S = 60


def told_of(session: Session, message: Message, *, since: datetime) -> list[Notice]:
    """Everything the person was or is to be told of this kind, the message's own notice among it, the oldest first."""
    query = select(Notice).where(Notice.person_id == message.person_id, Notice.kind == str(message.kind))
    return list(session.exec(query.where(col(Notice.written_at) >= since).order_by(col(Notice.id))).all())


def carried_with(message: Message, alike: Sequence[Notice]) -> tuple[uuid.UUID, ...] | Outcome:
    """The notices that go in this one's mail; or what has come of it, where it goes in another's. `alike`: those that belong into
    one mail, this one among them."""
    if any(one.delivered_at and str(message.notice_id) in one.served for one in alike):
        return Outcome(Status.SENT, "together")
    waiting = sorted(one.id for one in alike if not one.delivered_at and not one.gave_up_at)
    if waiting and waiting[0] != message.notice_id:
        return Outcome(Status.LATER, "together", retry_after_s=LOOK_AGAIN_S)
    return tuple(waiting[1:])
