"""Conversations. Everything of one talk stands in one row: its answers, their hash and their place in the order of arrival."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import BigInteger, Field, Index, SQLModel, UniqueConstraint

from domain.base import Row

#: PostgreSQL numbers the arrivals itself; SQLite, with one writer at a time, takes the highest number plus one.
ARRIVALS = sa.Sequence("conversation_sequence", metadata=SQLModel.metadata)

_WAITS = sa.text("indexed_at IS NULL")


#: Most talks stand in their only revision: an index over them all would be taken for a way to find a few.
REPLACED = "replaced_by_id IS NOT NULL"
NOT_GATHERED = "gathered_at IS NULL AND replaced_by_id IS NULL"


class Conversation(Row, table=True):
    """One revision of a talk as it was noted. `id` was made on the device when the form was opened.

    The first revision's `first_id` is its own id; an edit is a new row with the same `first_id` and `reference`, and the row it
    replaces then points to it. `received_at` is when the talk first arrived, in every revision: an edit moves it to no other
    week; `revised_at` is when the edit did. `gathered_at`: an issue of the digest was made of it, so that those still waiting
    are found among ever more others; whether it stands in one is decided by the issue's own key. `reference` is random: the id
    would tell those above the institution when the talk was noted. `indexed_at`: when search looked at this revision; empty
    until then (`search.py`).
    """

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("first_id", "revision"),
        UniqueConstraint("reference", "revision"),
        Index("ix_conversation_unit_id_received_at", "unit_id", "received_at"),
        Index("ix_conversation_author_id_received_at", "author_id", "received_at"),
        Index("ix_conversation_unit_id_held_week", "unit_id", "held_week"),
        Index(
            "ix_conversation_replaced_by_id",
            "replaced_by_id",
            sqlite_where=sa.text(REPLACED),
            postgresql_where=sa.text(REPLACED),
        ),
        Index(
            "ix_conversation_unit_id",
            "unit_id",
            sqlite_where=sa.text(NOT_GATHERED),
            postgresql_where=sa.text(NOT_GATHERED),
        ),
        # Only what waits stands in it, so looking for that costs nothing however many talks there are.
        Index("ix_conversation_indexed_at", "indexed_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
    )

    first_id: uuid.UUID = Field(foreign_key="conversation.id")
    revision: int = 1
    replaced_by_id: uuid.UUID | None = Field(default=None, foreign_key="conversation.id")
    reference: uuid.UUID
    author_id: uuid.UUID = Field(foreign_key="person.id")
    unit_id: uuid.UUID = Field(foreign_key="unit.id")
    question_set_version_id: uuid.UUID = Field(foreign_key="question_set_version.id", index=True)
    held_at: datetime
    held_week: str = Field(max_length=8)
    received_at: datetime
    revised_at: datetime | None = None
    gathered_at: datetime | None = None
    answers: list[dict[str, Any]] = Field(sa_type=sa.JSON)
    about: dict[str, list[str]] = Field(sa_type=sa.JSON)
    quote_scope: str | None = Field(default=None, max_length=20)
    sha256: str = Field(max_length=64)
    sequence: int = Field(sa_type=BigInteger, unique=True)
    indexed_at: datetime | None = None


class ConversationWords(Row, table=True):
    """The words of a talk as search finds them (`terms.py`): one row a talk, `id` is that of the revision they stand in.

    `position` grows with the time the talk first arrived. What may only be found stands here: the words as they were noted are
    the conversation's.
    """

    __tablename__ = "conversation_words"

    id: uuid.UUID = Field(primary_key=True, foreign_key="conversation.id")
    first_id: uuid.UUID = Field(foreign_key="conversation.id", unique=True)
    position: int = Field(sa_type=BigInteger, unique=True)
    words: str = Field(sa_type=sa.Text().with_variant(TSVECTOR(), "postgresql"))


class Tombstone(Row, table=True):
    """An id of this person's that was erased here, and stays so: what still arrives under it is not stored.

    One for each revision of a talk that was taken back, and one for the withdrawal itself, which alone has a hash. `sequence`
    is a place in the order of arrival, so that no number is ever given twice.
    """

    __tablename__ = "tombstone"
    __table_args__ = (UniqueConstraint("person_id", "item_id"),)

    person_id: uuid.UUID = Field(foreign_key="person.id")
    item_id: uuid.UUID
    erased_at: datetime
    sequence: int = Field(sa_type=BigInteger, unique=True)
    sha256: str | None = Field(default=None, max_length=64)
