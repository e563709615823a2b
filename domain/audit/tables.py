"""Two append-only logs. Triggers in the database refuse UPDATE and DELETE (migration 0002)."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from domain.base import Row


class Reading(Row, table=True):
    """One page that showed conversations to someone: which page, and whose words stood on it."""

    __tablename__ = "reading"

    at: datetime = Field(index=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    page: str = Field(max_length=80)
    conversations: list[str] = Field(sa_type=sa.JSON)


class Deed(Row, table=True):
    """Something somebody did: verb, what it was done to, and plain facts that hold no words of citizens."""

    __tablename__ = "deed"

    at: datetime = Field(index=True)
    person_id: uuid.UUID | None = Field(default=None, foreign_key="person.id", index=True)
    verb: str = Field(max_length=60, index=True)
    object_id: uuid.UUID | None = None
    facts: dict[str, int | str] = Field(default_factory=dict, sa_type=sa.JSON)
