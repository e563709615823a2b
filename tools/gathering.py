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
from collections import deque
from enum import Enum
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

WHOLE_WITHIN_S = 60
READ_BY_CLIENT_WITHIN_S = 30
HUNG_UP_WITHIN_S = 2
#: More than any body we accept, so that it is the application that says what is too large.
MOST_BYTES = 8 * 1024 * 1024
MOST_HEAD_BYTES = 64 * 1024
#: Held for requests that are not whole yet, in all; beyond it the largest is let go.
MOST_GATHERED_BYTES = 128 * 1024 * 1024
MOST_WAITING = 256
RETRY_AFTER_S = 5

_PIECE = 256 * 1024
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:.*chunked", re.IGNORECASE | re.MULTILINE)
_CONTINUE = re.compile(rb"^expect:[ \t]*100-continue", re.IGNORECASE | re.MULTILINE)


class Verdict(Enum):
    """What can be said of what has come so far; the last three are answers."""

    MORE = b""
    WHOLE = b"whole"  # or so that the parser refuses it without asking for more
    HEAD_TOO_LARGE = b"431 Request Header Fields Too Large"
    TOO_LARGE = b"413 Content Too Large"
    LATE = b"408 Request Timeout"


class Gathered:
    """A request's bytes as they come. Looks at each but once, however small the pieces."""

    def __init__(self, ahead: bytes = b"") -> None:
        self.data = bytearray(ahead)
        self.asks_to_go_on = False
        self._looked = 0
        self._whole_at: int | None = None  # by its length
        self._chunk_at: int | None = None  # where the next chunk's size stands

    def verdict(self) -> Verdict:
        if self._whole_at is None and self._chunk_at is None:
            end = self.data.find(_END, max(0, self._looked - 3))
            self._looked = len(self.data)
            if end == -1:
                return Verdict.HEAD_TOO_LARGE if len(self.data) > MOST_HEAD_BYTES else Verdict.MORE
            self._read_head(end + len(_END))
        if self._chunk_at is not None:
            return self._chunks()
        assert self._whole_at is not None
        if self._whole_at > MOST_BYTES:
            return Verdict.TOO_LARGE
        return Verdict.WHOLE if len(self.data) >= self._whole_at else Verdict.MORE

    def _read_head(self, end: int) -> None:
        head = bytes(self.data[:end])
        self.asks_to_go_on = bool(_CONTINUE.search(head))
        if _CHUNKED.search(head):
            self._chunk_at = end
        else:
            said = _LENGTH.search(head)
            self._whole_at = end + (int(said[1]) if said else 0)

    def _chunks(self) -> Verdict:
        assert self._chunk_at is not None
        while len(self.data) <= MOST_BYTES:
            line = self.data.find(b"\r\n", self._chunk_at)
            if line == -1:
                return Verdict.MORE
            try:
                size = int(bytes(self.data[self._chunk_at : line]).split(b";")[0], 16)
            except ValueError:
                return Verdict.WHOLE
            if size == 0:  # and, maybe, trailers
                return Verdict.WHOLE if self.data.find(_END, line) != -1 else Verdict.MORE
            after = line + 2 + size + 2
            if after > MOST_BYTES:
                break
            if len(self.data) < after:
                return Verdict.MORE
            self._chunk_at = after
        return Verdict.TOO_LARGE


