"""Fixtures that every kind of test shares.

A database is migrated once a worker. Each test has it empty: on SQLite a copy of the file (0.1 ms), on PostgreSQL the same one
with its rows taken away (1 ms; a copy by `CREATE DATABASE … TEMPLATE` takes 20 ms and 7 MB). PostgreSQL starts when the first
test of a worker asks for it. A test that changes the schema takes a database of its own from `postgres_server`.
"""

import gc
import os
import shutil

import hypothesis
import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from app import create_app
from blueprints.shared import migrations
from domain.base import open_database
from tests import cast as people
from tests import postgres

# The same examples in every run: a red test is red for everybody. `--hypothesis-profile=soak` looks further, and so do the
# fault tests by HOERT_SEED, which goes before `derandomize`.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("house")

#: How often Python looks for rings of objects: at its own pace it spends a third of a run on what is loaded and stays.
gc.set_threshold(50_000, 10, 10)
#: As many statements as all tests of a worker ask, about.
STATEMENTS = 2_000


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item):
    """Where CI is set every test has what it needs: one that is skipped there has failed. Those that are expected to fail run."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome, report.longrepr = "failed", f"skipped, where every test is to run: {report.longrepr[2]}"
    return report


def pytest_collection_finish():
    """What is loaded and collected by now stays to the end: it is not looked through again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def garbage():
    """No test leaves it lying: a worker that no longer collects it grows to gigabytes."""
    yield
    assert gc.isenabled()


@pytest.fixture(scope="session", autouse=True)
def statements():
    """Each worker compiles a statement once, as a server does, not once for every test's own database (measured: a fifth of the
    store tests). SQLAlchemy keeps what it compiled by dialect, and what a session writes with the table, not the engine: the
    dialect of every database that a test had opened stayed there, with all its types, a tenth of a megabyte a test."""
    made = LRUCache(STATEMENTS)

    def is_same(one, other):
        return type(one) is type(other) and _speaks(one) == _speaks(other)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "_compiled_cache", property(lambda _: made, lambda *_: None), raising=False)
        patch.setattr(DefaultDialect, "__eq__", is_same)
        patch.setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))
        yield


def _speaks(dialect):
    """What the text of a statement depends on, beside the kind of database."""
    return dialect.paramstyle, getattr(dialect, "server_version_info", None)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory):
    """A file with every table and no row, to copy from."""
    path = tmp_path_factory.mktemp("template") / "hoert.sqlite"
    list(migrations.upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server():
    """This worker's own server, with a migrated database `hoert`."""
    with postgres.server() as server:
        list(migrations.upgrade(server.create("hoert")))
        yield server


@pytest.fixture
def sqlite_url(migrated_sqlite, tmp_path):
    path = tmp_path / "hoert.sqlite"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres_server):
    yield postgres_server.url("hoert")
    postgres_server.empty("hoert")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request):
    """The address of a migrated, empty database: the test runs once on each kind. In the inner loop, on SQLite alone; what
    PostgreSQL does otherwise has tests of its own there."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def database(database_url):
    """A migrated, empty database: the test runs once on SQLite and once on PostgreSQL."""
    opened = open_database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_database(sqlite_url):
    opened = open_database(sqlite_url)
    yield opened
    opened.dispose()


@pytest.fixture
def postgresql_database(postgresql_url):
    opened = open_database(postgresql_url)
    yield opened
    opened.dispose()


@pytest.fixture
def app(tmp_path, sqlite_url):
    """The application on a migrated, empty SQLite database."""
    app = create_app({"INSTANCE": tmp_path / "instance", "DATABASE_URL": sqlite_url})
    app.testing = True
    yield app
    app.extensions["hoert.database"].dispose()


@pytest.fixture
def cast(app):
    """The named people in the application's database. tests/store has its own, in `database`."""
    with app.extensions["hoert.database"].writing() as session:
        return people.gather(session)
