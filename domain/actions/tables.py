"""Replies. They hang on a talk and go with it."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from domain.base import Row


class Reply(Row, table=True):
    """What somebody wrote about a talk (named by its first id) to the other: an area leader to the one who noted it, or back.

    `id` was made when the form was shown: a reply that is sent twice is stored once. CPR numbers are covered.
    """

    __tablename__ = "reply"

    conversation_id: uuid.UUID = Field(foreign_key="conversation.id", index=True)
    author_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    text: str = Field(sa_type=sa.Text)
    written_at: datetime
