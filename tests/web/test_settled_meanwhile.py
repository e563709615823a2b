"""*Har brug for dig* and *To udgaver*, where the item was settled meanwhile: in another tab, on the phone, by a first press."""

from uuid import UUID

import pytest
from sqlmodel import select

from domain import sync
from domain.base import new_id
from domain.conversations import Conversation
from tests import make

FORM = "/capture/plain"
PAGES = ("", "/merge", "/export")
DEEDS = ("/settle", "/keep", "/use")
TYPED = "Far skrev det her i den anden fane"


@pytest.fixture
def database(app):
    return app.extensions["hoert.database"]


def settle(database, actor, key):
    """As in another tab."""
    with database.writing() as session:
        assert sync.settle(session, actor, key, now=make.NOW)


def texts(database):
    with database.reading() as session:
        rows = session.exec(select(Conversation).order_by(Conversation.revision)).all()
    return [row.answers[0]["text"] for row in rows]


@pytest.fixture(params=["one that needs help", "two versions"])
def waiting(request, database, cast):
    """An item that waits for the leader, of both kinds."""
    if request.param == "two versions":
        first = cast.talk("De første ord")
        items = [first, make.edit(first, ["Den ene udgave"]), make.edit(first, ["Den anden udgave"])]
    else:
        items = [cast.talk("Ord i et andet hus", unit=cast.skovbrynet)]
    with database.writing() as session:
        sync.take(session, cast.leder, items=items, now=make.NOW)
        [one] = sync.waiting(session, cast.leder)
    return one


@pytest.mark.parametrize("rest", [*PAGES, *DEEDS])
def test_ones_own_leads_back_to_the_list_and_says_so(signed_in, database, cast, waiting, rest):
    visitor, address = signed_in("leder"), f"/capture/help/{waiting.key}{rest}"
    token = dict(visitor.get(f"/capture/help/{waiting.key}").fields(f"/capture/help/{waiting.key}/settle"))
    settle(database, cast.leder, waiting.key)
    before = texts(database)
    answer = visitor.post(address, list(token.items())) if rest in DEEDS else visitor.get(address)
    assert (answer.status, answer.location) == (302, "/capture/help")
    listed = visitor.get(answer.location)
    assert "Den er allerede klaret." in listed.words
    assert "Den er allerede klaret." not in visitor.get(answer.location).words  # once
    assert texts(database) == before


@pytest.mark.parametrize("rest", [*PAGES, *DEEDS])
@pytest.mark.parametrize("who", ["medarbejder", "leder2", "omraade"])
def test_somebody_elses_settled_or_not_cannot_be_told_from_one_that_never_was(signed_in, database, cast, waiting, rest, who):
    other = signed_in(who)
    token = list(other.get("/people/me").fields("/auth/sign-out"))

    def asked(key):
        address = f"/capture/help/{key}{rest}"
        answer = other.post(address, token) if rest in DEEDS else other.get(address)
        assert answer.status == 404
        return answer.words

    before, unknown = asked(waiting.key), asked(new_id())
    settle(database, cast.leder, waiting.key)
    assert before == unknown == asked(waiting.key)
    assert "klaret" not in other.get("/capture/help").words


def form_of(visitor, one):
    merge = "/merge" if one.status == "conflict" else ""
    return visitor.get(f"/capture/help/{one.key}{merge}")


def test_what_was_typed_for_it_is_shown_again_and_saved_only_when_asked_for(signed_in, database, cast, waiting):
    visitor = signed_in("leder")
    page = form_of(visitor, waiting)
    settle(database, cast.leder, waiting.key)
    before = texts(database)
    answer = visitor.submit(page, FORM, answer_1=TYPED, unit=str(cast.mariehuset.id))
    assert answer.status == 409
    assert any("Den er allerede klaret." in one for one in answer.errors())
    held = dict(answer.fields(FORM))
    assert (held["answer_1"], held["boxed"], held["unit"]) == (TYPED, "", str(cast.mariehuset.id))
    assert ("Sådan står den nu" in answer.words) is (waiting.status == "conflict")
    assert texts(database) == before
    assert visitor.submit(answer, FORM).status == 302
    assert texts(database) == [*before, TYPED]


def test_put_right_in_two_tabs_it_is_no_second_talk_unseen(signed_in, database, cast, waiting):
    visitor = signed_in("leder")
    tabs = [form_of(visitor, waiting) for _ in range(2)]
    assert visitor.submit(tabs[0], FORM, answer_1="I den ene fane", unit=str(cast.mariehuset.id)).status == 302
    before = texts(database)
    answer = visitor.submit(tabs[1], FORM, answer_1=TYPED, unit=str(cast.mariehuset.id))
    assert (answer.status, dict(answer.fields(FORM))["answer_1"]) == (409, TYPED)
    assert texts(database) == before


def test_the_same_form_pressed_twice_is_saved_once(signed_in, database, cast, waiting):
    visitor = signed_in("leder")
    page = form_of(visitor, waiting)
    fields = {"answer_1": TYPED, "unit": str(cast.mariehuset.id)}
    first, second = (visitor.submit(page, FORM, **fields) for _ in range(2))
    if waiting.status == "conflict":  # the merged revision stands: it is shown beside what was sent again
        assert (first.status, second.status) == (302, 409)
        assert dict(second.fields(FORM))["answer_1"] == TYPED
    else:
        assert (first.status, second.status, second.location) == (302, 302, first.location)
    assert texts(database).count(TYPED) == 1


def test_what_the_phone_settled_in_the_meantime_is_told_the_same_way(signed_in, database, cast):
    """Sent once more by the phone in a house where it may stand: it is stored, and waits no more."""
    bad = cast.talk("Ord i et andet hus", unit=cast.skovbrynet)
    with database.writing() as session:
        sync.take(session, cast.leder, items=[bad], now=make.NOW)
        [one] = sync.waiting(session, cast.leder)
    visitor = signed_in("leder")
    page = visitor.get(f"/capture/help/{one.key}")
    with database.writing() as session:
        [receipt] = sync.take(session, cast.leder, items=[{**bad, "unit": str(cast.mariehuset.id)}], now=make.NOW)
        assert receipt.status == "stored"
    answer = visitor.get(f"/capture/help/{one.key}")
    assert (answer.status, answer.location) == (302, "/capture/help")
    sent = visitor.submit(page, FORM, answer_1=TYPED, unit=str(cast.mariehuset.id))
    assert (sent.status, dict(sent.fields(FORM))["answer_1"]) == (409, TYPED)
    with database.reading() as session:
        assert [row.id for row in session.exec(select(Conversation)).all()] == [UUID(bad["id"])]
