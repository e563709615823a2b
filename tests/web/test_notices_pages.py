"""*Påmindelser*: choosing, switching browsers on and off, a test that is really sent, and that every notice opens a page."""

import json
import re

import pytest
import sqlalchemy as sa
from sqlmodel import select

from blueprints.notices import delivering
from domain import actions, digests, notices, sync
from domain.base import new_id
from domain.notices import Channel, Kind, Notice, PushSubscription, Wishes
from domain.people import Person
from tests import make
from tests.push_service import push_service
from tests.web import lint

SETTINGS, DEFAULTS, ON, OFF = "/notices/settings", "/notices/defaults", "/notices/subscriptions", "/notices/subscriptions/removal"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with push_service(tmp_path_factory.mktemp("push")) as service:
        yield service


@pytest.fixture
def permitted(app, service, monkeypatch):
    app.config["PUSH_HOSTS"] = (*notices.DEFAULT_HOSTS, service.host)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(service.ca))
    return service


def as_json(browser, **more):
    return {"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}, **more}


def post(visitor, path, body):
    headers = {"X-CSRFToken": visitor.token(), "Content-Type": "application/json"}
    return visitor.open("POST", path, json=True, headers=headers, data=json.dumps(body))


def rows(database):
    with database.reading() as session:
        return session.exec(select(PushSubscription)).all()


def test_nobody_is_reminded_by_push_until_they_switch_it_on(signed_in, database):
    page = signed_in("leder").get(SETTINGS)
    assert rows(database) == []
    assert "Send en prøve" not in page.text
    assert re.search(r'data-key="B[\w-]{86}"', page.text)


def test_a_browser_is_switched_on_tested_and_switched_off_from_the_list(signed_in, database, permitted):
    leder, browser = signed_in("leder"), permitted.browser()
    assert post(leder, ON, as_json(browser)).status == 201
    assert post(leder, ON, as_json(browser)).status == 201
    [row] = rows(database)
    assert row.name == "Chrome · Android"
    leder.submit(leder.get(SETTINGS), "/notices/test")
    page = leder.get(SETTINGS)
    assert "Prøven er sendt til 1 enhed." in page.words
    [came] = browser.came
    assert (came.told["title"], came.told["path"]) == ("Nyt i Hørt", SETTINGS)
    leder.submit(page, f"/notices/subscriptions/{row.id}/removal")
    assert rows(database) == []


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (500, "Prøven kunne ikke sendes lige nu. Hørt prøver igen."),
        (410, "Prøven kunne ikke sendes. Slå påmindelser til på enheden igen."),
    ],
)
def test_a_test_that_does_not_come_through_says_so(signed_in, permitted, status, said):
    leder = signed_in("leder")
    post(leder, ON, as_json(permitted.browser(status)))
    leder.submit(leder.get(SETTINGS), "/notices/test")
    assert said in leder.get(SETTINGS).words


@pytest.mark.parametrize(
    ("endpoint", "code"),
    [
        ("https://127.0.0.1/", "not_permitted"),
        ("https://evil.example/send", "not_permitted"),
        ("https://fcm.googleapis.com@evil.example/", "not_permitted"),
        ("http://fcm.googleapis.com/", "not_permitted"),
        ("https://169.254.169.254/latest/meta-data/", "not_permitted"),
        ("x" * 1001, "malformed"),
    ],
)
def test_what_is_no_permitted_push_service_is_refused(signed_in, database, service, endpoint, code):
    answer = post(signed_in("leder"), ON, as_json(service.browser()) | {"endpoint": endpoint})
    assert (answer.status, json.loads(answer.text)["code"]) == (422, code)
    assert rows(database) == []


@pytest.mark.parametrize("body", [None, [], {}, {"endpoint": 1}, "x"])
def test_what_is_no_subscription_is_refused(signed_in, body):
    assert post(signed_in("leder"), ON, body).status == 422
    assert post(signed_in("leder"), OFF, body).status == 422


def test_what_no_browser_gives_is_refused_before_it_is_looked_up(signed_in, permitted):
    """PostgreSQL takes no zero character, and Python reads no JSON of such a depth."""
    leder, zero = signed_in("leder"), "https://push.example/\0"
    for more in ("replaces", "renews"):
        assert post(leder, ON, as_json(permitted.browser(), **{more: zero})).status == 422
    assert post(leder, OFF, {"endpoint": zero}).status == 422
    deep = "[" * 100_000
    headers = {"X-CSRFToken": leder.token(), "Content-Type": "application/json"}
    for address in (ON, OFF):
        answer = leder.open("POST", address, json=True, headers=headers, data=deep)
        assert (answer.status, json.loads(answer.text)["code"]) == (422, "malformed")


