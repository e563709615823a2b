"""A server that was restored from an older back-up: what was erased stays erased, who was shut out stays out, phones offer again
what they kept, and everything stands once (QUALITY R13, D5)."""

import os
import sqlite3
import threading
import uuid
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlmodel import select

from app import create_app
from blueprints.shared import migrations, serving
from domain import digests, people, sync
from domain.base import Erasure, Ledger, Week, now
from domain.conversations import Conversation
from domain.digests import IssueTalk
from domain.people import Person
from domain.sync import Epoch
from tests import cast as people_of
from tests import make
from tests.fault.soak import trials

SENTENCE = "der lå en våd sovedyne i barnevognen"
BIT = b"sovedyne"
PHONE = uuid.uuid4()


class House:
    """A server with the cast, its commands, and what its phones keep of what they sent."""

    def __init__(self, folder: Path, url: str) -> None:
        self.app = create_app({"INSTANCE": folder / "instance", "DATABASE_URL": url, "LIMITS": False})
        self.app.testing = True
        self.folder, self.url = folder, url
        with self.database.writing() as session:
            self.cast = people_of.gather(session)

    @property
    def database(self):
        return self.app.extensions["hoert.database"]

    def run(self, *words):
        return self.app.test_cli_runner().invoke(args=[str(word) for word in words])

    def done(self, *words):
        result = self.run(*words)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output

    def take(self, *items, who="leder"):
        with self.database.writing() as session:
            return [one.status for one in sync.take(session, getattr(self.cast, who), items=items, now=now())]

    def ids(self):
        with self.database.reading() as session:
            return [str(key) for key in session.exec(select(Conversation.id)).all()]

    def epoch(self):
        with self.database.reading() as session:
            return sync.epoch(session)


@pytest.fixture
def house(tmp_path, database_url):
    found = House(tmp_path, database_url)
    yield found
    found.database.dispose()


@pytest.fixture
def on_sqlite(tmp_path, sqlite_url):
    found = House(tmp_path, sqlite_url)
    yield found
    found.database.dispose()


def database_files(house):
    """What lies where the database lies, but for what was kept aside on purpose."""
    there = Path(house.database.engine.url.database)
    return b"".join(path.read_bytes() for path in there.parent.glob(f"{there.name}*") if "before-restore" not in path.name)


def files_of_postgresql(server):
    """All of the database's own; the write-ahead log is another matter (docs/privacy.md)."""
    with server.connect("hoert") as session:
        session.execute("CHECKPOINT")
        [key] = session.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
    return b"".join(path.read_bytes() for path in Path(server.folder, "data", "base", str(key)).iterdir())


def is_sqlite(house):
    return house.database.engine.dialect.name == "sqlite"


def test_what_was_erased_before_and_after_the_backup_stays_erased(house):
    keep, taken_back, erased, gone_before = (house.cast.talk(f"{n}: {SENTENCE}") for n in range(4))
    house.take(keep, taken_back, erased, gone_before)
    house.take(make.withdrawal(gone_before["id"]))
    house.done("conversations", "index")
    house.done("backup", "create", house.folder / "b")
    later = house.cast.talk(SENTENCE)
    house.take(later)
    house.take(make.withdrawal(taken_back["id"]), make.withdrawal(later["id"]))
    house.done("privacy", "erase", erased["id"])
    before = house.epoch()
    said = house.done("backup", "restore", house.folder / "b")
    assert "Erased again: 2 talks" in said
    assert house.ids() == [keep["id"]]
    assert house.epoch() != before
    assert house.take(taken_back, erased, later, gone_before, keep) == ["erased"] * 4 + ["duplicate"]
    with house.database.reading() as session:
        told = set(map(str, sync.forget_list(session, house.cast.leder)))
        assert session.exec(select(Epoch.reason)).all()[-1]["restored_from"]
    assert {taken_back["id"], erased["id"], later["id"]} <= told


