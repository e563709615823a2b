"""The web server's worker: a request is handed to a thread when it is whole.

A thread that waits for a slow phone's next byte serves nobody else, and sixteen such phones would stop the server. Here the
worker's own loop gathers what comes, without waiting, and only what is whole takes a thread. What is not whole within a minute
is answered 408; when more wait than can be served soon, 503 with `Retry-After`. A proxy in front does the same; without one the
server must not depend on it.
"""

import re
import selectors
import socket
import struct
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

WHOLE_WITHIN_S = 60
READ_BY_CLIENT_WITHIN_S = 30
#: More than any body we accept: what says that it is larger is handed on at once, to be refused without being read.
MOST_BYTES = 2 * 1024 * 1024
MOST_HEAD_BYTES = 64 * 1024
#: Held for requests that are not whole yet, in all; beyond it the one that has waited longest is let go.
MOST_GATHERED_BYTES = 128 * 1024 * 1024
MOST_WAITING = 256
RETRY_AFTER_S = 5

_PIECE = 256 * 1024
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:.*chunked", re.IGNORECASE | re.MULTILINE)
_CONTINUE = re.compile(rb"^expect:[ \t]*100-continue", re.IGNORECASE | re.MULTILINE)


def missing(gathered: bytes | bytearray) -> int:
    """How many bytes the request still lacks at least; 0: it is whole, or so that nothing is gained by waiting."""
    end = gathered.find(b"\r\n\r\n")
    if end == -1:
        return 1 if len(gathered) < MOST_HEAD_BYTES else 0
    head = bytes(gathered[:end])
    if _CHUNKED.search(head):
        whole = gathered.endswith(b"0\r\n\r\n") or len(gathered) > MOST_BYTES
        return 0 if whole else 1
    said = _LENGTH.search(head)
    length = int(said[1]) if said else 0
    return 0 if length > MOST_BYTES else max(0, end + 4 + length - len(gathered))


class Worker(ThreadWorker):  # type: ignore[misc]
    """gthread, but for who waits for a request's bytes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gathered_bytes = 0
        self.in_line = 0

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        limit = struct.pack("ll", READ_BY_CLIENT_WITHIN_S, 0)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        conn = TConn(self.cfg, client, address, listener.getsockname())
        if self.cfg.is_ssl:  # its bytes are not the request's
            self.enqueue_req(conn)
        else:
            self._gather(conn, b"")

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """The next request on a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        if self.cfg.is_ssl:
            self.enqueue_req(conn)
        else:
            self._gather(conn, b"")

    def finish_request(self, conn: TConn, future: Any) -> None:
        self.in_line -= 1
        if not self.cfg.is_ssl and not future.cancelled() and future.exception() is None and future.result() is True:
            ahead = conn.parser.unreader.take_buffered()  # of the next request, sent behind this one's body
            if ahead:
                self._gather(conn, ahead)
                return
        super().finish_request(conn, future)

    def _gather(self, conn: TConn, ahead: bytes) -> None:
        conn.gathered = bytearray(ahead)
        conn.was_told_to_go_on = False
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + WHOLE_WITHIN_S
        self.gathered_bytes += len(ahead)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_bytes, conn))
        self._on_bytes(conn, conn.sock)

    def _on_bytes(self, conn: TConn, _client: object) -> None:
        try:
            piece = conn.sock.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            if conn.gathered and not missing(conn.gathered):
                self._hand_over(conn)
            return
        except OSError:
            piece = b""
        if not piece:
            self._let_go(conn)
            return
        conn.gathered += piece
        self.gathered_bytes += len(piece)
        if not missing(conn.gathered):
            self._hand_over(conn)
            return
        self._go_on(conn)
        while self.gathered_bytes > MOST_GATHERED_BYTES and self.pending_conns:
            self._let_go(max(self.pending_conns, key=lambda one: len(one.gathered)), b"503 Service Unavailable")

    def _go_on(self, conn: TConn) -> None:
        """Some clients ask whether they may send the body, and wait for it."""
        head, found, _body = bytes(conn.gathered).partition(b"\r\n\r\n")
        if found and not conn.was_told_to_go_on and _CONTINUE.search(head):
            conn.was_told_to_go_on = True
            _say(conn, b"HTTP/1.1 100 Continue\r\n\r\n")

    def _hand_over(self, conn: TConn) -> None:
        if self.in_line >= MOST_WAITING:
            self._let_go(conn, b"503 Service Unavailable")
            return
        self._no_longer_gathers(conn)
        conn.data_ready = True
        self.enqueue_req(conn)

    def enqueue_req(self, conn: TConn) -> None:
        self.in_line += 1
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> Any:
        """In a thread: what was gathered is what the parser reads."""
        gathered = bytes(getattr(conn, "gathered", b""))
        if gathered:
            conn.gathered = b""
            conn.sock.setblocking(True)
            conn.init()
            conn.parser.unreader.unread(gathered)
        return super().handle(conn)

    def murder_pending(self) -> None:
        """Those that sent no whole request in time."""
        now = time.monotonic()
        while self.pending_conns and self.pending_conns[0].timeout <= now:
            late = self.pending_conns[0]
            self._let_go(late, b"408 Request Timeout" if getattr(late, "gathered", b"") else None)

    def _no_longer_gathers(self, conn: TConn) -> None:
        self.gathered_bytes -= len(getattr(conn, "gathered", b""))
        self.pending_conns.remove(conn)
        self.poller.unregister(conn.sock)

    def _let_go(self, conn: TConn, status: bytes | None = None) -> None:
        self._no_longer_gathers(conn)
        self.nr_conns -= 1
        if status:
            _say(
                conn,
                b"HTTP/1.1 %b\r\nRetry-After: %d\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                b"Content-Length: 0\r\nConnection: close\r\n\r\n" % (status, RETRY_AFTER_S),
            )
        conn.close()


def _say(conn: TConn, what: bytes) -> None:
    try:
        conn.sock.send(what)
    except OSError:  # it does not listen; so be it
        return
