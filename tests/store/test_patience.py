"""PostgreSQL keeps those who answer requests waiting for a moment only, and jobs as long as it takes."""

import gc
import runpy
import time

import pytest
import sqlalchemy as sa
import time_machine

from domain import audit
from domain.base import Unreachable, begun_anew, is_transient, new_id, now, open_database, patience
from domain.base.faults import lost_a_race
from tests import postgres
from tests.shape.tree import ROOT

pytestmark = pytest.mark.slow

SHORT = {"lock_timeout": "100ms", "statement_timeout": "300ms", "idle_in_transaction_session_timeout": "300ms"}


@pytest.fixture(autouse=True)
def clock():
    """Time goes on here, also where a town of the web tests is open in the same process and holds it still: who waits for a
    connection looks at the clock."""
    hatch = time_machine.escape_hatch
    with time_machine.travel(hatch.time.time() if hatch.is_travelling() else time.time(), tick=True):
        yield


@pytest.fixture
def hasty(postgresql_url):
    """As a server opens it, with shorter limits."""
    opened = open_database(postgresql_url)
    opened.limit_waiting(SHORT)
    yield opened
    opened.dispose()


def shown(database, name):
    with database.reading() as session:
        return session.execute(sa.text(f"SHOW {name}")).scalar_one()


def refused(work):
    with pytest.raises(sa.exc.DBAPIError) as caught:
        work()
    assert is_transient(caught.value), "answered 503, and not as a fault of ours"
    return caught.value


def test_only_who_answers_requests_is_hurried(postgresql_database, postgresql_url):
    assert {shown(postgresql_database, name) for name in patience.OF_REQUESTS} == {"0"}
    served = open_database(postgresql_url)
    served.limit_waiting()
    assert {name: shown(served, name) for name in patience.OF_REQUESTS} == patience.OF_REQUESTS
    served.dispose()


def test_what_is_acknowledged_is_flushed_also_where_the_server_was_told_otherwise(hasty, postgresql_database):
    assert shown(postgresql_database, "synchronous_commit") == postgres.SETTINGS["synchronous_commit"] == "off"
    assert shown(hasty, "synchronous_commit") == "on"


def test_a_stricter_way_to_flush_stays(postgresql_url):
    opened = open_database(f"{postgresql_url}&options=-csynchronous_commit%3Dremote_apply")
    opened.limit_waiting(SHORT)
    assert shown(opened, "synchronous_commit") == "remote_apply"
    opened.dispose()


def test_a_row_that_somebody_holds_is_waited_for_only_a_moment(hasty, postgresql_database):
    turn = sa.text("SELECT pg_advisory_xact_lock(7)")
    with postgresql_database.session(writes=True) as holding, hasty.session(writes=True) as waiting:
        holding.execute(turn)
        assert refused(lambda: waiting.execute(turn)).orig.sqlstate == "55P03"


def test_a_statement_ends_in_time(hasty):
    with hasty.reading() as session:
        assert refused(lambda: session.execute(sa.text("SELECT pg_sleep(30)"))).orig.sqlstate == "57014"


def test_a_transaction_that_is_left_open_lets_go_of_what_it_holds(hasty, postgresql_database):
    turn = sa.text("SELECT pg_advisory_xact_lock(8)")
    with hasty.session(writes=True) as forgotten:
        forgotten.execute(turn)
        with postgresql_database.session(writes=True) as other:
            began = time.monotonic()
            other.execute(turn)
            assert time.monotonic() - began < 5
        refused(lambda: forgotten.execute(sa.text("SELECT 1")))
    assert shown(hasty, "lock_timeout") == SHORT["lock_timeout"], "the next one gets a connection that works, with its limits"


def test_a_pool_that_is_used_up_is_no_fault_of_ours(postgresql_url, monkeypatch):
    monkeypatch.setattr(patience, "POOL", {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.1})
    opened = open_database(postgresql_url)
    with opened.reading() as session:
        session.execute(sa.text("SELECT 1"))
        with pytest.raises(Unreachable), opened.writing() as another:
            another.execute(sa.text("SELECT 1"))
        with pytest.raises(audit.Unlogged):
            audit.record_read(opened, person_id=new_id(), page="digest", conversations=[new_id()], at=now())
        assert not opened.is_ready()
    assert opened.is_ready()
    opened.dispose()


def test_each_thread_of_the_server_finds_two_connections_without_waiting():
    """One for the request's own work, one for what is written beside it; and five processes fit into PostgreSQL's own hundred."""
    try:
        threads = runpy.run_path(str(ROOT / "tools/gunicorn.conf.py"))["threads"]
    finally:  # the settings of the server turn it off for as long as it loads
        gc.enable()
    most = patience.POOL["pool_size"] + patience.POOL["max_overflow"]
    assert 2 * threads <= most
    assert 5 * most <= 100 - 3
    assert patience.POOL["pool_timeout"] <= 5


def test_only_what_lost_a_race_is_begun_anew_and_only_where_it_may(postgresql_database):
    tried = []

    def losing(state, times):
        def work():
            tried.append(state)
            with postgresql_database.writing() as session:
                if len(tried) <= times:
                    session.execute(sa.text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"))
            return len(tried)

        tried.clear()
        return work

    for state in ("40001", "40P01"):
        assert begun_anew(losing(state, 3), may=lambda: True) == 4
        with pytest.raises(Unreachable) as caught:
            begun_anew(losing(state, 4), may=lambda: True)
        assert lost_a_race(caught.value)
        assert len(tried) == 4
        with pytest.raises(Unreachable):
            begun_anew(losing(state, 1), may=lambda: False)
        assert len(tried) == 1
    for state in ("57014", "55P03", "53300", "40003"):
        with pytest.raises(Unreachable):
            begun_anew(losing(state, 1), may=lambda: True)
        assert len(tried) == 1
