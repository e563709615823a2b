"""Of two versions of a talk one is chosen: the other is kept as a revision, and the box is empty."""

import pytest
from sqlmodel import select

from domain import digests, sync
from domain.base import new_id
from domain.conversations import Conversation
from tests import make


@pytest.fixture
def two(session, cast):
    """What came second, and the revision that stands."""
    first = cast.talk("Første", confirmed=[cast.themes["mad"]])
    items = [first, make.edit(first, "Den ene"), make.edit(first, "Den anden")]
    sync.take(session, cast.leder, items=items, now=make.NOW)
    [boxed] = sync.waiting(session, cast.leder)
    return boxed, sync.stands_beside(session, cast.leder, boxed)


def texts(session):
    rows = session.exec(select(Conversation).order_by(Conversation.revision)).all()
    assert [row.replaced_by_id for row in rows] == [*(row.id for row in rows[1:]), None]
    return [row.answers[0]["text"] for row in rows]


@pytest.mark.parametrize(
    ("verb", "stand"),
    [(sync.keep_stored, ["Den anden", "Den ene"]), (sync.use_second, ["Den anden"])],
    ids=["keep", "use"],
)
def test_nothing_is_lost_by_choosing(session, cast, two, verb, stand):
    boxed, row = two
    assert verb(session, cast.leder, boxed, latest=row.id, now=make.NOW).status == "stored"
    assert texts(session) == ["Første", "Den ene", *stand]
    assert sync.count_waiting(session, cast.leder) == 0
    with pytest.raises(sync.ChangedMeanwhile):
        verb(session, cast.leder, boxed, latest=row.id, now=make.NOW)


def test_what_was_made_of_both_keeps_its_own_id_and_themes(session, cast, two):
    boxed, row = two
    item = {**sync.item_of(session, row), "id": str(new_id()), "answers": [{**row.answers[0], "text": "Begge"}]}
    receipt = sync.merge(session, cast.leder, boxed, latest=row.id, item=item, now=make.NOW)
    assert (receipt.status, str(receipt.id)) == ("stored", item["id"])
    assert texts(session) == ["Første", "Den ene", "Den anden", "Begge"]
    later = sync.item_of(session, session.get_one(Conversation, receipt.id))
    assert later["themes"] == sync.item_of(session, row)["themes"] != {"confirmed": [], "rejected": [], "tones": {}}


def test_nobody_else_chooses(session, cast, two):
    boxed, row = two
    with pytest.raises(sync.ChangedMeanwhile):
        sync.use_second(session, cast.medarbejder, boxed, latest=row.id, now=make.NOW)
    assert texts(session) == ["Første", "Den ene"]


def test_a_second_that_cannot_stand_leaves_everything_as_it_was(session, cast):
    first = cast.talk("Første")
    sync.take(session, cast.leder, items=[first, {**first, "answers": []}], now=make.NOW)
    [boxed] = sync.waiting(session, cast.leder)
    row = sync.stands_beside(session, cast.leder, boxed)
    for verb in (sync.keep_stored, sync.use_second):
        with pytest.raises(sync.NotAVersion) as caught:
            verb(session, cast.leder, boxed, latest=row.id, now=make.NOW)
        assert [one.code for one in caught.value.problems] == ["nothing_written"]
    assert [one.key for one in sync.waiting(session, cast.leder)] == [boxed.key]
    assert texts(session) == ["Første"]


def test_an_issue_is_not_rewritten_by_a_choice(session, cast, two):
    boxed, row = two
    issue = digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    before = dict(issue.content)
    sync.use_second(session, cast.leder, boxed, latest=row.id, now=make.WEEK.ends_at())
    session.refresh(issue)
    assert issue.content == before
    later = make.WEEK.plus(1)
    assert digests.compose(session, cast.syd, later).talks == ()