def test_no_byte_of_what_was_erased_comes_back_into_the_files(house, request):
    item = house.cast.talk(SENTENCE)
    house.take(item, house.cast.talk("Noget om garderoben"))
    house.done("conversations", "index")
    house.done("backup", "create", house.folder / "b")
    house.take(make.withdrawal(item["id"]))
    # A back-up holds it as long as it is kept; PostgreSQL's is packed.
    assert not is_sqlite(house) or BIT in (house.folder / "b").read_bytes()
    assert "privacy scrub" not in house.done("backup", "restore", house.folder / "b")
    files = database_files(house) if is_sqlite(house) else files_of_postgresql(request.getfixturevalue("postgres_server"))
    assert (b"garderoben" in files, BIT in files) == (True, False)


def test_a_restore_that_could_not_write_the_files_anew_says_what_to_do(house, monkeypatch):
    house.take(house.cast.talk())
    house.done("backup", "create", house.folder / "b")
    monkeypatch.setattr("domain.privacy.scrub", lambda _database: False)
    assert "run flask privacy scrub later" in house.done("backup", "restore", house.folder / "b")


def test_with_the_database_lost_the_ledger_alone_tells_what_was_erased(on_sqlite):
    house = on_sqlite
    item, other = house.cast.talk(SENTENCE), house.cast.talk()
    house.take(item, other)
    house.done("backup", "create", house.folder / "b")
    house.take(make.withdrawal(item["id"]))
    house.database.dispose()
    there = Path(house.database.engine.url.database)
    for path in list(there.parent.glob(f"{there.name}*")):
        path.unlink()
    assert "could not be read" in house.done("backup", "restore", house.folder / "b")
    assert house.ids() == [other["id"]]


def test_with_the_ledger_lost_the_replaced_database_tells_it(house):
    item = house.cast.talk(SENTENCE)
    house.take(item)
    house.done("backup", "create", house.folder / "b")
    house.take(make.withdrawal(item["id"]))
    house.app.config["LEDGER"].unlink()
    house.done("backup", "restore", house.folder / "b")
    assert house.ids() == []


def test_another_servers_ledger_can_be_named(house):
    item, other = house.cast.talk(SENTENCE), house.cast.talk()
    house.take(item, other)
    house.done("backup", "create", house.folder / "b")
    house.done("privacy", "erase", item["id"])
    elsewhere = house.folder / "elsewhere.log"
    house.app.config["LEDGER"].rename(elsewhere)
    with house.database.writing() as session:
        session.execute(sa.text("DELETE FROM tombstone"))
    house.done("backup", "restore", house.folder / "b", "--ledger", elsewhere)
    assert house.ids() == [other["id"]]


def test_a_line_whose_commit_failed_erases_nothing(house):
    item = house.cast.talk()
    house.take(item)
    house.done("backup", "create", house.folder / "b")
    line = Erasure(now(), house.cast.leder.person_id, frozenset({uuid.UUID(item["id"])}))
    Ledger(house.app.config["LEDGER"]).append([line])  # and then the power went
    house.done("backup", "restore", house.folder / "b")
    assert house.ids() == [item["id"]]


def sign_in(house):
    with house.database.reading() as session:
        assert session.exec(select(Person.id)).first()
    return people.sign_in(
        house.database, email=people_of.email("leder"), password=make.PASSWORD, address="1", user_agent="", now=now()
    ).token


def test_who_was_shut_out_stays_out_and_nobody_is_signed_in(house):
    token = sign_in(house)
    seen = {"device_id": PHONE, "user_agent": "", "waiting": 0, "now": now()}
    with house.database.writing() as session:
        people.see_device(session, house.cast.medarbejder, **seen)
    house.done("backup", "create", house.folder / "b")
    new_phone = uuid.uuid4()
    with house.database.writing() as session:
        people.see_device(session, house.cast.medarbejder, **{**seen, "device_id": new_phone})
        for row in people.own_devices(session, house.cast.medarbejder):
            people.revoke_device(session, house.cast.medarbejder, row_id=row.id, now=now())
        session.get_one(Person, house.cast.leder2.person_id).password_hash = "changed"
    house.done("people", "disable", people_of.email("omraade"))
    later = sign_in(house)
    house.done("backup", "restore", house.folder / "b")
    with house.database.reading() as session:
        assert [people.actor_by_token(house.database, one) for one in (token, later)] == [None, None]
        assert people.actor_for(session, house.cast.omraade.person_id) is None
        assert all(people.is_revoked(session, house.cast.medarbejder, one) for one in (PHONE, new_phone))
        assert session.get_one(Person, house.cast.leder2.person_id).password_hash == "changed"
    assert sign_in(house)


