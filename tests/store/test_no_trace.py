"""No file of the database keeps a word of what the command erased (QUALITY S8)."""

import random
import uuid
from pathlib import Path

import pytest

from domain import conversations, privacy, sync
from domain.base import open_database
from tests import cast as people_of
from tests import make

pytestmark = pytest.mark.slow

WORD = "zqx{:04d}ord"


def grow(database, n, *, length):
    """n talks with a word of its own in each, a third of them corrected, all indexed; returns the items."""
    with database.writing() as session:
        cast = people_of.gather(session)
    dice = random.Random(1)
    items = [cast.talk(f"fyld {dice.randrange(10**6)} " * dice.choice(length) + WORD.format(i)) for i in range(n)]
    for at in range(0, n, 50):
        with database.writing() as session:
            sync.take(session, cast.leder, items=items[at : at + 50], now=make.NOW)
        with database.writing() as session:
            conversations.index(session, now=make.NOW)
    for item in items[::3]:
        with database.writing() as session:
            make.log_talk(session, cast.leder, make.edit(item, [f"{item['answers'][0]['text']} igen"]))
    with database.writing() as session:
        conversations.index(session, now=make.NOW)
    return items


def left(folder, gone):
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return [i for i in gone if any(WORD.format(i).encode() in data for data in kept)]


def test_sqlite_keeps_none_in_its_file_or_journal(tmp_path, migrated_sqlite):
    """In a grown file SQLite leaves copies of what it once moved, which zeros do not reach: hence the scrubbing."""
    (tmp_path / "hoert.sqlite").write_bytes(migrated_sqlite.read_bytes())
    database = open_database(f"sqlite:///{tmp_path / 'hoert.sqlite'}")
    items = grow(database, 400, length=(1, 10, 80, 300))
    gone = random.Random(2).sample(range(400), 40)
    for i in gone:
        with database.writing() as session:
            privacy.erase(session, uuid.UUID(items[i]["id"]), now=make.NOW)
    assert left(tmp_path, range(400)) != []
    assert privacy.scrub(database)
    assert left(tmp_path, gone) == []
    assert len(left(tmp_path, range(400))) == 360
    database.dispose()


def test_scrubbing_without_room_says_so_and_fills_no_disk(sqlite_database, monkeypatch):
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: usage)
    assert not privacy.scrub(sqlite_database)


@pytest.fixture
def owned(postgres_server):
    """A database whose owner is nobody special, as a municipality's is."""
    url = postgres_server.create("traces")
    with postgres_server.connect() as server:
        server.execute("CREATE ROLE hoert LOGIN")
        server.execute("ALTER DATABASE traces OWNER TO hoert")
    with postgres_server.connect("traces") as server:
        server.execute("ALTER SCHEMA public OWNER TO hoert")
    from blueprints.shared import migrations

    own = url.replace("postgres@", "hoert@")
    list(migrations.upgrade(own))
    database = open_database(own)
    yield database
    database.dispose()
    postgres_server.drop("traces")
    with postgres_server.connect() as server:
        server.execute("DROP ROLE hoert")


def test_postgresql_keeps_none_in_its_tables_indexes_or_statistics(owned, postgres_server):
    """Its write-ahead log is another matter (docs/privacy.md)."""
    items = grow(owned, 60, length=(1, 10, 300))
    data = Path(postgres_server.folder) / "data" / "base"
    with postgres_server.connect("traces") as server:
        server.execute("ANALYZE")
        server.execute("CHECKPOINT")
    gone = [4, 9, 30, 59]
    assert left(data, gone) == gone
    for i in gone:
        with owned.writing() as session:
            privacy.erase(session, uuid.UUID(items[i]["id"]), now=make.NOW)
    assert privacy.scrub(owned)
    with postgres_server.connect("traces") as server:
        server.execute("CHECKPOINT")
    assert left(data, gone) == []
    with owned.reading() as session:  # and what is not erased is found as before
        assert len(conversations.standing(session, [uuid.UUID(item["id"]) for item in items])) == 56
