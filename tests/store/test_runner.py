"""One of the processes on an instance folder looks at the clock, and another when it ends."""

import time

import pytest

from app import create_app
from blueprints.shared import runner
from blueprints.shared.runner import Runner


@pytest.fixture
def start(tmp_path, database_url):
    begun = []

    def start(folder="instance"):
        app = create_app({"INSTANCE": tmp_path / folder, "DATABASE_URL": database_url})
        app.extensions["hoert.jobs"] = {}
        begun.append(Runner(app, alone=True).start())
        return begun[-1]

    yield start
    for one in begun:
        one.stop()
        one._app.extensions["hoert.database"].dispose()


def looks(one, *, within_s=10.0):
    """Whether it begins to look at the clock."""
    until = time.monotonic() + within_s
    while one._consumer is None and time.monotonic() < until:
        time.sleep(0.02)
    return one._consumer is not None


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(runner, "LOOKS_AGAIN_S", 0.05)


def test_one_looks_and_the_next_takes_over_when_it_ends(start):
    first = start()
    assert looks(first)
    second, elsewhere = start(), start("other")
    assert looks(elsewhere)
    assert not looks(second, within_s=1)
    first.stop()
    assert looks(second)


def test_one_that_waits_for_its_turn_ends_at_once(start):
    assert looks(start())
    waits = start()
    assert not looks(waits, within_s=0.3)
    began = time.monotonic()
    waits.stop()
    assert time.monotonic() - began < runner.LONGEST_STOP_S
    assert not waits._thread.is_alive()


def test_where_a_file_cannot_be_locked_each_looks(start, monkeypatch, caplog):
    def cannot(*_given):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(runner.fcntl, "flock", cannot)
    assert looks(start())
    assert looks(start())
    assert "jobs cannot be kept to one process: OSError" in caplog.text
