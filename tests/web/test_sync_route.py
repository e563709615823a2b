"""`POST /sync`, sentence by sentence: shapes, the order of checks, limits, and that nothing is promised before it is stored."""

import hashlib
import json
import logging
import sqlite3
from uuid import UUID

import pytest
from sqlmodel import select

from blueprints.shared import words
from domain import people
from domain.base import new_id
from domain.people import Device
from tests import make
from tests.ids import without_ids
from tests.web.pages import files, talks

DEVICE = str(new_id())
PLANTED = "Vandtårnet lyste hele natten"


def token(visitor):
    return json.loads(visitor.get("/sync/token").text)["csrf_token"]


def envelope(*items, **more):
    return {"schema": "hoert.envelope/1", "device": DEVICE, "waiting": 0, "items": list(items), **more}


def post(visitor, body, *, csrf="", mimetype="application/json", **headers):
    """`csrf` "": a good one; None: no header at all."""
    sent = {} if csrf is None else {"X-CSRFToken": csrf or token(visitor)}
    data = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return visitor.http.post("/sync", data=data, content_type=mimetype, headers={**sent, **headers}, base_url=visitor.base_url)


def send(visitor, *items, **more):
    return post(visitor, envelope(*items, **more))


def sha256(item):
    """RFC 8785 for an item whose names are ASCII and whose numbers are whole."""
    return hashlib.sha256(json.dumps(item, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


@pytest.fixture
def leder(signed_in):
    return signed_in("leder")


def test_each_item_gets_one_receipt_in_order_with_its_own_hash(leder, cast):
    items = [cast.talk("Ét"), {"id": "x"}, cast.talk("", mood="æ\u2028😀"), None, cast.talk("To", later={"n": [1, True, None]})]
    answer = send(leder, *items).json
    assert set(answer) == {"schema", "epoch", "server_time", "receipts"}
    assert answer["schema"] == "hoert.receipts/1"
    assert UUID(answer["epoch"])
    assert answer["server_time"] == make.NOW.isoformat()
    receipts = answer["receipts"]
    assert [one["index"] for one in receipts] == list(range(5))
    assert [one["status"] for one in receipts] == ["stored", "unusable", "needs_help", "unusable", "stored"]
    assert [one["id"] for one in receipts] == [items[0]["id"], None, items[2]["id"], None, items[4]["id"]]
    assert [one["sha256"] for one in receipts] == [sha256(item) for item in items]
    assert [one["sequence"] is not None for one in receipts] == [True, False, False, False, True]
    [problem] = receipts[2]["problems"]
    assert problem == {"field": "answers", "code": "nothing_written", "message": "Skriv mindst ét svar."}


def test_half_a_letter_has_no_hash_and_costs_only_its_own_item(leder, cast):
    body = json.dumps(envelope(cast.talk("Godt"), cast.talk("X", mood="Y"))).replace('"Y"', r'"\ud800"')
    receipts = post(leder, body).json["receipts"]
    assert [(one["status"], one["sha256"] is None) for one in receipts] == [("stored", False), ("needs_help", True)]


def test_a_hundred_items_are_taken_and_one_more_is_too_many(leder, cast):
    items = [cast.talk(f"Nummer {number}") for number in range(101)]
    assert send(leder, *items).status_code == 413
    assert {one["status"] for one in send(leder, *items[:100]).json["receipts"]} == {"stored"}


def test_an_answer_of_5000_letters_is_stored_and_one_of_5001_needs_help(leder, cast):
    receipts = send(leder, cast.talk("😀" * 5_000), cast.talk("😀" * 5_001)).json["receipts"]
    assert [one["status"] for one in receipts] == ["stored", "needs_help"]
    assert receipts[1]["problems"][0]["code"] == "too_long"


def test_more_than_a_mebibyte_is_too_large(leder, cast):
    answer = send(leder, cast.talk("Godt"), padding="x" * 1024 * 1024)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert send(leder, cast.talk("Godt"), padding="x" * 1_000_000).status_code == 200


LARGE, MANY = b"x" * (1024 * 1024 + 1), envelope(*[1] * 101)


@pytest.mark.parametrize("body", [LARGE, MANY, b"{", envelope()], ids=["large", "many", "malformed", "good"])
def test_who_one_is_comes_before_everything_else(visitor, body):
    for accept in ("application/json", "text/html", "*/*"):
        answer = post(visitor, body, csrf=None, Accept=accept)
        assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_the_size_comes_before_the_token_and_the_token_before_the_shape(leder):
    assert post(leder, LARGE, csrf=None).status_code == 413
    assert post(leder, MANY, csrf="wrong").status_code == 413
    for csrf in (None, "wrong", "IjAi.wrong.token"):
        answer = post(leder, b"{", csrf=csrf)
        assert (answer.status_code, answer.json["code"]) == (419, "csrf")
    assert post(leder, b"{").status_code == 400


MALFORMED = {
    "nothing": (b"", []),
    "half": (b'{"schema":', []),
    "NaN": (b'{"schema": NaN}', []),
    "no object": (b"[]", []),
    "another schema": (envelope(schema="hoert.envelope/2"), ["schema"]),
    "no phone": ({name: one for name, one in envelope().items() if name != "device"}, ["device"]),
    "fewer than none": (envelope(waiting=-1), ["waiting"]),
    "a number as text": (envelope(waiting="3"), ["waiting"]),
    "no list": (envelope(items="x"), ["items"]),
    "deeper than anybody digs": (b"[" * 100_000, []),
}


def test_a_token_is_good_for_its_own_session_alone_however_often_it_was_used(leder, signed_in):
    mine = token(leder)
    assert [post(leder, envelope(), csrf=mine).status_code for _ in range(2)] == [200, 200]
    assert post(signed_in("medarbejder"), envelope(), csrf=mine).status_code == 419
    assert post(leder, envelope(), csrf=mine).status_code == 200


@pytest.mark.parametrize(("body", "fields"), MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_envelope_is_told_where(leder, body, fields):
    answer = post(leder, body)
    assert (answer.status_code, answer.json["code"], answer.json["fields"]) == (400, "malformed", fields)


def test_another_content_type_is_no_envelope(leder, cast):
    assert post(leder, envelope(cast.talk()), mimetype="text/plain").status_code == 400


def test_a_lost_phone_is_shut_out_and_told_to_forget_and_no_other(leder, signed_in, cast, database):
    assert send(leder).status_code == 200
    other = signed_in("leder")
    with database.writing() as session:
        [row] = people.own_devices(session, cast.leder)
        people.revoke_device(session, cast.leder, row_id=row.id, now=make.NOW)
    for visitor in (leder, other):  # the first one's sign-in was ended with it
        answer = post(visitor, envelope(cast.talk()), csrf=None)
        assert (answer.status_code, answer.json["code"]) == (403, "revoked")
    assert post(leder, envelope(device=str(new_id())), csrf=None).status_code == 401
    assert send(signed_in("leder"), device=str(new_id())).status_code == 200
    assert send(signed_in("medarbejder")).status_code == 200
    assert talks(database) == []


def test_somebody_who_was_disabled_is_told_so(leder, cast, database):
    with database.writing() as session:
        make.disable(session, cast.leder.person_id)
    answer = post(leder, envelope(cast.talk()), csrf=None)
    assert (answer.status_code, answer.json["code"]) == (403, "revoked")


def test_an_administrator_finds_no_such_address(signed_in):
    assert send(signed_in("admin")).status_code == 404


def test_more_than_120_envelopes_a_minute_wait_and_others_do_not(leder, signed_in):
    csrf = token(leder)
    assert {post(leder, envelope(), csrf=csrf).status_code for _ in range(120)} == {200}
    answer = post(leder, envelope(), csrf=csrf)
    assert (answer.status_code, answer.json["code"]) == (429, "too_many")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert post(leder, b"{", csrf=csrf).status_code == 400
    assert send(signed_in("medarbejder")).status_code == 200


def test_the_wait_ends(leder, clock):
    csrf = token(leder)
    for _ in range(121):
        answer = post(leder, envelope(), csrf=csrf)
    clock.shift(int(answer.headers["Retry-After"]) + 1)
    assert post(leder, envelope(), csrf=csrf).status_code == 200


@pytest.mark.slow
def test_a_store_that_is_busy_answers_503_and_takes_it_later(leder, cast, database):
    csrf, item = token(leder), cast.talk()
    held = sqlite3.connect(database.engine.url.database, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    try:
        answer = post(leder, envelope(item), csrf=csrf)
    finally:
        held.execute("ROLLBACK")
        held.close()
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert talks(database) == []
    assert post(leder, envelope(item), csrf=csrf).json["receipts"][0]["status"] == "stored"


def test_a_fault_of_ours_is_a_500_and_stores_nothing(leder, cast, database, monkeypatch):
    csrf = token(leder)

    def fail(*_more, **_named):
        raise ZeroDivisionError(PLANTED)

    monkeypatch.setattr("domain.people.see_device", fail)  # after the items were taken
    answer = post(leder, envelope(cast.talk()), csrf=csrf)
    assert (answer.status_code, answer.json["code"]) == (500, "500")
    assert talks(database) == []


def test_no_receipt_leaves_when_the_commit_fails(leder, cast, database, monkeypatch):
    csrf = token(leder)
    from sqlalchemy.exc import OperationalError
    from sqlmodel import Session

    def refuse(self):
        error = sqlite3.OperationalError("disk full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("COMMIT", {}, error)

    monkeypatch.setattr(Session, "commit", refuse)
    answer = post(leder, envelope(cast.talk()), csrf=csrf)
    monkeypatch.undo()
    assert answer.status_code == 503
    assert "receipts" not in answer.json
    assert talks(database) == []


def test_the_phone_and_what_waits_on_it_are_kept(leder, database):
    send(leder, waiting=3)
    with database.reading() as session:
        [row] = session.exec(select(Device)).all()
    assert (str(row.device_id), row.waiting, row.name, row.last_seen_at) == (DEVICE, 3, "", make.NOW)


def test_a_cpr_number_is_covered_told_and_stands_nowhere(leder, cast, database):
    [receipt] = send(leder, cast.talk("Hun er 170385-2391, sagde hun")).json["receipts"]
    assert receipt["status"] == "stored"
    assert [problem["code"] for problem in receipt["problems"]] == ["cpr_masked"]
    send(leder, cast.talk("Hun er 170385-2391", unit=cast.skovbrynet))
    assert b"170385" not in without_ids(files(database))


def test_the_answer_is_put_together_when_others_may_write_again(leder, cast, database, monkeypatch):
    held, problem = [], words.problem

    def looked(code):
        held.append(database.engine.pool.checkedout())
        return problem(code)

    monkeypatch.setattr(words, "problem", looked)
    [receipt] = send(leder, cast.talk("Hun er 170385-2391")).json["receipts"]
    assert receipt["problems"][0]["message"]
    assert held == [0], "its connection is back, and its turn"


def test_words_are_echoed_by_no_answer_and_no_log(leder, visitor, cast, caplog):
    caplog.set_level(logging.DEBUG)
    bad = cast.talk(PLANTED, unit=cast.skovbrynet, about={PLANTED: [PLANTED]}, quote_scope=PLANTED)
    odd = {**cast.talk(PLANTED), "held_at": PLANTED, "answers": {PLANTED: PLANTED}, "themes": {"tones": {PLANTED: PLANTED}}}
    answers = [
        send(leder, bad, odd, cast.talk(PLANTED)),
        post(leder, envelope(bad, schema=PLANTED)),
        post(leder, PLANTED.encode()),
        post(leder, envelope(bad), csrf=PLANTED.encode("ascii", "ignore").decode()),
        post(visitor, envelope(bad), csrf=None),
    ]
    assert [answer.status_code for answer in answers] == [200, 400, 400, 419, 401]
    assert [answer.text for answer in answers if "Vandt" in answer.text] == []
    assert "Vandt" not in caplog.text


def test_every_answer_has_the_headers_of_the_house(leder, visitor):
    for answer in (send(leder), post(leder, b"{"), post(leder, LARGE), post(visitor, b"", csrf=None)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.mimetype == "application/json"
