"""Browsers that were switched on for push: one row each, gone when they, their person or their sign-in go."""

import uuid
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from domain import people
from domain.base import new_id
from domain.people import Actor, Gone

from .tables import Notice, PushSubscription

#: Of one person; the one switched on longest ago makes way.
MOST_BROWSERS = 10
#: So many notices in a row that did not come through, and it is told that the browser is not reached.
FAILING_AFTER = 3


def subscribe(
    session: Session,
    actor: Actor,
    *,
    endpoint: str,
    p256dh: str,
    auth: str,
    now: datetime,
    device_id: uuid.UUID | None = None,
    user_agent: str = "",
) -> None:
    """Switches the browser on. An endpoint that was somebody else's is the actor's from now on: they hold the phone.

    Whoever calls has asked whether the endpoint is one of a permitted push service and the keys are sound.
    """
    table = PushSubscription.__table__  # type: ignore[attr-defined]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    theirs = {"person_id": actor.person_id, "device_id": device_id, "sign_in_id": actor.sign_in_id}
    keys = {"p256dh": p256dh, "auth": auth, "name": people.device_name(user_agent)}
    row = {**theirs, **keys, "created_at": now, "failures": 0, "last_ok_at": None}
    statement = dialect.insert(table).values(id=new_id(), endpoint=endpoint, **row)
    session.execute(statement.on_conflict_do_update(index_elements=["endpoint"], set_=row))
    oldest_first = select(PushSubscription.id).where(PushSubscription.person_id == actor.person_id)
    every = session.exec(oldest_first.order_by(col(PushSubscription.created_at), col(PushSubscription.id))).all()
    if every[:-MOST_BROWSERS]:
        session.execute(sa.delete(PushSubscription).where(col(PushSubscription.id).in_(every[:-MOST_BROWSERS])))


def unsubscribe(session: Session, actor: Actor, *, endpoint: str) -> bool:
    """Switches one of the actor's own browsers off. False when it was not on."""
    mine = (col(PushSubscription.person_id) == actor.person_id, col(PushSubscription.endpoint) == endpoint)
    return bool(session.execute(sa.delete(PushSubscription).where(*mine)).rowcount)  # type: ignore[attr-defined]


def switch_off_one(session: Session, actor: Actor, *, row_id: uuid.UUID) -> bool:
    """The same by the row's key, for a list of one's own browsers."""
    mine = (col(PushSubscription.person_id) == actor.person_id, col(PushSubscription.id) == row_id)
    return bool(session.execute(sa.delete(PushSubscription).where(*mine)).rowcount)  # type: ignore[attr-defined]


def subscriptions_of(session: Session, person_ids: Collection[uuid.UUID]) -> list[PushSubscription]:
    query = select(PushSubscription).where(col(PushSubscription.person_id).in_(list(person_ids)))
    return list(session.exec(query.order_by(col(PushSubscription.id))).all())


def is_failing(subscription: PushSubscription) -> bool:
    """Whether its service has taken nothing for a while: it is switched on, and yet no notice comes."""
    return subscription.failures >= FAILING_AFTER


def settle(
    session: Session, *, took: Collection[uuid.UUID], gone: Collection[uuid.UUID], failed: Collection[uuid.UUID], now: datetime
) -> None:
    """What the push services said of the endpoints."""
    rows = col(PushSubscription.id)
    if took:
        session.execute(sa.update(PushSubscription).where(rows.in_(list(took))).values(last_ok_at=now, failures=0))
    if failed:
        more = col(PushSubscription.failures) + 1
        session.execute(sa.update(PushSubscription).where(rows.in_(list(failed))).values(failures=more))
    if gone:
        session.execute(sa.delete(PushSubscription).where(rows.in_(list(gone))))


@people.ends_with_them
def switch_off(session: Session, gone: Gone) -> None:
    """Nothing is sent any more to a person, a phone or a sign-in that was shut out; what waited for the person goes too."""
    condition = [col(PushSubscription.person_id) == gone.person_id]
    if gone.device_id:
        condition.append(col(PushSubscription.device_id) == gone.device_id)
    elif gone.sign_in_id:
        condition.append(col(PushSubscription.sign_in_id) == gone.sign_in_id)
    else:
        waits = (col(Notice.delivered_at).is_(None), col(Notice.gave_up_at).is_(None))
        session.execute(sa.delete(Notice).where(col(Notice.person_id) == gone.person_id, *waits))
    session.execute(sa.delete(PushSubscription).where(*condition))
