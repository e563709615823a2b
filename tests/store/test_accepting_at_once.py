"""Phones send the same item twice, and at the same moment: one is stored, and the order of arrival has no gaps to lose one in."""

from collections import Counter

from sqlmodel import col, select

from domain import conversations, sync
from domain.audit import Deed
from domain.base import new_id
from domain.conversations import Conversation
from domain.themes import Coding
from tests import make

KEY = new_id()


def send(database, actor, *items):
    """An envelope: judged in order, committed once."""
    with database.writing() as session:
        return [sync.accept(session, actor, item=item, now=make.NOW) for item in items]


def statuses(answers) -> Counter:
    return Counter(receipt.status for receipts in answers for receipt in receipts)


def test_eight_at_once_with_the_same_item_store_one_row(database, cast, at_once):
    item = cast.talk("mad", confirmed=[cast.themes["mad"]])
    answers = at_once(lambda _: send(database, cast.leder, item), range(8))
    assert statuses(answers) == {"stored": 1, "duplicate": 7}
    with database.reading() as session:
        assert len(session.exec(select(Conversation)).all()) == 1
        assert len(session.exec(select(Coding)).all()) == 1
        assert len(session.exec(select(Deed)).all()) == 1


def test_eight_at_once_with_the_same_id_and_other_words_store_one_and_tell_the_rest(database, cast, at_once):
    items = [cast.talk(f"Nummer {number}", key=KEY) for number in range(8)]
    answers = at_once(lambda item: send(database, cast.leder, item), items)
    assert statuses(answers) == {"stored": 1, "conflict": 7}
    (kept,) = [item for item, (receipt,) in zip(items, answers, strict=True) if receipt.status == "stored"]
    with database.reading() as session:
        assert session.exec(select(Conversation)).one().answers == kept["answers"]


def test_two_people_at_once_with_the_same_id_learn_nothing_of_each_other(database, cast, at_once):
    for _ in range(6):
        item = cast.talk("En hemmelig sætning")
        answers = at_once(lambda actor, item=item: send(database, actor, item), [cast.leder, cast.medarbejder] * 4)
        assert statuses(answers) == {"stored": 1, "duplicate": 3, "needs_help": 4}


def test_the_order_of_arrival_is_unique_and_rises_however_many_send(database, cast, at_once):
    actors = [cast.leder, cast.leder2, cast.medarbejder, cast.omraade] * 2
    units = {cast.leder2.person_id: cast.skovbrynet}

    def five(actor):
        return [send(database, actor, cast.talk(unit=units.get(actor.person_id)))[0].sequence for _ in range(5)]

    answers = at_once(five, actors)
    assert all(numbers == sorted(numbers) for numbers in answers)
    given = [number for numbers in answers for number in numbers]
    assert len(set(given)) == 40
    with database.reading() as session:
        assert session.exec(select(Conversation.sequence).order_by(col(Conversation.sequence))).all() == sorted(given)


def test_an_envelope_sent_again_after_a_lost_answer_stores_nothing_twice(database, cast, at_once):
    items = [cast.talk(f"Nummer {number}") for number in range(5)]
    assert statuses([send(database, cast.leder, *items[:3])]) == {"stored": 3}
    answers = at_once(lambda _: send(database, cast.leder, *items), range(4))
    assert statuses(answers) == {"stored": 2, "duplicate": 18}
    with database.reading() as session:
        assert len(session.exec(select(Conversation)).all()) == 5


def test_every_unique_key_of_a_talk_decides_between_senders_not_the_ids_alone(database, cast):
    """PostgreSQL looks at one key before it inserts and meets the others on the way: whichever is taken, nothing is raised."""
    item = cast.talk("mad")
    send(database, cast.leder, item)
    with database.writing() as session:
        stored = session.exec(select(Conversation)).one().model_dump(exclude={"sequence"})
        assert conversations.insert(session, [{**stored, "id": new_id()}]) == {}
        assert conversations.insert(session, [stored]) == {}
        key = new_id()
        new = {**stored, "id": key, "first_id": key, "reference": new_id()}
        found = conversations.insert(session, [stored, new, {**stored, "id": new_id()}])
        assert found == {key: session.get_one(Conversation, key).sequence}
