"""What a question set holds. Texts are in several languages; what is said aloud and what is noted down are two things."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.base import Texts

#: An answer's text is at most this many Unicode code points.
MOST_CHARACTERS = 5_000


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(StrEnum):
    """How a question is answered. So far: a text of some sentences."""

    LONG_TEXT = "long_text"


class Choice(Frozen):
    code: str
    text: Texts


class Question(Frozen):
    """`id` stays the same from version to version as long as the question means the same."""

    id: UUID
    kind: Kind = Kind.LONG_TEXT
    prompt: Texts  # said aloud, before and under the talk
    label: Texts  # over the field, when the talk is noted afterwards
    help: Texts | None = None
    required: bool = False


class Fact(Frozen):
    """A coarse fact about the one talked with: choices only, never free text."""

    field: str
    label: Texts
    choices: tuple[Choice, ...]


class Content(Frozen):
    """One version, whole."""

    title: Texts
    promise: Texts  # said aloud first: what the talk is used for, who reads it
    guidance: Texts  # Markdown
    voice: Texts  # whose words stand inside »…«: »Forælderens ord«
    questions: tuple[Question, ...] = Field(min_length=1)
    about: tuple[Fact, ...] = ()

    @model_validator(mode="after")
    def _fields_are_distinct(self) -> "Content":
        fields = [fact.field for fact in self.about]
        ids = [question.id for question in self.questions]
        if len(set(fields)) < len(fields) or len(set(ids)) < len(ids):
            raise ValueError("a question or a coarse fact stands twice")
        return self


class Form(Frozen):
    """A published version as it is asked and checked against."""

    id: UUID
    question_set_id: UUID
    number: int
    sector: str
    content: Content
