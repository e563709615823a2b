"""The shape of an item, its fingerprint, and the receipt that answers it (INTERFACE: `POST /sync`)."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

import rfc8785
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

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
    held_at: AwareDatetime
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
    if _has_fraction(raw):
        return None
    try:
        return hashlib.sha256(rfc8785.dumps(raw)).hexdigest()
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError):
        return None


def _has_fraction(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_fraction(member) for member in value.values())
    if isinstance(value, list):
        return any(_has_fraction(member) for member in value)
    return isinstance(value, float)
