"""What differs between two versions of a set, or a version and the draft, word by word."""

import uuid
from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.shared import unit
from blueprints.shared.door import actor, requires
from blueprints.shared.language import pick
from domain import conversations, questions
from domain.conversations import Piece
from domain.people import Permission
from domain.questions import Sketch

from . import words
from .routes import bp

#: How it came about is told beside the question itself.
UNTOLD = (".same", ".follows")


@dataclass(frozen=True)
class Compared:
    name: str
    pieces: list[Piece]


@bp.get("/<uuid:set_id>/difference")
@requires(Permission.EDIT_QUESTIONS)
def difference(set_id: uuid.UUID) -> ResponseReturnValue:
    """`first` and `second`: numbers of versions; 0: the draft."""
    session = unit.session()
    try:
        question_set, draft = questions.set_of(session, actor(), set_id), questions.draft_of(session, actor(), set_id)
    except questions.NotTheirs:
        abort(404)
    sketches = {number: questions.sketch_of(one) for number, one in questions.contents(session, question_set).items()}
    if draft:
        sketches[0] = draft.sketch
    first, second = _number("first", max(sketches, default=0)), _number("second", 0 if draft else max(sketches, default=0))
    if first not in sketches or second not in sketches:
        abort(404)
    return render_template(
        "questions/difference.html",
        compared=compared(sketches[first], sketches[second]),
        numbers=sorted(sketches, key=lambda number: (number == 0, number)),
        first=first,
        second=second,
        set_id=set_id,
        title=pick(sketches[second].title),
        has_draft=draft is not None,
    )


def compared(before: Sketch, after: Sketch) -> list[Compared]:
    found = []
    for path, was, is_now in questions.differences(before, after):
        if path.endswith(UNTOLD):
            continue
        texts = (words.value(path, was, before), words.value(path, is_now, after))
        if texts[0] != texts[1]:
            found.append(Compared(words.place_name(path, after, before), conversations.differences(*texts)))
    return found


def _number(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else usual
