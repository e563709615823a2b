"""What seals a person's own on their phone: stored when it is first asked for, on both databases, and by many at once."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from app import create_app
from domain import people
from domain.base import new_id, open_database
from domain.people import Device
from tests import cast as cast_of
from tests import make
from tests.store.test_shut_out import shut_out_person, shut_out_phone
from tests.web.client import Visitor

PHONE = new_id()
FIRST, LATER = "A" * 43, "B" * 43


def ask(session, actor, fresh=FIRST, *, device=PHONE, now=make.NOW):
    return people.secret_of(session, actor, device_id=device, fresh=fresh, user_agent="", now=now)


def asked(database, actor, fresh=FIRST, **more):
    with database.writing() as session:
        return ask(session, actor, fresh, **more)


def stored(database):
    with database.reading() as session:
        return sorted(session.exec(select(Device.secret)).all(), key=str)


def test_the_first_one_stays(database, cast):
    assert [asked(database, cast.leder, fresh) for fresh in (FIRST, LATER, LATER)] == [FIRST] * 3
    assert stored(database) == [FIRST]


def test_each_person_and_each_phone_has_a_row_of_its_own(database, cast):
    more = [(cast.leder, PHONE, "A"), (cast.leder, new_id(), "B"), (cast.medarbejder, PHONE, "C")]
    assert [asked(database, who, key * 43, device=phone) for who, phone, key in more] == [key * 43 for _, _, key in more]
    assert stored(database) == ["A" * 43, "B" * 43, "C" * 43]


def test_a_row_of_before_is_filled_and_seeing_the_phone_leaves_it(database, cast):
    seen = {"device_id": PHONE, "user_agent": "", "waiting": 2, "now": make.NOW}
    with database.writing() as session:
        people.see_device(session, cast.leder, **seen)
    assert stored(database) == [None]
    assert asked(database, cast.leder) == FIRST
    with database.writing() as session:
        people.see_device(session, cast.leder, **seen | {"waiting": 0})
        [row] = people.own_devices(session, cast.leder)
        assert (row.secret, row.waiting) == (FIRST, 0)
    assert asked(database, cast.leder, LATER) == FIRST


def test_what_was_not_committed_is_not_stored(database, cast):
    with database.session(writes=True) as session:
        assert ask(session, cast.leder) == FIRST
    assert stored(database) == []
    assert asked(database, cast.leder, LATER) == LATER


@pytest.mark.parametrize("shut_out", [shut_out_person, shut_out_phone])
def test_who_is_shut_out_is_told_none_and_the_row_keeps_it(database, cast, shut_out):
    asked(database, cast.leder)
    with database.writing() as session:
        shut_out(session)
    with pytest.raises(people.ShutOut):
        asked(database, cast.leder, LATER)
    assert stored(database) == [FIRST]


def test_of_many_at_once_all_hear_the_same(database, cast, at_once, monkeypatch):
    """Also where nobody waits for the other, as where a person is held on another server."""
    monkeypatch.setattr("domain.people.devices.hold", lambda *_more: None)
    found = at_once(lambda key: asked(database, cast.leder, key * 43), "ABCDEFGH")
    assert len(set(found)) == 1
    assert stored(database) == found[:1]


def test_why_a_cookie_signs_nobody_in(database, cast):
    """Each person's own sign-ins and phones, and the phone that asks."""
    signs_in = {"password": make.PASSWORD, "address": "192.0.2.1", "user_agent": "", "now": make.NOW}
    signed_in = {
        name: people.sign_in(database, email=cast_of.email(who), **signs_in)
        for name, who in {"open": "leder", "ended": "leder", "other": "medarbejder", "disabled": "leder2"}.items()
    }
    seen = {"user_agent": "", "waiting": 0, "now": make.NOW}
    lost = new_id()
    with database.writing() as session:
        ended = signed_in["ended"].actor
        people.end_sign_in(session, ended, sign_in_id=ended.sign_in_id, now=make.NOW)
        for who, device in ((cast.leder, PHONE), (cast.leder, lost), (cast.medarbejder, PHONE), (cast.medarbejder, lost)):
            people.see_device(session, who, device_id=device, **seen)
        [row] = [one for one in people.own_devices(session, cast.leder) if one.device_id == lost]
        people.revoke_device(session, cast.leder, row_id=row.id, now=make.NOW)
        people.disable(session, email=cast_of.email("leder2"), now=make.NOW)

    def why(name, device=PHONE):
        with database.reading() as session:
            return people.why_out(session, signed_in[name].token if name in signed_in else name, device)

    nothing, is_ended, is_out = people.Out(), people.Out(ended=True), people.Out(shut_out=True)
    assert [why(name) for name in ("open", "ended", "other", "nobody's")] == [nothing, is_ended, nothing, nothing]
    assert [why(name, None) for name in ("open", "ended", "other")] == [nothing, is_ended, nothing]
    assert [why("open", lost), why("other", lost)] == [is_out, nothing]
    assert why("ended", lost) == people.Out(shut_out=True, ended=True)
    assert [why("disabled").shut_out, why("disabled", None).shut_out, why("nobody's", lost)] == [True, True, nothing]


@pytest.fixture
def phones(database_url, tmp_path):
    database = open_database(database_url)
    with database.writing() as session:
        cast_of.gather(session)
    app = create_app({"INSTANCE": tmp_path / "instance", "DATABASE_URL": database_url})
    visitors = [Visitor(app) for _ in range(8)]
    for visitor in visitors:
        visitor.sign_in("leder")
    yield database, visitors
    app.extensions["hoert.database"].dispose()
    database.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
def test_eight_that_ask_for_one_phone_hear_the_same(phones, is_known):
    database, visitors = phones
    tokens = [json.loads(visitor.get("/sync/token").text)["csrf_token"] for visitor in visitors]

    def post(path, number, **body):
        visitor, headers = visitors[number], {"X-CSRFToken": tokens[number]}
        return visitor.http.post(path, json={"device": str(PHONE), **body}, headers=headers, base_url=visitor.base_url).json

    if is_known:
        assert post("/sync", 0, schema="hoert.envelope/1", waiting=0, items=[])["receipts"] == []
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: post("/sync/secret", number).get("secret"), range(8)))
    assert len(set(found)) == 1
    assert stored(database) == found[:1]
