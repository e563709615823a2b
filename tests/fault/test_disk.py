"""A disk that is full, read-only or broken: nothing is acknowledged that is not stored, and words can still be erased (D1–D3)."""

import json
import random
import re
import shutil
import sqlite3
import uuid
from pathlib import Path

import pytest
from sqlmodel import select

from app import create_app
from blueprints.shared import migrations
from domain import conversations
from domain.base import Database, now, open_database
from domain.base.reserve import LEAST_BYTES
from domain.conversations import Conversation
from tests import cast as people_of
from tests import make
from tests.fault import disk
from tests.fault.soak import of_sqlite, say, seeds, trials
from tests.web.client import Visitor

pytestmark = of_sqlite
SENTENCE = "der lå en våd sovedyne i barnevognen"
BIT = b"sovedyne"


class Server:
    """Hørt with its instance folder and its database in one folder, and the leader's phone."""

    def __init__(self, folder: Path, *, cast=None) -> None:
        self.folder = folder
        url = f"sqlite:///{folder / 'instance' / 'hoert.sqlite'}"
        self.app = create_app({"INSTANCE": folder / "instance", "DATABASE_URL": url, "LIMITS": False})
        self.app.testing = True
        if cast is None:
            list(migrations.upgrade(url))
            with self.database.writing() as session:
                cast = people_of.gather(session)
        self.cast = cast
        self.visitor = Visitor(self.app)
        self.token = ""

    def sign_in(self):
        self.visitor.sign_in("leder")
        self.token = re.search(r'"csrf_token":\s*"([^"]+)"', self.visitor.get("/sync/token", json=True).text)[1]
        return self

    @property
    def database(self) -> Database:
        return self.app.extensions["hoert.database"]

    def post(self, *items):
        envelope = {"schema": "hoert.envelope/1", "device": str(uuid.UUID(int=7)), "waiting": 0, "items": items}
        headers = {"X-CSRFToken": self.token}
        return self.visitor.http.post("/sync", json=envelope, headers=headers, base_url=self.visitor.base_url)

    def send(self, *items):
        """Status and, where there are, receipts by id."""
        answer = self.post(*items)
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
            return 503, {}
        assert answer.status_code == 200, (answer.status_code, answer.get_data(as_text=True))
        return 200, {one["id"]: one["status"] for one in answer.get_json()["receipts"]}

    def talk(self, text=None):
        return self.cast.talk(text or "Noget om maden " + "og mange flere ord " * random.Random(1).randrange(200))

    def rows(self):
        with self.database.reading() as session:
            return {str(row.id): json.dumps(row.answers) for row in session.exec(select(Conversation)).all()}

    def files(self):
        return b"".join(path.read_bytes() for path in (self.folder / "instance").iterdir() if path.is_file())

    def is_ready(self):
        return self.app.test_client().get("/health/ready").status_code == 200


@pytest.fixture
def small(tmp_path):
    with disk.mounted(tmp_path / "disk", mib=32) as found:
        yield found


@pytest.fixture
def on_it(small):
    server = Server(small.folder)
    yield server.sign_in()
    server.database.dispose()


def fill(server, small, *, but):
    """Until the store takes no more; returns what was acknowledged."""
    small.fill(but=but)
    acknowledged = set()
    for _ in range(400):
        item = server.talk()
        status, receipts = server.send(item)
        if status == 503:
            return acknowledged
        assert receipts == {item["id"]: "stored"}
        acknowledged.add(item["id"])
    raise AssertionError("the disk never became full")


