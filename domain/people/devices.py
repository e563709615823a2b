"""Phones that send: known from their first contact, and shut out when their owner has lost them."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from domain import audit
from domain.base import ask, new_id

from . import rules
from .access import Actor, Permission, Role, units_within
from .departures import Gone, tell
from .sign_ins import hash_token
from .store import hold_person
from .tables import Device, Person, SignIn, Unit


def see_device(session: Session, actor: Actor, *, device_id: uuid.UUID, user_agent: str, waiting: int, now: datetime) -> None:
    """Notes that the phone was here and how much still waits on it, in one statement."""
    seen = {"last_seen_at": now, "waiting": waiting, "sign_in_id": actor.sign_in_id, "name": rules.device_name(user_agent)}
    seen["waiting_since"] = now if waiting else None
    row = {"id": new_id(), "person_id": actor.person_id, "device_id": device_id, "first_seen_at": now, **seen}
    ask(session, _seeing(session.get_bind().dialect.name), row)


@cache
def _seeing(dialect: str) -> Any:
    """Built once, as every statement of an envelope: putting one together costs more than asking it."""
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(sa.inspect(Device).local_table)
    seen = {name: statement.excluded[name] for name in ("last_seen_at", "waiting", "sign_in_id", "name")}
    still = sa.case(
        (statement.excluded["waiting"] == 0, None),
        else_=sa.func.coalesce(col(Device.waiting_since), statement.excluded["waiting_since"]),
    )
    return statement.on_conflict_do_update(index_elements=["person_id", "device_id"], set_=seen | {"waiting_since": still})


def secret_of(session: Session, actor: Actor, *, device_id: uuid.UUID, fresh: str, user_agent: str, now: datetime) -> str:
    """What seals the person's own on the phone: `fresh` (43 characters) the first time, ever after what was stored then.

    One statement, so that two who ask at once hear the same. The phone is noted as seen; what waits on it stays as it last said.
    The caller commits before the secret leaves. Raises ShutOut.
    """
    hold(session, actor.person_id)
    let_in(session, actor, device_id=device_id)
    seen = {"last_seen_at": now, "sign_in_id": actor.sign_in_id, "name": rules.device_name(user_agent)}
    row = {"id": new_id(), "person_id": actor.person_id, "device_id": device_id, "first_seen_at": now, "secret": fresh, **seen}
    found = ask(session, _keeping_secret(session.get_bind().dialect.name), row | {"waiting": 0, "waiting_since": None})
    return str(found.scalar_one())


@cache
def _keeping_secret(dialect: str) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(sa.inspect(Device).local_table)
    seen = {name: statement.excluded[name] for name in ("last_seen_at", "sign_in_id", "name")}
    kept = sa.func.coalesce(col(Device.secret), statement.excluded["secret"])
    changed = statement.on_conflict_do_update(index_elements=["person_id", "device_id"], set_=seen | {"secret": kept})
    return changed.returning(col(Device.secret))


class ShutOut(Exception):
    """The person was disabled, or the phone revoked, since the request came through the door: nothing more is taken of them."""


def let_in(session: Session, actor: Actor, *, device_id: uuid.UUID | None) -> Actor:
    """The actor as they stand now, for a transaction that holds them (`hold`): whoever shuts out holds them too, so that this is
    the last word on it; and the tree may have changed since they came through the door. Raises ShutOut."""
    found = ask(session, _LET_IN, {"person_id": actor.person_id, "device_id": device_id}).first()
    if found is None:
        raise ShutOut
    role, unit_id, path, name = found
    return replace(actor, role=Role(role), unit_id=unit_id, unit_path=path, unit_name=name)


_REVOKED = sa.select(col(Device.id)).where(
    col(Device.person_id) == sa.bindparam("person_id"),
    col(Device.device_id) == sa.bindparam("device_id", type_=sa.Uuid()),
    col(Device.revoked_at).is_not(None),
)
_LET_IN = (
    sa.select(*map(col, (Person.role, Unit.id, Unit.path, Unit.name)))
    .select_from(Person)
    .join(Unit, col(Unit.id) == col(Person.unit_id))
    .where(col(Person.id) == sa.bindparam("person_id"), col(Person.disabled_at).is_(None), ~_REVOKED.exists())
)


def is_revoked(session: Session, actor: Actor, device_id: uuid.UUID) -> bool:
    return ask(session, _REVOKED, {"person_id": actor.person_id, "device_id": device_id}).first() is not None


@dataclass(frozen=True)
class Out:
    """Why a cookie signs nobody in. `shut_out`: its person was disabled or the phone revoked, so the phone tries no more; else it
    goes on when somebody signs in. `ended`: that sign-in was ended, on that browser or from another one. Either way it keeps what
    it holds."""

    shut_out: bool = False
    ended: bool = False


def why_out(session: Session, token: str, device_id: uuid.UUID | None) -> Out:
    """Of a cookie's token that signs nobody in; of one that nobody was ever given, nothing is known."""
    found = ask(session, _WHY_OUT, {"token_hash": hash_token(token), "device_id": device_id}).first()
    return Out(*map(bool, found)) if found else Out()


