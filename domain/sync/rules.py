"""The shape of an item, its fingerprint, and the receipt that answers it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import rfc8785
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from domain.base import EARLIEST_YEAR, LATEST_YEAR
from domain.conversations import Answer, Draft, Problem


class Status(StrEnum):
    STORED = "stored"
    DUPLICATE = "duplicate"  # same id, same content
    CONFLICT = "conflict"  # same id, other content
    NEEDS_HELP = "needs_help"  # cannot be used as it is
    UNUSABLE = "unusable"  # no valid id


@dataclass(frozen=True)
class Receipt:
    """What became of one item. `sequence` is its place in the order of arrival, given only for `stored`."""

    id: UUID | None
    status: Status
    sha256: str | None
    sequence: int | None = None
    problems: tuple[Problem, ...] = ()


def _as_text(value: Any) -> Any:
    """A moment is written as text with its offset; a bare number could be seconds, milliseconds or a slip."""
    if not isinstance(value, str) or value.strip().lstrip("+-").replace(".", "").isdigit():
        raise ValueError("not a moment")
    return value


def _in_the_calendar(moment: datetime) -> datetime:
    """A phone's clock may be years wrong; beyond these years no week can be told in local time."""
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError("out of range")
    return moment


class _Part(BaseModel):
    """Members that this release does not know are let through: they count in the fingerprint only."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ItemAnswer(_Part):
    question: UUID
    text: str = ""


class ItemThemes(_Part):
    confirmed: tuple[UUID, ...] = ()
    rejected: tuple[UUID, ...] = ()
    tones: dict[UUID, str] = Field(default_factory=dict)


class Item(_Part):
    """A talk as a phone or the plain form sends it."""

    id: UUID
    kind: Literal["conversation"]
    revision: Literal[1] = 1
    replaces: None = None
    unit: UUID
    question_set_version: UUID
    held_at: Annotated[AwareDatetime, BeforeValidator(_as_text), AfterValidator(_in_the_calendar)]
    answers: tuple[ItemAnswer, ...]
    about: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    quote_scope: str | None = None
    themes: ItemThemes = Field(default_factory=ItemThemes)

    def draft(self) -> Draft:
        return Draft(
            id=self.id,
            unit=self.unit,
            question_set_version=self.question_set_version,
            held_at=self.held_at,
            answers=tuple(Answer(answer.question, answer.text) for answer in self.answers),
            about=self.about,
            quote_scope=self.quote_scope,
        )


def item_id(raw: Any) -> UUID | None:
    """The item's id when it has one in the form of a UUID, as text."""
    try:
        return UUID(raw["id"]) if isinstance(raw["id"], str) else None
    except (KeyError, TypeError, ValueError):
        return None


def fingerprint(raw: Any) -> str | None:
    """Lower-case hex SHA-256 of the item exactly as received, in the JSON Canonicalization Scheme (RFC 8785).

    None where no canonical form exists: lone surrogates, integers beyond 2^53, fractions.
    """
    try:
        if _has_fraction(raw):
            return None
        return hashlib.sha256(rfc8785.dumps(raw)).hexdigest()
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError):
        return None


def _has_fraction(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_fraction(member) for member in value.values())
    if isinstance(value, list):
        return any(_has_fraction(member) for member in value)
    return isinstance(value, float)
