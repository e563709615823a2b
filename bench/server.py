"""Hørt as it is served: gunicorn with the real settings, two workers, and people who are signed in."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BINARIES = Path(sys.executable).parent
WORKERS = 2


@dataclass(frozen=True)
class Memory:
    """Of all processes, in MB. `once`: what they share counts once (proportional set size): what the machine gives up for them.
    `each`: it counts in each of them (resident set size)."""

    once: float
    each: float


@dataclass(frozen=True)
class Server:
    port: int
    instance: Path
    pid: int
    started_in_s: float

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def pids(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def memory_mb(self) -> Memory:
        rolled = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.pids()]
        sums = (
            sum(int(kb) for kb in re.findall(rf"^{name}:\s+(\d+)", "\n".join(rolled), re.MULTILINE)) for name in ("Pss", "Rss")
        )
        return Memory(*(kb / 1024 for kb in sums))

    def cpu_s(self) -> float:
        """Seconds of CPU, user and system, that all processes have used."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def sign_in(self, who: str) -> "Phone":
        return Phone(self, who)


class Phone:
    """One who is signed in, with a connection that stays open."""

    def __init__(self, server: Server, who: str) -> None:
        self.server, self.connection, self.cookies = server, server.connection(), dict[str, str]()
        page = self.ask("GET", "/auth/sign-in")[1].decode()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        fields = {"csrf_token": token[1] if token else "", "email": f"{who}@demo.example", "password": "kun-til-demo"}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _body = self.ask("POST", "/auth/sign-in", urllib.parse.urlencode(fields).encode(), form)
        assert status == 302, status
        self.csrf = json.loads(self.ask("GET", "/sync/token")[1])["csrf_token"]
        self.headers = {
            "X-CSRFToken": self.csrf,
            "Content-Type": "application/json",
            "Cookie": self._cookie(),
        }

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        self.connection.request(method, path, body, {**(headers or {}), "Cookie": self._cookie()})
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, answer.read()

    def get(self, path: str) -> bytes:
        """Raises AssertionError when it is not there."""
        status, body = self.ask("GET", path)
        assert status == 200, (path, status)
        return body

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """As a phone sends: nothing is done about cookies any more."""
        self.connection.request("POST", path, body, self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


def flask(instance: Path, *command: str) -> None:
    environment = {**os.environ, "HOERT_INSTANCE": str(instance)}
    subprocess.run(
        [BINARIES / "flask", "--app", "app", *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
    )


@contextmanager
def served(instance: Path, *, app: str = "app:create_app()") -> Iterator[Server]:
    """Stops the server when the block ends, however it ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "HOERT_INSTANCE": str(instance),
        "HOERT_LIMITS": "off",
        "HOERT_BASE_URL": f"http://127.0.0.1:{port}",
        "WORKERS": str(WORKERS),
        "MALLOC_ARENA_MAX": "2",  # as tools/serve.sh
        # What comes by the clock would fall into one figure and not into the next.
        "HOERT_JOBS": os.environ.get("BENCH_JOBS", "off"),
    }
    began = time.perf_counter()
    command = [BINARIES / "gunicorn", "--bind", f"127.0.0.1:{port}", "--config", "tools/gunicorn.conf.py", app]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield Server(port, instance, process.pid, _first_answer(port, began))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


def _first_answer(port: int, began: float) -> float:
    while time.perf_counter() - began < 60:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            if connection.getresponse().status == 200:
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise TimeoutError("the server gave no answer within a minute")
