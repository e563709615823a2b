"""Somebody who came through the door, and is shut out before anything is taken of them: nothing is stored, and no word is lost.

Being shut out is committed in the moment before the request's own transaction begins.
"""

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import select

from domain import people, sync
from domain.base import new_id
from domain.conversations import Conversation
from domain.people import Person
from tests import cast as everybody
from tests import make
from tests.web.pages import FORM, SIGN_IN, filled, open_form, shown, talks, texts
from tests.web.test_sync_route import DEVICE, envelope, post, token
from tests.web.town import rows

SECRET = "brombærgelé"
ONE, OTHER = "Mor ventede længe", "Mor ventede kort"


@pytest.fixture
def shut_out_meanwhile(database):
    """Has the verb run, and committed, right before the next transaction that writes; what every table held then."""
    found, verbs = {}, []

    def before(session, _transaction):
        if verbs and session.get_bind().get_execution_options().get("hoert_writes"):
            verb = verbs.pop()
            with database.writing() as meanwhile:
                verb(meanwhile)
            found.update(rows(database))

    def wait_for(verb):
        verbs.append(verb)
        return found

    sa.event.listen(Session, "after_transaction_create", before)
    yield wait_for
    sa.event.remove(Session, "after_transaction_create", before)
    assert verbs == []


def shut_out_person(session):
    assert people.disable(session, email=everybody.email("leder"), now=make.NOW)


def shut_out_phone(session):
    [row] = people.devices_of(session, email=everybody.email("leder"))
    assert people.shut_out_device(session, row_id=row.id, now=make.NOW)


def let_back(database, cast):
    with database.writing() as session:
        session.get_one(Person, cast.leder.person_id).disabled_at = None


def same(found, database):
    return bool(found) and rows(database) == found


@pytest.mark.parametrize("shut_out", [shut_out_person, shut_out_phone])
def test_a_phone_is_told_that_it_is_shut_out_and_keeps_what_it_sent(signed_in, cast, database, shut_out_meanwhile, shut_out):
    """403 `revoked` is no receipt: the phone keeps every item (tests/browser/test_phone_people.py)."""
    visitor, item = signed_in("leder"), cast.talk(SECRET)
    good = token(visitor)
    assert post(visitor, envelope(), csrf=good).status_code == 200
    found = shut_out_meanwhile(shut_out)
    answer = post(visitor, envelope(item), csrf=good)
    assert (answer.status_code, answer.mimetype) == (403, "application/json")
    assert answer.json == {"code": "revoked", "message": "Spørg din administrator."}
    assert same(found, database)
    assert talks(database) == []
    let_back(database, cast)
    again = signed_in("leder")
    device = DEVICE if shut_out is shut_out_person else str(new_id())
    answer = post(again, envelope(item, device=device))
    assert [(one["status"], one["id"]) for one in answer.json["receipts"]] == [("stored", item["id"])]


def test_a_phone_that_nobody_had_seen_is_not_noted_when_its_person_is_shut_out(signed_in, cast, database, shut_out_meanwhile):
    visitor = signed_in("leder")
    good, found = token(visitor), shut_out_meanwhile(shut_out_person)
    assert post(visitor, envelope(cast.talk(SECRET)), csrf=good).status_code == 403
    assert same(found, database)
    with database.reading() as session:
        assert people.devices_of(session, email=everybody.email("leder")) == []


@pytest.mark.parametrize("asked_by", ["browser", "program"])
def test_the_form_comes_back_sealed_and_is_saved_when_they_are_let_in_again(
    signed_in, cast, database, shut_out_meanwhile, asked_by
):
    visitor = signed_in("leder")
    page, written = open_form(visitor), filled(cast, answer_1=f"Mor sagde: »{SECRET} er det bedste, vi får«")
    found = shut_out_meanwhile(shut_out_person)
    if asked_by == "browser":
        asked = visitor.submit(page, FORM, **written)
    else:
        kept = [pair for pair in page.fields(FORM) if pair[0] not in written]
        sent = [(name, one) for name, value in written.items() for one in ([value] if isinstance(value, str) else value)]
        asked = visitor.post(FORM, kept + sent, json=True)
    assert (asked.status, "Location" in asked.headers, SECRET in asked.everything) == (401, False, False)
    assert same(found, database)
    assert talks(database) == []
    out = visitor.submit(asked, SIGN_IN, email=everybody.email("leder"), password=make.PASSWORD)
    assert (out.status, SECRET in out.everything) == (401, False)
    let_back(database, cast)
    back = visitor.submit(out, SIGN_IN, email=everybody.email("leder"), password=make.PASSWORD)
    assert shown(back, *written) == written
    assert visitor.submit(back, FORM).status == 302
    [talk] = talks(database)
    assert (str(talk.id), SECRET in texts(talk)[0]) == (shown(page, "item")["item"], True)


@pytest.fixture
def two(database, cast, signed_in):
    """A talk with a second version that waits, and its author's browser."""
    first = cast.talk("Mor ventede")
    with database.writing() as session:
        sync.take(session, cast.leder, items=[first, make.edit(first, ONE), make.edit(first, OTHER)], now=make.NOW)
        [boxed] = sync.waiting(session, cast.leder)
    return signed_in("leder"), f"/capture/help/{boxed.key}"


@pytest.mark.parametrize(("deed", "then"), [("keep", [OTHER, ONE]), ("use", [OTHER])])
@pytest.mark.parametrize("asked_by", ["browser", "program"])
def test_a_choice_between_two_versions_is_refused_and_both_stay(
    two, signed_in, cast, database, shut_out_meanwhile, deed, then, asked_by
):
    visitor, address = two
    fields = visitor.get(address).fields(f"{address}/{deed}")
    found = shut_out_meanwhile(shut_out_person)
    answer = visitor.post(f"{address}/{deed}", fields, json=asked_by == "program")
    assert answer.status == 403
    if asked_by == "program":
        assert json.loads(answer.text) == {"code": "403", "message": "Spørg din administrator."}
    else:
        assert (answer.h1, "Spørg din administrator." in answer.words) == ("Du har ikke længere adgang", True)
    assert ONE not in answer.everything
    assert same(found, database)
    let_back(database, cast)
    again = signed_in("leder")
    assert again.submit(again.get(address), f"{address}/{deed}").status == 302
    assert revisions(database) == ["Mor ventede", ONE, *then]


def test_what_was_made_of_two_versions_comes_back_sealed_and_both_stay(two, cast, database, shut_out_meanwhile):
    visitor, address = two
    page, made = visitor.get(f"{address}/merge"), f"Mor ventede med {SECRET}"
    found = shut_out_meanwhile(shut_out_person)
    asked = visitor.submit(page, FORM, answer_1=made)
    assert (asked.status, SECRET in asked.everything) == (401, False)
    assert same(found, database)
    let_back(database, cast)
    back = visitor.submit(asked, SIGN_IN, email=everybody.email("leder"), password=make.PASSWORD)
    assert shown(back, "answer_1") == {"answer_1": made}
    assert visitor.submit(back, FORM).status == 302
    assert revisions(database) == ["Mor ventede", ONE, OTHER, made]


def revisions(database):
    with database.reading() as session:
        return [row.answers[0]["text"] for row in session.exec(select(Conversation).order_by(Conversation.revision)).all()]