def test_keys_that_are_none_are_refused(signed_in, permitted):
    body = as_json(permitted.browser())
    body["keys"]["p256dh"] = "B" * 87
    assert json.loads(post(signed_in("leder"), ON, body).text)["code"] == "bad_keys"


def test_another_endpoint_takes_the_place_of_the_one_before(signed_in, database, permitted):
    leder, old, new = signed_in("leder"), permitted.browser(), permitted.browser()
    post(leder, ON, as_json(old))
    assert post(leder, ON, as_json(new, replaces=old.endpoint)).status == 201
    assert [row.endpoint for row in rows(database)] == [new.endpoint]


def test_the_worker_renews_only_what_is_the_persons_own(signed_in, database, permitted):
    old, new = permitted.browser(), permitted.browser()
    post(signed_in("leder"), ON, as_json(old))
    assert post(signed_in("leder2"), ON, as_json(new, renews=old.endpoint)).status == 409
    assert [row.endpoint for row in rows(database)] == [old.endpoint]
    assert post(signed_in("leder"), ON, as_json(new, renews=old.endpoint)).status == 201
    assert [row.endpoint for row in rows(database)] == [new.endpoint]


def test_nobody_switches_off_what_is_somebody_elses(signed_in, database, permitted):
    browser = permitted.browser()
    post(signed_in("leder"), ON, as_json(browser))
    assert post(signed_in("leder2"), OFF, {"endpoint": browser.endpoint}).status == 200
    assert len(rows(database)) == 1


def test_a_browser_finds_out_whether_it_is_on(signed_in, permitted):
    leder, browser = signed_in("leder"), permitted.browser()
    post(leder, ON, as_json(browser))
    told = json.loads(leder.get("/notices/push", json=True).text)
    assert len(told["known"]) == 1
    assert browser.endpoint not in json.dumps(told)
    assert json.loads(signed_in("leder2").get("/notices/push", json=True).text)["known"] == []


def test_signing_out_switches_that_browser_off(signed_in, database, permitted):
    leder = signed_in("leder")
    post(leder, ON, as_json(permitted.browser()))
    leder.post("/auth/sign-out")
    assert rows(database) == []


def test_without_csrf_nothing_is_switched_on(signed_in, database, permitted):
    body = json.dumps(as_json(permitted.browser()))
    answer = signed_in("leder").open("POST", ON, json=True, headers={"Content-Type": "application/json"}, data=body)
    assert (answer.status, rows(database)) == (419, [])


def test_each_chooses_by_kind_and_hours(signed_in, database, cast):
    leder = signed_in("leder")
    leder.submit(leder.get(SETTINGS), SETTINGS, reply="mail", read="none", quiet_from="20", quiet_to="7")
    with database.reading() as session:
        wanted = notices.wishes(session, cast.leder)
    assert wanted == Wishes({Kind.REPLY: Channel.MAIL, Kind.READ: Channel.NONE}, quiet=(20, 7))
    fields = dict(leder.get(SETTINGS).fields(SETTINGS))
    assert (fields["reply"], fields["read"], fields["unsent"], fields["quiet_from"]) == ("mail", "none", "", "20")
    leder.submit(leder.get(SETTINGS), SETTINGS, quiet_from="", quiet_to="", read="")
    with database.reading() as session:
        assert notices.wishes(session, cast.leder) == Wishes({Kind.REPLY: Channel.MAIL})


@pytest.mark.parametrize(("chosen", "empty"), [("quiet_from", "quiet_to"), ("quiet_to", "quiet_from")])
def test_half_a_time_of_quiet_is_said_at_the_empty_field_and_the_rest_stays(signed_in, database, cast, chosen, empty):
    leder = signed_in("leder")
    answer = leder.submit(leder.get(SETTINGS), SETTINGS, reply="mail", **{chosen: "20", empty: ""})
    assert (answer.status, answer.errors()) == (422, ["Vælg også dette klokkeslæt, eller lad begge være tomme."])
    assert [one.get("name") for one in answer.all("select") if one.get("aria-invalid") == "true"] == [empty]
    fields = dict(answer.fields(SETTINGS))
    assert (fields[chosen], fields[empty], fields["reply"]) == ("20", "", "mail")
    with database.reading() as session:
        assert notices.wishes(session, cast.leder) == Wishes({})


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (410, "Prøven er sendt til 1 enhed. 1 enhed fik den ikke. Slå påmindelser til på enheden igen."),
        (400, "Prøven er sendt til 1 enhed. 1 enhed fik den ikke. Slå påmindelser til på enheden igen."),
        (500, "Prøven er sendt til 1 enhed. 1 enhed fik den ikke. Hørt prøver igen."),
        (201, "Prøven er sendt til 2 enheder."),
    ],
)
def test_a_test_says_how_many_devices_really_took_it(signed_in, permitted, other, said):
    leder = signed_in("leder")
    for status in (201, other):
        post(leder, ON, as_json(permitted.browser(status)))
    leder.submit(leder.get(SETTINGS), "/notices/test")
    page = leder.get(SETTINGS)
    assert said in page.words
    assert "fik den ikke" not in page.words or other != 201


