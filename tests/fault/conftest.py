"""A server, phones and people for the fault tests, each kind made once a worker."""

from contextlib import ExitStack

import pytest

from blueprints.shared import migrations
from tests.fault.phones import Phones
from tests.fault.server import Nursery
from tests.fault.soak import IS_OVER_POSTGRESQL, STORE, TIMES, of_sqlite
from tests.fault.town import copy_of, world

#: Of the longest test alone, on a machine with much other work.
LONGEST_S = 900 * max(1, TIMES)
TWIN = pytest.mark.skip(reason="its twin is the same, over PostgreSQL")


def pytest_collection_modifyitems(items):
    """What shares a server runs on one worker. With all over PostgreSQL, what runs over both kinds runs once."""
    assert STORE in ("", "sqlite", "postgresql"), f"HOERT_FAULT_STORE={STORE}"
    every = {item.nodeid for item in items}
    for item in items:
        if "/tests/fault/" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
            item.add_marker(pytest.mark.timeout(LONGEST_S))
            if IS_OVER_POSTGRESQL and "sqlite" in item.name and item.nodeid.replace("sqlite", "postgresql") in every:
                item.add_marker(TWIN)
            elif "migrated_sqlite" in item.fixturenames:  # asked for by name, not among the kinds
                item.add_marker(of_sqlite)


@pytest.fixture(scope="session")
def nursery():
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(scope="module")
def phones():
    phones = Phones()
    yield phones
    phones.close()


@pytest.fixture(scope="session")
def address_of(request):
    """Makes a migrated, empty database of this kind in the folder, and says its address."""

    def made(kind, folder):
        if kind == "sqlite":
            return copy_of(request.getfixturevalue("migrated_sqlite"), folder)
        url = request.getfixturevalue("postgres_server").create(f"fault_{folder.name}".lower().replace("-", "_"))
        list(migrations.upgrade(url))
        return url

    return made


@pytest.fixture(scope="module")
def worlds(nursery, phones, address_of, tmp_path_factory):
    """One served municipality of each kind a module, made when it is first asked for; all are of one kind when one was chosen
    (soak.py)."""
    with ExitStack() as open_worlds:
        made = {}

        def of(kind, **more):
            kind = "postgresql" if IS_OVER_POSTGRESQL else kind
            key = (kind, *sorted(more.items()))
            if key not in made:
                folder = tmp_path_factory.mktemp(kind)
                made[key] = open_worlds.enter_context(world(nursery, phones, folder, address_of(kind, folder), **more))
            return made[key]

        yield of
