"""The codebook, and which talk is about what."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

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


class WeeklyTalks(Row, table=True):
    """How many talks were held at a house in a week and arrived in another (or the same) one. `weekly.py` alone writes it."""

    __tablename__ = "weekly_talks"
    __table_args__ = (UniqueConstraint("unit_id", "held_week", "arrived_week", "own"),)

    unit_id: uuid.UUID = Field(foreign_key="unit.id")
    held_week: str = Field(max_length=8)
    arrived_week: str = Field(max_length=8)
    own: bool
    talks: int


class WeeklyThemes(Row, table=True):
    """How many of them people said are about a theme."""

    __tablename__ = "weekly_themes"
    __table_args__ = (UniqueConstraint("unit_id", "held_week", "arrived_week", "theme_id"),)

    unit_id: uuid.UUID = Field(foreign_key="unit.id")
    held_week: str = Field(max_length=8)
    arrived_week: str = Field(max_length=8)
    theme_id: uuid.UUID = Field(foreign_key="theme.id")
    talks: int


class Recoding(Row, table=True):
    """Somebody said anew what a talk (named by its first id) is about, in one save. Never changed; undoing it is another one."""

    __tablename__ = "recoding"

    conversation_id: uuid.UUID = Field(foreign_key="conversation.id", index=True)
    by_id: uuid.UUID = Field(foreign_key="person.id")
    at: datetime = Field(index=True)
    undoes_id: uuid.UUID | None = Field(default=None, foreign_key="recoding.id", unique=True)


class CodingChange(Row, table=True):
    """One theme of a recoding: what stood before, by whom, and what stands since. Themes that were confirmed and stayed so stand
    here too, so that »from … to …« can be told whole."""

    __tablename__ = "coding_change"
    __table_args__ = (UniqueConstraint("recoding_id", "theme_id"),)

    recoding_id: uuid.UUID = Field(foreign_key="recoding.id")
    theme_id: uuid.UUID = Field(foreign_key="theme.id")
    before_decision: str | None = Field(default=None, max_length=10)
    before_tone: str | None = Field(default=None, max_length=10)
    before_by_id: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    before_at: datetime | None = None
    after_decision: str | None = Field(default=None, max_length=10)
    after_tone: str | None = Field(default=None, max_length=10)
    after_by_id: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    after_at: datetime | None = None


class Objection(Row, table=True):
    """The one who noted the talk does not agree with a recoding, once. `outcome` None: nobody has answered yet."""

    __tablename__ = "objection"

    recoding_id: uuid.UUID = Field(foreign_key="recoding.id", unique=True)
    made_at: datetime
    outcome: str | None = Field(default=None, max_length=10)
    settled_by_id: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    settled_at: datetime | None = Field(default=None, index=True)
