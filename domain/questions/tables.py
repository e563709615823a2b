"""Question sets and their versions. A published version never changes (a trigger in the database refuses it)."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from domain.base import Row

from .rules import TalkType


class QuestionSet(Row, table=True):
    """What is asked in one kind of talk in one sector; once closed it is offered for no new talk.

    With a `unit_id` it is offered only there and below; that may change, its sector and its kind of talk do not.
    """

    __tablename__ = "question_set"

    sector: str = Field(max_length=20, index=True)
    position: int = 0
    closed_at: datetime | None = None
    talk_type: str = Field(default=TalkType.CITIZEN_INTERVIEW, max_length=20)
    unit_id: uuid.UUID | None = None  # a unit's; no foreign key, see migration 0012


class QuestionSetVersion(Row, table=True):
    """A set as it read from one day on: all its texts in one document (`rules.Content`), frozen at publishing."""

    __tablename__ = "question_set_version"
    __table_args__ = (UniqueConstraint("question_set_id", "number"),)

    question_set_id: uuid.UUID = Field(foreign_key="question_set.id")
    number: int
    published_at: datetime
    content: dict[str, Any] = Field(sa_type=sa.JSON)
    published_by_id: uuid.UUID | None = None  # None: by a command, or with the demo
    publishing: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)  # rules.Publishing


class QuestionSetDraft(Row, table=True):
    """A revision of a set's one draft: the highest one is what is edited. A revision is never changed, so of two who save at once
    the later one meets the earlier one's (the unique key).

    `ended`: how the draft came to its end; then there is none until it is begun anew.
    """

    __tablename__ = "question_set_draft"
    __table_args__ = (UniqueConstraint("question_set_id", "revision"),)

    question_set_id: uuid.UUID = Field(foreign_key="question_set.id")
    revision: int
    begun_from: int = 0  # the number of the version in use when it was begun; 0: none
    content: dict[str, Any] = Field(sa_type=sa.JSON)  # sketches.Sketch
    saved_by_id: uuid.UUID = Field(foreign_key="person.id")
    saved_at: datetime
    ended: str | None = Field(default=None, max_length=10)
