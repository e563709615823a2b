"""What the buttons of the editor do: `save`, `tab en`, `up question.<id>`, `remove …`, `add questions`, `back 12 question.1`."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from domain import questions
from domain.base import now
from domain.people import Actor
from domain.questions import Draft, NoSuchPlace, Opened, Sketch

from .form import Posted, read

ALL = "all"
MOST_TRIES = 3


@dataclass(frozen=True)
class Done:
    """at: id of what takes the focus. undo: `12 question.<id>`, what was taken away and the revision that holds it."""

    draft: Draft
    lang: str
    at: str = ""
    undo: str = ""


@dataclass(frozen=True)
class _Step:
    sketch: Sketch
    at: str = ""
    undone: bool = False


def done(session: Session, actor: Actor, set_id: uuid.UUID, form: Posted) -> Done:
    """Stores what the form holds, then what its button says. Raises NotTheirs, NoDraft, Clashing, Outdated; then nothing is
    stored."""
    verb, _blank, rest = form.get("do", "save").partition(" ")
    lang = "en" if form.get("lang") == "en" else "da"
    chosen = {name.removeprefix("choose "): text for name, text in form.items() if name.startswith("choose ")}
    seen, shown = _number(form.get("seen", "")), _number(form.get("shown", ""))
    sent = questions.opened(form.get("form", ""), _number(form.get("nth", "")))
    deed = replace(sent, is_deed=True) if sent else None
    base = questions.revision(session, actor, set_id, seen)
    if verb == "anew":
        questions.begin(session, actor, set_id, now=now())
        seen, base = (seen, base) if base else questions.first_of_draft(session, actor, set_id)
    sketch = read(form, base or Sketch())
    draft = _save(session, actor, set_id, seen=seen, sketch=sketch, chosen=chosen, shown=shown, form=sent)
    undo = form.get("undo", "")
    if verb == "tab":
        return Done(draft, "en" if rest == "en" else "da", f"tab-{rest}" if rest in ("da", "en") else "", undo)
    if verb not in STEPS:
        return Done(draft, lang, undo=undo)
    try:
        if verb == "back" and rest.endswith(f" {ALL}"):
            return Done(_gone_back(session, actor, draft, rest, deed), lang, f"tab-{lang}")
        step = STEPS[verb](session, actor, draft, rest)
    except NoSuchPlace:
        return Done(draft, lang, undo=undo)
    after = _save(session, actor, set_id, seen=draft.revision, sketch=step.sketch, form=deed)
    if verb == "remove":
        return Done(after, lang, "undo", f"{draft.revision} {rest}")
    return Done(after, lang, step.at, "" if step.undone else undo)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _gone_back(session: Session, actor: Actor, draft: Draft, rest: str, deed: Opened | None) -> Draft:
    """As it was before the draft was filled with an earlier version; what was written since stays, whoever wrote it."""
    number = _number(rest.partition(" ")[0])
    earlier, filled = (questions.revision(session, actor, draft.question_set.id, one) for one in (number, number + 1))
    if earlier is None or filled is None:
        raise NoSuchPlace
    newer = {one.path: "theirs" for one in questions.merge(filled, draft.sketch, earlier).clashes}
    merged = questions.merge(filled, draft.sketch, earlier, newer)
    return _save(session, actor, draft.question_set.id, seen=draft.revision, sketch=merged.sketch, form=deed)


def _save(session: Session, actor: Actor, set_id: uuid.UUID, **what: Any) -> Draft:
    """Once more where somebody saved in the same moment: then it is put together with theirs."""
    for _try in range(MOST_TRIES - 1):
        try:
            return questions.save(session, actor, set_id, **what, now=now())
        except questions.Outdated:
            continue
    return questions.save(session, actor, set_id, **what, now=now())


def _moved(by: int) -> Callable[[Session, Actor, Draft, str], _Step]:
    """The button that was pressed keeps the focus; at the end of the row, where it can do no more, the other one takes it."""

    def move(_session: Session, _actor: Actor, draft: Draft, path: str) -> _Step:
        sketch = questions.moved(draft.sketch, path, by)
        order, key = questions.order_of(path)
        row = list(questions.laid_out(sketch)[order])
        is_last = row.index(key) in ((0,) if by < 0 else (len(row) - 1,))
        return _Step(sketch, f"{'up' if (by < 0) != is_last else 'down'}.{path}")

    return move


def _removed(_session: Session, _actor: Actor, draft: Draft, path: str) -> _Step:
    return _Step(questions.without(draft.sketch, path))


def _added(_session: Session, _actor: Actor, draft: Draft, order: str) -> _Step:
    sketch, path = questions.with_another(draft.sketch, order)
    part = {"questions": ".prompt", "about": ".label"}.get(order, "")
    return _Step(sketch, f"{path}{part}.da")


def _put_back(session: Session, actor: Actor, draft: Draft, rest: str) -> _Step:
    number, _blank, path = rest.partition(" ")
    earlier = questions.revision(session, actor, draft.question_set.id, _number(number))
    if earlier is None:
        raise NoSuchPlace
    part = "" if ".choice." in path else ".prompt" if path.startswith("question.") else ".label"
    return _Step(questions.put_back(draft.sketch, path, earlier), f"{path}{part}.da", undone=True)


STEPS: dict[str, Callable[[Session, Actor, Draft, str], _Step]] = {
    "up": _moved(-1),
    "down": _moved(1),
    "remove": _removed,
    "add": _added,
    "back": _put_back,
}