class Worker(ThreadWorker):  # type: ignore[misc]
    """gthread, but for who waits for a request's bytes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gathered_bytes = 0
        self.in_line = 0
        self.leaving: deque[TConn] = deque()

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        for direction, seconds in ((socket.SO_SNDTIMEO, READ_BY_CLIENT_WITHIN_S), (socket.SO_RCVTIMEO, WHOLE_WITHIN_S)):
            client.setsockopt(socket.SOL_SOCKET, direction, struct.pack("ll", seconds, 0))
        conn = TConn(self.cfg, client, address, listener.getsockname())
        conn.gathered = None
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
        if self.cfg.is_ssl:
            super().finish_request(conn, future)
            return
        went_well = not future.cancelled() and future.exception() is None
        if not went_well:
            self._close(conn)
        elif not future.result():
            self._leave(conn)
        else:
            ahead = conn.parser.unreader.take_buffered()  # of the next request, sent behind this one's body
            if ahead:
                self._gather(conn, ahead)
            else:
                super().finish_request(conn, future)

    def _gather(self, conn: TConn, ahead: bytes) -> None:
        conn.gathered = Gathered(ahead)
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + WHOLE_WITHIN_S
        self.gathered_bytes += len(ahead)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_bytes, conn))
        if ahead:
            self._judge(conn)
        self._on_bytes(conn, conn.sock)

    def _on_bytes(self, conn: TConn, _client: object) -> None:
        if conn.gathered is None or conn not in self.pending_conns:  # let go a moment ago, with its event still to come
            return
        try:
            piece = conn.sock.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            piece = b""
        if not piece:
            self._let_go(conn)
            return
        conn.gathered.data += piece
        self.gathered_bytes += len(piece)
        self._judge(conn)

    def _judge(self, conn: TConn) -> None:
        verdict = conn.gathered.verdict()
        if verdict is Verdict.WHOLE:
            self._hand_over(conn)
        elif verdict is not Verdict.MORE:
            self._let_go(conn, verdict.value)
        elif conn.gathered.asks_to_go_on:  # some clients ask whether they may send the body, and wait for it
            conn.gathered.asks_to_go_on = False
            _say(conn, b"HTTP/1.1 100 Continue\r\n\r\n")
        while self.gathered_bytes > MOST_GATHERED_BYTES and self.pending_conns:
            self._let_go(max(self.pending_conns, key=_weight), b"503 Service Unavailable")

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
        gathered, conn.gathered = conn.gathered, None
        if gathered is not None:
            conn.sock.setblocking(True)
            conn.init()
            conn.parser.unreader.unread(bytes(gathered.data))
        return super().handle(conn)

    def murder_pending(self) -> None:
        """Those that sent no whole request in time, and those that do not hang up."""
        now = time.monotonic()
        while self.pending_conns and self.pending_conns[0].timeout <= now:
            late = self.pending_conns[0]
            self._let_go(late, Verdict.LATE.value if _weight(late) else b"")
        while self.leaving and self.leaving[0].timeout <= now:
            self._gone(self.leaving[0])

    def _no_longer_gathers(self, conn: TConn) -> None:
        self.gathered_bytes -= _weight(conn)
        self.pending_conns.remove(conn)
        self.poller.unregister(conn.sock)

    def _let_go(self, conn: TConn, status: bytes = b"") -> None:
        self._no_longer_gathers(conn)
        conn.gathered = None
        if not status:
            self._close(conn)
            return
        _say(
            conn,
            b"HTTP/1.1 %b\r\nRetry-After: %d\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
            b"Content-Length: 0\r\nConnection: close\r\n\r\n" % (status, RETRY_AFTER_S),
        )
        self._leave(conn)

    def _leave(self, conn: TConn) -> None:
        """Everything is said. To close at once could take the answer from a client that is still sending: it may hang up first,
        and nobody waits for it."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        conn.timeout = time.monotonic() + HUNG_UP_WITHIN_S
        self.leaving.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._discard, conn))

    def _discard(self, conn: TConn, _client: object) -> None:
        if conn not in self.leaving:
            return
        try:
            if conn.sock.recv(_PIECE):
                return
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            pass
        self._gone(conn)

    def _gone(self, conn: TConn) -> None:
        self.leaving.remove(conn)
        self.poller.unregister(conn.sock)
        self._close(conn)

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()


def _weight(conn: TConn) -> int:
    gathered = getattr(conn, "gathered", None)
    return len(gathered.data) if gathered is not None else 0


def _say(conn: TConn, what: bytes) -> None:
    try:
        conn.sock.send(what)
    except OSError:  # it does not listen; so be it
        return
