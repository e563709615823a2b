"""The cookie of a sign-in: fresh each time, ended when it is ended, sliding for thirty days, and sent to nobody else."""

from http.cookies import SimpleCookie

import pytest

from app import create_app
from domain import people as domain_people
from tests import cast as people
from tests.web import lint
from tests.web.client import Visitor
from tests.web.pages import SIGN_IN

HOUR, DAY = 3_600, 86_400


def flags(answer, name):
    cookies = SimpleCookie()
    for line in answer.headers.getlist("Set-Cookie"):
        cookies.load(line)
    return {key.lower(): value for key, value in cookies[name].items() if value}


def devices(database, actor):
    with database.reading() as session:
        return domain_people.open_sign_ins(session, actor)


@pytest.fixture
def on_https(tmp_path, sqlite_url):
    app = create_app({"INSTANCE": tmp_path / "i", "DATABASE_URL": sqlite_url, "BASE_URL": "https://hoert.example"})
    yield Visitor(app)
    app.extensions["hoert.database"].dispose()


def test_the_cookie_is_for_this_house_alone(visitor):
    sent = flags(visitor.sign_in("leder"), "hoert")
    expires = sent.pop("expires")
    assert sent == {"httponly": True, "path": "/", "samesite": "Lax"}
    assert expires.startswith("Fri, 18 Dec 2026 11:00:00")


def test_on_https_the_cookie_is_bound_to_the_host_and_hsts_is_on(on_https):
    answer = on_https.sign_in("leder")
    sent = flags(answer, "__Host-hoert")
    assert {key: sent[key] for key in ("secure", "httponly", "path", "samesite")} == {
        "secure": True,
        "httponly": True,
        "path": "/",
        "samesite": "Lax",
    }
    assert "domain" not in sent
    for path in ("/", "/nowhere", "/health/live", "/auth/sign-in"):
        assert on_https.get(path).headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_on_http_there_is_no_hsts(visitor):
    assert "Strict-Transport-Security" not in visitor.get(SIGN_IN).headers


def test_nothing_of_the_cookie_before_signing_in_lives_on(app, visitor):
    page = visitor.get(SIGN_IN)
    planted, token = visitor.cookie, dict(page.fields(SIGN_IN))["csrf_token"]
    visitor.sign_in("leder")
    assert visitor.cookie != planted
    assert visitor.post("/auth/sign-out", token=token).status == 419
    assert visitor.is_signed_in()
    attacker = Visitor(app)
    attacker.cookie = planted
    assert not attacker.is_signed_in()


def test_signing_in_again_ends_the_sign_in_before(app, visitor, database, cast):
    visitor.sign_in("leder")
    thief = Visitor(app)
    thief.cookie = visitor.cookie
    assert thief.is_signed_in()
    page = visitor.get("/people/me")
    fields = {"email": people.email("leder2"), "password": "kun-til-test"}
    assert visitor.post(SIGN_IN, {**fields, "csrf_token": dict(page.fields("/auth/sign-out"))["csrf_token"]}).status == 302
    assert not thief.is_signed_in()
    assert devices(database, cast.leder) == []
    assert "Karin Juhl" in visitor.get("/people/me").words


def test_after_signing_out_a_copy_of_the_cookie_is_worth_nothing(app, visitor, database, cast):
    visitor.sign_in("leder")
    copy = Visitor(app)
    copy.cookie = visitor.cookie
    answer = visitor.post("/auth/sign-out")
    assert (answer.status, answer.location) == (302, f"{SIGN_IN}?signed_out=1")  # by which the page locks the phone
    assert not visitor.is_signed_in()
    assert not copy.is_signed_in()
    assert devices(database, cast.leder) == []


def test_signing_out_takes_a_post(signed_in):
    leder = signed_in("leder")
    assert leder.get("/auth/sign-out").status == 405
    assert leder.is_signed_in()


def test_another_device_is_ended_from_the_profile(signed_in):
    here, there = signed_in("leder"), signed_in("leder", agent="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    page = here.get("/people/me")
    assert "Firefox · Windows" in page.words
    [action] = [form.get("action") for form in page.all("form") if "/me/sign-ins/" in form.get("action", "")]
    answer = here.submit(page, action)
    assert (answer.status, answer.location) == (302, "/people/me")
    after = here.get("/people/me")
    assert lint.text_of(next(after.tree.iter("main"))).count("Firefox") == 0
    assert here.is_signed_in()
    assert not there.is_signed_in()


def test_nobody_ends_somebody_elses_sign_in(signed_in, database, cast):
    leder, admin, colleague = signed_in("leder"), signed_in("admin"), signed_in("medarbejder")
    [row] = devices(database, cast.leder)
    for other in (admin, colleague):
        assert other.post(f"/people/me/sign-ins/{row.id}/end").status == 404
    assert leder.is_signed_in()
    assert str(row.id) not in colleague.get("/people/me").text


def test_a_sign_in_that_was_ended_cannot_be_ended_again(signed_in, database, cast):
    here = signed_in("leder")
    signed_in("leder")
    other = max(devices(database, cast.leder), key=lambda row: row.id)
    assert here.post(f"/people/me/sign-ins/{other.id}/end").status == 302
    assert here.post(f"/people/me/sign-ins/{other.id}/end").status == 404


def test_a_sign_in_that_is_used_lasts(signed_in, clock):
    leder = signed_in("leder")
    for _ in range(2):
        clock.shift(29 * DAY)
        assert leder.is_signed_in()


def test_its_cookie_is_signed_anew_once_an_hour_and_whenever_it_changes(signed_in, clock):
    leder = signed_in("leder")
    leder.get("/people/me")  # its form draws a token, which stands in the cookie
    assert "Set-Cookie" not in leder.get("/people/me").headers
    clock.shift(HOUR - 1)
    assert "Set-Cookie" not in leder.get("/people/me").headers
    clock.shift(1)
    assert "expires" in flags(leder.get("/people/me"), "hoert")
    assert "Set-Cookie" not in leder.get("/people/me").headers


def test_a_sign_in_that_lies_idle_for_a_month_is_over(signed_in, clock):
    leder = signed_in("leder")
    clock.shift(31 * DAY)
    assert not leder.is_signed_in()


@pytest.mark.parametrize("forged", ["", "x", "eyJfdXNlcl9pZCI6IjEifQ.aZ.forged", "\"'"])
def test_a_forged_cookie_is_nobodys(visitor, forged):
    visitor.cookie = forged
    assert not visitor.is_signed_in()


def test_a_file_that_anybody_may_keep_carries_nobodys_cookie(signed_in, app):
    """A shared cache may keep what says `public`: with a Set-Cookie in it, it would hand one person's sign-in to the next."""
    answer = signed_in("leder").get(f"/static/{app.extensions['hoert.release']}/css/base.css")
    assert "public" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_a_cookie_that_was_read_often_is_nobodys_by_another_key(signed_in, app, monkeypatch):
    leder = signed_in("leder")
    assert [leder.is_signed_in() for _ in range(3)] == [True] * 3
    monkeypatch.setattr(app, "secret_key", "another")
    assert not leder.is_signed_in()
