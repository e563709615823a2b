"""A draft's texts while they are being worded: in the shape of a version's, whole or not yet, with what publishing asks."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field, model_validator

from domain.base import Texts, can_be_seen, new_id, tidy

from .rules import CHOOSING, Choice, Content, Fact, Frozen, Question

#: A form of more takes more than a minute in a cloakroom: a warning, no stop.
USUAL_QUESTIONS = 3
MOST_QUESTIONS = 20
MOST_CHOICES = 20
MOST_FACTS = 4
#: Unicode code points.
MOST_IN_TEXT = {
    "title": 120,
    "prompt": 300,
    "label": 120,
    "help": 300,
    "promise": 1_000,
    "guidance": 10_000,
    "voice": 60,
    "text": 80,
}
MOST_IN_A_SENTENCE = 500


class Same(StrEnum):
    """*Er det det samme spørgsmål som før?*"""

    WORDING = "wording"  # the same question in other words: its series goes on
    MEANING = "meaning"  # another question: a new series begins


class Change(StrEnum):
    """What a draft does to a question, next to the last version that asked it."""

    UNCHANGED = "unchanged"
    WORDING = "wording"
    MEANING = "meaning"
    NEW = "new"  # no version asked it


class Helper(StrEnum):
    """Who helped to word a version."""

    CITIZENS = "citizens"
    PARENTS_BOARD = "parents_board"
    STAFF = "staff"


class Power(StrEnum):
    """The four questions of invisible power (the power to define, as in DOMAIN's P1), each answered in a sentence."""

    PARTICIPANTS = "participants"  # who is a legitimate participant?
    SUBJECTS = "subjects"  # what may be talked about?
    AIM = "aim"  # what is the aim, and who sets it?
    KNOWLEDGE = "knowledge"  # which knowledge counts?


class SketchQuestion(Question):
    prompt: Texts = Field(default_factory=dict)
    label: Texts = Field(default_factory=dict)
    same: Same | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> "SketchQuestion":
        """Not yet."""
        return self


class SketchFact(Fact):
    label: Texts = Field(default_factory=dict)
    choices: tuple[Choice, ...] = ()


class Sketch(Frozen):
    """A draft, whole. Ids of questions, fields of facts and codes of choices are distinct, as whoever reads it in sees to."""

    title: Texts = Field(default_factory=dict)
    promise: Texts = Field(default_factory=dict)
    guidance: Texts = Field(default_factory=dict)
    voice: Texts = Field(default_factory=dict)
    questions: tuple[SketchQuestion, ...] = ()
    about: tuple[SketchFact, ...] = ()
    worded_by: tuple[Helper, ...] = ()
    power: dict[Power, str] = Field(default_factory=dict)


class Publishing(Frozen):
    """What a version records about its publishing. changes: by the question's id in that version."""

    changes: dict[uuid.UUID, Change] = Field(default_factory=dict)
    worded_by: tuple[Helper, ...] = ()
    power: dict[Power, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Why a draft cannot be published yet. code: missing, too_long, none, too_many, too_few, same_or_not, other_kind.
    path: where, as merging.py names places: `title.da`, `question.<id>.prompt.da`, `fact.<field>.choice.<code>.da`."""

    code: str
    path: str


def sketch_of(content: Content) -> Sketch:
    """A draft that begins where a version stands."""
    return Sketch.model_validate(content.model_dump(mode="json"))


def copy_of(content: Content) -> Sketch:
    """For another set: the same texts, but questions of its own, so that no series of the one goes on in the other."""
    sketch = sketch_of(content)
    asked = tuple(one.model_copy(update={"id": new_id(), "follows": None}) for one in sketch.questions)
    return sketch.model_copy(update={"questions": asked})


def asked_before(versions: Iterable[Content]) -> dict[uuid.UUID, Question]:
    """Each question as the last version asked it that did. versions: oldest first."""
    return {question.id: question for content in versions for question in content.questions}


def change(question: SketchQuestion, before: Mapping[uuid.UUID, Question]) -> Change | None:
    """None: it reads otherwise than before, and nobody has said yet whether it means the same."""
    known = before.get(question.id)
    if known is None:
        return Change.NEW
    if not _reads_otherwise(known, question):
        return Change.UNCHANGED
    if known.kind != question.kind:
        return Change.MEANING  # answers of another kind make no series with those before
    return Change(question.same) if question.same else None


def unlike(content: Content, publishing: Publishing, before: Mapping[uuid.UUID, Question]) -> Sequence[Question]:
    """The questions of a version that read otherwise than before, under the same id, while its own record does not say that only
    the words changed: answers to them and to those before make no series."""
    found = []
    for question in sketch_of(content).questions:
        what, told = change(question, before), publishing.changes.get(question.id)
        if what is Change.MEANING or (what is None and told is not Change.WORDING):
            found.append(question)
    return found


def missing_english(sketch: Sketch) -> list[str]:
    """The places where a Danish text stands without an English one."""
    return [
        ".".join((*place, "en"))
        for place, texts, _most in _all_texts(sketch)
        if can_be_seen(texts.get("da", "")) and not can_be_seen(texts.get("en", ""))
    ]


def problems(sketch: Sketch, before: Mapping[uuid.UUID, Question]) -> list[Problem]:
    """All that must be put right before publishing; the order is that of the page."""
    return [*_problems_of_texts(sketch), *_problems_of_questions(sketch, before), *_problems_of_facts(sketch)]


def finished(sketch: Sketch, before: Mapping[uuid.UUID, Question]) -> tuple[Content, Publishing]:
    """The version that a draft without problems becomes.

    A question of another meaning gets an id of its own and says whom it follows.
    """
    changes: dict[uuid.UUID, Change] = {}
    questions = []
    for question in sketch.questions:
        what = change(question, before) or Change.UNCHANGED
        done = _question(question, is_another=what is Change.MEANING)
        changes[done.id] = what
        questions.append(done)
    content = Content(
        title=_texts(sketch.title),
        promise=_texts(sketch.promise),
        guidance=_texts(sketch.guidance),
        voice=_texts(sketch.voice),
        questions=tuple(questions),
        about=tuple(Fact(field=one.field, label=_texts(one.label), choices=_choices(one.choices)) for one in sketch.about),
    )
    power = {key: tidy(text) for key, text in sketch.power.items() if can_be_seen(text)}
    return content, Publishing(changes=changes, worded_by=sketch.worded_by, power=power)


def _question(question: SketchQuestion, *, is_another: bool) -> Question:
    prompt = _texts(question.prompt)
    label = _texts(question.label)
    return Question(
        id=new_id() if is_another else question.id,
        follows=question.id if is_another else question.follows,
        kind=question.kind,
        prompt=prompt,
        label={lang: label.get(lang, text) for lang, text in prompt.items()} | label,
        help=_texts(question.help or {}) or None,
        required=question.required,
        choices=_choices(question.choices) if question.kind in CHOOSING else (),
    )


def _choices(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    return tuple(Choice(code=one.code, text=_texts(one.text)) for one in choices)


def _texts(texts: Texts) -> Texts:
    return {lang: tidy(text) for lang, text in texts.items() if can_be_seen(text)}


def _reads_otherwise(known: Question, now: Question) -> bool:
    """By what is said, what stands over the field and what can be chosen. A translation that was missing changes nothing."""
    if known.kind != now.kind or _differ(known.prompt, now.prompt):
        return True
    label = _texts(now.label) or _texts(now.prompt)
    if _differ(known.label, label):
        return True
    if now.kind not in CHOOSING:
        return False
    there = {one.code: one.text for one in now.choices}
    return [one.code for one in known.choices] != list(there) or any(_differ(one.text, there[one.code]) for one in known.choices)


def _differ(known: Texts, now: Texts) -> bool:
    return any(tidy(text) != tidy(now.get(lang, "")) for lang, text in known.items() if can_be_seen(text))


#: A place in a draft, the texts there, and which limit they have.
_Place = tuple[tuple[str, ...], Texts, str]


def _all_texts(sketch: Sketch) -> Iterator[_Place]:
    for name in ("title", "promise", "voice", "guidance"):
        yield (name,), getattr(sketch, name), name
    for question in sketch.questions:
        where = ("question", str(question.id))
        yield (*where, "prompt"), question.prompt, "prompt"
        yield (*where, "label"), question.label, "label"
        yield (*where, "help"), question.help or {}, "help"
        if question.kind in CHOOSING:
            yield from _texts_of_choices(where, question.choices)
    for fact in sketch.about:
        yield ("fact", fact.field, "label"), fact.label, "label"
        yield from _texts_of_choices(("fact", fact.field), fact.choices)


def _texts_of_choices(where: tuple[str, ...], choices: Iterable[Choice]) -> Iterator[_Place]:
    for choice in choices:
        yield (*where, "choice", choice.code), choice.text, "text"


#: Without these nothing is said: Danish has to be there. A label stands for itself as the prompt does.
_NEEDED = frozenset({"title", "promise", "voice", "prompt", "text"})


def _problems_of_texts(sketch: Sketch) -> Iterator[Problem]:
    for place, texts, kind in _all_texts(sketch):
        is_needed = kind in _NEEDED or (place[0] == "fact" and kind == "label")
        if is_needed and not can_be_seen(texts.get("da", "")):
            yield Problem("missing", ".".join((*place, "da")))
        for lang, text in texts.items():
            if len(tidy(text)) > MOST_IN_TEXT[kind]:
                yield Problem("too_long", ".".join((*place, lang)))
    for key, text in sketch.power.items():
        if len(tidy(text)) > MOST_IN_A_SENTENCE:
            yield Problem("too_long", f"power.{key}")


def _problems_of_questions(sketch: Sketch, before: Mapping[uuid.UUID, Question]) -> Iterator[Problem]:
    if not sketch.questions:
        yield Problem("none", "questions")
    if len(sketch.questions) > MOST_QUESTIONS:
        yield Problem("too_many", "questions")
    for question in sketch.questions:
        where = f"question.{question.id}"
        if question.kind in CHOOSING:
            yield from _problem_of_number(question.choices, where)
        if change(question, before) is None:
            yield Problem("same_or_not", f"{where}.same")
        known = before.get(question.id)
        if known and known.kind != question.kind and question.same is Same.WORDING:
            yield Problem("other_kind", f"{where}.same")


def _problems_of_facts(sketch: Sketch) -> Iterator[Problem]:
    if len(sketch.about) > MOST_FACTS:
        yield Problem("too_many", "about")
    for fact in sketch.about:
        yield from _problem_of_number(fact.choices, f"fact.{fact.field}")


def _problem_of_number(choices: Sequence[Choice], where: str) -> Iterator[Problem]:
    if len(choices) < 2:
        yield Problem("too_few", f"{where}.choices")
    if len(choices) > MOST_CHOICES:
        yield Problem("too_many", f"{where}.choices")
