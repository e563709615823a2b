"""A file's questions as a draft: taken in by a person, told what they are, and published by nobody but a person."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from domain.base import new_id
from domain.people import Actor

from .drafts import Draft, begin, contents, save, set_of
from .rules import Choice, Content, Fact, Question
from .sketches import Sketch, asked_before, sketch_of

#: What the editor can carry as a code or a field.
_PLAIN = re.compile(r"[\w-]{1,40}", re.ASCII)


def taken_into(session: Session, actor: Actor, set_id: uuid.UUID, *, content: Content, now: datetime) -> tuple[Draft, int]:
    """The set's draft, filled with what a file holds, and the revision that was there before it, which can be brought back.

    Raises NotTheirs, NoDraft, Outdated.
    """
    question_set = set_of(session, actor, set_id)
    draft = begin(session, actor, set_id, now=now)
    versions = contents(session, question_set).values()
    facts = {one.field: one for version in versions for one in version.about}
    sketch = as_a_draft(content, asked_before(versions), facts)
    return save(session, actor, set_id, seen=draft.revision, sketch=sketch, now=now), draft.revision


def as_a_draft(content: Content, asked: Mapping[uuid.UUID, Question], facts: Mapping[str, Fact]) -> Sketch:
    """Questions, facts and choices that the set has asked keep their ids; all others are new, whatever the file calls them: no
    series of another set goes on in this one, and a file cannot say what follows what."""
    questions = []
    for one in sketch_of(content).questions:
        known = asked.get(one.id)
        choices = _choices(one.choices, known.choices if known else ())
        key, follows = (known.id, known.follows) if known else (new_id(), None)
        questions.append(one.model_copy(update={"id": key, "follows": follows, "choices": choices}))
    about = []
    for fact in sketch_of(content).about:
        before = facts.get(fact.field)
        field = fact.field if before or _PLAIN.fullmatch(fact.field) else new_id().hex[-10:]
        about.append(
            fact.model_copy(update={"field": field, "choices": _choices(fact.choices, before.choices if before else ())})
        )
    return sketch_of(content).model_copy(update={"questions": tuple(questions), "about": tuple(about)})


def _choices(found: Sequence[Choice], before: Sequence[Choice]) -> tuple[Choice, ...]:
    known = {one.code for one in before}
    plain = {one.code for one in found if one.code in known or _PLAIN.fullmatch(one.code)}
    return tuple(one if one.code in plain else one.model_copy(update={"code": new_id().hex[-10:]}) for one in found)