def test_what_was_settled_in_somebodys_box_stays_settled(house):
    item = house.cast.talk(SENTENCE, unit=house.cast.kommune)
    assert house.take(item) == ["needs_help"]
    house.done("backup", "create", house.folder / "b")
    with house.database.writing() as session:
        [one] = sync.waiting(session, house.cast.leder)
        assert sync.settle(session, house.cast.leder, one.key, now=now())
    house.done("backup", "restore", house.folder / "b")
    with house.database.reading() as session:
        assert sync.waiting(session, house.cast.leder) == []
        assert SENTENCE not in str(session.execute(sa.text("SELECT content FROM boxed_item")).all())


def test_what_phones_offer_again_stands_once_and_in_one_issue(house):
    week = Week.parse("2026-W47")
    early, late = house.cast.talk(), house.cast.talk()
    with house.database.writing() as session:
        for item, moment in ((early, make.NOW), (late, make.NOW + timedelta(hours=1))):
            assert sync.accept(session, house.cast.leder, item=item, now=moment).status == "stored"
            if item is early:
                session.commit()
                house.done("backup", "create", house.folder / "b")
    house.done("digests", "weekly", "--week", str(week))
    house.done("backup", "restore", house.folder / "b")
    assert house.take(early, late) == ["duplicate", "stored"]
    assert house.take(early, late) == ["duplicate", "duplicate"]
    with house.database.writing() as session:
        digests.make_issue(session, house.cast.syd, week, now=week.ends_at())
        digests.make_issue(session, house.cast.syd, Week(2026, 48), now=now() + timedelta(days=30))
        stand = [str(key) for key in session.exec(select(IssueTalk.conversation_id)).all()]
    assert sorted(stand) == sorted([early["id"], late["id"]])


def test_an_older_backup_is_brought_to_this_release(on_sqlite):
    house = on_sqlite
    item = house.cast.talk()
    house.take(item)
    old = house.folder / "old"
    house.done("backup", "create", old)
    command.downgrade(migrations.config(f"sqlite:///{old}"), "0006")
    house.done("backup", "restore", old)
    assert migrations.revision(house.url) != "0006"
    house.done("conversations", "index")
    assert house.ids() == [item["id"]]


def test_what_was_there_is_kept_aside_and_only_its_owner_reads_it(on_sqlite):
    house = on_sqlite
    house.done("backup", "create", house.folder / "b")
    item = house.cast.talk(SENTENCE)
    house.take(item)
    house.done("backup", "restore", house.folder / "b")
    [kept] = house.folder.glob("*.before-restore")
    assert BIT in kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert house.ids() == []
    assert not list(house.folder.glob(".*"))


def test_a_broken_database_is_replaced_only_when_no_server_runs(on_sqlite):
    house = on_sqlite
    item, erased = house.cast.talk(), house.cast.talk(SENTENCE)
    house.take(item, erased)
    house.done("backup", "create", house.folder / "b")
    house.take(make.withdrawal(erased["id"]))
    house.database.dispose()
    there = Path(house.database.engine.url.database)
    there.write_bytes(b"\0" * 100 + there.read_bytes()[100:])
    with running(house):
        result = house.run("backup", "restore", house.folder / "b")
        assert (result.exit_code, "Stop the server" in result.output) == (1, True)
    said = house.done("backup", "restore", house.folder / "b")
    assert "could not be read" in said
    assert house.ids() == [item["id"]]


