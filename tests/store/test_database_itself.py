"""What the store stands on: settings of SQLite, times in UTC, keys in the order they were made, and a store that is away."""

import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import select

from domain import audit
from domain.base import Unreachable, ask, insert_new, new_id, open_database
from domain.people import Level, Unit, add_unit
from tests import make

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5_000}


@pytest.mark.parametrize(("pragma", "value"), PRAGMAS.items())
def test_every_fresh_connection_to_sqlite_is_durable_and_strict(sqlite_url, pragma, value):
    database = open_database(sqlite_url)
    for _ in range(2):
        with database.engine.connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
        database.dispose()


def test_a_row_that_points_to_nothing_is_refused(session):
    session.add(Unit(name="Åhaven", level=Level.INSTITUTION, parent_id=new_id(), path="/x/"))
    with pytest.raises(IntegrityError):
        session.flush()


def test_keys_sort_by_the_time_they_were_made(session):
    names = []
    for number in range(5):
        names.append(add_unit(session, name=f"By {number}", level=Level.MUNICIPALITY).name)
        time.sleep(0.002)
    session.flush()
    assert session.exec(select(Unit.name).order_by(sa.text("id"))).all() == names
    assert {unit.id.version for unit in session.exec(select(Unit)).all()} == {7}


def test_a_time_without_a_zone_is_refused(session):
    session.add(audit.Deed(at=datetime(2026, 11, 18, 12), verb="tried"))  # noqa: DTZ001
    with pytest.raises((StatementError, ValueError)):
        session.flush()


@pytest.mark.parametrize("hours", [-5, 0, 1, 2, 14])
def test_a_time_of_any_zone_comes_back_as_the_same_instant_in_utc(database, hours):
    at = datetime(2026, 7, 1, 8, 30, 15, 123456, tzinfo=timezone(timedelta(hours=hours)))
    with database.writing() as session:
        session.add(audit.Deed(at=at, verb="tried"))
    with database.reading() as session:
        (found,) = session.exec(select(audit.Deed.at)).all()
    assert found == at
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize("at", [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)])
def test_the_hour_that_comes_twice_is_kept_apart(database, at):
    with database.writing() as session:
        session.add(audit.Deed(at=at, verb="tried"))
    with database.reading() as session:
        assert session.exec(select(audit.Deed.at)).one() == at


def test_a_block_that_ends_badly_leaves_nothing(database):
    with pytest.raises(ZeroDivisionError), database.writing() as session:  # noqa: PT012
        add_unit(session, name="Nørreå", level=Level.MUNICIPALITY)
        _ = 1 / 0
    with database.reading() as session:
        assert session.exec(select(Unit)).all() == []


def test_rows_stay_readable_after_the_commit(database):
    with database.writing() as session:
        unit = add_unit(session, name="Nørreå", level=Level.MUNICIPALITY)
    assert unit.name == "Nørreå"


def test_a_new_key_is_taken_once(session):
    values = {"id": new_id(), "path": "/a/", "level": "area", "name": "Syd"}
    assert insert_new(session, Unit.__table__, values)
    assert not insert_new(session, Unit.__table__, {**values, "name": "Nord"})
    assert [unit.name for unit in session.exec(select(Unit)).all()] == ["Syd"]


