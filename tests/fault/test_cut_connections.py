"""Sixty-four connections cut while requests are on their way: the next is answered within a second, no transaction stays open."""

import json
import socket
import sqlite3
import struct
import time
from contextlib import closing
from random import Random
from statistics import median

import pytest
import sqlalchemy as sa

from domain.base import new_id
from tests import make
from tests.fault.server import as_header, ask, sign_in
from tests.fault.soak import say, seeds

IN_FLIGHT = 64
#: Usually, and ever: a machine may have other work, but nobody waits for a connection that was cut.
LONGEST_ANSWER_S, LONGEST_EVER_S = 1, 8
#: For those that were taken whole and are still being answered.
LONGEST_WORK_S = 10
#: The part of requests that is said to the end before the connection is cut.
WHOLE = 1 / 8


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request, worlds):
    return worlds(request.param, HOERT_LIMITS="off")


def sender(world):
    """Headers of one who is signed in, and what is asked."""
    cookies = sign_in(world.server.port, "leder")
    given = ask(world.server.port, "GET", "/sync/token", headers={"Cookie": as_header(cookies)})
    cookies |= given.cookies
    headers = {"Cookie": as_header(cookies), "Content-Type": "application/json", "X-CSRFToken": given.json["csrf_token"]}
    return headers, ask(world.server.port, "GET", "/sync/kit", headers=headers).json


def body(kit, *, count):
    """An envelope of new talks."""
    asked = kit["question_sets"][0]
    question = asked["questions"][0]["id"]
    like = {"kind": "conversation", "revision": 1, "replaces": None, "unit": kit["units"][0]["id"]}
    like |= {"question_set_version": asked["version_id"], "held_at": make.NOW.isoformat(), "about": {}, "quote_scope": None}
    keys = [str(new_id()) for _ in range(count)]
    items = [{"id": key, **like, "answers": [{"question": question, "text": f"afbrudt {key}"}]} for key in keys]
    return json.dumps({"schema": "hoert.envelope/1", "device": str(new_id()), "waiting": 0, "items": items}).encode()


def cuts(world, seed):
    """Seconds until the next answer, and until one at other times."""
    headers, kit = sender(world)
    usual_s = max(answered_in(world, headers, kit) for _ in range(3))
    cut(world.server.port, [request(headers, body(kit, count=3)) for _ in range(IN_FLIGHT)], Random(seed))
    took_s = answered_in(world, headers, kit)
    say(seed, f"next answer after {took_s * 1000:.0f} ms, at other times {usual_s * 1000:.0f} ms")
    assert took_s <= LONGEST_EVER_S
    assert still_open(world) == 0, "transactions are open"
    return took_s, usual_s


def answered_in(world, headers, kit):
    """Seconds until one new talk is stored."""
    envelope, began = body(kit, count=1), time.monotonic()
    answer = ask(world.server.port, "POST", "/sync", envelope, headers)
    assert answer.status == 200
    assert answer.json["receipts"][0]["status"] == "stored"
    return time.monotonic() - began


def test_cut_connections_hold_nothing_up(world):
    took_s, usual_s = zip(*(cuts(world, seed) for seed in seeds(10)), strict=True)
    assert median(took_s) <= max(LONGEST_ANSWER_S, 10 * median(usual_s))
    assert world.server.errors() == []


def request(headers, content):
    lines = ["POST /sync HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode() + content


def cut(port, requests, chance):
    """All at once; each breaks off (RST) somewhere, some of them when all was said."""
    opened = []
    for data in requests:
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        connection.sendall(data if chance.random() < WHOLE else data[: chance.randrange(1, len(data))])
        opened.append(connection)
    for connection in opened:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


def still_open(world):
    """Transactions that are open some time after the last request: none, when those under way had time to end."""
    deadline = time.monotonic() + LONGEST_WORK_S
    while (found := _open(world)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _open(world):
    if world.database.engine.dialect.name == "postgresql":
        with world.database.reading() as session:
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            return session.execute(sa.text(f"{query} AND xact_start IS NOT NULL")).scalar_one()
    with closing(sqlite3.connect(world.database.engine.url.database, timeout=0, isolation_level=None)) as asking:
        try:
            asking.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return 1
        asking.execute("ROLLBACK")
        return 0
