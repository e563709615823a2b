"""What every row has: a UUIDv7 key, so that rows made on a phone and on the server sort by the time they were begun."""

import uuid
from typing import Any

import uuid_utils.compat
from sqlmodel import Field, SQLModel

#: A text in several languages, `{"da": …, "en": …}`; Danish is always there.
Texts = dict[str, str]

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> uuid.UUID:
    """A fresh UUIDv7 (RFC 9562). It tells the millisecond it was made: never show it to those above the institution."""
    return uuid_utils.compat.uuid7()


class Row(SQLModel):
    """Base of all tables. Datetimes are aware and come back in UTC; a naive one is refused by SQLModel."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)

    def __repr__(self) -> str:
        """Only the key: a row's words must not reach a log through an exception."""
        return f"<{type(self).__name__} {self.id}>"

    def __rich_repr__(self) -> Any:
        yield "id", self.id

    __str__ = __repr__
