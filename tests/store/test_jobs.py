"""A key is in one hand at a time, taken over when the lease is out, and done once."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from domain import jobs
from domain.audit import Deed
from domain.jobs import JobRun, State
from tests import make

NOW = make.NOW
LEASE = timedelta(minutes=2)
MINUTE = timedelta(minutes=1)


def begin(session, key="a", holder="one", now=NOW, name="job", **more):
    return jobs.begin(session, name, key, holder, LEASE, now, **more)


def row(session, key="a"):
    session.expire_all()
    return session.exec(select(JobRun).where(JobRun.key == key)).one()


def test_of_many_who_begin_at_once_one_has_it(database, at_once):
    def one(number):
        with database.writing() as session:
            return begin(session, holder=str(number))

    found = at_once(one, range(12))
    assert [run for run in found if isinstance(run, Exception)] == []
    assert sum(run is not None for run in found) == 1
    later = at_once(lambda number: _take_over(database, number), range(12))
    assert [run.attempts for run in later if run is not None] == [2]


def _take_over(database, number):
    with database.writing() as session:
        return begin(session, holder=f"later {number}", now=NOW + LEASE)


def test_a_lease_is_taken_over_when_it_is_out_and_not_before(session):
    first = begin(session)
    assert begin(session, holder="two", now=NOW + LEASE - timedelta(seconds=1)) is None
    assert jobs.renew(session, first, lease=LEASE, now=NOW + MINUTE)
    assert begin(session, holder="two", now=NOW + LEASE) is None
    second = begin(session, holder="two", now=NOW + MINUTE + LEASE)
    assert (second.id, second.attempts) == (first.id, 2)


def test_whoever_was_taken_over_from_changes_nothing_any_more(session):
    first = begin(session)
    second = begin(session, holder="two", now=NOW + LEASE)
    assert not jobs.renew(session, first, lease=LEASE, now=NOW + LEASE)
    assert not jobs.finish(session, first, now=NOW + LEASE)
    assert not jobs.fail(session, first, why="ValueError", first_pause=MINUTE, now=NOW + LEASE)
    assert (row(session).holder, row(session).failed_why, row(session).done_at) == ("two", None, None)
    assert jobs.finish(session, second, now=NOW + LEASE)


def test_what_is_done_is_never_begun_again_but_by_hand(session):
    jobs.finish(session, begin(session), now=NOW)
    assert begin(session, holder="two", now=NOW + timedelta(days=400)) is None
    again = begin(session, holder="two", now=NOW, anyway=True)
    assert again is not None
    assert begin(session, holder="three", now=NOW, anyway=True) is None  # not while somebody holds it
    assert jobs.finish(session, again, now=NOW)


def test_a_failure_is_tried_again_after_pauses_that_grow_to_an_hour(session):
    moment, pauses = NOW, []
    for number in range(1, 10):
        run = begin(session, now=moment, holder=str(number))
        assert run.attempts == number
        assert jobs.fail(session, run, why="ValueError", first_pause=MINUTE, now=moment)
        until = row(session).next_try_at
        assert begin(session, now=until - timedelta(seconds=1)) is None
        pauses.append(until - moment)
        moment = until
    assert pauses[:7] == [MINUTE * 2**n for n in range(6)] + [timedelta(hours=1)]
    assert set(pauses[7:]) == {timedelta(hours=1)}
    jobs.finish(session, begin(session, now=moment), now=moment)
    assert (row(session).failed_why, row(session).next_try_at, row(session).holder) == (None, None, None)


def test_a_nightly_job_waits_a_night_each_time():
    assert jobs.pause(1, first=timedelta(days=1)) == jobs.pause(9, first=timedelta(days=1)) == timedelta(days=1)


def test_what_may_begin_is_due_or_was_left_undone(session):
    jobs.finish(session, begin(session, "done"), now=NOW)
    begin(session, "held")
    jobs.fail(session, begin(session, "waits"), why="X", first_pause=MINUTE, now=NOW)
    due = ["done", "held", "waits", "new", "newer"]
    assert jobs.startable(session, "job", due, now=NOW) == ["new", "newer"]
    assert jobs.startable(session, "job", due, now=NOW + MINUTE) == ["waits", "new", "newer"]
    assert jobs.startable(session, "job", ["new"], now=NOW + LEASE) == ["held", "waits", "new"]  # due or not
    assert jobs.startable(session, "job", due, now=NOW, in_turn=True) == []
    assert jobs.startable(session, "another", due, now=NOW, in_turn=True) == due


def test_why_it_failed_is_told_by_class_and_place_and_never_by_words():
    try:
        raise ValueError("hun sagde det til mig")
    except ValueError as error:
        told = jobs.why(error)
    assert told.startswith("ValueError test_jobs.py:")
    assert "sagde" not in told


def test_only_an_administrator_knows_what_ran_and_begins_it_anew(database, cast):
    with database.writing() as session:
        jobs.finish(session, begin(session, "done"), now=NOW)
        held = begin(session, "held")
        failed = begin(session, "failed")
        jobs.fail(session, failed, why="ValueError", first_pause=timedelta(hours=1), now=NOW)
    with database.writing() as session:
        for actor in (cast.leder, cast.omraade, cast.medarbejder):
            assert jobs.what_ran(session, actor, since=NOW - MINUTE, now=NOW) == []
            assert not jobs.begin_anew(session, actor, run_id=failed.id, now=NOW)
        [ran] = jobs.what_ran(session, cast.admin, since=NOW - MINUTE, now=NOW)
        assert (ran.times, [row.key for row in ran.newest]) == (1, ["done"])
        assert [(state, row.key) for state, row in ran.open] == [(State.RUNNING, "held"), (State.FAILED, "failed")]
        assert not jobs.begin_anew(session, cast.admin, run_id=held.id, now=NOW)
        assert jobs.begin_anew(session, cast.admin, run_id=failed.id, now=NOW)
        assert jobs.startable(session, "job", [], now=NOW) == ["failed"]
        [deed] = session.exec(select(Deed).where(col(Deed.verb) == "job_begun_anew")).all()
        assert (deed.person_id, deed.object_id) == (cast.admin.person_id, failed.id)
        [later] = jobs.what_ran(session, cast.admin, since=NOW, now=NOW + LEASE)
        assert (State.INTERRUPTED, "held") in [(state, row.key) for state, row in later.open]


def test_old_runs_are_forgotten_and_what_is_not_done_never(session):
    jobs.finish(session, begin(session, "old"), now=NOW)
    jobs.finish(session, begin(session, "newer"), now=NOW + MINUTE)
    begin(session, "open")
    assert jobs.forget(session, "job", before=NOW + MINUTE) == 1
    assert sorted(session.exec(select(JobRun.key)).all()) == ["newer", "open"]


@pytest.mark.parametrize("field", ["name", "key", "holder", "failed_why"])
def test_columns_take_the_longest_that_can_be_made(field):
    longest = {"name": 60, "key": 120, "holder": 120, "failed_why": 200}[field]
    made = {
        "name": len("conversations.index"),
        "key": 36 + 1 + 8,
        "holder": 60 + 1 + 10 + 1 + 36,
        "failed_why": len(jobs.why(type("E" * 400, (Exception,), {})())),
    }
    assert made[field] <= longest
