"""An envelope as it comes in: read without trust, checked in the order that senders rely on."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from flask import Request
from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

MOST_ITEMS = 100


class Envelope(BaseModel):
    """What a phone sends. Items are judged one by one, so nothing is asked of them here."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_: Literal["hoert.envelope/1"] = Field(alias="schema")
    device: UUID
    waiting: StrictInt = Field(ge=0, le=1_000_000)
    items: list[Any]

    @property
    def erases(self) -> bool:
        """Whether it takes a talk back."""
        return any(isinstance(item, dict) and item.get("kind") == "withdrawal" for item in self.items)


@dataclass(frozen=True)
class Body:
    """A request's body: `sent` is what JSON gave (None when it is none), `too_large` says that it goes over a limit."""

    sent: Any = None
    too_large: bool = False

    @property
    def device(self) -> UUID | None:
        """The phone it says it comes from, also when the rest cannot be read."""
        try:
            return UUID(self.sent["device"])
        except (TypeError, KeyError, ValueError, AttributeError):
            return None

    @cached_property
    def envelope(self) -> Envelope:
        """What it holds, read once. Raises Malformed."""
        try:
            return Envelope.model_validate(self.sent)
        except ValidationError as error:
            names = {str(one["loc"][0]) for one in error.errors(include_input=False, include_url=False) if one["loc"]}
            raise Malformed(sorted(names)) from error


class Malformed(Exception):
    """The body is no envelope; `fields` says where it is not."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def read(request: Request) -> Body:
    """Reads at most what the limit allows; judges nothing but the size."""
    try:
        data = request.get_data()  # kept: an erasure may have to be done again
    except RequestEntityTooLarge:
        return Body(too_large=True)
    if request.mimetype != "application/json":
        return Body()
    try:
        sent = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Body()
    items = sent.get("items") if isinstance(sent, dict) else None
    return Body(sent, too_large=isinstance(items, list) and len(items) > MOST_ITEMS)


def _no_constant(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)
