"""Clients that send a byte now and then, and clients that never read, keep nobody else from the server."""

import json
import socket
import time
import uuid
from contextlib import ExitStack

import pytest

from bench import sync
from bench.server import flask, served


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    instance = tmp_path_factory.mktemp("served") / "instance"
    flask(instance, "demo", "load")
    with served(instance) as running:
        yield running


def _connected(server, held, first):
    connection = held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=20))
    connection.sendall(first)
    return connection


def _answer(connection, *, whole=b"}"):
    """The answer's first line, when all of it has come."""
    said = b""
    while not said.rstrip().endswith(whole):
        piece = connection.recv(4000)
        assert piece, said
        said += piece
    return said.split(b"\r\n")[0]


@pytest.fixture
def phone(server):
    signed_in = server.sign_in("leder")
    yield signed_in
    signed_in.connection.close()


HALF_A_BODY = b"POST /sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"


def test_sixty_four_who_dawdle_hold_no_thread(server, phone):
    notes, device = sync.Notes(json.loads(phone.ask("GET", "/sync/kit")[1])), str(uuid.uuid4())
    with ExitStack() as held:
        slow = [_connected(server, held, HALF_A_BODY if n % 2 else b"GET / HTT") for n in range(64)]
        took = []
        for _ in range(5):
            for one in slow:
                one.sendall(b" ")
            began = time.monotonic()
            status, answer = phone.post("/sync", notes.envelope(1, device))
            took.append(time.monotonic() - began)
            assert status == 200, answer
        assert sorted(took)[2] < 2, took


def test_what_comes_byte_by_byte_is_answered_when_it_is_whole(server):
    with ExitStack() as held:
        one = _connected(server, held, b"GET /health/live HTTP/1.1\r\n")
        for piece in (b"Host: x\r", b"\n", b"\r", b"\n"):
            time.sleep(0.05)
            one.sendall(piece)
        assert _answer(one) == b"HTTP/1.1 200 OK"
        one.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /health/li")  # the connection is kept; one and a half
        assert _answer(one) == b"HTTP/1.1 200 OK"
        one.sendall(b"ve HTTP/1.1\r\nHost: x\r\n\r\n")
        assert _answer(one) == b"HTTP/1.1 200 OK"


def test_who_asks_whether_to_go_on_is_told_so(server):
    with ExitStack() as held:
        ask = HALF_A_BODY.replace(b"Host: x", b"Host: x\r\nExpect: 100-continue").replace(b"500\r\n\r\n{", b"2\r\n\r\n")
        one = _connected(server, held, ask)
        assert one.recv(400).startswith(b"HTTP/1.1 100")
        one.sendall(b"{}")
        said = b""
        while b"HTTP/1.1 401" not in said:
            piece = one.recv(4000)
            assert piece, said
            said += piece


def test_what_says_it_is_too_large_is_refused_without_being_read(server, phone):
    head = f"POST /sync HTTP/1.1\r\nHost: x\r\nCookie: {phone.headers['Cookie']}\r\nContent-Type: application/json\r\n"
    with ExitStack() as held:
        one = _connected(server, held, head.encode() + b"Content-Length: 50000000\r\n\r\n{")
        assert one.recv(4000).startswith(b"HTTP/1.1 413")


def _soon(server, phone):
    began = time.monotonic()
    assert phone.ask("GET", "/health/live")[0] == 200
    return time.monotonic() - began


def test_forty_who_do_not_hang_up_hold_up_nobody(server, phone):
    with ExitStack() as held:
        for _ in range(40):
            one = _connected(server, held, b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert _answer(one) == b"HTTP/1.1 200 OK"
        assert min(_soon(server, phone) for _ in range(3)) < 1


@pytest.mark.parametrize(
    "never_whole",
    [
        b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 70_000,
        b"POST /sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n0\r\n\r\n",
        b"POST /sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;" + b"z" * 100_000,
    ],
    ids=["a head without an end", "an end within the data", "a size without an end"],
)
def test_what_is_never_whole_takes_no_thread(server, phone, never_whole):
    with ExitStack() as held:
        for _ in range(24):
            _connected(server, held, never_whole)
        assert min(_soon(server, phone) for _ in range(3)) < 1
