"""Issues of the weekly digest. They hold counts and references to words, never words."""

import uuid
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from domain.base import Row


class Issue(Row, table=True):
    """One area, one week, frozen when it was made. The unique key, not the scheduler, sees to it that there is one."""

    __tablename__ = "issue"
    __table_args__ = (UniqueConstraint("unit_id", "week"),)

    unit_id: uuid.UUID = Field(foreign_key="unit.id")
    week: str = Field(max_length=8)
    made_at: datetime
    content: dict[str, Any] = Field(sa_type=sa.JSON)


class IssueTalk(Row, table=True):
    """A talk stands in exactly one issue: its id is unique here. `late`: it was held in an earlier week than the issue's."""

    __tablename__ = "issue_talk"

    issue_id: uuid.UUID = Field(foreign_key="issue.id", index=True)
    conversation_id: uuid.UUID = Field(foreign_key="conversation.id", unique=True)
    late: bool = False


class IssueHeadline(Row, table=True):
    """The issue's headline as a person wrote it; the newest row counts, an empty text gives the one made from counts back."""

    __tablename__ = "issue_headline"

    issue_id: uuid.UUID = Field(foreign_key="issue.id", index=True)
    author_id: uuid.UUID = Field(foreign_key="person.id")
    text: str = Field(max_length=400)  # a covered CPR number may be longer than it was
    written_at: datetime


class IssueReading(Row, table=True):
    """Somebody marked the issue as read, once. Those who noted its talks are told."""

    __tablename__ = "issue_reading"
    __table_args__ = (UniqueConstraint("issue_id", "reader_id"),)

    issue_id: uuid.UUID = Field(foreign_key="issue.id")
    reader_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    read_at: datetime


class IssueTime(Row, table=True):
    """The time of Monday an area's issue is made at, by the clock on the wall; without a row at six."""

    __tablename__ = "issue_time"

    unit_id: uuid.UUID = Field(foreign_key="unit.id", unique=True)
    at: time
