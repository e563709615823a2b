"""Talks as pages show them to one reader, and the read log that goes with every one shown."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlmodel import Session

from domain import audit, conversations, digests, people, questions, themes
from domain.base import Week, local, now, week_of
from domain.conversations import QUOTABLE, Conversation, Span
from domain.people import Actor, Permission

from . import language, unit, words

MOST_TITLE_LETTERS = 60


@dataclass(frozen=True)
class Answered:
    """A note's label and what was written under it, in pieces that say whose words they are."""

    label: str
    spans: list[Span]
    #: Chosen from what the question set offers, so in the reader's own language.
    is_chosen: bool = False

    @property
    def has_quote(self) -> bool:
        return any(span.kind == "citizen" for span in self.spans)

    @property
    def whole(self) -> str:
        return "".join(span.text for span in self.spans).strip()


@dataclass(frozen=True)
class Mark:
    """A confirmed theme, perhaps with a tone."""

    name: str
    tone: str | None


@dataclass(frozen=True)
class TalkView:
    """What this reader may see of a talk. `when`, `facts` and `author` are empty for those above its institution."""

    url: str
    title: str
    week: Week
    arrived: Week
    house: str
    answers: list[Answered]
    marks: list[Mark]
    quotable: bool
    when: str
    author: str
    facts: list[tuple[str, str]]
    revised: str
    revised_week: Week | None
    is_own: bool

    @property
    def name(self) -> str:
        """What the talk is called where its words must not stand."""
        return ", ".join(mark.name for mark in self.marks) or _("Samtale uden tema")

    @property
    def place(self) -> str:
        """Where, and in which week: it was held, or for those who may not know that, it arrived in, as their lists have it."""
        week = self.week if self.when else self.arrived
        return f"{self.house} · {_('uge %(number)d', number=week.number)}"

    @property
    def note(self) -> str:
        """The line under the title in lists."""
        earlier = "" if self.when or self.week == self.arrived else _("kom med senere")
        facts = [value for _name, value in self.facts[:2]]
        return " · ".join(part for part in (self.when, self.house, earlier, *facts, self._revised) if part)

    @property
    def _revised(self) -> str:
        """»rettet i uge 48«; the week only for those who see when the talk was."""
        if self.revised_week is None:
            return _("rettet") if self.revised else ""
        return _("rettet i %(week)s", week=words.week(self.revised_week, year=this_week().year))


def show(session: Session, actor: Actor, rows: Sequence[Conversation]) -> list[TalkView]:
    """The talks for this reader, in the given order. Writes the read log first, in its own transaction: raises Unlogged."""
    audit.record_read(
        unit.database(),
        person_id=actor.person_id,
        page=request.endpoint or "",
        conversations=list(dict.fromkeys(row.first_id for row in rows)),
        at=now(),
    )
    house_names = digests.house_names(session, actor, rows)
    units = people.units_by_id(session, [row.unit_id for row in rows])
    authors = people.names_by_id(session, [row.author_id for row in rows])
    forms = {key: questions.version(session, key) for key in {row.question_set_version_id for row in rows}}
    coded = themes.confirmed_for(session, [row.first_id for row in rows])
    names = language.pick_each(themes.names(session))
    found = []
    for row in rows:
        form = forms[row.question_set_version_id]
        marks = [Mark(names[coding.theme_id], coding.tone) for coding in coded[row.first_id]]
        near = sees_circumstances(actor, row)
        answers = answered(row, form)
        found.append(
            TalkView(
                url=url_for("conversations.talk", key=conversations.address(actor, row)),
                title=_title(marks, answers),
                week=Week.parse(row.held_week),
                arrived=week_of(row.received_at),
                house=house_names[row.first_id] or words.unnamed(units[row.unit_id].label),
                answers=answers,
                marks=marks,
                quotable=row.quote_scope in QUOTABLE,
                when=moment(row.held_at) if near else "",
                author=authors[row.author_id] if near else "",
                facts=_facts(row, form) if near else [],
                revised=_revised(row, near=near),
                revised_week=week_of(row.revised_at) if near and row.revised_at else None,
                is_own=row.author_id == actor.person_id,
            )
        )
    return found


def _revised(row: Conversation, *, near: bool) -> str:
    """»Rettet«; when, only for those who may see when a talk was."""
    if row.revised_at is None:
        return ""
    return _("Rettet %(when)s", when=words.in_a_sentence(moment(row.revised_at))) if near else _("Rettet")


def sees_circumstances(actor: Actor, row: Conversation) -> bool:
    """Whether time, coarse facts and author may stand beside the words: for those of the house, never for those above."""
    return actor.may(Permission.READ_CIRCUMSTANCES) and conversations.goes_by_id(actor, row)


def moment(instant: datetime) -> str:
    """`I dag 8.12`, `I går 15.58`, `17. november 9.05`, with the year when it is another."""
    at, today = local(instant), local(now())
    days = (today.date() - at.date()).days
    day = _("I dag") if days == 0 else _("I går") if days == 1 else language.day(at.date())
    if at.year != today.year:
        day = f"{day} {at.year}"
    return f"{day} {language.clock(instant)}"


def this_week() -> Week:
    return week_of(now())


def answered(row: Conversation, form: questions.Form | None) -> list[Answered]:
    """What was noted, question by question; an answer that was chosen reads as the words of the choice."""
    asked = {question.id: question for question in form.content.questions} if form else {}
    found = []
    for answer in row.answers:
        question = asked.get(uuid.UUID(answer["question"]))
        written = conversations.spans(answer.get("text") or "")
        pieces = written or _chosen(answer, question)
        if pieces:
            label = language.pick(question.label) if question else ""
            found.append(Answered(label, pieces, is_chosen=not written))
    return found


def _chosen(answer: dict[str, Any], question: questions.Question | None) -> list[Span]:
    texts = {choice.code: language.pick(choice.text) for choice in question.choices} if question else {}
    codes = [*([answer["choice"]] if answer.get("choice") else []), *(answer.get("choices") or [])]
    said = [texts.get(code, code) for code in codes]
    number = answer.get("number")
    if number is not None:
        is_face = question is not None and question.kind == questions.Kind.FIVE_FACES
        said.append(words.face(number) if is_face else str(number))
    return [Span("leader", ", ".join(said))] if said else []


def _facts(row: Conversation, form: questions.Form | None) -> list[tuple[str, str]]:
    found = []
    for fact in form.content.about if form else ():
        texts = {choice.code: language.pick(choice.text) for choice in fact.choices}
        chosen = [texts[code] for code in row.about.get(fact.field, []) if code in texts]
        if chosen:
            found.append((language.pick(fact.label), ", ".join(chosen)))
    return found


def _title(marks: Sequence[Mark], answers: Sequence[Answered]) -> str:
    """The themes, else the first words of what was written; the citizen's keep their quotation marks."""
    if marks:
        return ", ".join(mark.name for mark in marks)
    spans = [span for answer in answers for span in answer.spans]
    whole = " ".join(f"»{span.text}«" if span.kind == "citizen" else " ".join(span.text.split()) for span in spans)
    return whole if len(whole) <= MOST_TITLE_LETTERS else whole[:MOST_TITLE_LETTERS].rsplit(" ", 1)[0] + " …"
