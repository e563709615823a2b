"""When a question began to mean something else: told by the versions themselves, whichever way they came into use."""

import datetime as dt

import pytest

from domain import questions
from domain.base import new_id
from tests import make


@pytest.fixture
def follow(session, cast):
    """Publishes a version that asks these questions, a week after the one before; returns when."""
    question_set = questions.find_set(session, cast.form.question_set_id)
    times = []

    def publish(*asked):
        times.append(make.NOW + dt.timedelta(weeks=len(times) + 1))
        content = cast.form.content.model_copy(update={"questions": asked})
        questions.publish(session, question_set=question_set, content=content, now=times[-1])
        return times[-1]

    return publish


def broken(session, cast):
    return questions.changed_meaning(session, [cast.form.sector])


def following(question):
    return question.model_copy(update={"id": new_id(), "follows": question.id})


def test_a_chain_of_meanings_breaks_at_each_and_going_back_is_one_too(session, cast, follow):
    first, *rest = cast.form.content.questions
    second = following(first)
    third = following(second)
    assert broken(session, cast) == []
    times = [follow(second, *rest), follow(third, *rest)]
    follow(third.model_copy(update={"prompt": {"da": "Stavet om?"}}), *rest)
    times.append(follow(first, *rest))  # back over two of them
    follow(first, *rest)
    assert broken(session, cast) == times


def test_what_is_new_gone_or_asked_again_as_it_was_is_none(session, cast, follow):
    first, second, third = cast.form.content.questions
    follow(second, third)
    follow(first, second, third)
    follow(first.model_copy(update={"id": new_id()}), second)
    assert broken(session, cast) == []


def test_a_question_that_comes_back_with_another_meaning_is_one(session, cast, follow):
    first, *rest = cast.form.content.questions
    follow(*rest)
    assert broken(session, cast) == []
    again = follow(following(first), *rest)
    assert broken(session, cast) == [again]
    assert questions.changed_meaning(session, ["home_care"]) == []


def test_what_follows_a_question_that_never_came_here_is_one(session, cast, follow):
    """As where a package brought only some of a set's versions."""
    first, *rest = cast.form.content.questions
    missing = following(first)
    assert broken(session, cast) == []
    at = follow(first, *rest[:-1], missing.model_copy(update={"id": new_id(), "follows": new_id()}))
    assert broken(session, cast) == [at]
