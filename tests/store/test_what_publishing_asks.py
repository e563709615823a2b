"""What counts as another question, and who hears of a version."""

import pytest
from sqlmodel import select

from domain import questions
from domain.base import new_id
from domain.notices import Notice
from domain.questions import Change, Choice, Kind, SketchQuestion
from tests import make
from tests.store.test_drafts_of_questions import begun, published

YES, NO = Choice(code="a", text={"da": "Ja", "en": "Yes"}), Choice(code="b", text={"da": "Nej"})
THIRD = Choice(code="c", text={"da": "Ved ikke"})


@pytest.mark.parametrize(
    ("choices", "asked"),
    [
        ((YES, NO), False),
        ((YES, Choice(code="b", text={"da": "Nej", "en": "No"})), False),  # the English that was missing
        ((NO, YES), True),
        ((YES, NO, THIRD), True),
        ((YES,), True),
        ((YES, Choice(code="c", text=NO.text)), True),  # the same words under another code
        ((YES, Choice(code="b", text={"da": "Ved ikke"})), True),  # a code that says something else
        ((Choice(code="a", text={"da": "Ja", "en": "Yes, please"}), NO), True),  # English alone
    ],
)
def test_choices_that_were_changed_are_asked_about(choices, asked):
    known = SketchQuestion(id=new_id(), kind=Kind.ONE_CHOICE, prompt={"da": "Gik det godt?"}, choices=(YES, NO))
    now = known.model_copy(update={"choices": choices})
    assert questions.change(now, {known.id: known}) == (None if asked else Change.UNCHANGED)


def test_nobody_hears_of_a_version_of_a_closed_set(session, cast):
    draft = begun(session, cast)
    questions.close(session, cast.admin, draft.question_set.id, now=make.NOW)
    assert questions.who_hears(session, draft.question_set, now=make.NOW) == []
    _form, sent = published(session, cast.admin, draft)
    assert sent.leaders == ()
    assert session.exec(select(Notice)).all() == []
    questions.reopen(session, cast.admin, draft.question_set.id, now=make.NOW)
    assert questions.who_hears(session, draft.question_set, now=make.NOW)
