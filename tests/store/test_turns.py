"""Writers stand in line: nobody overtakes, nobody starves, and whoever dies gives the turn back."""

import itertools
import multiprocessing
import os
import signal
import threading
import time

import pytest
import sqlalchemy as sa

from domain.base import Unreachable, open_database, turns
from domain.base.turns import TooLong, Turns

pytestmark = pytest.mark.slow

SPAWN = multiprocessing.get_context("spawn")


def test_threads_get_their_turn_in_the_order_they_came(tmp_path):
    line, got = Turns(tmp_path / "line"), []
    line.take("first", wait_s=5)

    def one(name):
        line.take(name, wait_s=5)
        got.append(name)
        line.give_back(name)

    waiting = []
    for name in range(8):
        waiting.append(threading.Thread(target=one, args=(name,)))
        waiting[-1].start()
        while len(line._line) <= name:
            time.sleep(0.001)
    line.give_back("first")
    for thread in waiting:
        thread.join()
    assert got == list(range(8))


def test_who_waits_in_vain_is_told_and_holds_nobody_up(tmp_path):
    line = Turns(tmp_path / "line")
    line.take("first", wait_s=1)
    began = time.monotonic()
    with pytest.raises(TooLong):
        line.take("second", wait_s=0.05)
    assert time.monotonic() - began < 2
    line.give_back("second")  # it never had it
    with pytest.raises(TooLong):
        line.take("third", wait_s=0.05)
    line.give_back("first")
    line.take("fourth", wait_s=0.05)


def _hold(path, begun, wait_s):
    line = Turns(path)
    line.take("other", wait_s=5)
    begun.set()
    time.sleep(wait_s)
    line.give_back("other")


def test_another_process_is_waited_for_and_one_that_was_killed_is_not(tmp_path):
    line, begun = Turns(tmp_path / "line"), SPAWN.Event()
    other = SPAWN.Process(target=_hold, args=(tmp_path / "line", begun, 60))
    other.start()
    try:
        assert begun.wait(30)
        with pytest.raises(TooLong):
            line.take("mine", wait_s=0.2)
    finally:
        os.kill(other.pid, signal.SIGKILL)
        other.join()
    line.take("mine", wait_s=1)


def _take_many(path, begun, n, log):
    line = Turns(path)
    begun.wait()
    for number in range(n):
        line.take(number, wait_s=20)
        log.put((os.getpid(), time.monotonic()))
        time.sleep(0.03)  # much longer than a busy machine takes to wake the one who waits
        line.give_back(number)


def test_two_processes_that_both_always_want_to_write_take_turns(tmp_path):
    log, begun = SPAWN.Queue(), SPAWN.Barrier(2)
    both = [SPAWN.Process(target=_take_many, args=(tmp_path / "line", begun, 25, log)) for _ in range(2)]
    for process in both:
        process.start()
    taken = [pid for pid, _at in sorted((log.get(timeout=60) for _ in range(50)), key=lambda one: one[1])]
    for process in both:
        process.join()
    together = taken[5:-10]  # where both surely wanted it
    runs = [here == before for before, here in itertools.pairwise(together)]
    assert sum(runs) <= len(runs) / 4, taken


def test_eight_writers_at_once_all_write_and_none_waits_much_longer_than_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr("domain.base.db.BUSY_TIMEOUT_MS", 60_000)  # a disk may stand still
    database = open_database(f"sqlite:///{tmp_path / 'some.sqlite'}")
    with database.writing() as session:
        session.execute(sa.text("CREATE TABLE said (n INTEGER)"))
    done, waits, began = [], [], threading.Barrier(8)

    def one():
        began.wait()
        for _ in range(15):
            before = len(done)
            with database.writing() as session:
                session.execute(sa.text("INSERT INTO said VALUES (1)"))
                waits.append(len(done) - before)
                done.append(1)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.execute(sa.text("SELECT count(*) FROM said")).scalar() == 120
    waits.sort()
    # How many wrote meanwhile, as a slow disk keeps all of them waiting: seven in a line. SQLite's own waiting lets most of them
    # go ahead of some.
    assert waits[-3] <= 3 * 7, waits
    database.dispose()


def test_a_writer_whose_turn_does_not_come_is_told_that_the_store_is_busy(tmp_path, monkeypatch):
    monkeypatch.setattr("domain.base.db.BUSY_TIMEOUT_MS", 100)
    database = open_database(f"sqlite:///{tmp_path / 'some.sqlite'}")
    with database.writing() as session:
        session.execute(sa.text("CREATE TABLE said (n INTEGER)"))
        with pytest.raises(Unreachable), database.writing() as second:
            second.execute(sa.text("INSERT INTO said VALUES (1)"))
    with database.writing() as session:  # and the line goes on
        session.execute(sa.text("INSERT INTO said VALUES (2)"))
    database.dispose()


def test_what_is_rolled_back_gives_its_turn_back_too(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'some.sqlite'}")
    with pytest.raises(sa.exc.OperationalError), database.writing() as session:
        session.execute(sa.text("INSERT INTO not_there VALUES (1)"))
    assert turns.turns_for(tmp_path / "some.sqlite").holder is None
    with database.writing() as session:
        session.execute(sa.text("CREATE TABLE said (n INTEGER)"))
    database.dispose()


def test_without_a_file_to_lock_the_database_still_writes(tmp_path):
    (tmp_path / "some.sqlite.turns").mkdir()  # cannot be opened as a file
    database = open_database(f"sqlite:///{tmp_path / 'some.sqlite'}")
    with database.writing() as session:
        session.execute(sa.text("CREATE TABLE said (n INTEGER)"))
    database.dispose()