@pytest.mark.parametrize("trial", range(trials(5)))
def test_on_a_full_disk_talks_are_refused_and_words_still_erased(on_it, small, trial):
    server = on_it
    server.app.set_room_aside()
    assert server.database.reserve.path.stat().st_size >= LEAST_BYTES
    mine, elsewhere = server.talk(f"Far: {SENTENCE}"), server.talk(f"Mor: {SENTENCE}")
    assert server.send(mine, elsewhere)[0] == 200
    with server.database.writing() as session:
        conversations.index(session, now=now())
    acknowledged = fill(server, small, but=(0, 4_096, 40_000, 200_000, 600_000)[trial % 5])
    assert server.send(server.talk())[0] == 503
    assert server.send(make.withdrawal(mine["id"]))[0] == 200
    result = server.app.test_cli_runner().invoke(args=["privacy", "erase", elsewhere["id"]])
    # Erased, and for writing the file anew there is no room: it says so, as a command that failed.
    assert result.exit_code == 1, (result.output, result.exception)
    assert f"Erased the talk {elsewhere['id']}" in result.stdout
    assert "Make room" in result.stderr
    assert set(server.rows()) == acknowledged
    assert BIT not in server.files()
    assert mine["id"].encode() in server.app.config["LEDGER"].read_bytes()
    assert server.database.reserve.path.exists()  # for the next one
    small.empty()
    assert server.app.test_cli_runner().invoke(args=["privacy", "scrub"]).exit_code == 0
    item = server.talk()
    assert server.send(item, mine)[1] == {item["id"]: "stored", mine["id"]: "erased"}


def test_without_room_set_aside_an_erasure_is_refused_and_not_half_done(on_it, small):
    """What the reserve is for: the same without it."""
    server = on_it
    mine = server.talk(f"Far: {SENTENCE}")
    server.send(mine)
    acknowledged = fill(server, small, but=0)
    status, _receipts = server.send(make.withdrawal(mine["id"]))
    if status == 503:
        assert set(server.rows()) == acknowledged | {mine["id"]}
    else:  # the journal had room enough by itself
        assert set(server.rows()) == acknowledged
    small.empty()
    assert server.send(make.withdrawal(mine["id"]))[0] == 200
    assert set(server.rows()) == acknowledged


@pytest.mark.parametrize("trial", range(trials(3)))
def test_on_a_read_only_disk_nothing_is_acknowledged_and_it_mends_by_itself(on_it, small, trial):
    server = on_it
    kept = server.talk()
    server.send(kept)
    server.database.dispose()
    small.remount("ro")
    new = server.talk()
    for item in (new, make.withdrawal(kept["id"])):
        assert server.send(item) == (503, {})
    form = server.visitor.http.post("/auth/sign-in", data={"email": "x", "password": "y"}, base_url=server.visitor.base_url)
    assert form.status_code >= 400
    server.database.dispose()
    small.remount("rw")
    assert server.send(new, kept)[1] == {new["id"]: "stored", kept["id"]: "duplicate"}