def test_a_browser_whose_service_refuses_is_shown_as_not_reached(signed_in, database, permitted):
    leder, refuses = signed_in("leder"), permitted.browser(403)
    post(leder, ON, as_json(refuses))
    said = "De seneste påmindelser nåede ikke frem."
    for n in range(3):
        assert said not in leder.get(SETTINGS).words, n
        assert json.loads(leder.get("/notices/push", json=True).text)["failing"] == []
        leder.submit(leder.get(SETTINGS), "/notices/test")
    assert said in leder.get(SETTINGS).words
    told = json.loads(leder.get("/notices/push", json=True).text)
    assert told["failing"] == told["known"] != []
    post(leder, ON, as_json(refuses))
    assert said not in leder.get(SETTINGS).words, "switched on anew it begins anew"


def test_a_way_that_is_preferred_holds_for_what_was_not_chosen(signed_in, database, cast):
    leder = signed_in("leder")
    leder.submit(leder.get(SETTINGS), SETTINGS, preferred="mail", read="none")
    with database.reading() as session:
        assert notices.wishes(session, cast.leder) == Wishes({Kind.READ: Channel.NONE}, preferred=Channel.MAIL)
    page = leder.get(SETTINGS)
    assert dict(page.fields(SETTINGS))["preferred"] == "mail"
    assert "Som sat op: E-mail" in [lint.text_of(one) for one in page.all("option")]
    leder.submit(page, SETTINGS, preferred="", read="")
    with database.reading() as session:
        assert notices.wishes(session, cast.leder) == Wishes({})
    assert leder.submit(leder.get(SETTINGS), SETTINGS, preferred="none").status == 422


def test_what_the_page_does_not_offer_cannot_be_chosen(signed_in):
    leder = signed_in("leder")
    assert leder.submit(leder.get(SETTINGS), SETTINGS, reply="pigeon").status == 422


def test_each_is_asked_about_what_their_role_hears_of(signed_in):
    def asked(who):
        return {name for name, _value in signed_in(who).get(SETTINGS).fields(SETTINGS)} - {
            "csrf_token",
            "preferred",
            "quiet_from",
            "quiet_to",
        }

    assert "digest_ready" not in asked("leder")
    assert asked("omraade") == asked("leder") | {"digest_ready", "digest_unread"}


def test_administrators_set_what_holds_for_the_others(signed_in):
    admin = signed_in("admin")
    admin.submit(admin.get(DEFAULTS), DEFAULTS, reply="none")
    assert dict(admin.get(DEFAULTS).fields(DEFAULTS))["reply"] == "none"
    options = [lint.text_of(one) for one in signed_in("leder").get(SETTINGS).all("option")]
    assert "Som sat op: Ikke" in options


def test_every_notice_opens_a_page_for_the_one_who_gets_it(signed_in, database, cast):
    last = make.WEEK.plus(-1)
    with database.writing() as session:
        talk = cast.log(session, cast.leder)
        actions.reply(session, cast.omraade, talk=talk, key=new_id(), text="Tak.", now=make.NOW)
        actions.reply(session, cast.leder, talk=talk, key=new_id(), text="Selv tak.", now=make.NOW)
        sync.take(session, cast.leder, items=[cast.talk("")], now=make.NOW)
        cast.log(session, cast.leder, now=last.starts_at(), held_at=last.starts_at())
        digests.make_issue(session, cast.syd, last, now=last.ends_at())
        digests.mark_read(session, cast.omraade, area_id=cast.syd.id, week=last, now=make.NOW)
        names = {getattr(cast, name).person_id: name for name in ("leder", "omraade")}
        told = [(names[row.person_id], row.kind, row.path) for row in session.exec(select(Notice)).all()]
    assert {kind for _who, kind, _path in told} == {Kind.REPLY, Kind.NEEDS_HELP, Kind.DIGEST_READY, Kind.READ}
    browsers = {who: signed_in(who) for who in names.values()}
    assert {path: browsers[who].get(path).status for who, _kind, path in told} == {path: 200 for _who, _kind, path in told}
    assert browsers["leder"].get("/phone/").status == 200


