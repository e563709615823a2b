"""Signing in and out. Failures are counted in transactions of their own, since the answer to them is an error."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from domain.base import Database, new_id

from . import passwords, rules
from .access import Actor, Role
from .departures import Gone, tell
from .store import as_actor
from .tables import FailedSignIns, Person, SignIn, Unit

_WINDOW = timedelta(seconds=rules.WINDOW_SECONDS)


class WrongSignIn(Exception):
    """E-mail or password is wrong, or the person is disabled: which of them is not told."""


@dataclass
class TooManyTries(Exception):
    """This e-mail or address failed too often within the hour."""

    retry_after_s: int


@dataclass(frozen=True)
class SignedIn:
    """A fresh sign-in. The token exists here and in the person's cookie, nowhere else."""

    token: str
    actor: Actor


def sign_in(
    database: Database, *, email: str, password: str, address: str, user_agent: str, now: datetime, limits: bool = True
) -> SignedIn:
    """Checks e-mail and password and begins a sign-in. Raises TooManyTries, WrongSignIn.

    Each try counts before the password is looked at, so that many at once cannot slip through; a success takes its own off again.
    """
    by_email, by_address = f"email:{hash_token(rules.normal_email(email))}", f"address:{hash_token(address)}"
    if limits:
        _count(database, by_address, most=rules.TRIES_PER_ADDRESS, now=now)
        _count(database, by_email, most=rules.TRIES_PER_EMAIL, now=now)
    with database.reading() as session:
        found = session.exec(
            select(Person, Unit).join(Unit, col(Unit.id) == col(Person.unit_id)).where(Person.email == rules.normal_email(email))
        ).first()
    stored = found[0].password_hash if found and not found[0].disabled_at else None
    if not passwords.is_password(stored, password) or not found:
        raise WrongSignIn
    token = secrets.token_urlsafe(32)
    row = SignIn(person_id=found[0].id, token_hash=hash_token(token), device=rules.device_name(user_agent), began_at=now)
    with database.writing() as session:
        session.add(row)
        _forgive(session, by_email, by_address, now)
    return SignedIn(token, as_actor(*found, sign_in_id=row.id))


def actor_by_token(database: Database, token: str) -> Actor | None:
    """Whose sign-in the cookie's token is; None when it was ended or the person is disabled."""
    found = database.look(_ACTOR_BY_TOKEN, {"token_hash": hash_token(token)})
    if not found:
        return None
    [(person_id, name, role, language, unit_id, unit_path, unit_name, sign_in_id)] = found
    return Actor(person_id, name, Role(role), unit_id, unit_path, unit_name, language, sign_in_id)


#: Every request asks it: built once, and without rows to be kept track of.
_ACTOR_BY_TOKEN = (
    sa.select(
        *map(col, (Person.id, Person.name, Person.role, Person.language)),
        *map(col, (Unit.id, Unit.path, Unit.name)),
        col(SignIn.id),
    )
    .select_from(SignIn)
    .join(Person, col(Person.id) == col(SignIn.person_id))
    .join(Unit, col(Unit.id) == col(Person.unit_id))
    .where(
        col(SignIn.token_hash) == sa.bindparam("token_hash"), col(SignIn.ended_at).is_(None), col(Person.disabled_at).is_(None)
    )
)


def open_sign_ins(session: Session, actor: Actor) -> list[SignIn]:
    """Where the person is signed in, newest first."""
    query = select(SignIn).where(SignIn.person_id == actor.person_id, col(SignIn.ended_at).is_(None))
    return list(session.exec(query.order_by(col(SignIn.began_at).desc())).all())


def end_sign_in(session: Session, actor: Actor, *, sign_in_id: uuid.UUID, now: datetime) -> bool:
    """Ends one of the actor's own sign-ins. False when there is no such open one."""
    row = session.exec(
        select(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == actor.person_id, col(SignIn.ended_at).is_(None))
    ).first()
    if row is None:
        return False
    row.ended_at = now
    session.add(row)
    session.flush()
    tell(session, Gone(actor.person_id, sign_in_id=row.id))
    return True


def hash_token(text: str) -> str:
    """What is stored instead of a cookie's token, an e-mail or an address."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _count(database: Database, key: str, *, most: int, now: datetime) -> None:
    """Adds one try in a single statement, so that simultaneous tries are all counted. Raises TooManyTries."""
    table = FailedSignIns.__table__  # type: ignore[attr-defined]
    insert = postgresql.insert if database.engine.dialect.name == "postgresql" else sqlite.insert
    is_over = table.c.window_began_at <= now - _WINDOW
    statement = insert(table).values(id=new_id(), key=key, tries=1, window_began_at=now)
    counted = statement.on_conflict_do_update(
        index_elements=[table.c.key],
        set_={
            "tries": sa.case((is_over, 1), else_=table.c.tries + 1),
            "window_began_at": sa.case((is_over, now), else_=table.c.window_began_at),
        },
    ).returning(table.c.tries, table.c.window_began_at)
    with database.writing() as session:
        tries, began_at = session.execute(counted).one()
    if tries > most:
        raise TooManyTries(max(1, int((began_at + _WINDOW - now).total_seconds())))


def _forgive(session: Session, by_email: str, by_address: str, now: datetime) -> None:
    """A success was no failed try: forget the e-mail's count, take one off the address's, and clear hours long past."""
    table = FailedSignIns.__table__  # type: ignore[attr-defined]
    session.execute(sa.delete(table).where(sa.or_(table.c.key == by_email, table.c.window_began_at <= now - _WINDOW)))
    session.execute(sa.update(table).where(table.c.key == by_address).values(tries=table.c.tries - 1))
