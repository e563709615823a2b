"""What sync keeps of its own: items that wait for help, and which life of the database this is."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Index, UniqueConstraint

from domain.base import Row


class BoxedItem(Row, table=True):
    """An item that could not be used as it was, or came second. Nobody but the one who sent it sees it.

    `content` is the item as ASCII JSON with CPR numbers covered; once the matter is settled it is empty and the row stays, so
    that a phone that sends the item again is told to forget it. `digest` is the item's hash, or one of its escaped text where
    there is none.
    """

    __tablename__ = "boxed_item"
    __table_args__ = (
        UniqueConstraint("person_id", "item_id", "digest"),
        Index("ix_boxed_item_person_id_settled_at", "person_id", "settled_at"),
        Index("ix_boxed_item_person_id_replaces", "person_id", "replaces"),
    )

    person_id: uuid.UUID = Field(foreign_key="person.id")
    item_id: uuid.UUID
    digest: str = Field(max_length=64)
    status: str = Field(max_length=20)
    problems: list[dict[str, str]] = Field(sa_type=sa.JSON)
    content: str = Field(sa_type=sa.Text)
    replaces: uuid.UUID | None = None
    received_at: datetime
    settled_at: datetime | None = None


class Epoch(Row, table=True):
    """One life of the database: another begins when it is restored from a back-up, and phones then offer what they kept."""

    __tablename__ = "epoch"

    began_at: datetime = Field(index=True)
    reason: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
