"""The codebook, and which talk is about what."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, UniqueConstraint

from domain.base import Row, Texts


class Theme(Row, table=True):
    """A theme of one sector's codebook. Patterns are lower-case stems that match inside words."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("sector", "key"),)

    sector: str = Field(max_length=20)
    key: str = Field(max_length=40)
    position: int = 0
    name: Texts = Field(sa_type=sa.JSON)
    definition: Texts = Field(sa_type=sa.JSON)
    include: list[str] = Field(sa_type=sa.JSON)
    exclude: list[str] = Field(sa_type=sa.JSON)


class Coding(Row, table=True):
    """What is known of a theme in a talk: whether the patterns suggested it, and what a person decided.

    A theme that was suggested and confirmed, suggested and turned down, or added by hand are three different things.
    """

    __tablename__ = "coding"
    __table_args__ = (UniqueConstraint("conversation_id", "theme_id"),)

    conversation_id: uuid.UUID = Field(foreign_key="conversation.id")
    theme_id: uuid.UUID = Field(foreign_key="theme.id", index=True)
    suggested: bool = False
    decision: str | None = Field(default=None, max_length=10)
    tone: str | None = Field(default=None, max_length=10)
    decided_by_id: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None


class WeeklyTalks(SQLModel, table=True):
    """How many talks were held at a house in a week and arrived in another (or the same) one. `weekly.py` alone writes it."""

    __tablename__ = "weekly_talks"

    unit_id: uuid.UUID = Field(foreign_key="unit.id", primary_key=True)
    held_week: str = Field(max_length=8, primary_key=True)
    arrived_week: str = Field(max_length=8, primary_key=True)
    own: bool = Field(primary_key=True)
    talks: int


class WeeklyThemes(SQLModel, table=True):
    """How many of them people said are about a theme."""

    __tablename__ = "weekly_themes"

    unit_id: uuid.UUID = Field(foreign_key="unit.id", primary_key=True)
    held_week: str = Field(max_length=8, primary_key=True)
    arrived_week: str = Field(max_length=8, primary_key=True)
    theme_id: uuid.UUID = Field(foreign_key="theme.id", primary_key=True)
    talks: int
