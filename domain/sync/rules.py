"""The shape of an item, its fingerprint, and the receipt that answers it."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import rfc8785
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    ValidationError,
    model_validator,
)

from domain import guard
from domain.base import EARLIEST_YEAR, LATEST_YEAR
from domain.conversations import Answer, Draft, Problem
from domain.themes import Marks


class Status(StrEnum):
    STORED = "stored"
    DUPLICATE = "duplicate"  # same id, same content
    CONFLICT = "conflict"  # same id with other content, or an edit of a revision that is no longer the latest
    NEEDS_HELP = "needs_help"  # kept, but cannot be used as it is
    ERASED = "erased"  # was erased here: the sender may forget it
    UNUSABLE = "unusable"  # no valid id: the sender keeps it


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
    text: str | None = None
    choice: str | None = None
    choices: tuple[str, ...] = ()
    number: StrictInt | None = None


class ItemThemes(_Part):
    confirmed: tuple[UUID, ...] = ()
    rejected: tuple[UUID, ...] = ()
    tones: dict[UUID, str] = Field(default_factory=dict)


class Item(_Part):
    """A talk as a phone or the plain form sends it; with `replaces` an edit of that revision, with the next number."""

    id: UUID
    kind: Literal["conversation"]
    revision: StrictInt = Field(default=1, ge=1, le=1_000_000)
    replaces: UUID | None = None
    unit: UUID
    question_set_version: UUID
    held_at: Annotated[AwareDatetime, BeforeValidator(_as_text), AfterValidator(_in_the_calendar)]
    answers: tuple[ItemAnswer, ...]
    about: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    quote_scope: str | None = None
    themes: ItemThemes = Field(default_factory=ItemThemes)

    @model_validator(mode="after")
    def _replaces_something_or_is_the_first(self) -> "Item":
        if (self.replaces is None) != (self.revision == 1) or self.replaces == self.id:
            raise ValueError("an edit names the revision it replaces, and only an edit does")
        return self

    def draft(self) -> Draft:
        return Draft(
            id=self.id,
            unit=self.unit,
            question_set_version=self.question_set_version,
            held_at=self.held_at,
            answers=tuple(
                Answer(answer.question, answer.text, answer.choice, answer.choices, answer.number) for answer in self.answers
            ),
            about=self.about,
            quote_scope=self.quote_scope,
            revision=self.revision,
            replaces=self.replaces,
        )

    def marks(self) -> Marks:
        return Marks(self.themes.confirmed, self.themes.rejected, self.themes.tones)


class Withdrawal(_Part):
    """Taking a talk back: `of` is any revision of it."""

    id: UUID
    kind: Literal["withdrawal"]
    of: UUID

    @model_validator(mode="after")
    def _is_of_something_else(self) -> "Withdrawal":
        if self.of == self.id:
            raise ValueError("a withdrawal has an id of its own")
        return self


@dataclass(frozen=True)
class Received:
    """An item as it came in, read but not yet judged. `content` None: `problems` say why it cannot be read.

    `draft` has CPR numbers covered, `masked` says where they stood.
    """

    raw: Any
    id: UUID | None
    sha256: str | None
    content: Item | Withdrawal | None = None
    draft: Draft | None = None
    masked: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def mentions(self) -> set[UUID]:
        """Every id of an item that it speaks of, its own first."""
        other = self.content.of if isinstance(self.content, Withdrawal) else self.replaces
        return {key for key in (self.id, other) if key}

    @property
    def replaces(self) -> UUID | None:
        """The revision it edits, also where the rest of it cannot be read: it goes where that one goes."""
        return item_id({"id": self.raw.get("replaces")}) if isinstance(self.raw, dict) else None


def receive(raw: Any) -> Received:
    """Reads an item, whatever it is. What it can be read without is left out; what it lacks stands in `problems`."""
    key, sha256 = item_id(raw), fingerprint(raw)
    if key is None:
        return Received(raw, None, sha256)
    content, problems = _read(raw)
    if content is not None and sha256 is None:
        content, problems = None, (Problem("", "no_canonical_form"),)
    if not isinstance(content, Item):
        return Received(raw, key, sha256, content, problems=problems)
    draft, masked = _masked(content.draft())
    return Received(raw, key, sha256, content, draft, masked)


def _read(raw: Any) -> tuple[Item | Withdrawal | None, tuple[Problem, ...]]:
    shape = Withdrawal if raw.get("kind") == "withdrawal" else Item
    try:
        return shape.model_validate(raw), ()
    except ValidationError as error:
        # Where and what, never the value: it may be somebody's words.
        found = error.errors(include_input=False, include_url=False, include_context=False)
        whole = "replaces" if shape is Item else "of"
        return None, tuple(dict.fromkeys(Problem(_place(one["loc"]) or whole, "malformed") for one in found))


#: An unknown member's name may be somebody's words; those of the shapes are told.
_NAMES = frozenset({*Item.model_fields, *Withdrawal.model_fields, *ItemAnswer.model_fields, *ItemThemes.model_fields})


def _place(path: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in path if isinstance(part, int) or part in _NAMES)


def _masked(draft: Draft) -> tuple[Draft, tuple[Problem, ...]]:
    """CPR numbers are covered whole before anything is stored; the fingerprint stays that of what was received."""
    answers, found = [], []
    for answer in draft.answers:
        text, count = guard.mask(answer.text or "")
        answers.append(replace(answer, text=text) if count else answer)
        if count:
            found.append(Problem(f"answers.{answer.question}", "cpr_masked"))
    return (replace(draft, answers=tuple(answers)), tuple(found)) if found else (draft, ())


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def item_id(raw: Any) -> UUID | None:
    """The item's id when it has one in the usual form of a UUID, as text."""
    key = raw.get("id") if isinstance(raw, dict) else None
    return UUID(key) if isinstance(key, str) and _UUID.fullmatch(key) else None