# Broken pages


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A database of 300 talks, to copy from, and who is in it."""
    folder = tmp_path_factory.mktemp("grown")
    server = Server(folder).sign_in()
    for _ in range(6):
        _status, receipts = server.send(*(server.talk() for _ in range(50)))
        assert set(receipts.values()) == {"stored"}
    with server.database.writing() as session:
        conversations.index(session, now=now())
    cast, cookie = server.cast, server.visitor.cookie
    server.database.forget_journal()
    server.database.dispose()
    return folder, cast, (cookie, server.token)


def break_a_page(file: Path, dice: random.Random) -> int:
    """Turns over bytes of one page: in the middle of it, or where it says what lies where."""
    data = bytearray(file.read_bytes())
    page = dice.randrange(len(data) // 4096)
    begin = page * 4096 + (100 if page == 0 else 0)
    for _ in range(dice.choice((1, 8, 200))):
        place = begin + dice.randrange(dice.choice((12, 400, 3900)))
        data[place] ^= dice.randrange(1, 256)
    file.write_bytes(data)
    return page


@pytest.mark.parametrize("trial", seeds(20))
def test_with_a_broken_page_it_refuses_to_write_or_stores_what_it_acknowledges(grown, tmp_path, trial, caplog):
    """SQLite has no checksums: a letter turned over inside a text is not seen by it. What is seen stops all writing."""
    folder, cast, (cookie, token) = grown
    shutil.copytree(folder / "instance", tmp_path / "instance")
    file = tmp_path / "instance" / "hoert.sqlite"
    say(trial, "page", break_a_page(file, random.Random(trial)))
    connection = sqlite3.connect(file)
    try:
        is_sound = connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    except sqlite3.DatabaseError:
        is_sound = False
    connection.close()
    server = Server(tmp_path, cast=cast)
    server.visitor.cookie, server.token = cookie, token
    file_before = file.read_bytes()
    items = [server.talk() for _ in range(3)]
    answers = [server.send(item) if is_sound else refused(server, item) for item in items]
    if not is_sound:
        assert [status for status, _receipts in answers] == [503] * 3
        assert not server.is_ready()
        assert file.read_bytes() == file_before
        assert "the database is broken" in caplog.text
        return
    assert server.is_ready()
    stored = {item["id"] for item, (status, receipts) in zip(items, answers, strict=True) if receipts.get(item["id"]) == "stored"}
    assert stored <= set(server.rows())
    server.database.dispose()


def refused(server, item):
    """A page on the way to the sign-in may be the broken one: any refusal will do that is none of a sent talk."""
    envelope = {"schema": "hoert.envelope/1", "device": str(uuid.UUID(int=7)), "waiting": 0, "items": [item]}
    answer = server.visitor.http.post(
        "/sync", json=envelope, headers={"X-CSRFToken": server.token}, base_url=server.visitor.base_url
    )
    server.database.dispose()
    return answer.status_code, {}


def test_what_breaks_while_it_runs_stops_all_writing_and_a_restore_mends_it(tmp_path, caplog, monkeypatch):
    server = Server(tmp_path).sign_in()
    for _ in range(4):
        server.send(*(server.talk("ord " * 800) for _ in range(40)))
    run = server.app.test_cli_runner().invoke
    assert run(args=["backup", "create", str(tmp_path / "b")]).exit_code == 0
    kept = server.rows()
    server.database.forget_journal()
    server.database.dispose()
    file = tmp_path / "instance" / "hoert.sqlite"
    with file.open("r+b") as opened:
        opened.seek(8192)
        opened.write(b"\xff" * (file.stat().st_size - 8192))
    assert server.send(server.talk())[0] == 503
    assert server.send(server.talk())[0] == 503
    assert not server.is_ready()
    assert "the database is broken" in caplog.text
    assert run(args=["database", "upgrade"]).exit_code == 1
    result = run(args=["backup", "restore", str(tmp_path / "b")])
    assert result.exit_code == 0, result.output
    server.database.dispose()
    monkeypatch.setattr("domain.base.soundness.LOOK_AGAIN_S", 0)
    assert server.is_ready()
    assert server.rows() == kept
    assert server.sign_in().send(server.talk())[0] == 200
    server.database.dispose()


def test_room_is_set_aside_by_the_upgrade_and_grows_with_the_index(tmp_path, sqlite_url):
    database = open_database(sqlite_url)
    app = create_app({"INSTANCE": tmp_path / "instance", "DATABASE_URL": sqlite_url})
    assert app.test_cli_runner().invoke(args=["database", "upgrade"]).exit_code == 0
    reserve = database.reserve
    assert reserve.path.stat().st_size >= LEAST_BYTES
    assert reserve.path.stat().st_blocks * 512 >= LEAST_BYTES  # real room, not a hole
    before = reserve.wanted_bytes()
    with database.writing() as session:
        cast = people_of.gather(session)
        for n in range(30):
            cast.log(session, cast.leder, " ".join(f"ord{n}x{one}" for one in range(300)))
        conversations.index(session, now=now())
    if sqlite3.sqlite_version_info < (3, 42):
        assert reserve.wanted_bytes() > before
    database.dispose()
    app.extensions["hoert.database"].dispose()
