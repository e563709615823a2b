"""What stands between phone and server: a proxy that loses, doubles, cuts, delays and resets, or answers in the server's stead.

Each phone has a line (a port) of its own with a chance of its own, so that the faults of a phone depend on the seed and on its
own requests only. A line takes one request a connection.
"""

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

LONGEST_DELAY_S = 0.15
SHARE = 0.35


@dataclass
class Request:
    method: str
    path: str
    data: bytes  # whole, as it came, but that the connection is to be closed after it


Fault = Callable[["Way"], Awaitable[None]]


@dataclass
class Line:
    """One phone's way to the server. `script`: what befalls each request that comes now; None: nothing."""

    chance: Random
    port: int = 0
    script: Callable[["Line", Request], Fault | None] = lambda _line, _request: None
    #: path and fault of every request
    log: list[tuple[str, str | None]] = field(default_factory=list)

    def quiet(self) -> None:
        """From now on the line is good."""
        self.script = lambda _line, _request: None


def by_chance(line: Line, _request: Request) -> Fault | None:
    """35 % of requests meet a fault."""
    return line.chance.choice(FAULTS) if line.chance.random() < SHARE else None


def sync_only(fault: Fault) -> Callable[[Line, Request], Fault | None]:
    """Every envelope meets this one; all else is well."""
    return lambda _line, request: fault if request.path == "/sync" else None


class Chaos:
    """Runs in a thread of its own. `upstream` is the server's port."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.servers: list[asyncio.Server] = []
        self.late: set[asyncio.Task[Any]] = set()

    def line(self, seed: object = 0) -> Line:
        line = Line(Random(str(seed)))
        line.port = asyncio.run_coroutine_threadsafe(self._open(line), self.loop).result(10)
        return line

    def settle(self) -> None:
        """Waits until nothing is on its way any more."""
        asyncio.run_coroutine_threadsafe(self._settle(), self.loop).result(30)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def _open(self, line: Line) -> int:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task
            self.late.add(task)
            task.add_done_callback(self.late.discard)
            with suppress(OSError, EOFError, asyncio.CancelledError):
                await self._serve(line, reader, writer)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
        self.servers.append(server)
        return server.sockets[0].getsockname()[1]

    async def _settle(self) -> None:
        while others := [task for task in self.late if task is not asyncio.current_task()]:
            await asyncio.wait(others)

    async def _close(self) -> None:
        for server in self.servers:
            server.close()
        for task in list(self.late):
            task.cancel()
        await self._settle()

    async def _serve(self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read(reader)
        fault = line.script(line, request)
        line.log.append((request.path, fault and fault.__name__))
        await (fault or Way.through)(Way(self, Random(line.chance.random()), request, writer))

    def later(self, work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        self.late.add(task)
        task.add_done_callback(self.late.discard)


@dataclass
class Way:
    """One request on its way there, and its reply on the way back."""

    chaos: Chaos
    chance: Random
    request: Request
    writer: asyncio.StreamWriter

    async def ask(self, data: bytes | None = None) -> bytes:
        """What the server answers; nothing when it is away or cuts."""
        answer = b""
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.chaos.upstream)
            try:
                writer.write(self.request.data if data is None else data)
                if data is not None:
                    writer.write_eof()
                answer = await reader.read(-1)
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
        return answer

    async def say(self, answer: bytes) -> None:
        self.writer.write(answer)
        await self.writer.drain()

    async def through(self) -> None:
        await self.say(await self.ask())

    async def reset(self) -> None:
        """RST instead of FIN."""
        taken: socket.socket = self.writer.get_extra_info("socket")
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def pause(self) -> None:
        await asyncio.sleep(self.chance.random() * LONGEST_DELAY_S)

    async def lose(self) -> None:
        """The connection ends without a word."""


def answer(status: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def page(status: str, words: str, **headers: str) -> bytes:
    return answer(status, f"<!doctype html><title>{words}</title>".encode(), Content_Type="text/html", **headers)


def document(status: str, content: Any, **headers: str) -> bytes:
    return answer(status, json.dumps(content).encode(), Content_Type="application/json", **headers)


PORTAL = page("200 OK", "Welcome to the guest network")


async def lost_reply(way: Way) -> None:
    await way.ask()


async def doubled(way: Way) -> None:
    """Both at once; the phone hears one of them."""
    both = await asyncio.gather(way.ask(), way.ask())
    await way.say(way.chance.choice(both))


async def doubled_late(way: Way) -> None:
    """Once more after the reply, when the phone has gone on."""
    await way.through()
    way.writer.close()

    async def again() -> None:
        await way.pause()
        await way.ask()

    way.chaos.later(again())


async def cut_request(way: Way) -> None:
    await way.ask(way.request.data[: way.chance.randrange(len(way.request.data))])


async def cut_reply(way: Way) -> None:
    whole = await way.ask()
    await way.say(whole[: way.chance.randrange(max(len(whole), 1))])


async def late_request(way: Way) -> None:
    await way.pause()
    await way.through()


async def late_reply(way: Way) -> None:
    whole = await way.ask()
    await way.pause()
    await way.say(whole)


async def reset_reply(way: Way) -> None:
    await way.ask()
    await way.reset()


async def error_after(way: Way) -> None:
    """It was stored, and the phone hears of a fault."""
    await way.ask()
    await way.say(page("500 Internal Server Error", "Fejl"))


async def portal(way: Way) -> None:
    await way.say(PORTAL)


async def error_before(way: Way) -> None:
    await way.say(page("500 Internal Server Error", "Fejl"))


async def bad_gateway(way: Way) -> None:
    await way.say(page("502 Bad Gateway", "nginx"))


FAULTS: tuple[Fault, ...] = (
    Way.lose,
    lost_reply,
    doubled,
    doubled_late,
    cut_request,
    cut_reply,
    late_request,
    late_reply,
    Way.reset,
    reset_reply,
    portal,
    error_before,
    error_after,
    bad_gateway,
)


async def _read(reader: asyncio.StreamReader) -> Request:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = [line for line in lines[1:] if line and not line.lower().startswith("connection:")]
    length = next((int(line.split(":")[1]) for line in headers if line.lower().startswith("content-length:")), 0)
    body = await reader.readexactly(length)
    method, path, _version = lines[0].split(" ")
    return Request(method, path, "\r\n".join([lines[0], *headers, "Connection: close", "", ""]).encode("latin-1") + body)
