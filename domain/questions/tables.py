"""Question sets and their versions. A published version never changes (a trigger in the database refuses it)."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from domain.base import Row


class QuestionSet(Row, table=True):
    """What is asked in one kind of talk in one sector; once closed it is offered for no new talk."""

    __tablename__ = "question_set"

    sector: str = Field(max_length=20, index=True)
    position: int = 0
    closed_at: datetime | None = None


class QuestionSetVersion(Row, table=True):
    """A set as it read from one day on: all its texts in one document (`rules.Content`), frozen at publishing."""

    __tablename__ = "question_set_version"
    __table_args__ = (UniqueConstraint("question_set_id", "number"),)

    question_set_id: uuid.UUID = Field(foreign_key="question_set.id")
    number: int
    published_at: datetime
    content: dict[str, Any] = Field(sa_type=sa.JSON)
