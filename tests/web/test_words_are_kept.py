"""What was written is never lost on the way: not by an expired sign-in, not by somebody else's, not by a page open for days."""

import pytest
import sqlalchemy as sa

from app import create_app
from domain.base import open_database
from tests import cast as people
from tests import make
from tests.web.client import Visitor
from tests.web.pages import FORM, SIGN_IN, filled, open_form, shown, talks, texts
from tests.web.town import revoke

pytestmark = pytest.mark.slow

SECRET = "blåbærgrød"


def written(cast):
    return filled(cast, answer_1=f"Mor sagde: »{SECRET} er det bedste, hun får hos os«")


def sign_in_again(visitor, page, name, *, password=make.PASSWORD):
    return visitor.submit(page, SIGN_IN, email=people.email(name), password=password)


def expire(visitor, clock, database, cast):
    clock.shift(31 * 86_400)


def end_elsewhere(visitor, clock, database, cast):
    revoke(database, cast.leder)


def lose_cookies(visitor, clock, database, cast):
    visitor.forget_cookies()


@pytest.fixture
def asked_to_sign_in(signed_in, cast, clock, database):
    """Leder has filled in the form and sent it after the sign-in was ended: the visitor and the page that came back."""
    visitor = signed_in("leder")
    page = open_form(visitor)
    revoke(database, cast.leder)
    return visitor, visitor.submit(page, FORM, **written(cast))


@pytest.mark.parametrize("happens", [expire, end_elsewhere, lose_cookies])
def test_words_that_meet_an_ended_sign_in_are_given_back_after_signing_in(signed_in, cast, clock, database, happens):
    visitor = signed_in("leder")
    page = open_form(visitor)
    happens(visitor, clock, database, cast)
    asked = visitor.submit(page, FORM, **written(cast))
    assert asked.status == 401
    assert "Location" not in asked.headers
    assert SECRET not in asked.everything
    assert talks(database) == []
    again = sign_in_again(visitor, asked, "leder")
    assert again.status == 200
    assert shown(again, *written(cast)) == written(cast)
    assert shown(again, "item") == shown(page, "item")
    assert visitor.submit(again, FORM).status == 302
    [talk] = talks(database)
    assert (str(talk.id), talk.author_id) == (shown(page, "item")["item"], cast.leder.person_id)
    assert SECRET in texts(talk)[0]
    assert talk.held_at.date().isoformat() == "2026-11-16"


def test_the_sealed_words_stand_nowhere_readable_and_differ_each_time(signed_in, cast, database):
    visitor = signed_in("leder")
    page = open_form(visitor)
    revoke(database, cast.leder)
    seals = [dict(visitor.submit(page, FORM, **written(cast)).fields(SIGN_IN))["sealed"] for _ in range(2)]
    assert seals[0] != seals[1]


def test_a_program_whose_sign_in_ended_is_told_401(signed_in, cast, database):
    visitor = signed_in("leder")
    page = open_form(visitor)
    revoke(database, cast.leder)
    answer = visitor.post(FORM, page.fields(FORM), token=None, json=True)
    assert (answer.status, talks(database)) == (401, [])


def test_somebody_else_who_signs_in_does_not_see_the_words_and_is_told_why(asked_to_sign_in, cast, database):
    visitor, asked = asked_to_sign_in
    refused = sign_in_again(visitor, asked, "leder2")
    assert refused.status == 409
    assert refused.errors()
    assert SECRET not in refused.everything
    assert not visitor.is_signed_in()
    back = sign_in_again(visitor, refused, "leder")
    assert shown(back, *written(cast)) == written(cast)
    assert talks(database) == []


@pytest.mark.parametrize("slip", [{"password": "forkert"}, {"password": ""}, {"email": ""}, {"email": "x\x00@hoert.example"}])
def test_a_slip_at_signing_in_costs_no_words(asked_to_sign_in, cast, slip):
    visitor, asked = asked_to_sign_in
    page = visitor.submit(asked, SIGN_IN, **{"email": people.email("leder"), "password": make.PASSWORD, **slip})
    assert page.status in (401, 422)
    assert SECRET not in page.everything
    assert shown(sign_in_again(visitor, page, "leder"), *written(cast)) == written(cast)


def test_too_many_tries_cost_no_words(asked_to_sign_in, cast, clock):
    visitor, page = asked_to_sign_in
    for _ in range(11):
        page = sign_in_again(visitor, page, "leder", password="forkert")
    assert page.status == 429
    clock.shift(3_601)
    assert shown(sign_in_again(visitor, page, "leder"), *written(cast)) == written(cast)


