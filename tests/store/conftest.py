"""Fixtures of the store tests: everything runs on SQLite and on PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import cast as people


@pytest.fixture
def cast(database):
    """The named people, committed."""
    with database.writing() as session:
        return people.gather(session)


@pytest.fixture
def session(database):
    """A writing transaction that is rolled back at the end. A test that needs the work to stay takes `database.writing()`."""
    with database.session(writes=True) as session:
        yield session


@pytest.fixture
def at_once(monkeypatch):
    """Calls a function with each argument in threads that start together; what each returned or raised, in order."""
    monkeypatch.setattr("domain.base.db.BUSY_TIMEOUT_MS", 60_000)  # a disk may stand still

    def run(function, arguments):
        arguments = list(arguments)
        gate = threading.Barrier(len(arguments))

        def one(argument):
            gate.wait(timeout=30)
            try:
                return function(argument)
            except Exception as error:
                return error

        with ThreadPoolExecutor(len(arguments)) as pool:
            return list(pool.map(one, arguments))

    return run
