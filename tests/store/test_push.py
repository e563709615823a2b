"""Web Push against a service that decrypts: what leaves, what it answers, and what becomes of the notice."""

import json
import logging
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlmodel import select

from domain import actions, notices, people
from domain.base import new_id
from domain.notices import Channel, Kind, Notice, Outcome, PushSender, PushSubscription, Status, are_keys, push
from domain.notices.push import MOST_BYTES, answer_of, seconds
from tests import make
from tests.push_service import no_tls, push_service

PLANTED = "blåbærgrød under vandtårnet"
TITLES = {"da": "Nyt i Hørt", "en": "New in Hørt"}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with push_service(tmp_path_factory.mktemp("push")) as service:
        yield service


@pytest.fixture(autouse=True)
def trusted(service, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(service.ca))


@pytest.fixture(scope="module")
def private_key():
    key = ec.generate_private_key(ec.SECP256R1())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode("ascii")


@pytest.fixture
def sender(service, private_key):
    return PushSender(private_key, "mailto:drift@hoert.example", (service.host,), TITLES)


@pytest.fixture
def deliver(database, sender):
    """By push, and by mail to a list."""

    def run(now=make.NOW):
        return dict(notices.deliver(database, {Channel.PUSH: sender, Channel.MAIL: mail}, clock=lambda: now))

    mailed = run.mailed = []

    def mail(message):
        mailed.append(message.kind)
        return Outcome(Status.SENT)

    return run


def switch_on(session, actor, *browsers):
    for browser in browsers:
        notices.subscribe(session, actor, **browser.subscription, now=make.NOW)


def write(session, actor, *, kind=Kind.REPLY, about="reply:1", path="/conversations/1"):
    notices.write(session, kind=kind, to=[actor.person_id], about=about, path=path, now=make.NOW)


def only(database):
    with database.reading() as session:
        return session.exec(select(Notice)).one()


def phones(database):
    with database.reading() as session:
        return {row.endpoint: row for row in session.exec(select(PushSubscription)).all()}


