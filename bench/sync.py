"""What phones send: in batches beside raw SQLite, one by one beside a null POST and one commit, and with connections cut."""

import json
import random
import sqlite3
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.server import Phone, Server
from domain.base import new_id
from domain.demo.rules import read

BATCH = 100


@dataclass(frozen=True)
class Timed:
    """Answers a second, how long one took, and how much CPU the server used for each, in seconds."""

    per_s: float
    p50: float
    p99: float
    cpu_s: float


class Notes:
    """Talks as a phone in the demo's first house writes them, with the demo's own words."""

    def __init__(self, kit: dict[str, Any]) -> None:
        self.kit, self.random = kit, random.Random(7)
        self.asked = kit["question_sets"][0]
        self.themes = [theme["id"] for theme in kit["themes"]]
        self.texts = [note["answers"] for note in read("notes_nursery")]

    def item(self) -> dict[str, Any]:
        said = self.random.choice(self.texts)
        chosen = self.random.sample(self.themes, 1)
        return {
            "id": str(new_id()),
            "kind": "conversation",
            "revision": 1,
            "replaces": None,
            "unit": self.kit["units"][0]["id"],
            "question_set_version": self.asked["version_id"],
            "held_at": "2026-11-18T08:12:00+01:00",
            "answers": [
                {"question": question["id"], "text": text}
                for question, text in zip(self.asked["questions"], said, strict=True)
                if text
            ],
            "about": {"relation": ["mother"]},
            "quote_scope": "area",
            "themes": {"confirmed": chosen, "rejected": [], "tones": {chosen[0]: "trouble"}},
        }

    def envelope(self, n: int, device: str) -> bytes:
        whole = {"schema": "hoert.envelope/1", "device": device, "waiting": 0, "items": [self.item() for _ in range(n)]}
        return json.dumps(whole).encode()


def post_all(server: Server, bodies: Sequence[bytes], *, clients: int) -> Timed:
    """Every body once, by so many phones of one person at a time, each with its own connection."""
    phones = [server.sign_in("leder") for _ in range(clients)]
    for phone in phones:  # the first ones' may have been idle for too long
        phone.connection.close()
    took: list[float] = []

    def one(phone: Phone, mine: Sequence[bytes]) -> None:
        for body in mine:
            began = time.perf_counter()
            status, answer = phone.post("/sync", body)
            took.append(time.perf_counter() - began)
            assert status == 200, (status, answer[:200])
            assert b'"stored"' in answer or b'"receipts":[]' in answer, answer[:200]

    used = server.cpu_s()  # signing in is dear, and no part of it
    whole = _together(one, phones, [bodies[number::clients] for number in range(clients)])
    return Timed(len(bodies) / whole, statistics.median(took), _p99(took), (server.cpu_s() - used) / len(bodies))


def raw(folder: Path, rows: Sequence[bytes], *, per_commit: int, commit_s: float = 0) -> Timed:
    """The rows SQLite itself stores durably, so many a transaction, with the bytes of our items. `commit_s`: so much
    longer takes each commit."""
    database = sqlite3.connect(folder / "raw.sqlite", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS talk (id BLOB PRIMARY KEY, body TEXT)")
    began = time.perf_counter()
    for start in range(0, len(rows), per_commit):
        database.execute("BEGIN IMMEDIATE")
        some = [(new_id().bytes, body) for body in rows[start : start + per_commit]]
        database.executemany("INSERT INTO talk VALUES (?, ?)", some)
        time.sleep(commit_s)
        database.execute("COMMIT")
    found = len(rows) / (time.perf_counter() - began)
    database.close()
    return Timed(found, 1 / found, 1 / found, 0)


def null(server: Server, body: bytes, *, times: int) -> Timed:
    """A POST of that body to the bare application of `bench.bare`, one after the other."""
    connection, used, took = server.connection(), server.cpu_s(), []
    for _ in range(times):
        began = time.perf_counter()
        connection.request("POST", "/null", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - began)
        assert answer.status == 200, answer.status
    return Timed(times / sum(took), statistics.median(took), _p99(took), (server.cpu_s() - used) / times)


def quickest(works: Mapping[str, Callable[[], Timed]], *, rounds: int) -> dict[str, Timed]:
    """Each in its turn, round after round; the quickest of each. CPU and what most took are those of that round."""
    found: dict[str, Timed] = {}
    for _ in range(rounds):
        for name, work in works.items():
            one = work()
            if name not in found or one.per_s > found[name].per_s:
                found[name] = one
    return found


def cut(server: Server, notes: Notes, *, connections: int = 64) -> tuple[float, int]:
    """Connections dropped with a request in flight. How long the next answer takes, and how many talks were doubled or lost."""
    phone, device = server.sign_in("leder"), str(uuid.uuid4())
    bodies = [notes.envelope(1, device) for _ in range(connections)]
    for body in bodies:
        connection = server.connection()
        connection.request("POST", "/sync", body, phone.headers)
        assert connection.sock is not None
        connection.sock.close()
    began = time.perf_counter()
    status, _body = server.sign_in("leder").post("/sync", notes.envelope(1, device))
    next_s = time.perf_counter() - began
    assert status == 200, status
    wrong = 0
    for body in bodies:  # sent again, each is stored or was: never both, never neither
        [receipt] = json.loads(phone.post("/sync", body)[1])["receipts"]
        wrong += receipt["status"] not in ("stored", "duplicate")
    with sqlite3.connect(server.instance / "hoert.sqlite") as database:
        ids = [json.loads(body)["items"][0]["id"].replace("-", "") for body in bodies]
        marks = ", ".join("?" * len(ids))
        wrong += abs(database.execute(f"SELECT count(*) FROM conversation WHERE id IN ({marks})", ids).fetchone()[0] - len(ids))
    return next_s, wrong


def _together(work: Callable[..., None], *lists: Sequence[Any]) -> float:
    failed: list[BaseException] = []

    def guarded(*mine: Any) -> None:
        try:
            work(*mine)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=mine) for mine in zip(*lists, strict=True)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - began


def _p99(took: Sequence[float]) -> float:
    return sorted(took)[min(len(took) - 1, int(len(took) * 0.99))]
