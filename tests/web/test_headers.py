"""The same headers on every answer, whoever asks and whatever went wrong (QUALITY S14)."""

import pytest
import sqlalchemy as sa

from domain.base import open_database
from tests import cast as people
from tests import make
from tests.web.client import Visitor
from tests.web.pages import FORM, SIGN_IN, open_form

EXACT = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types hoert",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
WRONG = {"email": people.email("leder"), "password": "forkert"}
#: What an answer may say besides: nothing of what runs here.
ALLOWED = {
    *EXACT, "Content-Type", "Content-Length", "Cache-Control", "Vary", "Set-Cookie", "Location", "Allow", "Retry-After", "Date",
    "ETag", "Last-Modified", "Content-Disposition", "Accept-Ranges", "Content-Language",
}  # fmt: skip


def check(answer, *, cache="no-store"):
    assert {name: answer.headers.getlist(name) for name in EXACT} == {name: [value] for name, value in EXACT.items()}
    assert answer.headers.getlist("Cache-Control") == [cache]
    assert set(answer.headers.keys()) <= ALLOWED


@pytest.fixture
def leder(signed_in):
    return signed_in("leder")


@pytest.fixture
def broken(monkeypatch):
    """The verb behind the list of talks fails, by a fault of ours."""

    def fail(*_args, **_more):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("domain.conversations.newest", fail)


@pytest.fixture
def away(app, tmp_path):
    """The database is out of reach until `back()`."""
    there = app.extensions["hoert.database"]
    app.extensions["hoert.database"] = open_database(f"sqlite:////{tmp_path}/no-such-folder/hoert.sqlite")
    yield
    app.extensions["hoert.database"] = there


KINDS = {
    "page": (200, lambda visitor: visitor.get("/conversations/")),
    "page as head": (200, lambda visitor: visitor.head("/conversations/")),
    "options": (200, lambda visitor: visitor.open("OPTIONS", "/conversations/")),
    "redirect": (302, lambda visitor: visitor.get(SIGN_IN)),
    "redirect by a missing slash": (308, lambda visitor: visitor.get("/conversations")),
    "stranger": (302, lambda visitor: Visitor(visitor.app).get("/conversations/")),
    "strange program": (401, lambda visitor: Visitor(visitor.app).get("/conversations/", json=True)),
    "stranger's form": (401, lambda visitor: Visitor(visitor.app).post(FORM, {"answer_1": "x"})),
    "wrong password": (401, lambda visitor: Visitor(visitor.app).post(SIGN_IN, WRONG)),
    "not found": (404, lambda visitor: visitor.get("/nowhere")),
    "not found for programs": (404, lambda visitor: visitor.get("/nowhere", json=True)),
    "not for this role": (404, lambda visitor: visitor.get("/people/")),
    "no such method": (405, lambda visitor: visitor.open("DELETE", "/conversations/")),
    "no such method at all": (405, lambda visitor: visitor.open("BREW", "/conversations/")),
    "too large": (413, lambda visitor: visitor.post(FORM, {"answer_1": "x" * (1024 * 1024 + 1)}, token="x")),
    "token": (419, lambda visitor: visitor.post("/auth/sign-out", token="x")),
    "token of a form": (419, lambda visitor: visitor.post(FORM, {"answer_1": "x"}, token=None)),
    "refused": (422, lambda visitor: visitor.submit(open_form(visitor), FORM)),
    "health": (200, lambda visitor: visitor.get("/health/live")),
    "ready": (200, lambda visitor: visitor.get("/health/ready")),
    "missing file": (404, lambda visitor: visitor.get("/static/x/none.css")),
}


@pytest.mark.parametrize(("status", "ask"), KINDS.values(), ids=KINDS)
def test_every_kind_of_answer_carries_the_same_headers(leder, status, ask):
    answer = ask(leder)
    assert answer.status == status
    check(answer)


def test_too_many_tries_carry_them(visitor):
    for _ in range(11):
        answer = visitor.post(SIGN_IN, WRONG, token="")
    assert answer.status == 429
    check(answer)