_PHONE_IS_OUT = sa.exists().where(
    col(Device.person_id) == col(SignIn.person_id),
    col(Device.device_id) == sa.bindparam("device_id", type_=sa.Uuid()),
    col(Device.revoked_at).is_not(None),
)
_WHY_OUT = (
    sa.select(sa.or_(col(Person.disabled_at).is_not(None), _PHONE_IS_OUT), col(SignIn.ended_at).is_not(None))
    .select_from(SignIn)
    .join(Person, col(Person.id) == col(SignIn.person_id))
    .where(col(SignIn.token_hash) == sa.bindparam("token_hash"))
)


def own_devices(session: Session, actor: Actor) -> list[Device]:
    """The phones the person sends from, the one seen last first; those that were revoked are not shown."""
    query = select(Device).where(Device.person_id == actor.person_id, col(Device.revoked_at).is_(None))
    return list(session.exec(query.order_by(col(Device.last_seen_at).desc())).all())


def count_unsent(session: Session, actor: Actor, area: Unit, *, since: datetime) -> int:
    """How many talks lie unsent on phones of people in the area, as the phones last said; those not seen since then are left out.

    A number, never whose; nothing for those who do not read the area's digests.
    """
    return int(ask(session, _unsent(actor, area.path), {"since": since}).scalar_one())


@lru_cache(maxsize=256)
def _unsent(actor: Actor, path: str) -> sa.Select[Any]:
    """Built once for a reader and an area, for every running week asks it; it holds no row."""
    within = sa.select(col(Unit.id)).where(
        units_within(actor, Permission.READ_DIGESTS), col(Unit.path).startswith(path, autoescape=True)
    )
    return (
        sa.select(sa.func.coalesce(sa.func.sum(col(Device.waiting)), 0))
        .join(Person, col(Person.id) == col(Device.person_id))
        .where(col(Person.unit_id).in_(within), col(Person.disabled_at).is_(None))
        .where(col(Device.revoked_at).is_(None), col(Device.last_seen_at) >= sa.bindparam("since"))
    )


@dataclass(frozen=True)
class Unsent:
    """A phone on which talks lie unsent, as it last said, and since when. `row_id`: of `Device`."""

    person_id: uuid.UUID
    row_id: uuid.UUID
    since: datetime


def left_unsent(session: Session, *, before: datetime | None = None, person_id: uuid.UUID | None = None) -> list[Unsent]:
    """The phones that said so, before that moment, and have not said since that all was sent; none that were shut out.
    `person_id`: of that person alone."""
    some = [col(Device.waiting_since) <= before] if before else []
    some += [col(Device.person_id) == person_id] if person_id else []
    query = (
        select(Device.person_id, Device.id, Device.waiting_since)
        .join(Person, col(Person.id) == col(Device.person_id))
        .where(*some, col(Device.waiting_since).is_not(None), col(Device.revoked_at).is_(None), col(Person.disabled_at).is_(None))
        .order_by(col(Device.id))
    )
    return [Unsent(person, row, since) for person, row, since in session.exec(query).all() if since]


def revoke_device(session: Session, actor: Actor, *, row_id: uuid.UUID, now: datetime) -> bool:
    """Shuts out one of the actor's own phones and ends the sign-in it used. False when there is no such phone."""
    return _revoke(session, Device.person_id == actor.person_id, row_id=row_id, now=now)


def devices_of(session: Session, *, email: str) -> list[Device]:
    """The phones of whoever has the e-mail that are not shut out, the one seen last first. For commands."""
    theirs = col(Device.person_id).in_(select(Person.id).where(Person.email == rules.normal_email(email)))
    query = select(Device).where(theirs, col(Device.revoked_at).is_(None))
    return list(session.exec(query.order_by(col(Device.last_seen_at).desc())).all())


def shut_out_device(session: Session, *, row_id: uuid.UUID, now: datetime) -> bool:
    """Shuts out anybody's phone and ends the sign-in it used, for commands. False when there is no such phone any more."""
    done = _revoke(session, sa.true(), row_id=row_id, now=now)
    if done:
        audit.record_deed(session, person_id=None, verb="device_shut_out", at=now, object_id=row_id)
    return done


def _revoke(session: Session, whose: sa.ColumnElement[bool] | bool, *, row_id: uuid.UUID, now: datetime) -> bool:
    row = session.exec(select(Device).where(whose, Device.id == row_id, col(Device.revoked_at).is_(None))).first()
    if row is None:
        return False
    hold_person(session, row.person_id)
    row.revoked_at = now
    session.add(row)
    session.flush()
    tell(session, Gone(row.person_id, device_id=row.device_id))
    if row.sign_in_id:
        tell(session, Gone(row.person_id, sign_in_id=row.sign_in_id))
        session.execute(
            sa.update(SignIn).where(col(SignIn.id) == row.sign_in_id, col(SignIn.ended_at).is_(None)).values(ended_at=now)
        )
    return True


def hold(session: Session, person_id: uuid.UUID) -> None:
    """One sender at a time for each person, until the transaction ends: an edit, its original and a withdrawal that arrive at
    the same moment find each other. SQLite has one writer at a time anyway."""
    hold_person(session, person_id)
