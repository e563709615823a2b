"""Signing in: what succeeds, what fails without telling why, and how many tries there are, also when they come at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from domain import people
from domain.people import FailedSignIns, SignIn, TooManyTries, WrongSignIn
from tests import make
from tests.cast import email

PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"


def sign_in(database, name="leder", *, password=make.PASSWORD, address="192.0.2.1", now=make.NOW, **more):
    return people.sign_in(
        database, **{"email": email(name), "password": password, "address": address, "user_agent": PHONE, "now": now, **more}
    )


def fail(database, times: int, name="leder", **more) -> None:
    for _ in range(times):
        with pytest.raises(WrongSignIn):
            sign_in(database, name, password="forkert", **more)


def counted(database) -> dict[str, int]:
    """Tries by kind of key."""
    with database.reading() as session:
        return {row.key.split(":")[0]: row.tries for row in session.exec(select(FailedSignIns)).all()}


@pytest.mark.parametrize("name", ["leder", "medarbejder", "omraade", "admin"])
def test_everybody_signs_in_with_the_password(database, cast, name):
    found = sign_in(database, name)
    expected = getattr(cast, name)
    assert (found.actor.person_id, found.actor.role, found.actor.unit_id) == (expected.person_id, expected.role, expected.unit_id)
    assert people.actor_by_token(database, found.token) == found.actor


def test_an_email_may_be_typed_in_capitals_and_with_blanks(database, cast):
    assert sign_in(database, email=f"  {email('leder').upper()} ").actor.person_id == cast.leder.person_id


def test_the_token_is_kept_nowhere_but_in_the_cookie(database, cast):
    token = sign_in(database).token
    with database.reading() as session:
        (row,) = session.exec(select(SignIn)).all()
    assert token not in str(row.model_dump())
    assert (row.person_id, row.device, row.began_at) == (cast.leder.person_id, "Chrome · Android", make.NOW)


def test_two_sign_ins_of_one_person_have_tokens_of_their_own(database, cast):
    assert sign_in(database).token != sign_in(database).token
    with database.reading() as session:
        assert len(people.open_sign_ins(session, cast.leder)) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"password": "forkert"}, {"password": ""}, {"email": "nobody@hoert.example"}, {"email": ""}, {"email": email("leder2")}],
)
def test_a_wrong_email_and_a_wrong_password_look_the_same(database, cast, wrong):
    with database.writing() as session:
        make.disable(session, cast.leder2.person_id)
    with pytest.raises(WrongSignIn) as caught:
        sign_in(database, **wrong)
    assert str(caught.value) == ""


def test_a_person_without_a_password_cannot_sign_in_with_one(database, cast):
    with database.writing() as session:
        row = session.get_one(people.Person, cast.leder.person_id)
        row.password_hash = None
        session.add(row)
    fail(database, 1)
    with pytest.raises(WrongSignIn):
        sign_in(database)


def test_disabling_somebody_ends_what_they_are_signed_in_to(database, cast):
    token = sign_in(database).token
    with database.writing() as session:
        make.disable(session, cast.leder.person_id)
    with database.reading() as session:
        assert people.actor_by_token(database, token) is None
        assert people.actor_for(session, cast.leder.person_id) is None


@pytest.mark.parametrize("token", ["", "x", "ø", "a" * 5_000, "\ud800"])
def test_a_token_that_was_never_given_out_is_nobodys(database, cast, token):
    sign_in(database)
    assert people.actor_by_token(database, token) is None


def test_an_ended_sign_in_is_over_and_the_others_go_on(database, cast):
    first, second = sign_in(database), sign_in(database, now=make.NOW + timedelta(hours=1))
    with database.writing() as session:
        assert people.end_sign_in(session, cast.leder, sign_in_id=first.actor.sign_in_id, now=make.NOW)
        assert not people.end_sign_in(session, cast.leder, sign_in_id=first.actor.sign_in_id, now=make.NOW)
    with database.reading() as session:
        assert people.actor_by_token(database, first.token) is None
        assert people.actor_by_token(database, second.token) == second.actor
        assert [row.id for row in people.open_sign_ins(session, cast.leder)] == [second.actor.sign_in_id]


@pytest.mark.parametrize("name", ["leder2", "medarbejder", "omraade", "admin"])
def test_nobody_ends_somebody_elses_sign_in(database, cast, name):
    found = sign_in(database)
    with database.writing() as session:
        assert not people.end_sign_in(session, getattr(cast, name), sign_in_id=found.actor.sign_in_id, now=make.NOW)
        assert people.open_sign_ins(session, getattr(cast, name)) == []
    assert people.actor_by_token(database, found.token) == found.actor


def test_the_eleventh_failure_within_the_hour_is_turned_away_and_told_when_to_come_back(database, cast):
    fail(database, 10)
    with pytest.raises(TooManyTries) as caught:
        sign_in(database, password="forkert", now=make.NOW + timedelta(minutes=10))
    assert caught.value.retry_after_s == 3_000


def test_then_the_right_password_is_turned_away_too(database, cast):
    fail(database, 10)
    with pytest.raises(TooManyTries):
        sign_in(database)


def test_another_person_at_the_same_address_is_not_turned_away(database, cast):
    fail(database, 10)
    assert sign_in(database, "leder2").actor.person_id == cast.leder2.person_id


def test_an_email_nobody_has_is_counted_too(database, cast):
    with pytest.raises(WrongSignIn):
        sign_in(database, email="nobody@hoert.example")
    with database.writing() as session:
        session.execute(sa.update(FailedSignIns).where(col(FailedSignIns.key).startswith("email:")).values(tries=10))
    with pytest.raises(TooManyTries):
        sign_in(database, email="Nobody@hoert.example")


def test_an_hour_after_the_first_failure_the_count_begins_again(database, cast):
    fail(database, 10)
    with pytest.raises(TooManyTries) as caught:
        sign_in(database, now=make.NOW + timedelta(minutes=59, seconds=59))
    assert caught.value.retry_after_s == 1
    later = make.NOW + timedelta(hours=1)
    fail(database, 10, now=later)
    with pytest.raises(TooManyTries):
        sign_in(database, now=later)


def test_a_success_clears_the_emails_count_and_takes_only_itself_off_the_address(database, cast):
    fail(database, 9)
    sign_in(database)
    assert counted(database) == {"address": 9}
    fail(database, 10)
    with pytest.raises(TooManyTries):
        sign_in(database)


def test_signing_in_all_day_uses_up_no_tries(database, cast):
    for _ in range(15):
        sign_in(database)
    assert counted(database) == {"address": 0}


def test_an_address_has_two_hundred_tries_whoever_they_are_for(database, cast):
    fail(database, 1)
    with database.writing() as session:
        session.execute(sa.update(FailedSignIns).where(col(FailedSignIns.key).startswith("address:")).values(tries=199))
    fail(database, 1, "leder2")
    with pytest.raises(TooManyTries):
        sign_in(database, "leder3")
    assert sign_in(database, "leder3", address="192.0.2.2").actor.person_id == cast.leder3.person_id


def test_neither_email_nor_address_stands_in_the_count(database, cast):
    fail(database, 1)
    with database.reading() as session:
        kept = str([row.model_dump() for row in session.exec(select(FailedSignIns)).all()])
    assert email("leder") not in kept
    assert "192.0.2.1" not in kept


def test_without_limits_nothing_is_counted(database, cast):
    fail(database, 12, limits=False)
    assert counted(database) == {}


def test_of_many_tries_at_once_no_more_than_ten_get_through(database, cast, at_once):
    found = at_once(lambda number: sign_in(database, password=f"forkert {number}", address=f"192.0.2.{number}"), range(24))
    assert sorted(type(one).__name__ for one in found) == ["TooManyTries"] * 14 + ["WrongSignIn"] * 10
