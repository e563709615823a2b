"""Fills the form with an item, one that stands or one that could not be used: as far as it can be read, nothing left out."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from blueprints.shared.language import pick
from domain.base import EARLIEST_YEAR, LATEST_YEAR, local
from domain.questions import TEXTUAL, Form
from domain.sync import item_id

from .forms import NEUTRAL, CaptureForm
from .marks import carried, place_of


def with_item(form: CaptureForm, item: Any, *, homeless: Collection[UUID] = ()) -> None:
    """What of an item fits the form's fields goes there; words that fit nowhere go to the first text, so that none is lost.

    homeless: questions whose words the person is to place (`homeless_words`).
    """
    item = item if isinstance(item, dict) else {"answers": [{"text": text} for text in strings(item)]}
    answers = item.get("answers")
    if homeless and isinstance(answers, list):
        answers = [answer for answer in answers if _asked_by(answer) not in homeless]
    left_over = _answers(form, answers)
    form.unit.data = str(place_of(item) or "")
    _held_at(form, item.get("held_at"))
    about = item.get("about")
    for field, codes in about.items() if isinstance(about, dict) else ():
        if f"about_{field}" in form and isinstance(codes, list):
            form[f"about_{field}"].data = [code for code in codes if isinstance(code, str)]
    if isinstance(item.get("quote_scope"), str):
        form.quote_scope.data = "area" if item["quote_scope"] in ("municipality", "public") else item["quote_scope"]
    _themes(form, item.get("themes"))
    _add_to_first_text(form, left_over)


def homeless_words(item: Any, asked: Form, written_in: Form | None) -> dict[UUID, tuple[str, str]]:
    """By question, what was written under those of the item's own version that the form's does not ask: label and words."""
    labels = {question.id: pick(question.label) for question in written_in.content.questions} if written_in else {}
    here = {question.id for question in asked.content.questions}
    found: dict[UUID, tuple[str, str]] = {}
    answers = item.get("answers") if isinstance(item, dict) else None
    for answer in answers if isinstance(answers, list) else ():
        key = _asked_by(answer)
        words = "\n\n".join(strings({**answer, "question": None})) if key else ""
        if key in labels and key not in here and words:
            said = found.get(key, ("", ""))[1]
            found[key] = (labels[key], f"{said}\n\n{words}" if said else words)
    return found


def _asked_by(answer: Any) -> UUID | None:
    return item_id({"id": answer.get("question")}) if isinstance(answer, dict) else None


def _answers(form: CaptureForm, answers: Any) -> list[str]:
    """Fills in the answers; returns the words that belong to no question of the form."""
    asked = {str(question.id): (place, question) for place, question in enumerate(form.asked.content.questions, start=1)}
    left_over, filled = [], set()
    for answer in answers if isinstance(answers, list) else [answers]:
        key = str(answer.get("question")).lower() if isinstance(answer, dict) else ""
        if key not in asked or key in filled:
            left_over += strings(answer.get("text") if isinstance(answer, dict) and "text" in answer else answer)
            continue
        filled.add(key)
        place, question = asked[key]
        said = next((answer[name] for name in ("text", "choice", "choices", "number") if answer.get(name) is not None), None)
        if question.kind in TEXTUAL or isinstance(said, (str, int)) or question.kind == "several_choices":
            form[f"answer_{place}"].data = said if isinstance(said, (str, list)) else "" if said is None else str(said)
        else:
            left_over += strings(said)
    return left_over


def _held_at(form: CaptureForm, text: Any) -> None:
    try:
        held_at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return
    if held_at.tzinfo and EARLIEST_YEAR <= held_at.year <= LATEST_YEAR:
        form.opened_at.data = held_at.isoformat()
        form.held_on.data = local(held_at).date()


def _themes(form: CaptureForm, marks: Any) -> None:
    said = carried(marks)
    form.themes.data = said.confirmed
    form.marks_before.data = json.dumps({"tones": said.tones, "rejected": said.rejected})
    each = {said.tones.get(theme, "") for theme in said.confirmed}
    [form.tone.data] = [each.pop() or NEUTRAL] if len(each) == 1 else [None]


def _add_to_first_text(form: CaptureForm, words: Sequence[str]) -> None:
    places = [place for place, question in enumerate(form.asked.content.questions, start=1) if question.kind in TEXTUAL]
    if places and words:
        field = form[f"answer_{places[0]}"]
        field.data = "\n\n".join([field.data, *words] if field.data else words)


def strings(value: Any) -> list[str]:
    """Every text that stands anywhere in the value, in its order; half characters become a mark that can be shown."""
    return [text.encode("utf-8", "replace").decode() for text in _strings(value) if text.strip()]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            if name not in ("question", "id"):
                yield from _strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from _strings(member)
