"""Phones that were away for long: items of twenty versions come through /sync, of a set that was withdrawn meanwhile."""

import json
from collections import Counter
from random import Random

from sqlmodel import select

from domain import questions
from domain.conversations import Conversation
from domain.questions import QuestionSet
from tests import make
from tests.web.test_sync_route import send


def test_every_version_ever_published_is_answered_through_the_door_of_phones(signed_in, cast, database):
    forms = [cast.form]
    with database.writing() as session:
        question_set = session.get_one(QuestionSet, cast.form.question_set_id)
        for number in range(2, 21):
            row = questions.publish(session, question_set=question_set, content=make.content(asked=1 + number % 3), now=make.NOW)
            forms.append(questions.version(session, row.id))
        questions.close_set(session, question_set=question_set, now=make.NOW)
    items = [make.talk(form, cast.mariehuset.id, f"Sagt i udgave {form.number}.") for form in forms]
    Random(7).shuffle(items)
    visitor = signed_in("leder")
    receipts = [one for part in (items[:9], items[9:]) for one in json.loads(send(visitor, *part).data)["receipts"]]
    assert Counter(one["status"] for one in receipts) == {"stored": 20}
    with database.reading() as session:
        stored = {row.question_set_version_id: json.dumps(row.answers) for row in session.exec(select(Conversation)).all()}
    assert {form.id: f"udgave {form.number}." in stored[form.id] for form in forms} == {form.id: True for form in forms}
