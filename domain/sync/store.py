"""The one verb behind both doors: what phones send and what the plain form posts is taken here, item by item."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session

from domain import audit, conversations, guard, questions, themes
from domain.conversations import Answer, Conversation, Draft, Problem, Refused
from domain.people import Actor

from .rules import Item, Receipt, Status, fingerprint, item_id


def accept(session: Session, actor: Actor, *, item: Any, now: datetime) -> Receipt:
    """Takes one item, an object as JSON gave it, and answers with its receipt. Nothing is stored unless it says `stored`.

    The caller commits; a receipt must not leave before that.
    """
    key, sha256 = item_id(item), fingerprint(item)
    if key is None:
        return Receipt(None, Status.UNUSABLE, sha256)
    known = conversations.stored(session, key)
    if known:
        return _again(actor, known, key, sha256)
    try:
        read = Item.model_validate(item)
    except ValidationError as error:
        return Receipt(key, Status.NEEDS_HELP, sha256, problems=tuple(_problems(error)))
    if sha256 is None:
        return Receipt(key, Status.NEEDS_HELP, None, problems=(Problem("", "no_canonical_form"),))
    draft, masked = _masked(read.draft())
    try:
        row = _store(session, actor, read, draft, sha256, now)
    except Refused as refused:
        return Receipt(key, Status.NEEDS_HELP, sha256, problems=tuple(refused.problems))
    if row is None:  # another sender came first with the same id
        known = conversations.stored(session, key)
        return _again(actor, known, key, sha256) if known else Receipt(key, Status.CONFLICT, sha256)
    audit.record_deed(session, person_id=actor.person_id, verb="talk_logged", at=now, facts={"items": 1})
    return Receipt(key, Status.STORED, sha256, row.sequence, tuple(masked))


def _store(session: Session, actor: Actor, item: Item, draft: Draft, sha256: str, now: datetime) -> Conversation | None:
    form = questions.version(session, draft.question_set_version)
    sector = form.sector if form else ""
    marks = themes.Marks(item.themes.confirmed, item.themes.rejected, item.themes.tones)
    wrong = themes.problems(session, sector=sector, marks=marks) if form else []
    if wrong:
        raise Refused(wrong)
    row = conversations.log(session, actor, draft=draft, sha256=sha256, now=now)
    if row:
        themes.code(session, actor, conversation=row, sector=sector, marks=marks, now=now)
    return row


def _again(actor: Actor, known: Conversation, key: UUID, sha256: str | None) -> Receipt:
    """An id that stands here already. Of somebody else's item nothing is told."""
    if known.author_id != actor.person_id:
        return Receipt(key, Status.NEEDS_HELP, sha256, problems=(Problem("id", "taken"),))
    if sha256 is not None and known.sha256 == sha256:
        return Receipt(key, Status.DUPLICATE, sha256)
    return Receipt(key, Status.CONFLICT, sha256)


def _masked(draft: Draft) -> tuple[Draft, list[Problem]]:
    """CPR numbers are covered whole before anything is stored; the fingerprint stays that of what was received."""
    answers, found = [], []
    for answer in draft.answers:
        text, count = guard.mask(answer.text)
        answers.append(Answer(answer.question, text))
        if count:
            found.append(Problem(f"answers.{answer.question}", "cpr_masked"))
    return replace(draft, answers=tuple(answers)), found


def _problems(error: ValidationError) -> list[Problem]:
    """Where and what, never the value: it may be somebody's words."""
    return [Problem(".".join(str(part) for part in one["loc"]), "malformed") for one in error.errors(include_input=False)]
