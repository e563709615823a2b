"""`POST /sync/secret`: one secret for a person and a phone, the same for ever; the order of refusals; and, there and at
`POST /sync`, whether a sign-in was ended on purpose."""

import json
import logging
import re
import sqlite3
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from blueprints.sync.secret import fresh_secret
from domain import people
from domain.base import new_id
from domain.people import Device, SignIn
from tests import make
from tests.web.client import Visitor
from tests.web.test_sessions import DAY
from tests.web.test_shut_out_meanwhile import same, shut_out_meanwhile, shut_out_person, shut_out_phone
from tests.web.test_sync_route import DEVICE, LARGE, envelope, token
from tests.web.test_sync_route import send as send_envelope
from tests.web.town import rows

__all__ = ["shut_out_meanwhile"]

OTHER = str(new_id())
NEVER = "never.signed.here"
LETTERS = re.compile(r"[A-Za-z0-9_-]{43}")


def ask(visitor, device=DEVICE, *, csrf="", body=None, to="/sync/secret", mimetype="application/json"):
    """`csrf` "": a good one; None: no header at all."""
    headers = {"User-Agent": visitor.agent} | ({} if csrf is None else {"X-CSRFToken": csrf or token(visitor)})
    data = json.dumps({"device": device}) if body is None else body
    return visitor.http.post(to, data=data, content_type=mimetype, headers=headers, base_url=visitor.base_url)


def secret(visitor, device=DEVICE):
    answer = ask(visitor, device)
    assert answer.status_code == 200, answer.text
    return answer.json["secret"]


def phones(database):
    with database.reading() as session:
        return session.exec(select(Device).order_by(Device.first_seen_at)).all()


def forget(database):
    """As a phone that was known before secrets were: its row holds none."""
    with database.writing() as session:
        for row in session.exec(select(Device)).all():
            row.secret = None
            session.add(row)


def new_key(app):
    app.config["SECRET_KEY"] = "another key than before"


@pytest.fixture
def leder(signed_in):
    return signed_in("leder")


def test_it_is_told_to_the_person_for_that_phone_and_kept_by_nobody_on_the_way(leder, cast):
    answer = ask(leder)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json
    assert {**told, "secret": ""} == {
        "schema": "hoert.secret/1",
        "person": str(cast.leder.person_id),
        "device": DEVICE,
        "secret": "",
    }
    assert LETTERS.fullmatch(told["secret"])


def test_it_is_the_same_each_time_and_another_for_another_phone_or_person(leder, signed_in):
    found = secret(leder)
    assert {secret(leder), secret(signed_in("leder")), secret(leder, DEVICE.upper())} == {found}
    assert len({found, secret(leder, OTHER), secret(signed_in("medarbejder")), secret(signed_in("medarbejder"), OTHER)}) == 4


ids = st.uuids()


@given(one=st.tuples(ids, ids), other=st.tuples(ids, ids))
def test_whatever_the_ids_it_has_43_letters_and_no_two_have_the_same(bare_app, one, other):
    """Turned about, person and phone are others too."""
    with bare_app.app_context():
        pairs = {one, other, one[::-1], (one[0], other[1]), (other[0], one[1])}
        found = {pair: fresh_secret(*pair) for pair in pairs}
        assert len(set(found.values())) == len(pairs)
        assert [each for each in found.values() if not LETTERS.fullmatch(each)] == []
        assert {pair: fresh_secret(*pair) for pair in pairs} == found


@pytest.fixture(scope="module")
def bare_app(tmp_path_factory):
    from app import create_app

    folder = tmp_path_factory.mktemp("bare")
    app = create_app({"INSTANCE": folder, "DATABASE_URL": f"sqlite:///{folder}/none.sqlite"})
    yield app
    app.extensions["hoert.database"].dispose()


