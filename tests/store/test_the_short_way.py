"""`ask` goes the short way on SQLite: it answers as SQLAlchemy does, fails as it does, and whoever listens is told."""

import sqlite3
import uuid
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import col

from domain.base import ZONE, ask, new_id, short
from domain.people import Device, Person, Role, Unit
from tests import make

WORDS = "»Det siger vi ikke til nogen«"
BY_IDS = sa.select(*map(col, (Person.id, Person.role, Person.disabled_at))).where(
    col(Person.id).in_(sa.bindparam("ids", expanding=True)), col(Person.role) == Role.EMPLOYEE
)
DEVICES = sa.insert(Device.__table__)


@pytest.fixture
def session(sqlite_database, cast):
    with sqlite_database.session(writes=True) as opened:
        yield opened


@pytest.fixture
def database(sqlite_database):
    """What is told here is SQLite's alone."""
    return sqlite_database


def device(person_id, **more):
    row = {"id": new_id(), "person_id": person_id, "device_id": uuid.uuid4(), "name": "Telefon", "first_seen_at": make.NOW}
    seen = {"last_seen_at": make.NOW, "waiting": 0, "waiting_since": None, "sign_in_id": None, "revoked_at": None}
    return {**row, **seen, **more}


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 8, 9, 33])
def test_a_list_of_any_length_finds_what_sqlalchemy_finds(session, n):
    unit = session.exec(sa.select(Unit.id)).scalars().first()
    more = [
        make.person(session, email=f"p{k}@hoert.example", role=Role.EMPLOYEE, unit=session.get_one(Unit, unit)) for k in range(n)
    ]
    session.flush()
    ids = [one.person_id for one in more]
    answer = ask(session, BY_IDS, {"ids": ids})
    assert isinstance(answer, short.Rows)
    assert sorted(answer) == sorted(map(tuple, session.execute(BY_IDS, {"ids": ids})))
    assert {row[0] for row in answer} == set(ids)


def test_lists_of_many_lengths_take_few_texts(session):
    before = short._text.cache_info().currsize
    for n in range(1, 101):
        ask(session, BY_IDS, {"ids": [uuid.uuid4() for _ in range(n)]})
    assert short._text.cache_info().currsize - before <= 40


def test_moments_nothing_and_truth_come_back_as_they_went(session, cast):
    at = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    row = device(cast.leder.person_id, revoked_at=at, waiting=7)
    ask(session, DEVICES, row)
    columns = map(col, (Device.id, Device.device_id, Device.revoked_at, Device.waiting_since, Device.waiting))
    found = ask(session, sa.select(*columns, col(Device.revoked_at).is_(None)).where(col(Device.id) == row["id"])).one()
    assert found == (row["id"], row["device_id"], at, None, 7, False)


def test_both_half_past_twos_of_the_night_the_clocks_go_back_are_kept_apart(session, cast):
    once = [datetime(2026, 10, 25, 2, 30, tzinfo=ZONE, fold=fold) for fold in (0, 1)]
    rows = [device(cast.leder.person_id, revoked_at=at) for at in (*once, once[0].astimezone(UTC), None)]
    ask(session, DEVICES, rows)
    found = [session.get_one(Device, row["id"]).revoked_at for row in rows]
    assert [at and at.hour for at in found] == [0, 1, 0, None]


def test_many_rows_are_stored_together_and_one_bad_one_undoes_none_of_the_transaction_by_itself(session, cast):
    ask(session, DEVICES, [device(cast.leder.person_id) for _ in range(3)])
    twice = device(cast.leder.person_id)
    with pytest.raises(IntegrityError):
        ask(session, DEVICES, [twice, {**twice, "id": new_id()}])
    session.rollback()
    assert session.exec(sa.select(sa.func.count()).select_from(Device)).scalar_one() == 0


def test_an_error_is_sqlalchemys_and_tells_no_words(session, cast):
    with pytest.raises(IntegrityError) as refused:
        ask(session, DEVICES, device(uuid.uuid4(), name=WORDS))
    assert isinstance(refused.value.orig, sqlite3.IntegrityError)
    assert WORDS not in str(refused.value)
    with pytest.raises(OperationalError):
        ask(session, sa.select(sa.literal_column("x")).select_from(sa.table("nowhere")))


def test_what_breaks_while_an_answer_is_read_is_sqlalchemys_error_and_is_heard():
    """It breaks in the middle of what is read, not where reading begins."""
    heard = []
    raw = sqlite3.connect(":memory:")
    raw.create_function("breaks_at_three", 1, lambda n: 1 / (3 - n))
    raw.execute("CREATE TABLE number (value)")
    raw.executemany("INSERT INTO number VALUES (?)", [(1,), (2,), (3,)])
    way = short.Way(raw, heard.append)
    numbers = sa.select(sa.literal_column("breaks_at_three(value)")).select_from(sa.table("number"))
    with pytest.raises(DBAPIError):
        way.ask(numbers, None)
    assert [type(one) for one in heard] == [sqlite3.OperationalError]


def test_whoever_listens_hears_each_statement_and_may_change_it(database, cast):
    heard = []

    @sa.event.listens_for(database.engine, "before_cursor_execute", retval=True)
    def before(_connection, _cursor, statement, parameters, _context, many):
        heard.append(("before", statement.split()[0], many))
        return statement, parameters

    sa.event.listen(database.engine, "after_cursor_execute", lambda *more: heard.append(("after", more[2].split()[0], more[5])))
    with database.writing() as session:
        ask(session, BY_IDS, {"ids": []})
        ask(session, DEVICES, [device(cast.leder.person_id)])
    told = [one for one in heard if one[1] != "BEGIN"]
    assert told == [
        ("before", "SELECT", False),
        ("after", "SELECT", False),
        ("before", "INSERT", True),
        ("after", "INSERT", True),
    ]


def test_a_column_that_python_would_fill_in_is_not_left_empty(session, cast):
    with pytest.raises(AssertionError):
        ask(session, sa.insert(Device.__table__), {"person_id": cast.leder.person_id, "device_id": uuid.uuid4()})


def test_keys_that_stand_in_no_list_are_refused_and_not_taken_for_none(session):
    with pytest.raises(AssertionError):
        ask(session, BY_IDS, {"ids": (uuid.uuid4(),)})


def test_a_question_without_a_transaction_leaves_none_open(database, cast):
    assert [row[0] for row in database.look(BY_IDS, {"ids": [cast.medarbejder.person_id]})] == [cast.medarbejder.person_id]
    raw = database.engine.raw_connection()
    assert not raw.in_transaction
    raw.close()
    assert database.engine.pool.checkedout() == 0
    with pytest.raises(DBAPIError):
        database.look(sa.select(sa.literal_column("x")).select_from(sa.table("nowhere")), {})
    assert database.engine.pool.checkedout() == 0