def test_signing_in_in_another_tab_meanwhile_costs_no_words(asked_to_sign_in, cast):
    visitor, asked = asked_to_sign_in
    visitor.sign_in("leder")
    page = sign_in_again(visitor, asked, "leder")
    if page.status != 200:
        assert page.all("form"), "the page that refuses the token has no way on for the words"
        page = sign_in_again(visitor, page, "leder")
    assert shown(page, *written(cast)) == written(cast)


@pytest.mark.parametrize("forged", ["x", "gAAAAABforged==", "æ", "\x00", "null"])
def test_a_sealed_field_that_was_not_sealed_here_is_passed_over(visitor, forged):
    answer = visitor.submit(visitor.get(SIGN_IN), SIGN_IN, email=people.email("leder"), password=make.PASSWORD, sealed=forged)
    assert (answer.status, answer.location) == (302, "/")


def test_words_sealed_by_another_server_are_passed_over(asked_to_sign_in, app, tmp_path):
    _visitor, asked = asked_to_sign_in
    other = create_app({"INSTANCE": tmp_path / "other", "DATABASE_URL": app.config["DATABASE_URL"]})
    there, waiting = Visitor(other), dict(asked.fields(SIGN_IN))["sealed"]
    answer = there.submit(there.get(SIGN_IN), SIGN_IN, email=people.email("leder"), password=make.PASSWORD, sealed=waiting)
    other.extensions["hoert.database"].dispose()
    assert (answer.status, answer.location) == (302, "/")


def test_a_page_open_over_a_new_sign_in_keeps_its_words_and_is_saved_at_the_second_try(signed_in, cast, database):
    visitor = signed_in("leder")
    page = open_form(visitor)
    visitor.post("/auth/sign-out")
    visitor.sign_in("leder")
    again = visitor.submit(page, FORM, **written(cast))
    assert again.status == 419
    assert again.title.startswith("Fejl:")
    assert again.errors()
    assert shown(again, *written(cast)) == written(cast)
    assert talks(database) == []
    assert visitor.submit(again, FORM).status == 302
    [talk] = talks(database)
    assert str(talk.id) == shown(page, "item")["item"]


@pytest.mark.parametrize("token", [None, "x", "IjAi.forged.token"])
def test_without_a_good_token_the_words_come_back_and_nothing_is_stored(signed_in, cast, database, token):
    visitor = signed_in("leder")
    fields = [*open_form(visitor).fields(FORM), ("themes", str(cast.themes["mad"].id))]
    fields = [(name, SECRET if name == "answer_2" else value) for name, value in fields]
    page = visitor.post(FORM, fields, token=token)
    assert (page.status, talks(database)) == (419, [])
    assert shown(page, "answer_2", "themes") == {"answer_2": SECRET, "themes": [str(cast.themes["mad"].id)]}


def test_when_the_store_does_not_take_it_nothing_is_stored_and_the_words_come_back(signed_in, cast, database):
    """Going back would not help: the page is no-store and its fields are autocomplete=off, so browsers give an empty form."""
    visitor = signed_in("leder")
    page = open_form(visitor)

    def fail(_connection):
        raise sa.exc.OperationalError("COMMIT", {}, Exception("database is locked"))

    sa.event.listen(database.engine, "commit", fail)
    answer = visitor.submit(page, FORM, **written(cast))
    sa.event.remove(database.engine, "commit", fail)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert talks(database) == []
    assert SECRET in answer.words
    assert shown(answer, *written(cast)) == written(cast)
    assert visitor.submit(answer, FORM).status == 302
    assert SECRET in texts(talks(database)[0])[0]


def test_a_fault_of_ours_gives_the_words_back_as_well(signed_in, cast, database, monkeypatch):
    visitor = signed_in("leder")
    page = open_form(visitor)

    def fail(*_args, **_more):
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr("domain.sync.accept", fail)
        answer = visitor.submit(page, FORM, **written(cast))
    assert (answer.status, talks(database)) == (500, [])
    assert SECRET in answer.text
    assert visitor.submit(answer, FORM).status == 302


def test_a_password_never_comes_back_from_a_store_that_is_away(visitor, app, tmp_path):
    page = visitor.get(SIGN_IN)
    app.extensions["hoert.database"] = open_database(f"sqlite:////{tmp_path}/no-such-folder/hoert.sqlite")
    answer = visitor.submit(page, SIGN_IN, email=people.email("leder"), password="hemmelig-nok")
    assert (answer.status, "hemmelig-nok" in answer.everything) == (503, False)