def test_it_is_made_of_the_servers_key_and_stays_when_that_is_another(leder, app, signed_in):
    before = secret(leder)
    with app.app_context():
        assert before == fresh_secret(UUID(ask(leder).json["person"]), UUID(DEVICE))
    new_key(app)
    again = signed_in("leder")
    assert secret(again) == before
    with app.app_context():
        assert secret(again, OTHER) == fresh_secret(UUID(ask(again).json["person"]), UUID(OTHER))
        assert before != fresh_secret(UUID(ask(again).json["person"]), UUID(DEVICE))


def test_a_phone_that_was_known_before_gets_one(leder, app, database):
    send_envelope(leder, waiting=3)
    forget(database)
    found = secret(leder)
    [row] = phones(database)
    assert row.secret == found
    new_key(app)
    with app.app_context():
        assert found != fresh_secret(row.person_id, row.device_id)


def test_sending_afterwards_leaves_it_and_asking_leaves_what_waits(leder, database, clock):
    found = secret(leder)
    [row] = phones(database)
    assert (row.secret, row.waiting, row.waiting_since, row.name) == (found, 0, None, "Chrome · Android")
    assert (row.first_seen_at, row.last_seen_at, row.sign_in_id is not None) == (make.NOW, make.NOW, True)
    clock.shift(60)
    send_envelope(leder, waiting=3)
    [sent] = phones(database)
    assert (sent.secret, sent.waiting, sent.waiting_since > make.NOW) == (found, 3, True)
    clock.shift(60)
    assert secret(leder) == found
    [row] = phones(database)
    assert (row.id, row.waiting, row.waiting_since, row.first_seen_at) == (sent.id, 3, sent.waiting_since, make.NOW)
    assert row.last_seen_at > sent.last_seen_at


def test_the_sign_in_that_asked_last_ends_with_the_phone(leder, signed_in, database, cast):
    secret(leder)
    last = signed_in("leder")
    secret(last)
    with database.writing() as session:
        [row] = people.own_devices(session, cast.leder)
        assert people.revoke_device(session, cast.leder, row_id=row.id, now=make.NOW)
    assert (leder.is_signed_in(), last.is_signed_in()) == (True, False)


def test_a_phone_that_only_asked_stands_on_the_profile_and_in_no_number(leder, signed_in, database, cast):
    secret(leder)
    assert "Chrome · Android" in leder.get("/people/me").words.split("Telefoner, du sender fra")[1]
    with database.reading() as session:
        assert people.count_unsent(session, cast.omraade, cast.syd, since=make.NOW) == 0
        assert people.left_unsent(session) == []


# What is refused, and in which order

MANY_LETTERS = json.dumps({"device": DEVICE, "padding": "x" * 1024 * 1024})
MALFORMED = {
    "nothing": (b"", []),
    "half": (b'{"device":', []),
    "NaN": (json.dumps({"device": DEVICE})[:-1] + ', "n": NaN}', []),
    "no object": (b"[]", []),
    "no phone": (b"{}", ["device"]),
    "no id": (b'{"device": "min telefon"}', ["device"]),
    "a number": (b'{"device": 7}', ["device"]),
}


@pytest.mark.parametrize("body", [LARGE, b"{", None], ids=["large", "malformed", "good"])
def test_who_one_is_comes_before_everything_else(visitor, body):
    answer = ask(visitor, csrf=None, body=body)
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_the_size_comes_before_the_token_and_the_token_before_the_shape(leder, database):
    assert ask(leder, csrf=None, body=MANY_LETTERS).status_code == 413
    for csrf in (None, "wrong", "IjAi.wrong.token"):
        answer = ask(leder, csrf=csrf, body=b"{")
        assert (answer.status_code, answer.json["code"]) == (419, "csrf")
        assert ask(leder, csrf=csrf).status_code == 419
    assert ask(leder, body=json.dumps({"device": DEVICE, "items": [1] * 101})).status_code == 200
    assert len(phones(database)) == 1