@contextmanager
def running(house):
    """Holds what each process of a server holds."""
    handle = serving.hold(house.app.config["INSTANCE"])
    yield
    os.close(handle)


@pytest.mark.timeout(300)
def test_while_people_go_on_writing_nothing_acknowledged_is_lost_or_doubled(house):
    """R13. Phones keep what was acknowledged, and offer it again in the new epoch; what they took back stays gone."""
    kept, taken_back, refused = {}, set(), []
    house.done("backup", "create", house.folder / "b", "--force")
    stop = threading.Event()

    def phone(who):
        while not stop.is_set():
            item = house.cast.talk(who=who)
            try:
                [status] = house.take(item, who=who)
                if status == "stored":
                    kept[item["id"]] = (who, item)
                if len(kept) % 5 == 0:
                    house.take(make.withdrawal(item["id"]), who=who)
                    taken_back.add(item["id"])
            except Exception as error:  # a store that is busy: the phone tries again later
                refused.append(type(error).__name__)
            stop.wait(0.02)

    for _ in range(trials(3)):
        stop.clear()
        phones = [threading.Thread(target=phone, args=(who,)) for who in ("leder", "medarbejder")]
        for one in phones:
            one.start()
        try:
            stop.wait(0.5)
            before = house.epoch()
            house.done("backup", "restore", house.folder / "b")
            stop.wait(0.2)
        finally:
            stop.set()
            for one in phones:
                one.join()
        assert house.epoch() != before
        for key, (who, item) in kept.items():
            [status] = house.take(item, who=who)
            assert status == "erased" if key in taken_back else status in ("stored", "duplicate"), (status, key)
        stand = house.ids()
        assert sorted(stand) == sorted(set(kept) - taken_back)
        house.done("backup", "create", house.folder / "b", "--force")
    assert len(kept) > 10
    assert taken_back
    assert set(refused) <= {"Unreachable"}, refused


# Files that are not what they should be


def refused(house, file, *words):
    before = house.ids(), house.epoch()
    result = house.run("backup", "restore", file)
    assert result.exit_code == 1
    assert all(word in result.output for word in words), result.output
    assert "Traceback" not in result.output
    assert (house.ids(), house.epoch()) == before


def test_a_file_that_is_no_backup_of_this_house_changes_nothing(house, tmp_path):
    house.take(house.cast.talk())
    other = tmp_path / "other"
    other.write_text("noget andet")
    refused(house, other, "no back-up")
    other.unlink()
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE something (a)")
    connection.close()
    refused(house, other, "no database of Hørt" if is_sqlite(house) else "HOERT_DATABASE_URL names PostgreSQL")


def test_a_dump_of_the_other_kind_changes_nothing(on_sqlite, tmp_path):
    (tmp_path / "d").write_bytes(b"PGDMP\x01\x0e")
    refused(on_sqlite, tmp_path / "d", "HOERT_DATABASE_URL names SQLite")


def test_a_backup_of_a_later_release_changes_nothing(house, tmp_path):
    with house.database.writing() as session:
        ours = session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    house.done("backup", "create", tmp_path / "b")
    with house.database.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = :ours"), {"ours": ours})
    refused(house, tmp_path / "b", "later release")


def test_a_broken_backup_changes_nothing(house, tmp_path):
    for n in range(60):
        house.take(house.cast.talk(f"{n} {SENTENCE}" * 20))
    house.done("backup", "create", tmp_path / "b")
    whole = (tmp_path / "b").read_bytes()
    (tmp_path / "b").write_bytes(whole[: len(whole) * 2 // 3])
    refused(house, tmp_path / "b", "broken")
    half = len(whole) // 2
    (tmp_path / "b").write_bytes(whole[:half] + bytes(byte ^ 0xFF for byte in whole[half : half + 9000]) + whole[half + 9000 :])
    refused(house, tmp_path / "b", "broken")
