"""Phones that send: known from their first contact, and shut out when their owner has lost them."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from domain.base import new_id

from . import rules
from .access import Actor, Permission, units_within
from .sign_ins import end_sign_in, hash_token
from .tables import Device, Person, SignIn, Unit


def see_device(session: Session, actor: Actor, *, device_id: uuid.UUID, user_agent: str, waiting: int, now: datetime) -> None:
    """Notes that the phone was here and how much still waits on it, in one statement."""
    table = Device.__table__  # type: ignore[attr-defined]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    seen = {"last_seen_at": now, "waiting": waiting, "sign_in_id": actor.sign_in_id, "name": rules.device_name(user_agent)}
    row = {"id": new_id(), "person_id": actor.person_id, "device_id": device_id, "first_seen_at": now, **seen}
    statement = dialect.insert(table).values(**row)
    session.execute(statement.on_conflict_do_update(index_elements=[table.c.person_id, table.c.device_id], set_=seen))


def is_revoked(session: Session, actor: Actor, device_id: uuid.UUID) -> bool:
    query = select(Device.id).where(
        Device.person_id == actor.person_id, Device.device_id == device_id, col(Device.revoked_at).is_not(None)
    )
    return session.exec(query).first() is not None


def was_shut_out(session: Session, token: str, device_id: uuid.UUID | None) -> bool:
    """Whether a cookie that signs nobody in any more belongs to somebody disabled, or comes from a phone that was revoked.

    Such a phone forgets what it holds; one whose sign-in merely ended keeps it for its owner.
    """
    found = session.exec(
        select(Person).join(SignIn, col(SignIn.person_id) == col(Person.id)).where(SignIn.token_hash == hash_token(token))
    ).first()
    if found is None:
        return False
    query = select(Device.id).where(
        Device.person_id == found.id, Device.device_id == device_id, col(Device.revoked_at).is_not(None)
    )
    return found.disabled_at is not None or session.exec(query).first() is not None


def own_devices(session: Session, actor: Actor) -> list[Device]:
    """The phones the person sends from, the one seen last first; those that were revoked are not shown."""
    query = select(Device).where(Device.person_id == actor.person_id, col(Device.revoked_at).is_(None))
    return list(session.exec(query.order_by(col(Device.last_seen_at).desc())).all())


def count_unsent(session: Session, actor: Actor, area: Unit, *, since: datetime) -> int:
    """How many talks lie unsent on phones of people in the area, as the phones last said; those not seen since then are left out.

    A number, never whose; nothing for those who do not read the area's digests.
    """
    within = select(Unit.id).where(
        units_within(actor, Permission.READ_DIGESTS), col(Unit.path).startswith(area.path, autoescape=True)
    )
    query = (
        select(sa.func.coalesce(sa.func.sum(Device.waiting), 0))
        .join(Person, col(Person.id) == col(Device.person_id))
        .where(col(Person.unit_id).in_(within), col(Person.disabled_at).is_(None))
        .where(col(Device.revoked_at).is_(None), Device.last_seen_at >= since)
    )
    return int(session.exec(query).one())


def revoke_device(session: Session, actor: Actor, *, row_id: uuid.UUID, now: datetime) -> bool:
    """Shuts out one of the actor's own phones and ends the sign-in it used. False when there is no such phone."""
    row = session.exec(
        select(Device).where(Device.id == row_id, Device.person_id == actor.person_id, col(Device.revoked_at).is_(None))
    ).first()
    if row is None:
        return False
    row.revoked_at = now
    session.add(row)
    session.flush()
    if row.sign_in_id:
        end_sign_in(session, actor, sign_in_id=row.sign_in_id, now=now)
    return True


def hold(session: Session, person_id: uuid.UUID) -> None:
    """One sender at a time for each person, until the transaction ends: an edit, its original and a withdrawal that arrive at
    the same moment find each other. SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(person_id.bytes[-8:], "big", signed=True)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
