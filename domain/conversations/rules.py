"""What a conversation must hold, whose words stand in it, and what may be quoted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.base import can_be_seen
from domain.questions import CHOOSING, MOST_CHARACTERS, TEXTUAL, VOICES, Form, Kind, Question

#: A number somebody answers with; more is a slip of the hand, or no number.
LARGEST_NUMBER = 1_000_000_000
FACES = range(1, 6)

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
    """What was answered to one question, in the member that belongs to its kind."""

    question: UUID
    text: str | None = None
    choice: str | None = None
    choices: tuple[str, ...] = ()
    number: int | None = None

    @property
    def says_something(self) -> bool:
        return can_be_seen(self.text or "") or bool(self.choice) or bool(self.choices) or self.number is not None

    def as_json(self) -> dict[str, Any]:
        """As it stands in a conversation's row: the question, and the members that hold something."""
        return {"question": str(self.question), **dict(self.members())}

    def members(self) -> list[tuple[str, Any]]:
        """Those that hold something."""
        held = ("text", self.text), ("choice", self.choice), ("choices", list(self.choices) or None), ("number", self.number)
        return [(name, value) for name, value in held if value is not None]


@dataclass(frozen=True)
class Draft:
    """A talk as it comes from a phone or a form, before anything was checked. An edit names the revision it replaces."""

    id: UUID
    unit: UUID
    question_set_version: UUID
    held_at: datetime
    answers: tuple[Answer, ...]
    about: Mapping[str, Sequence[str]] = field(default_factory=dict)
    quote_scope: str | None = None
    revision: int = 1
    replaces: UUID | None = None

    @property
    def texts(self) -> list[str]:
        return [answer.text for answer in self.answers if answer.text]


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
    found = []
    written = {answer.question for answer in draft.answers if answer.says_something}
    if len({answer.question for answer in draft.answers}) < len(draft.answers):
        found.append(Problem("answers", "twice"))
    for answer in draft.answers:
        question = form.asked.get(answer.question)
        codes = _wrong_with(answer, question, form) if question else ["unknown_question"]
        found += [Problem(f"answers.{answer.question}", code) for code in [*codes, *_unreadable(answer)]]
    found += [Problem(f"answers.{key}", "missing") for key in form.required if key not in written]
    if not written:
        found.append(Problem("answers", "nothing_written"))
    return found


def _unreadable(answer: Answer) -> list[str]:
    text = answer.text or ""
    found = ["too_long"] if len(text) > MOST_CHARACTERS else []
    return [*found, "unreadable"] if _HALF_A_PAIR.search(text) else found


_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def _wrong_with(answer: Answer, question: Question, form: Form) -> list[str]:
    """Whether the answer is of the question's kind, and its choice or number one that can be chosen."""
    kind = question.kind
    held = {name for name, value in answer.members() if value != ""}
    if not held <= {_MEMBER[kind]}:
        return ["wrong_kind"]
    if kind in TEXTUAL:
        return []
    codes = {choice.code for choice in question.choices}
    if kind in CHOOSING and not {*answer.choices, *([answer.choice] if answer.choice else [])} <= codes:
        return ["unknown_choice"]
    if answer.number is not None and abs(answer.number) > LARGEST_NUMBER:
        return ["unknown_number"]
    if kind is Kind.FIVE_FACES and answer.number is not None and answer.number not in FACES:
        return ["unknown_number"]
    if answer.number is not None and form.counts_voices(question) and answer.number not in VOICES:
        return ["no_group"]
    return []


#: Which member of an answer a kind of question is answered in.
_MEMBER = {
    **dict.fromkeys(TEXTUAL, "text"),
    Kind.ONE_CHOICE: "choice",
    Kind.SEVERAL_CHOICES: "choices",
    Kind.FIVE_FACES: "number",
    Kind.NUMBER: "number",
}


#: A fact's field is named by us; what else stands as a name may be somebody's words, and is not repeated.
_A_FIELD = re.compile(r"[a-z0-9_]{1,40}")


def _about_problems(draft: Draft, form: Form) -> list[Problem]:
    return [
        Problem(f"about.{name}" if _A_FIELD.fullmatch(name) else "about", "unknown_choice")
        for name, codes in draft.about.items()
        if name not in form.codes or not form.codes[name].issuperset(codes)
    ]


_SCOPES = frozenset(QuoteScope)


def _scope_problems(draft: Draft) -> list[Problem]:
    if draft.quote_scope is None or draft.quote_scope in _SCOPES:
        return []
    return [Problem("quote_scope", "unknown_choice")]


# Danish, English and German quotation marks, as phones and people type them; the closing mark belongs to the opening one.
_QUOTED = re.compile(r"»([^»«]*)«|«(?=\S)([^»«]*)(?<=\S)»|“([^“”„]*)”|„([^„“”]*)[“”]|\"([^\"]*)\"")


def spans(text: str) -> list[Span]:
    """An answer as pieces in order. Only what stands inside quotation marks is the citizen's."""
    pieces: list[Span] = []
    at = 0
    for found in _spoken(text):
        if text[at : found.start()].strip():
            pieces.append(Span("leader", text[at : found.start()]))
        pieces.append(Span("citizen", found[0][1:-1].strip()))
        at = found.end()
    if text[at:].strip():
        pieces.append(Span("leader", text[at:]))
    return pieces


def speakers(text: str) -> list[str]:
    """Letter by letter who speaks, "citizen" or "leader"; "opens" and "closes" for the marks around the citizen's words."""
    found = ["leader"] * len(text)
    for one in _spoken(text):
        found[one.start() : one.end()] = ["opens", *["citizen"] * (len(one[0]) - 2), "closes"]
    return found


def _spoken(text: str) -> list[re.Match[str]]:
    """What stands in quotation marks, with them: they are one letter each."""
    return [found for found in _QUOTED.finditer(text) if found[0][1:-1].strip()]


def quotes(text: str) -> list[str]:
    """The citizen's own words in an answer, in order; a quote's number is its place here."""
    return [found[0][1:-1].strip() for found in _spoken(text)]


def is_quotable(quote: str) -> bool:
    return FEWEST_QUOTED_WORDS <= len(quote.split()) <= MOST_QUOTED_WORDS
