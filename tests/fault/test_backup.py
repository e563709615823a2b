"""A back-up taken while people write holds every talk acknowledged before it, whole, and Hørt runs on it (QUALITY D5)."""

import itertools
import re
import sqlite3
import threading
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from app import create_app
from blueprints.admin import backups
from blueprints.admin.backups import BadBackup, postgresql
from domain.base import now, open_database
from domain.conversations import Conversation
from tests import cast as people_of
from tests import make
from tests.fault.soak import trials
from tests.web.client import Visitor

WRITERS = ("leder", "medarbejder", "leder2", "leder3")
ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def opened(folder, url):
    app = create_app({"INSTANCE": folder / "instance", "DATABASE_URL": url, "LIMITS": False})
    app.testing = True
    return app


@pytest.fixture
def served(tmp_path, database_url):
    app = opened(tmp_path, database_url)
    yield app
    app.extensions["hoert.database"].dispose()


@pytest.fixture
def town_of_cast(served):
    with served.extensions["hoert.database"].writing() as session:
        return people_of.gather(session)


class Writers:
    """People whose phones send, each in a thread of its own, until told to stop. `acknowledged` grows as receipts arrive."""

    def __init__(self, app, cast):
        self.app, self.cast = app, cast
        self.acknowledged, self.faults, self.stop = [], [], threading.Event()
        self.threads = [threading.Thread(target=self._write, args=(who,)) for who in WRITERS]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def _write(self, who):
        try:
            visitor = Visitor(self.app)
            visitor.sign_in(who)
            token = visitor.get("/sync/token", json=True).text
            token = re.search(r'"csrf_token":\s*"([^"]+)"', token)[1]
            house = {"leder2": self.cast.skovbrynet, "leder3": self.cast.havnen}.get(who, self.cast.mariehuset)
            for n in itertools.count():
                if self.stop.is_set():
                    return
                items = [self.cast.talk(f"{n} af {who}: " + "og mange flere ord " * 60, unit=house) for _ in range(3)]
                self._send(visitor, token, items)
        except Exception as error:
            self.faults.append(error)

    def _send(self, visitor, token, items):
        envelope = {"schema": "hoert.envelope/1", "device": str(uuid.uuid4()), "waiting": 0, "items": items}
        answer = visitor.http.post("/sync", json=envelope, headers={"X-CSRFToken": token}, base_url=visitor.base_url)
        if answer.status_code == 200:
            self.acknowledged += [one["id"] for one in answer.get_json()["receipts"] if one["status"] == "stored"]
        else:
            assert answer.status_code == 503, answer.status_code


def ids_in(file: Path) -> set[str]:
    if file.read_bytes()[:6] == b"SQLite":
        connection = sqlite3.connect(file)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = {str(uuid.UUID(key)) for (key,) in connection.execute("SELECT id FROM conversation")}
        connection.close()
        return found
    with postgresql.script(file) as lines:
        text = lines.read()
    [rows] = re.findall(rb"COPY public\.conversation \(.*?FROM stdin;\n(.*?)\n?\\\.\n", text, re.DOTALL)
    return {ID.match(row)[0].decode() for row in rows.splitlines() if row}


@pytest.mark.timeout(600)
def test_every_talk_acknowledged_before_the_backup_is_in_it(served, town_of_cast, tmp_path, database_url, request):
    database = served.extensions["hoert.database"]
    with Writers(served, town_of_cast) as writers:
        for n in range(trials(20)):
            while len(writers.acknowledged) < 3 * n + 3 and not writers.faults:
                writers.stop.wait(0.02)
            before = set(writers.acknowledged)
            file = tmp_path / f"{n}.backup"
            backups.create(database_url, file, now=now())
            assert before <= ids_in(file)
            assert file.stat().st_mode & 0o777 == 0o600
            if n:
                (tmp_path / f"{n - 1}.backup").unlink()
    assert writers.faults == []
    with database.reading() as session:
        assert set(writers.acknowledged) <= {str(key) for key in session.exec(select(Conversation.id)).all()}
    boots_on(file, tmp_path, request, before)


