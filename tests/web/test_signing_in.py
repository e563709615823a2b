"""Signing in: to the right people quickly, to everybody else with the same few words."""

from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from sqlmodel import select

from app import create_app
from domain.people import FailedSignIns
from tests import cast as people
from tests import make
from tests.web.client import Visitor
from tests.web.corpus import NAUGHTY, NEXT
from tests.web.pages import SIGN_IN


def try_to(visitor, email, password, **more):
    return visitor.submit(visitor.get(SIGN_IN), SIGN_IN, email=email, password=password, **more)


def told(page):
    """What the page says, without what was typed."""
    return page.status, page.errors(), page.words, page.title


def test_the_right_password_leads_home(visitor):
    answer = try_to(visitor, people.email("leder"), make.PASSWORD)
    assert (answer.status, answer.location) == (302, "/")
    assert visitor.get("/").status == 200


def test_an_email_is_the_same_in_capitals_and_with_blanks(visitor):
    assert try_to(visitor, f"  {people.email('leder').upper()} ", make.PASSWORD).status == 302


def test_each_role_comes_to_its_own_home(signed_in):
    homes = {name: signed_in(name).get("/") for name in ("medarbejder", "leder", "omraade", "admin")}
    assert {name: page.status for name, page in homes.items()} == {"medarbejder": 200, "leder": 200, "omraade": 302, "admin": 302}
    assert (homes["omraade"].location, homes["admin"].location) == ("/digests/", "/people/")


def test_a_wrong_password_an_unknown_email_and_a_disabled_person_are_told_the_same(visitor, database, cast):
    with database.writing() as session:
        make.disable(session, cast.leder2.person_id)
    wrong = try_to(visitor, people.email("leder"), "forkert")
    unknown = try_to(visitor, "ingen@hoert.example", make.PASSWORD)
    disabled = try_to(visitor, people.email("leder2"), make.PASSWORD)
    assert wrong.status == 401
    assert wrong.errors()
    assert told(wrong) == told(unknown) == told(disabled)
    assert not visitor.is_signed_in()


def test_the_password_never_comes_back(visitor):
    page = try_to(visitor, people.email("leder"), "hemmelig-og-forkert")
    assert "hemmelig-og-forkert" not in page.everything
    assert dict(page.fields(SIGN_IN))["email"] == people.email("leder")


def test_a_person_who_is_disabled_meanwhile_is_out_at_once(signed_in, database, cast):
    leder = signed_in("leder")
    with database.writing() as session:
        make.disable(session, cast.leder.person_id)
    assert not leder.is_signed_in()


@pytest.mark.parametrize("missing", ["email", "password"])
def test_what_is_missing_is_named_and_linked(visitor, missing):
    page = try_to(visitor, **{"email": people.email("leder"), "password": make.PASSWORD, missing: ""})
    assert page.status == 422
    assert page.title.startswith("Fejl:")
    assert f"#{missing}" in [link.get("href") for link in page.all("a")]


@pytest.mark.slow
@pytest.mark.parametrize("text", [*NAUGHTY.values(), "\x00", "a\x1bb@hoert.example", "x" * 300], ids=str)
def test_whatever_is_typed_as_email_or_password_is_answered_calmly(visitor, text):
    assert try_to(visitor, text, make.PASSWORD).status in (401, 422)
    assert try_to(visitor, people.email("leder"), text).status in (401, 422)


def test_the_eleventh_failed_try_in_an_hour_waits_wherever_it_comes_from(app, visitor, clock):
    for _ in range(10):
        assert try_to(visitor, people.email("leder"), "forkert").status == 401
    over = try_to(visitor, people.email("leder"), "forkert")
    elsewhere = try_to(Visitor(app, address="203.0.113.9"), people.email("leder").upper(), make.PASSWORD)
    assert (over.status, elsewhere.status) == (429, 429)
    assert 0 < int(over.headers["Retry-After"]) <= 3_600
    assert try_to(Visitor(app), people.email("leder2"), make.PASSWORD).status == 302
    clock.shift(int(over.headers["Retry-After"]) + 1)
    assert try_to(visitor, people.email("leder"), make.PASSWORD).status == 302


def test_an_address_is_not_taken_from_a_header_that_anybody_can_write(app, visitor, database):
    fields = {"email": people.email("leder"), "password": "x"}
    for last in range(3):
        visitor.post(SIGN_IN, fields, headers={"X-Forwarded-For": f"198.51.100.{last}"})
    with database.reading() as session:
        assert len(session.exec(select(FailedSignIns)).all()) == 2  # one for the e-mail, one for the address


def test_a_success_clears_the_count(visitor):
    for _ in range(2):
        for _ in range(9):
            assert try_to(visitor, people.email("leder"), "forkert").status == 401
        visitor.sign_in("leder")
        visitor.post("/auth/sign-out")


def test_no_limits_where_they_are_turned_off(tmp_path, sqlite_url):
    app = create_app({"INSTANCE": tmp_path / "instance", "DATABASE_URL": sqlite_url, "LIMITS": False})
    visitor = Visitor(app)
    page = visitor.get(SIGN_IN)
    for _ in range(15):
        assert visitor.submit(page, SIGN_IN, email=people.email("leder"), password="forkert").status == 401
    app.extensions["hoert.database"].dispose()


@pytest.mark.parametrize(("wanted", "is_ours"), NEXT.items())
def test_after_signing_in_one_comes_only_to_pages_of_this_house(app, visitor, wanted, is_ours):
    by_form = try_to(visitor, people.email("leder"), make.PASSWORD, next=wanted)
    by_address = visitor.get(f"{SIGN_IN}?{urlencode({'next': wanted})}")
    for answer in (by_form, by_address):
        assert (answer.status, answer.location) == (302, wanted if is_ours else "/")
        assert urlsplit(urljoin(app.config["BASE_URL"], answer.location)).netloc == urlsplit(app.config["BASE_URL"]).netloc


@pytest.mark.parametrize("path", ["/conversations/", "/conversations/?before=x", "/people/me"])
def test_a_stranger_comes_back_to_the_page_that_was_asked_for(visitor, path):
    asked = visitor.get(visitor.get(path).location)
    assert visitor.submit(asked, SIGN_IN, email=people.email("leder"), password=make.PASSWORD).location == path


def test_who_is_signed_in_already_is_sent_on(signed_in):
    leder = signed_in("leder")
    assert leder.get("/auth/sign-in").location == "/"
    assert leder.get("/auth/sign-in?next=/conversations/").location == "/conversations/"