@pytest.mark.parametrize(("body", "fields"), MALFORMED.values(), ids=MALFORMED.keys())
def test_what_names_no_phone_is_told_where(leder, database, body, fields):
    answer = ask(leder, body=body)
    assert (answer.status_code, answer.json["code"], answer.json["fields"]) == (400, "malformed", fields)
    assert phones(database) == []


def test_another_content_type_names_no_phone(leder):
    assert ask(leder, mimetype="text/plain").status_code == 400


def test_more_than_thirty_times_a_minute_wait_and_no_envelope_and_nobody_else_does(leder, signed_in, clock):
    csrf = token(leder)
    assert {ask(leder, csrf=csrf).status_code for _ in range(30)} == {200}
    answer = ask(leder, csrf=csrf)
    assert (answer.status_code, answer.json["code"]) == (429, "too_many")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert ask(leder, csrf=csrf, body=b"{").status_code == 400
    assert send_envelope(leder).status_code == 200
    assert ask(signed_in("medarbejder")).status_code == 200
    clock.shift(int(answer.headers["Retry-After"]) + 1)
    assert ask(leder, csrf=csrf).status_code == 200


def test_an_administrator_finds_no_such_address_and_nobody_gets_it_by_get(signed_in, leder):
    assert ask(signed_in("admin")).status_code == 404
    assert leder.get("/sync/secret").status == 405


BODIES = {"good": None, "large": MANY_LETTERS, "many": json.dumps(envelope(*[1] * 101))}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_phone_that_was_shut_out_is_told_none_and_its_row_keeps_it(leder, signed_in, database, cast, body):
    found, other = secret(leder), signed_in("leder")
    with database.writing() as session:
        shut_out_phone(session)
    for visitor in (leder, other):  # the first one's sign-in was ended with it
        for csrf in (None, "wrong"):
            answer = ask(visitor, csrf=csrf, body=body)
            # Of a body over the limit nothing is read: it comes from no phone that is known.
            unread = (401, "not_signed_in") if visitor is leder else (413, "too_large")
            assert (answer.status_code, answer.json["code"]) == (unread if body is MANY_LETTERS else (403, "revoked"))
    assert ask(other, csrf=token(other), body=body).status_code == (413 if body is MANY_LETTERS else 403)
    assert [row.secret for row in phones(database)] == [found]
    assert secret(other, OTHER)
    assert secret(signed_in("medarbejder"))


def test_who_was_shut_out_is_told_none(leder, database):
    with database.writing() as session:
        shut_out_person(session)
    answer = ask(leder, csrf=None)
    assert (answer.status_code, answer.json["code"]) == (403, "revoked")
    assert phones(database) == []


@pytest.mark.parametrize("shut_out", [shut_out_person, shut_out_phone])
def test_nor_who_is_shut_out_on_the_way(leder, database, shut_out_meanwhile, shut_out):
    csrf = token(leder)
    send_envelope(leder)
    found = shut_out_meanwhile(shut_out)
    answer = ask(leder, csrf=csrf)
    assert (answer.status_code, answer.json["code"], "secret" in answer.json) == (403, "revoked", False)
    assert same(found, database)


def test_none_leaves_when_the_commit_fails(leder, database, monkeypatch):
    csrf, before = token(leder), rows(database)

    def refuse(self):
        error = sqlite3.OperationalError("disk full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("COMMIT", {}, error)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", refuse)
        answer = ask(leder, csrf=csrf)
    assert (answer.status_code, "secret" in answer.json) == (503, False)
    assert rows(database) == before


def test_who_lost_a_race_is_begun_anew_and_counted_once(leder, monkeypatch):
    """On PostgreSQL another transaction may come between."""
    csrf, asked, told = token(leder), [], people.secret_of
    lost = type("Lost", (Exception,), {"sqlstate": "40P01"})()

    def once_in_two(*more, **named):
        asked.append(1)
        if len(asked) % 2:
            raise OperationalError("INSERT", {}, lost)
        return told(*more, **named)

    monkeypatch.setattr(people, "secret_of", once_in_two)
    assert {ask(leder, csrf=csrf).status_code for _ in range(30)} == {200}
    assert len(asked) == 60
    assert ask(leder, csrf=csrf).status_code == 429