def fingerprint(raw: Any) -> str | None:
    """Lower-case hex SHA-256 of the item exactly as received, in the JSON Canonicalization Scheme (RFC 8785).

    None where no canonical form exists: lone surrogates, integers beyond 2^53, fractions.
    """
    is_simple = _is_simple(raw)
    if is_simple is None:
        return None
    try:
        return hashlib.sha256(_canonical(raw, is_simple=is_simple)).hexdigest()
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError):
        return None


def _canonical(raw: Any, *, is_simple: bool) -> bytes:
    """Python's own writer, ten times as fast, writes the same where names are ASCII (it sorts by code point, the standard by
    UTF-16 unit) and numbers are small and whole; the library does the rest. A property test holds the two together."""
    return _WRITER.encode(raw).encode() if is_simple else rfc8785.dumps(raw)


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
#: What is nested deeper has no canonical form here. Each writer has a depth of its own at which it gives up.
MOST_DEEP = 300


def _is_simple(raw: Any) -> bool | None:
    """Whether all names are ASCII and all numbers small. None where there is a fraction, or it is too deep."""
    level, is_simple = [raw], True
    for _ in range(MOST_DEEP):
        inner: list[Any] = []
        for value in level:
            if value is None or type(value) is str or isinstance(value, str):
                continue
            if isinstance(value, dict):
                is_simple = is_simple and all(map(str.isascii, value))
                inner += value.values()
            elif isinstance(value, list):
                inner += value
            elif isinstance(value, float):
                return None
            else:
                is_simple = is_simple and isinstance(value, int) and abs(value) < 2**53
        if not inner:
            return is_simple
        level = inner
    return None


def kept_form(raw: Any) -> str:
    """An item as it is kept for help: JSON in plain ASCII (a NUL or half a surrogate pair too), CPR numbers covered in every
    string but those that are ids. What is nested deeper than we follow is covered as one text. Raises RecursionError."""
    try:
        return json.dumps(_covered(raw), ensure_ascii=True)
    except RecursionError:
        return json.dumps(guard.mask(json.dumps(raw, ensure_ascii=True))[0])


def _covered(value: Any) -> Any:
    if isinstance(value, dict):
        return {_covered(name): _covered(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_covered(member) for member in value]
    if isinstance(value, int) and not isinstance(value, bool):  # a number without its first nought is one too
        return guard.mask(f"{value:010}")[0] if value > 0 and guard.check(f"{value:010}") else value
    return guard.mask(value)[0] if isinstance(value, str) and not _UUID.fullmatch(value) else value


def digest(item: Received) -> str:
    """What tells two contents under one id apart in the box, also where there is no canonical form. Raises RecursionError."""
    return item.sha256 or hashlib.sha256(json.dumps(item.raw, ensure_ascii=True, sort_keys=True).encode()).hexdigest()
