"""Two versions of a talk beside each other, word by word: the one that stands and the one that came second."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlmodel import Session

from blueprints.shared import language, words
from domain import conversations, people, questions, sync, themes
from domain.base import local
from domain.conversations import QUOTABLE, Conversation, Difference, Told
from domain.people import Actor, Permission
from domain.questions import Form, Kind, Question

from .prefill import strings


@dataclass(frozen=True)
class Compared:
    """One answer in both versions."""

    label: str
    pieces: list[Told]

    @property
    def is_same(self) -> bool:
        return all(piece.kind is Difference.SAME for piece in self.pieces)


@dataclass(frozen=True)
class Comparison:
    """`facts`: what else differs, as (name, as it stands, as it came second)."""

    answers: list[Compared]
    facts: list[tuple[str, str, str]]


def compare(session: Session, actor: Actor, stands: Conversation, second: Any) -> Comparison:
    second = second if isinstance(second, dict) else {"answers": second}
    first = sync.item_of(session, stands)
    forms = [form for item in (first, second) if (form := _form(session, item))]
    asked = {question.id: question for form in reversed(forms) for question in form.content.questions}
    said = [_answers(item.get("answers"), asked) for item in (first, second)]
    order = dict.fromkeys([*(question.id for form in forms for question in form.content.questions), *said[0], *said[1]])
    answers = [
        Compared(
            language.pick(asked[key].label) if key in asked else _("Andet, der stod der"),
            conversations.told(said[0].get(key, ""), said[1].get(key, "")),
        )
        for key in order
        if key in said[0] or key in said[1]
    ]
    facts = [_facts(session, actor, item, forms, stands) for item in (first, second)]
    names = dict.fromkeys([*facts[0], *facts[1]])
    none = _("ikke sagt")
    pairs = [(name, facts[0].get(name) or none, facts[1].get(name) or none) for name in names]
    return Comparison(answers, [(name, one, other) for name, one, other in pairs if one != other])


def _form(session: Session, item: Mapping[str, Any]) -> Form | None:
    key = sync.item_id({"id": item.get("question_set_version")})
    return questions.version(session, key) if key else None


def _answers(answers: Any, asked: Mapping[uuid.UUID, Question]) -> dict[uuid.UUID | None, str]:
    """By question what was answered, in words; by None whatever belongs to no question."""
    found: dict[uuid.UUID | None, str] = {}
    for answer in answers if isinstance(answers, list) else [answers]:
        key = sync.item_id({"id": answer.get("question")}) if isinstance(answer, dict) else None
        question = asked.get(key) if key else None
        text = "\n\n".join(_said(answer, question))
        if text:
            found[key] = f"{found[key]}\n\n{text}" if key in found else text
    return found


def _said(answer: Any, question: Question | None) -> list[str]:
    if question is None or not isinstance(answer, dict):
        return strings(answer)
    texts = {choice.code: language.pick(choice.text) for choice in question.choices}
    codes = [answer.get("choice"), *(answer["choices"] if isinstance(answer.get("choices"), list) else [])]
    chosen = [texts.get(code, code) for code in codes if isinstance(code, str)]
    number = answer.get("number")
    if isinstance(number, int):
        chosen.append(words.face(number) if question.kind is Kind.FIVE_FACES and 1 <= number <= 5 else str(number))
    return [*strings(answer.get("text")), *([", ".join(chosen)] if chosen else [])]


def _facts(session: Session, actor: Actor, item: Mapping[str, Any], forms: list[Form], stands: Conversation) -> dict[str, str]:
    """Everything but the answers, in words, by its name."""
    found = {
        _("Sted"): _place(session, actor, item.get("unit"), stands),
        _("Dag"): _day(item.get("held_at")),
        _("Må citeres"): _("ja") if _is_one_of(item.get("quote_scope"), QUOTABLE) else _("nej"),
        _("Temaer"): _themes(session, item.get("themes")),
    }
    about: Any = item.get("about") if isinstance(item.get("about"), dict) else {}
    for fact in {fact.field: fact for form in reversed(forms) for fact in form.content.about}.values():
        codes = about.get(fact.field)
        texts = {choice.code: language.pick(choice.text) for choice in fact.choices}
        found[language.pick(fact.label)] = ", ".join(texts.get(code, code) for code in _texts(codes))
    return found


def _place(session: Session, actor: Actor, named: Any, stands: Conversation) -> str:
    """Only a place that the person may know by name."""
    known = {unit.id: unit for unit in people.institutions_within(session, actor, Permission.NOTE_TALKS)}
    key = sync.item_id({"id": named})
    if key == stands.unit_id:
        return people.units_by_id(session, [stands.unit_id])[stands.unit_id].name
    return known[key].name if key in known else _("et andet sted")


def _day(text: Any) -> str:
    try:
        at = local(datetime.fromisoformat(text))
        return f"{language.day(at)} {at.year}"
    except (TypeError, ValueError, OverflowError):
        return ""


def _themes(session: Session, marks: Any) -> str:
    marks = marks if isinstance(marks, dict) else {}
    names = {str(key): language.pick(name) for key, name in themes.names(session).items()}
    tones: Any = marks.get("tones") if isinstance(marks.get("tones"), dict) else {}
    chosen = [(names[key], tones.get(key)) for key in _texts(marks.get("confirmed")) if key in names]
    return ", ".join(sorted(words.toned(name, tone if _is_one_of(tone, set(themes.Tone)) else None) for name, tone in chosen))


def _is_one_of(value: Any, known: Collection[str]) -> bool:
    """Whatever was sent: a list cannot even be looked for in a set."""
    return isinstance(value, str) and value in known


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
