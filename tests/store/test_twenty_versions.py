"""Twenty versions of a set are answered in any order, those of a withdrawn set too: each talk stands under its own."""

import json
from collections import Counter
from random import Random

import pytest
from sqlmodel import select

from domain import questions, sync
from domain.conversations import Conversation
from domain.questions import QuestionSet
from domain.sync import Status
from tests import make

VERSIONS, EACH = 20, 3


@pytest.fixture
def versions(database, cast):
    """One more each day; every third asks its first question anew, with another id. Then the set is withdrawn."""
    forms = [cast.form]
    with database.writing() as session:
        question_set = session.get_one(QuestionSet, cast.form.question_set_id)
        for number in range(2, VERSIONS + 1):
            content = make.content(asked=1 + number % 3) if number % 3 else forms[-1].content
            row = questions.publish(session, question_set=question_set, content=content, now=make.NOW)
            forms.append(questions.version(session, row.id))
        questions.close_set(session, question_set=question_set, now=make.NOW)
    return forms


def items(cast, versions, random):
    made = [make.talk(form, cast.mariehuset.id, f"Sagt i udgave {form.number}.{n}") for form in versions for n in range(EACH)]
    random.shuffle(made)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_each_is_stored_under_its_own_version(database, cast, versions, seed):
    sent = items(cast, versions, Random(seed))
    with database.writing() as session:
        receipts = sync.take(session, cast.leder, items=sent, now=make.NOW)
        assert questions.in_use(session, cast.leder) == []
    assert Counter(receipt.status for receipt in receipts) == {Status.STORED: VERSIONS * EACH}
    with database.reading() as session:
        rows = session.exec(select(Conversation)).all()
    numbers = {form.id: form.number for form in versions}
    asked = {form.id: {str(question.id) for question in form.content.questions} for form in versions}
    assert Counter(numbers[row.question_set_version_id] for row in rows) == dict.fromkeys(range(1, VERSIONS + 1), EACH)
    for row in rows:
        assert f"udgave {numbers[row.question_set_version_id]}." in json.dumps(row.answers)
        assert {answer["question"] for answer in row.answers} <= asked[row.question_set_version_id]