def boots_on(file, tmp_path, request, before):
    """Restored on another machine, where people sign in and read."""
    there = tmp_path / "elsewhere"
    there.mkdir()
    server = None
    if file.read_bytes()[:6] == b"SQLite":
        url = f"sqlite:///{there / 'hoert.sqlite'}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create("elsewhere")
    app = opened(there, url)
    try:
        result = app.test_cli_runner().invoke(args=["backup", "restore", str(file)])
        assert result.exit_code == 0, result.output
        assert app.test_client().get("/health/ready").status_code == 200
        visitor = Visitor(app)
        visitor.sign_in("leder")
        assert "af leder" in visitor.get("/conversations/").text
        with app.extensions["hoert.database"].reading() as session:
            assert before <= {str(key) for key in session.exec(select(Conversation.id)).all()}
    finally:
        app.extensions["hoert.database"].dispose()
        if server:
            server.drop("elsewhere")


def test_a_file_that_is_there_is_overwritten_only_by_force(served, town_of_cast, tmp_path):
    target = tmp_path / "b"
    target.write_text("a letter")
    run = served.test_cli_runner().invoke
    assert run(args=["backup", "create", str(target)]).exit_code == 1
    assert target.read_text() == "a letter"
    assert run(args=["backup", "create", str(target), "--force"]).exit_code == 0
    assert target.read_bytes()[:5] in (b"SQLit", b"PGDMP")
    assert not list(tmp_path.glob(".*"))


def test_a_backup_that_fails_leaves_what_was_there_and_no_leftovers(served, tmp_path):
    target = tmp_path / "b"
    target.write_text("the last good one")
    with pytest.raises(BadBackup):
        backups.create(f"sqlite:///{tmp_path / 'no-such-database'}", target, now=now(), force=True)
    with pytest.raises(BadBackup):
        backups.create(f"postgresql://nobody@/none?host={tmp_path}", target, now=now(), force=True)
    assert target.read_text() == "the last good one"
    assert not list(tmp_path.glob(".*"))
    assert served.test_cli_runner().invoke(args=["backup", "create", str(tmp_path / "no" / "b")]).exit_code == 1


def test_a_password_goes_by_the_environment_and_never_by_the_command_line(tmp_path, monkeypatch):
    url = sa.make_url("postgresql://anna:hemmeligt@db.example:5433/hoert?sslmode=require&connect_timeout=3")
    given = postgresql.environment(url)
    named = {name: given[name] for name in given if name.startswith("PG")}
    assert named == {
        "PGHOST": "db.example",
        "PGPORT": "5433",
        "PGUSER": "anna",
        "PGPASSWORD": "hemmeligt",
        "PGDATABASE": "hoert",
        "PGSSLMODE": "require",
        "PGCONNECT_TIMEOUT": "3",
    }
    seen = tmp_path / "seen"
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{seen}\nexit 1\n')
    program.chmod(0o700)
    monkeypatch.setattr(postgresql, "program", lambda _name: str(program))
    with pytest.raises(BadBackup):
        postgresql.dump(url, tmp_path / "b")
    assert seen.read_text()
    assert "hemmeligt" not in seen.read_text()


def test_a_broken_database_makes_no_backup_that_looks_whole(tmp_path, sqlite_url):
    database = open_database(sqlite_url)
    with database.writing() as session:
        cast = people_of.gather(session)
        for n in range(80):
            cast.log(session, cast.leder, f"{n} " + "ord " * 300)
    database.dispose()
    file = Path(database.engine.url.database)
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * 40960 + whole[49152:])
    with pytest.raises(BadBackup):
        backups.create(sqlite_url, tmp_path / "b", now=now())
    assert not (tmp_path / "b").exists()


def test_the_file_says_when_it_was_made_and_hoert_runs_on_it_as_it_is(tmp_path, sqlite_url):
    at = make.NOW
    backups.create(sqlite_url, tmp_path / "b", now=at)
    connection = sqlite3.connect(tmp_path / "b")
    assert connection.execute("SELECT made_at FROM backup_note").fetchall() == [(at.isoformat(timespec="seconds"),)]
    connection.close()
    app = opened(tmp_path, f"sqlite:///{tmp_path / 'b'}")
    assert app.test_client().get("/health/ready").status_code == 200
    app.extensions["hoert.database"].dispose()
