"""People, the tree of units they belong to, their sign-ins, and the count of sign-ins that failed."""

import uuid
from datetime import date, datetime

from sqlmodel import Field, UniqueConstraint

from domain.base import Row


class Unit(Row, table=True):
    """A place in the tree kommune → område → institution. `path` holds the ids from the root down, each followed by "/".

    From `closed_on` on nothing more is noted there. With a successor, that institution goes on with its people and its talks:
    it stands below its last successor in `path` (so whoever reaches that reaches it) and beside it in the tree (`changes.py`).
    """

    __tablename__ = "unit"

    parent_id: uuid.UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    path: str = Field(max_length=400, index=True)
    level: str = Field(max_length=20)
    name: str = Field(max_length=120)
    sector: str | None = Field(default=None, max_length=20)
    label: str | None = Field(default=None, max_length=20)
    closed_on: date | None = None
    successor_id: uuid.UUID | None = Field(default=None, index=True)  # a unit's; no foreign key, see migration 0011


class ClosedPeriod(Row, table=True):
    """From the first day to the last, both included, nobody is there: in the unit and everything below it.

    One that was taken away stays as a row, so that taking it away can be undone.
    """

    __tablename__ = "closed_period"

    unit_id: uuid.UUID = Field(foreign_key="unit.id", index=True)
    first_on: date
    last_on: date
    note: str = Field(default="", max_length=80)  # a covered CPR number may be longer than it was
    set_by_id: uuid.UUID = Field(foreign_key="person.id")
    set_at: datetime
    removed_at: datetime | None = None


class Person(Row, table=True):
    """An employee of the municipality with one role at one place. Citizens are never persons here."""

    __tablename__ = "person"

    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=120)
    role: str = Field(max_length=20)
    unit_id: uuid.UUID = Field(foreign_key="unit.id", index=True)
    language: str = Field(default="da", max_length=2)
    password_hash: str | None = Field(default=None, max_length=200)
    disabled_at: datetime | None = None


class SignIn(Row, table=True):
    """A signed-in browser. The cookie holds the token, the row only its hash; ending it signs that browser out."""

    __tablename__ = "sign_in"

    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    device: str = Field(default="", max_length=60)
    began_at: datetime
    ended_at: datetime | None = None


class FailedSignIns(Row, table=True):
    """How often sign-in was tried and failed within the running hour, for an e-mail or an address (kept as a hash)."""

    __tablename__ = "failed_sign_ins"

    key: str = Field(max_length=80, unique=True)
    tries: int
    window_began_at: datetime = Field(index=True)


class Device(Row, table=True):
    """A phone that sends talks for a person, known from its first contact. `device_id` was made on the phone itself.

    Two people may share a phone: each has a row of their own. `waiting`: how many talks lay unsent on it, as it last reported;
    `waiting_since`: when it first did without having said since that all was sent. `secret`: what seals the person's own on that
    phone, once the phone has asked for it. It stays when the phone is shut out, which is then told none.
    """

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("person_id", "device_id"),)

    person_id: uuid.UUID = Field(foreign_key="person.id")
    device_id: uuid.UUID
    name: str = Field(default="", max_length=60)
    first_seen_at: datetime
    last_seen_at: datetime
    waiting: int = 0
    sign_in_id: uuid.UUID | None = Field(default=None, foreign_key="sign_in.id", index=True)
    revoked_at: datetime | None = None
    waiting_since: datetime | None = None
    secret: str | None = Field(default=None, max_length=43)
