"""Writing notices, switching phones on, and sending, for tests of the outbox."""

from datetime import timedelta

from sqlmodel import select

from domain import notices
from domain.notices import Kind, Notice, PushSubscription
from tests import make

HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=5)


def write(session, *actors, kind=Kind.REPLY, about="reply:1", now=make.NOW, **more):
    to = [actor.person_id for actor in actors]
    return notices.write(session, kind=kind, to=to, about=about, path="/", now=now, **more)


def switch_on(session, actor, *, name="phone", device_id=None):
    endpoint = f"https://push.example/{name}"
    keys = {"p256dh": "B" * 87, "auth": "A" * 22}
    notices.subscribe(session, actor, endpoint=endpoint, now=make.NOW, device_id=device_id, **keys)
    return session.exec(select(PushSubscription).where(PushSubscription.endpoint == endpoint)).one()


def deliver(database, senders, *, now=make.NOW):
    return dict(notices.deliver(database, senders, clock=lambda: now))


def only(database):
    with database.reading() as session:
        return session.exec(select(Notice)).one()