@pytest.mark.parametrize("json", [False, True])
def test_a_fault_of_ours_carries_them_and_says_nothing_of_it(leder, broken, json):
    answer = leder.get("/conversations/", json=json)
    assert answer.status == 500
    check(answer)
    assert "a fault of ours" not in answer.everything
    assert "Traceback" not in answer.everything


@pytest.mark.parametrize("json", [False, True])
def test_a_database_out_of_reach_is_503_with_all_headers_for_who_is_signed_in(leder, away, json):
    for path in ("/conversations/", "/", "/people/me", SIGN_IN):
        answer = leder.get(path, json=json)
        assert (path, answer.status, answer.headers.get("Retry-After")) == (path, 503, "5")
        check(answer)


def test_a_database_that_comes_back_finds_everybody_still_signed_in(leder, app, tmp_path):
    there, page, token = app.extensions["hoert.database"], open_form(leder), leder.token()
    app.extensions["hoert.database"] = open_database(f"sqlite:////{tmp_path}/no-such-folder/hoert.sqlite")
    for answer in (
        leder.get("/conversations/"),
        leder.submit(page, FORM, answer_1=make.WORDS),
        leder.post("/auth/sign-out", token=token),
    ):
        assert answer.status == 503
    app.extensions["hoert.database"] = there
    assert leder.is_signed_in()
    assert leder.submit(page, FORM, answer_1=make.WORDS).status == 302


def test_a_database_out_of_reach_is_503_for_strangers_who_sign_in(visitor, app, tmp_path):
    page = visitor.get(SIGN_IN)
    app.extensions["hoert.database"] = open_database(f"sqlite:////{tmp_path}/no-such-folder/hoert.sqlite")
    answer = visitor.submit(page, SIGN_IN, email="a@b.dk", password="x")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    check(answer)


def test_words_posted_while_the_database_is_out_of_reach_meet_503(leder, app, tmp_path):
    page = open_form(leder)
    app.extensions["hoert.database"] = open_database(f"sqlite:////{tmp_path}/no-such-folder/hoert.sqlite")
    answer = leder.submit(page, FORM, answer_1=make.WORDS)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    check(answer)


def test_a_commit_that_fails_carries_them(leder, database):
    page = open_form(leder)

    def fail(_connection):
        raise sa.exc.OperationalError("COMMIT", {}, Exception("disk full"))

    sa.event.listen(database.engine, "commit", fail)
    answer = leder.submit(page, FORM, answer_1=make.WORDS)
    sa.event.remove(database.engine, "commit", fail)
    assert answer.status == 503
    check(answer)
    assert leder.submit(page, FORM, answer_1=make.WORDS).status == 302


def test_health_says_when_the_database_is_away_and_lives_on(visitor, away):
    assert visitor.get("/health/live").status == 200
    answer = visitor.get("/health/ready")
    assert answer.status == 503
    check(answer)


def test_files_of_this_release_may_be_kept_for_ever_and_of_another_not(leder, app):
    release = app.extensions["hoert.release"]
    check(leder.get(f"/static/{release}/css/base.css"), cache="public, max-age=31536000, immutable")
    check(leder.get("/static/000000000000/css/base.css"), cache="no-cache")


OUTSIDE = ("..%2f..%2fapp.py", "../app.py", "css/../../app.py", "%2e%2e/app.py", "css", "", "/etc/passwd", "css/base.css%00", ".")


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_address_leads_out_of_the_folder_of_files(leder, app, name):
    answer = leder.get(f"/static/{app.extensions['hoert.release']}/{name}")
    assert answer.status in (404, 308)
    assert "create_app" not in answer.text


def test_the_kind_of_file_is_said(visitor, app):
    kinds = {"css/base.css": "text/css", "img/icons.svg": "image/svg+xml", "js/main.js": "text/javascript"}
    for name, kind in kinds.items():
        answer = visitor.get(f"/static/{app.extensions['hoert.release']}/{name}")
        assert answer.headers["Content-Type"].split(";")[0] == kind


def test_programs_get_errors_as_json(leder):
    for path in ("/nowhere", "/people/"):
        answer = leder.get(path, json=True)
        assert (answer.status, answer.headers["Content-Type"]) == (404, "application/json")


def test_a_method_that_is_not_there_names_those_that_are(leder):
    assert set(leder.open("DELETE", FORM).headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