def test_the_browser_reads_that_there_is_something_new_and_nothing_else(database, cast, service, deliver):
    browser = service.browser()
    with database.writing() as session:
        switch_on(session, cast.leder, browser)
        write(session, cast.leder)
    assert deliver() == {"push": 1}
    [came] = browser.came
    assert came.told == {"title": "Nyt i Hørt", "path": "/conversations/1", "tag": came.headers["topic"]}
    assert {name: came.headers[name] for name in ("ttl", "urgency", "content-encoding")} == {
        "ttl": "86400",
        "urgency": "normal",
        "content-encoding": "aes128gcm",
    }
    assert len(came.headers["topic"]) == 32
    assert set(came.headers["topic"]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert phones(database)[browser.endpoint].last_ok_at == make.NOW


def test_it_is_in_the_persons_language(database, cast, service, deliver):
    browser = service.browser()
    with database.writing() as session:
        people.choose_language(session, cast.leder, language="en")
        switch_on(session, cast.leder, browser)
        write(session, cast.leder)
    deliver()
    assert browser.came[0].told["title"] == "New in Hørt"


def test_no_word_of_anybody_and_no_name_leaves_or_is_logged(database, cast, service, deliver, caplog):
    caplog.set_level(logging.DEBUG)
    browsers = service.browser(), service.browser(500), service.browser(413)
    with database.writing() as session:
        talk = cast.log(session, cast.leder, f"Hun sagde: »{PLANTED}«")
        actions.reply(session, cast.omraade, talk=talk, key=new_id(), text=PLANTED, now=make.NOW)
        switch_on(session, cast.leder, *browsers)
    deliver()
    seen = " ".join(f"{came.raw} {json.dumps(came.told, ensure_ascii=False)}" for one in browsers for came in one.came)
    seen += " ".join(record.getMessage() for record in caplog.records)
    assert len([came for one in browsers for came in one.came]) == 3
    for word in (*PLANTED.split(), "Lene", "Sanne", "leder@hoert.example", "Mariehuset", "reply:"):
        assert word not in seen


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_dropped_at_once_and_the_notice_goes_by_mail(database, cast, service, deliver, status):
    browser = service.browser(status)
    with database.writing() as session:
        switch_on(session, cast.leder, browser)
        write(session, cast.leder)
    assert deliver() == {"mail": 1}
    assert (len(browser.came), phones(database), deliver.mailed) == (1, {}, [Kind.REPLY])


def test_one_dead_browser_stops_no_other(database, cast, service, deliver):
    good, dead = service.browser(), service.browser(410)
    with database.writing() as session:
        switch_on(session, cast.leder, dead, good)
        write(session, cast.leder)
    assert deliver() == {"push": 1}
    assert (len(good.came), set(phones(database)), deliver.mailed) == (1, {good.endpoint}, [])


def test_what_is_too_large_for_the_service_goes_by_mail_and_is_seen(database, cast, service, deliver, caplog):
    """The message is ours: nothing is wrong with the browser."""
    browser = service.browser(413)
    with database.writing() as session:
        switch_on(session, cast.leder, browser)
        write(session, cast.leder)
    assert deliver() == {"mail": 1}
    assert (only(database).failed_why, phones(database)[browser.endpoint].failures) == ("413", 0)
    [record] = [record for record in caplog.records if record.name == "hoert"]
    assert (record.levelname, record.getMessage()[:44]) == ("ERROR", "a push message is too large for its service:")


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_service_that_refuses_is_not_asked_again_and_its_browser_is_shown_as_not_reached(
    database, cast, service, deliver, status
):
    browser, ends = service.browser(status), []
    with database.writing() as session:
        switch_on(session, cast.leder, browser)
    for n in range(1, 4):
        assert not notices.is_failing(phones(database)[browser.endpoint])
        with database.writing() as session:
            write(session, cast.leder, about=f"reply:{n}")
        ends += deliver()
    assert (ends, len(browser.came)) == (["mail"] * 3, 3)
    assert notices.is_failing(phones(database)[browser.endpoint])
    browser.answer = 201
    with database.writing() as session:
        write(session, cast.leder, about="reply:4")
    assert deliver() == {"push": 1}
    assert not notices.is_failing(phones(database)[browser.endpoint])


def test_one_that_refuses_stops_no_other(database, cast, service, deliver):
    good, refuses = service.browser(), service.browser(400)
    with database.writing() as session:
        switch_on(session, cast.leder, refuses, good)
        write(session, cast.leder)
    assert deliver() == {"push": 1}
    assert (len(good.came), deliver.mailed) == (1, [])


def test_a_test_that_is_too_large_is_given_up_with_its_reason(database, cast, service, deliver):
    with database.writing() as session:
        switch_on(session, cast.leder, service.browser(413))
        write(session, cast.leder, kind=Kind.TEST)
    assert deliver() == {"given_up": 1}
    assert only(database).failed_why == "413"


def test_more_than_every_service_takes_is_not_even_sent(database, cast, service, deliver, monkeypatch):
    browser = service.browser()
    monkeypatch.setattr(push, "MOST_BYTES", 50)
    with database.writing() as session:
        switch_on(session, cast.leder, browser)
        write(session, cast.leder)
    assert deliver() == {"mail": 1}
    assert (only(database).failed_why, browser.came) == ("too_large", [])


def test_as_much_as_is_allowed_is_4096_bytes_once_encrypted(database, cast, service, sender):
    browser = service.browser()
    with database.writing() as session:
        switch_on(session, cast.leder, browser)
        [phone] = notices.subscriptions_of(session, [cast.leder.person_id])
    about = {"kind": Kind.TEST, "about": "a", "written_at": make.NOW, "person_id": cast.leder.person_id, "email": "", "name": ""}
    short = notices.Message(notice_id=new_id(), path="/", language="da", subscriptions=(phone,), **about)
    length = MOST_BYTES - len(push.payload(short, TITLES))
    longest = notices.Message(notice_id=new_id(), path="/" + "a" * length, language="da", subscriptions=(phone,), **about)
    assert sender(longest).status is Status.SENT
    assert len(browser.came[0].body) == 4096


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_left_alone_for_as_long_as_it_asks(database, cast, service, deliver, status):
    browser = service.browser(status, retry_after="3600")
    with database.writing() as session:
        switch_on(session, cast.leder, browser)
        write(session, cast.leder)
    assert deliver() == {"later": 1}
    assert only(database).not_before == make.NOW + timedelta(hours=1)
    browser.answer = 201
    assert deliver(make.NOW + timedelta(minutes=59)) == {}
    assert deliver(make.NOW + timedelta(hours=1)) == {"push": 1}
    assert [came.headers["topic"] for came in browser.came] == [browser.came[0].headers["topic"]] * 2


@pytest.mark.parametrize("status", [500, 302])
def test_trouble_is_tried_again_later_and_then_it_goes_by_mail(database, cast, service, deliver, status):
    browser = service.browser(status, location=f"https://{service.host}/elsewhere")
    with database.writing() as session:
        switch_on(session, cast.leder, browser)
        write(session, cast.leder)
    now, ends = make.NOW, []
    while not only(database).delivered_at:
        ends += deliver(now)
        now = only(database).not_before
    assert (ends, deliver.mailed, len(browser.came)) == (["later"] * 7 + ["mail"], [Kind.REPLY], 8)
    assert (phones(database)[browser.endpoint].failures, service.heads) == (8, [])


def test_a_service_that_never_answers_is_not_waited_for(database, cast, service, deliver, monkeypatch):
    monkeypatch.setattr(push, "TIMEOUT_S", 2)  # the other one is answered within it
    browser, good = service.browser("hang"), service.browser()
    with database.writing() as session:
        switch_on(session, cast.leder, browser, good)
        write(session, cast.leder)
    began = time.monotonic()
    assert deliver() == {"later": 1}
    assert time.monotonic() - began < 15
    assert (only(database).failed_why, len(good.came)) == ("timed_out", 1)


def test_a_service_without_a_certificate_we_trust_gets_nothing(database, cast, service, deliver, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    browser = service.browser()
    with database.writing() as session:
        switch_on(session, cast.leder, browser)
        write(session, cast.leder)
    assert deliver() == {"later": 1}
    assert (only(database).failed_why, browser.came) == ("bad_tls", [])


def test_a_service_that_speaks_no_tls_or_is_not_there_is_tried_again(database, cast, service, private_key):
    with no_tls() as port:
        browser = service.browser()
        elsewhere = {**browser.subscription, "endpoint": f"https://localhost:{port}/send/1"}
        with database.writing() as session:
            notices.subscribe(session, cast.leder, **elsewhere, now=make.NOW)
            write(session, cast.leder)
        sender = PushSender(private_key, "mailto:drift@hoert.example", (f"localhost:{port}",), TITLES)
        assert notices.deliver(database, {Channel.PUSH: sender}, clock=lambda: make.NOW) == {"later": 1}
        assert only(database).failed_why in ("bad_tls", "unreachable")
    again = only(database).not_before
    assert notices.deliver(database, {Channel.PUSH: sender}, clock=lambda: again) == {"later": 1}
    assert only(database).failed_why == "unreachable"


def test_an_endpoint_that_is_not_permitted_any_more_is_dropped_unasked(database, cast, service, private_key):
    browser = service.browser()
    with database.writing() as session:
        switch_on(session, cast.leder, browser)
        write(session, cast.leder)
    sender = PushSender(private_key, "mailto:drift@hoert.example", notices.DEFAULT_HOSTS, TITLES)
    assert notices.deliver(database, {Channel.PUSH: sender}, clock=lambda: make.NOW) == {"later": 1}
    assert (browser.came, phones(database)) == ([], {})


def test_what_a_service_asks_for_is_read_as_seconds_or_as_a_moment():
    now = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
    assert seconds("120", now=now) == 120
    assert seconds("Wed, 18 Nov 2026 11:02:00 GMT", now=now) == 120
    assert seconds("Wed, 18 Nov 2026 10:00:00 GMT", now=now) == 0
    assert seconds("9" * 40, now=now) == 24 * 3_600
    assert [seconds(text, now=now) for text in (None, "", "soon", "-1")] == [None] * 4
    assert answer_of(200, "5").retry_after_s is None


def test_keys_are_a_point_of_the_curve_and_sixteen_bytes(service):
    browser = service.browser()
    assert are_keys(browser.p256dh, browser.auth)
    wrong = [("", ""), ("A" * 87, browser.auth), (browser.p256dh, "AAAA"), (browser.p256dh[:-4], browser.auth), ("ø", "ø")]
    assert [are_keys(*pair) for pair in wrong] == [False] * len(wrong)
