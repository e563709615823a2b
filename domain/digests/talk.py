"""What the rules need of a talk, and how they point to words in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.base import Week


@dataclass(frozen=True)
class Talk:
    """`quotes` holds (answer, number, words) of what may be quoted.

    `own`: noted by somebody of the house itself. Talks noted by those above it hide nobody: they know their own.
    """

    id: UUID
    house: UUID
    week: Week
    themes: Mapping[UUID, str | None]
    revision: int = 1
    own: bool = True
    quotes: tuple[tuple[int, int, str], ...] = ()


class QuoteRef(BaseModel):
    """Where a quotation's words stand: the talk in which revision, which of its answers, which pair of quotation marks in it."""

    model_config = ConfigDict(frozen=True)

    conversation: UUID
    revision: int
    answer: int
    number: int