def test_nothing_leaves_for_who_may_not_open_its_page_any_more(signed_in, app, database, cast, permitted):
    """Both were moved between the deed and the sending; on their phones, too, nothing says that there was something."""
    browsers = {who: permitted.browser() for who in ("leder", "omraade")}
    for who, browser in browsers.items():
        post(signed_in(who), ON, as_json(browser))
    with database.writing() as session:
        theirs, other = cast.log(session, cast.leder), cast.log(session, cast.leder3)
        actions.reply(session, cast.omraade, talk=theirs, key=new_id(), text="Tak.", now=make.NOW)
        issue = {"kind": Kind.DIGEST_READY, "to": [cast.omraade.person_id], "now": make.NOW}
        digests.make_issue(session, cast.syd, make.WEEK, now=make.NOW)
        session.execute(sa.delete(Notice).where(Notice.kind == Kind.DIGEST_READY))
        notices.choose(session, cast.omraade, Wishes({Kind.DIGEST_READY: Channel.PUSH, Kind.REPLY: Channel.PUSH}))
        notices.write(session, about=f"week:{make.WEEK}", path=f"/digests/{cast.syd.id}/{make.WEEK}", **issue)
        not_theirs = {"about": "reply:x", "path": f"/conversations/{other.first_id}"}
        notices.write(session, kind=Kind.REPLY, to=[cast.leder.person_id], **not_theirs, now=make.NOW)
        session.get(Person, cast.omraade.person_id).unit_id = cast.nord.id
    with app.app_context():
        assert delivering.deliver_due(workers=1) == {"push": 1, "given_up": 2}
    assert [came.told["path"] for came in browsers["leder"].came] == [f"/conversations/{theirs.first_id}"]
    assert browsers["omraade"].came == []
    with database.reading() as session:
        assert set(session.exec(select(Notice.failed_why).where(Notice.delivered_at.is_(None))).all()) == {"not_theirs"}


def test_on_the_phone_too_who_moved_is_led_to_the_week_of_the_new_area(signed_in, app, database, cast, permitted):
    omraade, browser = signed_in("omraade"), permitted.browser()
    post(omraade, ON, as_json(browser))
    with database.writing() as session:
        notices.choose(session, cast.omraade, Wishes({Kind.DIGEST_READY: Channel.PUSH}))
        for area in (cast.syd, cast.nord):
            digests.make_issue(session, area, make.WEEK, now=make.NOW)
        session.execute(sa.delete(Notice).where(Notice.person_id != cast.omraade.person_id))
        session.get(Person, cast.omraade.person_id).unit_id = cast.nord.id
    with app.app_context():
        assert delivering.deliver_due(workers=1) == {"push": 1}
    [came] = browser.came
    assert came.told["path"] == f"/digests/{cast.nord.id}/{make.WEEK}"
    assert omraade.get(came.told["path"]).status == 200


def test_the_command_sends_what_is_due_and_reminds(app, database, cast, permitted):
    browser = permitted.browser()
    with database.writing() as session:
        notices.subscribe(session, cast.leder, **browser.subscription, now=make.NOW)
        notices.write(session, kind=Kind.REPLY, to=[cast.leder.person_id], about="reply:1", path="/", now=make.NOW)
    run = app.test_cli_runner()
    assert run.invoke(args=["notices", "deliver"]).output == "push 1\n"
    assert run.invoke(args=["notices", "deliver", "--workers", "1"]).output == "nothing was due\n"
    assert run.invoke(args=["notices", "remind"]).output == "unsent 0\nunread 0\n"
    assert len(browser.came) == 1


def test_where_push_is_off_the_page_offers_none(app, signed_in):
    app.config["PUSH_HOSTS"] = ()
    assert "data-key" not in signed_in("leder").get(SETTINGS).text


def test_the_servers_key_is_made_once_and_is_nobody_elses_to_read(app, signed_in):
    path = app.config["INSTANCE"] / "vapid.pem"
    first = signed_in("leder").get(SETTINGS).text
    assert path.stat().st_mode & 0o777 == 0o600
    key = re.search(r'data-key="([^"]+)"', first)[1]
    assert key in signed_in("leder2").get(SETTINGS).text
    assert [one.name for one in path.parent.iterdir() if one.name.startswith("vapid")] == ["vapid.pem"]
