"""A closed question set is offered for no new talk, and answered for ever."""

import pytest
from sqlmodel import col, select

from domain import questions, sync
from domain.audit import Deed
from domain.questions import QuestionSet
from tests import make


def set_of(session, form):
    return session.get_one(QuestionSet, form.question_set_id)


def offered(session, actor):
    return [form.id for form in questions.in_use(session, actor)]


def test_a_closed_set_is_not_offered_until_it_is_opened_again(session, cast):
    assert questions.close_set(session, question_set=set_of(session, cast.form), now=make.NOW)
    assert not questions.close_set(session, question_set=set_of(session, cast.form), now=make.NOW)
    assert offered(session, cast.leder) == []
    assert offered(session, cast.leder3) == [cast.form_home_care.id]
    assert questions.may_answer(session, cast.leder, cast.form)
    assert questions.reopen_set(session, question_set=set_of(session, cast.form), now=make.NOW)
    assert not questions.reopen_set(session, question_set=set_of(session, cast.form), now=make.NOW)
    assert offered(session, cast.leder) == [cast.form.id]
    verbs = [deed.verb for deed in session.exec(select(Deed).order_by(col(Deed.id))).all()]
    assert verbs == ["question_set_closed", "question_set_reopened"]


@pytest.mark.parametrize("closed", [False, True])
def test_every_version_ever_published_takes_answers_and_corrections(session, cast, closed):
    """Also of a set that is closed: a phone may have begun in it long ago."""
    question_set = set_of(session, cast.form)
    questions.publish(session, question_set=question_set, content=make.content(asked=2), now=make.NOW)
    if closed:
        questions.close_set(session, question_set=question_set, now=make.NOW)
    item = cast.talk("Begyndt i den første udgave")
    assert [sync.accept(session, cast.leder, item=one, now=make.NOW).status for one in (item, make.edit(item, "Rettet"))] == [
        "stored",
        "stored",
    ]


def test_a_set_that_is_closed_is_still_listed_with_its_newest_version(session, cast):
    questions.close_set(session, question_set=set_of(session, cast.form), now=make.NOW)
    listed = {one.form.id: one.closed_at for one in questions.newest_versions(session)}
    assert listed == {cast.form.id: make.NOW, cast.form_home_care.id: None}
    assert {one.form.id for one in questions.every_version(session, cast.admin)} == set(listed)
    assert questions.every_version(session, cast.leder) == []
