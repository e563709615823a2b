"""What people are told past the pages: notices, where they go, and what each wants to hear of. No words of anybody stand here."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, Index, UniqueConstraint

from domain.base import Row


class Notice(Row, table=True):
    """That there is something new for a person: one row for each thing, however often it is written.

    `about` is an opaque key, `path` the local page it opens. It is open until it was delivered or given up. `holder` has it until
    `claimed_until`; `attempts` counts before each try. `served` lists the phones that took it while others still wait.
    `failed_why` is a short code.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "about"),
        Index(
            "ix_notice_not_before",
            "not_before",
            sqlite_where=sa.text("delivered_at IS NULL AND gave_up_at IS NULL"),
            postgresql_where=sa.text("delivered_at IS NULL AND gave_up_at IS NULL"),
        ),
        Index("ix_notice_kind_about", "kind", "about"),
    )

    person_id: uuid.UUID = Field(foreign_key="person.id")
    kind: str = Field(max_length=30)
    about: str = Field(max_length=120)
    path: str = Field(max_length=200)
    written_at: datetime
    not_before: datetime
    claimed_until: datetime | None = None
    holder: uuid.UUID | None = None
    attempts: int = 0
    served: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    delivered_at: datetime | None = None
    channel: str | None = Field(default=None, max_length=10)
    gave_up_at: datetime | None = None
    failed_why: str | None = Field(default=None, max_length=40)


class PushSubscription(Row, table=True):
    """A browser that was switched on for push. The endpoint belongs to whoever switched it on last; its keys are the browser's.

    `device_id` is the one the phone sends talks by; `sign_in_id` the sign-in it was switched on in: when that ends it goes.
    """

    __tablename__ = "push_subscription"

    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    device_id: uuid.UUID | None = Field(default=None, index=True)
    sign_in_id: uuid.UUID | None = Field(default=None, foreign_key="sign_in.id", index=True)
    endpoint: str = Field(max_length=1000, unique=True)
    p256dh: str = Field(max_length=120)
    auth: str = Field(max_length=40)
    name: str = Field(default="", max_length=60)
    created_at: datetime
    last_ok_at: datetime | None = None
    failures: int = 0


class NoticeChoice(Row, table=True):
    """By which way a person wants to hear of a kind; without a row it goes by what they prefer, or by the default."""

    __tablename__ = "notice_choice"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    person_id: uuid.UUID = Field(foreign_key="person.id")
    kind: str = Field(max_length=30)
    channel: str = Field(max_length=10)


class NoticeHabit(Row, table=True):
    """What a person prefers in all, and from which hour to which nothing is sent (by the clock on the wall)."""

    __tablename__ = "notice_habit"

    person_id: uuid.UUID = Field(foreign_key="person.id", unique=True)
    preferred: str | None = Field(default=None, max_length=10)
    quiet_from: int | None = None
    quiet_to: int | None = None


class NoticeDefault(Row, table=True):
    """What administrators set for a kind; without a row it is `rules.DEFAULTS`."""

    __tablename__ = "notice_default"

    kind: str = Field(max_length=30, unique=True)
    channel: str = Field(max_length=10)


class MailStop(Row, table=True):
    """A person wants no mail of a kind, or none at all (`all`), said by the link that stands in every mail. Other ways stay."""

    __tablename__ = "mail_stop"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    person_id: uuid.UUID = Field(foreign_key="person.id")
    kind: str = Field(max_length=30)
    stopped_at: datetime
