"""The invented municipality: the same seed gives the same one, and it has everything worth showing."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from domain import actions, demo, digests, people, sync
from domain.actions import Reply
from domain.base import open_database, week_of
from domain.conversations import Conversation
from domain.people import Device, Person, Unit

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
#: Keys of the rows themselves are drawn anew each time; everything somebody sees is not.
SEEN = {
    Conversation: ("id", "first_id", "revision", "author_id", "unit_id", "held_at", "received_at", "answers", "about", "sha256"),
    Unit: ("id", "name", "path", "closed_on"),
    Person: ("id", "name", "email", "role", "unit_id"),
}


def seen(database):
    with database.reading() as session:
        return {
            table.__tablename__: sorted(map(repr, session.execute(sa.select(*(getattr(table, name) for name in names))).all()))
            for table, names in SEEN.items()
        }


@pytest.fixture(scope="module")
def loaded(tmp_path_factory, migrated_sqlite):
    """The demo as `make run` loads it."""
    path = tmp_path_factory.mktemp("demo") / "hoert.sqlite"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = open_database(f"sqlite:///{path}")
    demo.load(database, size=demo.Size(), now=NOW)
    yield database
    database.dispose()


@pytest.fixture
def another(tmp_path, migrated_sqlite):
    path = tmp_path / "hoert.sqlite"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = open_database(f"sqlite:///{path}")
    yield database
    database.dispose()


def actor(session, login):
    row = session.exec(select(Person).where(Person.email == f"{login}@demo.example")).one()
    found = people.actor_for(session, row.id)
    assert found is not None
    return found


def test_the_same_seed_gives_the_same_municipality(loaded, another):
    demo.load(another, size=demo.Size(), now=NOW)
    assert seen(another) == seen(loaded)


def test_another_seed_gives_another(loaded, another):
    demo.load(another, size=demo.Size(seed=2), now=NOW)
    assert seen(another)["conversation"] != seen(loaded)["conversation"]


def test_it_has_at_least_250_distinct_notes(loaded):
    with loaded.reading() as session:
        rows = session.exec(select(Conversation).where(col(Conversation.replaced_by_id).is_(None))).all()
    assert len({str(row.answers) for row in rows}) >= 250


def test_it_has_what_a_municipality_in_use_has(loaded):
    with loaded.reading() as session:
        leder, omraade = actor(session, "leder"), actor(session, "omraade")
        boxed = sync.waiting(session, leder)
        assert {one.status for one in boxed} == {"needs_help", "conflict"}
        assert session.exec(
            select(Conversation).where(Conversation.revision == 2, Conversation.author_id == leder.person_id)
        ).all()
        [phone] = session.exec(select(Device)).all()
        assert (phone.person_id, phone.waiting) == (leder.person_id, 2)
        [closed] = session.exec(select(Unit).where(col(Unit.closed_on).is_not(None))).all()
        talks = session.exec(select(Conversation).where(Conversation.unit_id == closed.id)).all()
        assert talks
        assert all(row.held_at.date() < closed.closed_on for row in talks)
        area = session.get_one(Unit, omraade.unit_id)
        running = digests.read(session, omraade, area_id=area.id, week=week_of(NOW), now=NOW)
        assert running is not None
        assert running.content.late >= 1
        silent = {session.get_one(Unit, one.house).name for one in running.content.silent}
        assert silent == {"Solsikken", "Fyrtårnet"}
        assert [session.get_one(Unit, house).name for house in running.content.closed] == ["Møllehuset"]
        assert len(session.exec(select(Reply)).all()) >= 6
        assert {one.by for one in actions.news(session, leder, since=datetime(2026, 1, 1, tzinfo=UTC))} == {omraade.name}
        read = digests.news(session, leder, since=datetime(2026, 1, 1, tzinfo=UTC))
        assert read
        newest = next(one for one in digests.listed(session, omraade, now=NOW) if one.made_at)
        assert digests.readers(session, omraade, area_id=area.id, week=newest.week) == []
        assert any("••••••-••••" in str(row.answers) for row in session.exec(select(Conversation)).all())


def test_nothing_lies_in_the_future_and_every_hash_is_that_of_an_item(loaded):
    with loaded.reading() as session:
        for row in session.exec(select(Conversation)).all():
            assert row.held_at <= row.received_at <= NOW
            assert len(row.sha256) == 64


@pytest.mark.parametrize("size", [{"conversations": 700, "weeks": 3}, {"conversations": 40, "institutions": 3}, {"weeks": 1}])
def test_any_size_can_be_loaded_on_both_databases(database, size):
    total = demo.load(database, size=demo.Size(**size), now=NOW)
    with database.reading() as session:
        counted = session.exec(select(sa.func.count()).where(col(Conversation.replaced_by_id).is_(None))).one()
    assert counted == total
    assert total == size.get("conversations", total)
    with pytest.raises(demo.NotEmpty):
        demo.load(database, size=demo.Size(), now=NOW)


def test_talks_noted_after_the_demo_was_loaded_go_on_in_the_order_of_arrival(database):
    demo.load(database, size=demo.Size(conversations=30, weeks=2), now=NOW)
    with database.writing() as session:
        leder = actor(session, "leder")
        newest = session.exec(select(sa.func.max(Conversation.sequence))).one()
        receipt = sync.accept(
            session,
            leder,
            item={"id": "01a20bd3-8ee0-765c-bb1b-119bdda080e2", "kind": "withdrawal", "of": str(leder.unit_id)},
            now=NOW,
        )
    assert receipt.sequence > newest