def test_one_who_writes_waits_for_another_who_read_first(database):
    """On SQLite a transaction that reads and then writes would be refused at once, were it not begun as a writing one."""
    with database.writing() as session:
        root = add_unit(session, name="0", level=Level.MUNICIPALITY)
    steps = threading.Barrier(4)

    def count_on(_):
        steps.wait(timeout=30)
        with database.writing() as session:
            unit = session.exec(select(Unit).where(Unit.id == root.id).with_for_update()).one()
            unit.name = str(int(unit.name) + 1)
            session.add(unit)

    threads = [threading.Thread(target=count_on, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.exec(select(Unit.name)).one() == "4"


def impatient(url: str):
    """The same database with a busy timeout of 50 ms."""
    database = open_database(url)
    sa.event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    return database


@pytest.mark.slow
def test_a_locked_sqlite_is_unreachable_and_free_again_afterwards(sqlite_database, sqlite_url):
    waiting = impatient(sqlite_url)
    with sqlite_database.writing() as holding:
        add_unit(holding, name="Nørreå", level=Level.MUNICIPALITY)
        with pytest.raises(Unreachable), waiting.writing() as session:
            add_unit(session, name="Ved siden af", level=Level.MUNICIPALITY)
        with waiting.reading() as session:
            assert session.exec(select(Unit)).all() == []
    with waiting.writing() as session:
        add_unit(session, name="Ved siden af", level=Level.MUNICIPALITY)
    waiting.dispose()


def test_a_lock_that_postgresql_will_not_wait_for_is_unreachable(postgresql_database):
    with postgresql_database.writing() as session:
        root = add_unit(session, name="Nørreå", level=Level.MUNICIPALITY)
    with postgresql_database.writing() as holding:
        holding.execute(sa.text("LOCK TABLE unit IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(Unreachable), postgresql_database.writing() as session:  # noqa: PT012
            session.execute(sa.text("SET LOCAL lock_timeout = '50ms'"))
            add_unit(session, name="Syd", level=Level.AREA, parent=root)


@pytest.fixture(params=["sqlite", "postgresql"])
def away(request, tmp_path):
    """A database that is not there."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/no-such-folder/hoert.sqlite"
    else:
        url = request.getfixturevalue("postgres_server").url("no_such_database")
    database = open_database(url)
    yield database
    database.dispose()


def test_a_store_that_is_away_is_unreachable_and_not_ready(away):
    assert not away.is_ready()
    with pytest.raises(Unreachable), away.writing() as session:
        add_unit(session, name="Nørreå", level=Level.MUNICIPALITY)


def test_a_store_that_answers_and_is_migrated_is_ready(database):
    assert database.is_ready()


def test_a_store_that_was_never_migrated_is_not_ready(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    assert not database.is_ready()
    database.dispose()


def test_a_store_that_goes_away_while_open_is_unreachable_and_then_answers_again(postgresql_database, postgres_server):
    with postgresql_database.writing() as session:
        add_unit(session, name="Nørreå", level=Level.MUNICIPALITY)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    with pytest.raises(Unreachable), postgresql_database.writing() as session:  # noqa: PT012
        add_unit(session, name="Viborg", level=Level.MUNICIPALITY)
        with postgres_server.connect() as server:
            server.execute(cut, [postgresql_database.engine.url.database])
        add_unit(session, name="Skive", level=Level.MUNICIPALITY)
    with postgresql_database.reading() as session:
        assert session.exec(select(Unit.name)).all() == ["Nørreå"]


def test_a_refused_row_tells_no_words_in_its_error(database, cast):
    """The key is taken: what else stood in the row must not reach a log."""
    with database.writing() as session:
        first = cast.log(session, cast.leder, "En hemmelig sætning")
    with database.session(writes=True) as session:
        values = {**first.model_dump(), "answers": [{"text": "En hemmelig sætning"}]}
        with pytest.raises(IntegrityError) as caught:
            session.execute(sa.insert(type(first)).values(**values))
    assert "hemmelig" not in str(caught.value)
    assert "hemmelig" not in repr(first) + str(first)


def test_the_clock_of_the_tests_stands_in_their_week():
    assert make.WEEK.starts_at() < make.NOW < make.WEEK.ends_at()


def test_what_is_asked_in_a_savepoint_goes_with_it(database):
    """Also where the session found its connection before the savepoint began, and when the savepoint is over."""

    def a_municipality(name):
        key = new_id()
        return sa.insert(Unit.__table__).values(id=key, name=name, level=Level.MUNICIPALITY, path=f"/{key}/")

    with database.writing() as session:
        ask(session, a_municipality("before"))
        with suppress(LookupError), session.begin_nested():
            ask(session, a_municipality("within"))
            raise LookupError
        ask(session, a_municipality("after"))
    with database.reading() as session:
        assert set(session.exec(select(Unit.name)).all()) == {"before", "after"}
