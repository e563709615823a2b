"""What a question set holds. Texts are in several languages; what is said aloud and what is noted down are two things."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.base import Texts

#: An answer's text is at most this many Unicode code points.
MOST_CHARACTERS = 5_000


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(StrEnum):
    """How a question is answered, and so which member of an answer holds it."""

    LONG_TEXT = "long_text"  # text
    SHORT_TEXT = "short_text"  # text
    ONE_CHOICE = "one_choice"  # choice: a code
    SEVERAL_CHOICES = "several_choices"  # choices: codes
    FIVE_FACES = "five_faces"  # number: 1 (worst) to 5 (best)
    NUMBER = "number"  # number: a whole one


class TalkType(StrEnum):
    """What kind of talk a set is for."""

    PARENT_TALK = "parent_talk"  # forældresamtale, a month after the start
    CITIZEN_INTERVIEW = "citizen_interview"  # borgerinterview
    RELATIVE_TALK = "relative_talk"  # pårørendesamtale
    CHILDREN_TALK = "children_talk"  # børnesamtale
    GROUP_TALK = "group_talk"  # gruppesamtale: asks how many voices there were
    QUICK_NOTE = "quick_note"  # hurtig note


TEXTUAL = frozenset({Kind.LONG_TEXT, Kind.SHORT_TEXT})
CHOOSING = frozenset({Kind.ONE_CHOICE, Kind.SEVERAL_CHOICES})


#: How many voices a group talk may have had.
VOICES = range(2, 501)


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
    choices: tuple[Choice, ...] = ()
    follows: UUID | None = None  # the question whose meaning this one changed: a new series

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> "Question":
        codes = [choice.code for choice in self.choices]
        if bool(codes) != (self.kind in CHOOSING) or len(set(codes)) < len(codes):
            raise ValueError("a question has choices when it is answered by choosing, each once, and else none")
        return self


def lacks_voices(talk_type: TalkType, asked: Iterable[Question]) -> bool:
    """A group talk in which nobody is asked how many voices there were."""
    return talk_type is TalkType.GROUP_TALK and not any(_is_of_voices(one) for one in asked)


def _is_of_voices(question: Question) -> bool:
    return question.kind is Kind.NUMBER and question.required


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
    talk_type: TalkType = TalkType.CITIZEN_INTERVIEW
    unit_id: UUID | None = None  # offered within this unit and below it; None: everywhere in the sector

    @cached_property
    def asked(self) -> dict[UUID, Question]:
        """The questions by their ids. Made once for a version, as the other two: each talk is judged by them."""
        return {question.id: question for question in self.content.questions}

    @cached_property
    def required(self) -> tuple[UUID, ...]:
        """The questions that must be answered."""
        return tuple(question.id for question in self.content.questions if question.required)

    @cached_property
    def codes(self) -> dict[str, frozenset[str]]:
        """What can be chosen of each coarse fact, by its field."""
        return {fact.field: frozenset(choice.code for choice in fact.choices) for fact in self.content.about}

    def model_copy(self, **how: Any) -> Self:
        """Of what was made of the questions nothing goes over: the copy may have others."""
        copy = super().model_copy(**how)
        for made in ("asked", "required", "codes"):
            copy.__dict__.pop(made, None)
        return copy

    def counts_voices(self, question: Question) -> bool:
        """Whether its number is how many voices there were: in a group talk, the one that must be answered."""
        return self.talk_type is TalkType.GROUP_TALK and _is_of_voices(question)
