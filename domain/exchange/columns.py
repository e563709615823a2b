"""Which columns a table of talks has. Publishing another version adds columns at the end, and moves none.

A column is what was asked under one id in one set. It stands where the first version that asked it was published: versions in the
order of their publishing, in each the questions as they are asked, then the coarse facts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.base import Texts
from domain.questions import FACE_WORDS, Choice, Fact, Kind, Published, Question


@dataclass(frozen=True)
class Column:
    """`key`: a question's id, or `about.relation` for a coarse fact. `label` and `choices`: as the newest version that asks it
    has them, choices of earlier ones after those. `follows`: the question whose meaning this one changed."""

    set_id: UUID
    key: str
    label: Texts
    first_version: int
    choices: tuple[Choice, ...] = ()
    follows: UUID | None = None

    @property
    def name(self) -> str:
        """»Den første måned [0198…]«: for people, and in brackets for programs."""
        return f"{self.title} [{self.key}]"

    @property
    def title(self) -> str:
        label = " ".join((self.label.get("da") or next(iter(self.label.values()), "")).split())
        return f"{label} ({self.mark})" if self.mark else label

    @property
    def mark(self) -> str:
        """Said of a new series, so that nobody reads it as the old one going on."""
        return f"ny betydning fra version {self.first_version}; før: {self.follows}" if self.follows else ""


def columns(versions: Sequence[Published], *, with_facts: bool) -> list[Column]:
    """Of these versions, in any order."""
    found: dict[tuple[UUID, str], Column] = {}
    for one in _in_order_of_publishing(versions):
        for column in _of_version(one, with_facts=with_facts):
            before = found.get((column.set_id, column.key))
            found[column.set_id, column.key] = _goes_on(before, column) if before else column
    return list(found.values())


def _in_order_of_publishing(versions: Sequence[Published]) -> list[Published]:
    """Within a set the numbers decide, also where a clock went backwards between two of them."""
    keys: dict[UUID, tuple[datetime, str, int]] = {}
    latest: dict[UUID, datetime] = {}
    for one in sorted(versions, key=lambda version: version.form.number):
        form = one.form
        latest[form.question_set_id] = max(one.published_at, latest.get(form.question_set_id, one.published_at))
        keys[form.id] = (latest[form.question_set_id], str(form.question_set_id), form.number)
    return sorted(versions, key=lambda version: keys[version.form.id])


def _of_version(one: Published, *, with_facts: bool) -> Iterator[Column]:
    form = one.form
    for question in form.content.questions:
        yield Column(
            set_id=form.question_set_id,
            key=str(question.id),
            label=question.label,
            first_version=form.number,
            choices=_choices(question),
            follows=question.follows,
        )
    for fact in form.content.about if with_facts else ():
        yield Column(form.question_set_id, about(fact), fact.label, form.number, fact.choices)


def about(fact: Fact | str) -> str:
    return f"about.{fact if isinstance(fact, str) else fact.field}"


def _choices(question: Question) -> tuple[Choice, ...]:
    if question.kind is Kind.FIVE_FACES:
        return tuple(Choice(code=str(number), text=text) for number, text in enumerate(FACE_WORDS, start=1))
    return question.choices


def _goes_on(before: Column, later: Column) -> Column:
    codes = {choice.code for choice in later.choices}
    gone = tuple(choice for choice in before.choices if choice.code not in codes)
    return Column(
        later.set_id, later.key, later.label, before.first_version, (*later.choices, *gone), before.follows or later.follows
    )
