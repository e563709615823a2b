"""Publishing tells a thousand leaders in the transaction of the deed, and nobody waits for it."""

import time

from sqlmodel import select

from domain import people, questions
from domain.base import new_id
from domain.notices import Notice
from domain.people import Person, Role
from tests import make

LEADERS = 1_000
LONGEST_S = 1.0


def test_publishing_to_a_thousand_leaders_takes_less_than_a_second(session, cast):
    house = cast.mariehuset
    session.add_all(
        Person(id=new_id(), email=f"leder{n}@stor.example", name=f"Leder {n}", role=Role.INSTITUTION_LEADER, unit_id=house.id)
        for n in range(LEADERS)
    )
    session.flush()
    took = []
    for _ in range(3):  # the quickest: what the machine does beside it only makes them slower
        draft = questions.begin(session, cast.admin, cast.form.question_set_id, now=make.NOW)
        began = time.perf_counter()
        sent = questions.publish_draft(session, cast.admin, draft.question_set.id, seen=draft.revision, now=make.NOW)
        session.flush()
        took.append(time.perf_counter() - began)
    assert len(sent.leaders) >= LEADERS
    assert len(session.exec(select(Notice.id)).all()) == 3 * len(sent.leaders)
    assert set(sent.leaders) == set(people.leaders_who_note(session, sector="nursery", on=make.NOW.date()))
    assert min(took) < LONGEST_S, took