def test_it_is_committed_before_the_answer_is_put_together(leder, database, monkeypatch):
    csrf, stored = token(leder), []
    from blueprints.sync import secret as module

    def looked(**told):
        stored.append([row.secret for row in phones(database)])
        return told

    with monkeypatch.context() as patch:
        patch.setattr(module, "jsonify", looked)
        told = ask(leder, csrf=csrf).json
    assert stored == [[told["secret"]]]


def test_it_stands_in_no_log_and_on_no_page(leder, database, caplog):
    caplog.set_level(logging.DEBUG)
    found = secret(leder)
    send_envelope(leder, waiting=1)
    ask(leder, body=b"{")
    assert [name for name, lines in rows(database).items() if found in str(lines)] == ["device"]
    assert found not in caplog.text
    assert found not in repr(phones(database))
    assert found not in leder.get("/people/me").everything + leder.get("/sync/kit").everything


# Whether a sign-in was ended on purpose

BOTH = pytest.mark.parametrize("to", ["/sync", "/sync/secret"])


def told(visitor, to, body=None):
    answer = ask(visitor, to=to, csrf=None, body=body)
    assert (answer.status_code, answer.json["code"], bool(answer.json["message"])) == (401, "not_signed_in", True)
    assert set(answer.json) == {"code", "message", "ended"}
    return answer.json["ended"]


@BOTH
def test_of_nobody_nothing_was_ended(visitor, to):
    assert told(visitor, to) is False
    visitor.cookie = NEVER
    assert told(visitor, to) is False


@BOTH
@pytest.mark.parametrize("body", [None, b"{"], ids=["a phone", "none"])
def test_one_that_was_ended_from_another_device_was(leder, signed_in, database, cast, to, body):
    here = signed_in("leder")
    secret(leder)
    with database.writing() as session:
        first = min(people.open_sign_ins(session, cast.leder), key=lambda row: row.id)
        assert people.end_sign_in(session, cast.leder, sign_in_id=first.id, now=make.NOW)
    assert told(leder, to, body) is True
    assert here.is_signed_in()


@BOTH
def test_one_that_was_ended_on_its_own_browser_was(app, leder, to):
    copy = Visitor(app)
    copy.cookie = leder.cookie
    leder.post("/auth/sign-out")
    assert told(copy, to) is True
    assert told(leder, to) is False, "its cookie is gone with it"


@BOTH
def test_one_that_ran_out_was_not(leder, clock, database, cast, to):
    cookie = leder.cookie
    clock.shift(31 * DAY)
    leder.cookie = cookie
    assert told(leder, to) is False
    with database.writing() as session:
        [row] = people.open_sign_ins(session, cast.leder)
        people.end_sign_in(session, cast.leder, sign_in_id=row.id, now=make.NOW)
    assert told(leder, to) is False


@BOTH
def test_one_of_another_key_was_not(leder, app, to):
    new_key(app)
    assert told(leder, to) is False


@BOTH
def test_one_whose_row_is_gone_was_not(leder, database, to):
    with database.writing() as session:
        session.execute(sa.delete(SignIn))
    assert told(leder, to) is False


@BOTH
def test_it_takes_one_question(leder, database, cast, to):
    with database.writing() as session:
        [row] = people.open_sign_ins(session, cast.leder)
        people.end_sign_in(session, cast.leder, sign_in_id=row.id, now=make.NOW)
    asked = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *more: asked.append(more[2]))
    assert told(leder, to) is True
    assert len([one for one in asked if "device" in one]) == 1
    assert len([one for one in asked if one.startswith("SELECT")]) <= 2  # who it is, and why nobody
