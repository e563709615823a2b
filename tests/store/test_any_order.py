"""Whatever order things arrive in, however often and in however many envelopes: the same stands at the end."""

import copy
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from domain import sync
from domain.audit import Deed
from domain.base import new_id
from domain.conversations import Conversation, Tombstone
from domain.sync import BoxedItem
from domain.themes import Coding
from tests import make

pytestmark = pytest.mark.slow


def items_of(cast, plan):
    """Up to ten items: for each talk a chain of edits and perhaps a withdrawal that names one of its revisions.

    `plan`: (edits, revision that is named by a withdrawal or None) for each talk.
    """
    found = []
    for edits, named in plan:
        chain = [cast.talk("Første udgave", confirmed=[cast.themes["mad"]])]
        for number in range(edits):
            chain.append(make.edit(chain[-1], f"Udgave {number + 2}"))
        found += chain
        if named is not None:
            found.append(make.withdrawal(chain[min(named, edits)]["id"]))
    return found[:10]


def fresh(items):
    """The same items under other ids, so that examples do not meet each other."""
    ids = {item["id"]: str(new_id()) for item in items}
    renewed = copy.deepcopy(items)
    for item in renewed:
        for name in ("id", "replaces", "of"):
            if item.get(name) in ids:
                item[name] = ids[item[name]]
    return renewed, {new: old for old, new in ids.items()}


def final(session, names):
    """What stands of these items: the latest words and themes of each talk, and what is erased or waits, by their first names."""
    ids = [UUID(key) for key in names]
    rows = session.exec(select(Conversation).where(col(Conversation.id).in_(ids))).all()
    latest = {row.first_id: row for row in rows if row.replaced_by_id is None}
    codings = session.exec(select(Coding).where(col(Coding.conversation_id).in_(list(latest)))).all()
    graves = session.exec(select(Tombstone).where(col(Tombstone.item_id).in_(ids))).all()
    boxed = session.exec(select(BoxedItem).where(col(BoxedItem.item_id).in_(ids), col(BoxedItem.settled_at).is_(None))).all()
    return {
        "revisions": sorted(
            (names[str(row.id)], row.revision, row.answers[0]["text"], row.replaced_by_id is None) for row in rows
        ),
        "themes": sorted((names[str(one.conversation_id)], str(one.theme_id), one.decision) for one in codings),
        "erased": sorted(names[str(one.item_id)] for one in graves),
        "boxed": sorted((names[str(one.item_id)], one.status) for one in boxed),
    }


def send(database, actor, envelopes):
    for envelope in envelopes:
        with database.writing() as session:
            receipts = sync.take(session, actor, items=envelope, now=make.NOW)
        assert len(receipts) == len(envelope)
        assert all((one.sequence is not None) == (one.status == "stored") for one in receipts)


@st.composite
def arrivals(draw, n):
    """An order of n items, some of them again, split into envelopes: lists of places."""
    order = draw(st.permutations(range(n)))
    again = draw(st.lists(st.sampled_from(range(n)), max_size=5))
    places = list(order)
    for place in again:
        places.insert(draw(st.integers(0, len(places))), place)
    cuts = sorted(draw(st.lists(st.integers(0, len(places)), max_size=3)))
    return [places[start:end] for start, end in zip([0, *cuts], [*cuts, len(places)], strict=True)]


PLANS = st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(0, 3))), min_size=1, max_size=3)


@settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data(), plan=PLANS)
def test_any_order_repetition_and_interleaving_ends_the_same(database, cast, data, plan):
    items = items_of(cast, plan)
    in_order, names = fresh(items)
    send(database, cast.leder, [in_order])
    shuffled, other_names = fresh(items)
    send(database, cast.leder, [[shuffled[place] for place in places] for places in data.draw(arrivals(len(items)))])
    with database.reading() as session:
        assert final(session, other_names) == final(session, names)
        numbers = [*session.exec(select(Conversation.sequence)).all(), *session.exec(select(Tombstone.sequence)).all()]
        assert len(set(numbers)) == len(numbers)


@settings(deadline=None, max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_where_two_edits_are_of_the_same_revision_both_are_kept(database, cast, data):
    first = cast.talk("Første")
    items = [first, *(make.edit(first, f"Gren {number}") for number in range(3))]
    send(database, cast.leder, [[items[place] for place in places] for places in data.draw(arrivals(4))])
    ids = [UUID(item["id"]) for item in items]
    with database.reading() as session:
        stored = session.exec(select(Conversation.id).where(col(Conversation.id).in_(ids))).all()
        boxed = session.exec(
            select(BoxedItem.item_id).where(col(BoxedItem.item_id).in_(ids), col(BoxedItem.settled_at).is_(None))
        ).all()
    assert sorted([*stored, *boxed]) == sorted(ids)
    assert len(stored) == 2


def test_racing_senders_of_one_person_and_another_leave_nothing_half_done(database, cast, at_once):
    talks = [cast.talk(f"Samtale {number}") for number in range(4)]
    edits = [make.edit(item, "Rettet") for item in talks]
    withdrawals = [make.withdrawal(item["id"]) for item in talks[:2]]
    items = [*edits, *withdrawals, *talks]

    def one(number):
        actor = cast.medarbejder if number == 7 else cast.leder
        mixed = items[number:] + items[:number]
        send(database, actor, [mixed[:5], mixed[5:]])

    at_once(one, range(8))
    with database.reading() as session:
        mine = Conversation.author_id == cast.leder.person_id
        latest = session.exec(select(Conversation).where(mine, col(Conversation.replaced_by_id).is_(None))).all()
        buried = set(session.exec(select(Tombstone.item_id).where(Tombstone.person_id == cast.leder.person_id)).all())
        stored = set(session.exec(select(Conversation.id).where(mine)).all())
    assert len({row.first_id for row in latest}) == len(latest)
    assert stored & buried == set()


def test_an_envelope_is_one_row_in_the_log(database, cast):
    talk = cast.talk()
    items = [talk, make.edit(talk, "Rettet"), cast.talk(""), cast.talk("Én til"), make.withdrawal(new_id())]
    send(database, cast.leder, [items])
    with database.reading() as session:
        [deed] = session.exec(select(Deed)).all()
    assert deed.facts == {"talks": 2, "edits": 1, "kept": 1, "withdrawals": 1}
    send(database, cast.leder, [items[:2]])
    with database.reading() as session:
        assert len(session.exec(select(Deed)).all()) == 1


@pytest.mark.parametrize("size", [1, 100])
def test_an_envelope_costs_the_same_few_statements_however_many_talks_it_holds(database, cast, size):
    import sqlalchemy as sa

    items, said = [cast.talk("mad", confirmed=[cast.themes["mad"]]) for _ in range(size)], []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *more: said.append(more[2]))
    send(database, cast.leder, [items])
    assert len(said) <= 22
