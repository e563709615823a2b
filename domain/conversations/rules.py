"""What a conversation must hold, whose words stand in it, and what may be quoted."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.questions import MOST_CHARACTERS, Form

#: A quotation shorter says nothing alone, a longer one is an account.
FEWEST_QUOTED_WORDS = 6
MOST_QUOTED_WORDS = 60


class QuoteScope(StrEnum):
    """How far the citizen's words may be quoted without a name. Not asked: None, and then never."""

    NONE = "none"
    AREA = "area"
    MUNICIPALITY = "municipality"
    PUBLIC = "public"


QUOTABLE = frozenset({QuoteScope.AREA, QuoteScope.MUNICIPALITY, QuoteScope.PUBLIC})


@dataclass(frozen=True)
class Answer:
    question: UUID
    text: str


@dataclass(frozen=True)
class Draft:
    """A talk as it comes from a phone or a form, before anything was checked."""

    id: UUID
    unit: UUID
    question_set_version: UUID
    held_at: datetime
    answers: tuple[Answer, ...]
    about: Mapping[str, Sequence[str]] = field(default_factory=dict)
    quote_scope: str | None = None


@dataclass(frozen=True)
class Problem:
    """What cannot be used as it is: the member it stands in, and a code that pages put into words."""

    field: str
    code: str


@dataclass(frozen=True)
class Span:
    """A piece of an answer: the citizen's own words (inside »…«) or the leader's."""

    kind: str
    text: str


def problems(draft: Draft, form: Form) -> list[Problem]:
    """Everything that is wrong with the draft, by the version it was written in. Empty: it can be stored."""
    return [*_answer_problems(draft, form), *_about_problems(draft, form), *_scope_problems(draft)]


def _answer_problems(draft: Draft, form: Form) -> list[Problem]:
    asked = {question.id: question for question in form.content.questions}
    found = []
    written = {answer.question for answer in draft.answers if _says_something(answer.text)}
    if len({answer.question for answer in draft.answers}) < len(draft.answers):
        found.append(Problem("answers", "twice"))
    for answer in draft.answers:
        name = f"answers.{answer.question}"
        if answer.question not in asked:
            found.append(Problem(name, "unknown_question"))
        if len(answer.text) > MOST_CHARACTERS:
            found.append(Problem(name, "too_long"))
        if any("\ud800" <= letter <= "\udfff" for letter in answer.text):
            found.append(Problem(name, "unreadable"))
    found += [Problem(f"answers.{key}", "missing") for key, question in asked.items() if question.required and key not in written]
    if not written:
        found.append(Problem("answers", "nothing_written"))
    return found


def _says_something(text: str) -> bool:
    """Whether anything can be seen: blanks, control characters and zero-width marks alone are no answer."""
    return any(not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf") for letter in text)


def _about_problems(draft: Draft, form: Form) -> list[Problem]:
    choices = {fact.field: {choice.code for choice in fact.choices} for fact in form.content.about}
    return [
        Problem(f"about.{name}", "unknown_choice")
        for name, codes in draft.about.items()
        if name not in choices or not set(codes) <= choices[name]
    ]


def _scope_problems(draft: Draft) -> list[Problem]:
    if draft.quote_scope is None or draft.quote_scope in set(QuoteScope):
        return []
    return [Problem("quote_scope", "unknown_choice")]


# Danish, English and German quotation marks, as phones and people type them; the closing mark belongs to the opening one.
_QUOTED = re.compile(r"»([^»«]*)«|«(?=\S)([^»«]*)(?<=\S)»|“([^“”„]*)”|„([^„“”]*)[“”]|\"([^\"]*)\"")


def spans(text: str) -> list[Span]:
    """An answer as pieces in order. Only what stands inside quotation marks is the citizen's."""
    pieces: list[Span] = []
    at = 0
    for found in _QUOTED.finditer(text):
        inner = next(group for group in found.groups() if group is not None)
        if not inner.strip():
            continue
        if text[at : found.start()].strip():
            pieces.append(Span("leader", text[at : found.start()]))
        pieces.append(Span("citizen", inner.strip()))
        at = found.end()
    if text[at:].strip():
        pieces.append(Span("leader", text[at:]))
    return pieces


def quotes(text: str) -> list[str]:
    """The citizen's own words in an answer, in order; a quote's number is its place here."""
    return [span.text for span in spans(text) if span.kind == "citizen"]


def is_quotable(quote: str) -> bool:
    return FEWEST_QUOTED_WORDS <= len(quote.split()) <= MOST_QUOTED_WORDS
