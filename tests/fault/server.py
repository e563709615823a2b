"""Hørt as it is served, to be killed: gunicorn with the real settings on one port, over SQLite or PostgreSQL.

A server is up when it says that it is ready, and gone when none of its processes lives and nothing listens on its port.
"""

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
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests import cast as people
from tests import make

ROOT = Path(__file__).resolve().parents[2]
LONGEST_START_S = 60
LONGEST_DEATH_S = 30


class NotServed(Exception):
    """The server did not start, did not end, or wrote an error into its log."""


class Nursery:
    """Forks servers; see nursery.py."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("HOERT_", "FAULT_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.fault.nursery"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C reaches pytest, not the one who tidies up after it
        )

    def fork(self, **told: Any) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["pid"]

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(LONGEST_DEATH_S)
        self.process.stdout.close()


class Server:
    """One port and one instance folder; started and killed as often as a test likes."""

    def __init__(self, nursery: Nursery, folder: Path, database_url: str, *, workers: int = 2, **environment: str) -> None:
        self.nursery, self.folder, self.database_url = nursery, folder, database_url
        self.port = _free_port()
        self.log = folder / "log"
        self.kill_at = folder / "kill-at"
        self.clock = folder / "clock"
        self.pid: int | None = None
        self.environment = {
            "HOERT_INSTANCE": str(folder / "instance"),
            "HOERT_DATABASE_URL": database_url,
            "HOERT_BASE_URL": self.url,
            "FAULT_KILL_AT": str(self.kill_at),
            "FAULT_CLOCK": str(self.clock),
            "WORKERS": str(workers),
            "HOERT_JOBS": "off",  # what a test is about is not done for it meanwhile; test_jobs.py lets it
            **environment,
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, cold: bool = False) -> float:
        """How many seconds it took until it was ready. `cold`: with a Python that has read nothing yet."""
        assert self.pid is None
        began = time.monotonic()
        self.pid = self.nursery.fork(environment=self.environment, bind=f"127.0.0.1:{self.port}", log=str(self.log), cold=cold)
        while not self.is_ready():
            if time.monotonic() - began > LONGEST_START_S or not _alive(self.pid):
                raise NotServed(self.log.read_text("utf-8"))
            time.sleep(0.01)
        return time.monotonic() - began

    def is_ready(self) -> bool:
        try:
            return ask(self.port, "GET", "/health/ready").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def cpu_s(self) -> float:
        """Seconds of processor that the busiest of its processes has used since it was started."""
        assert self.pid is not None
        fields = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in _group(self.pid)]
        return max(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """-9, master and workers at once, and waits until nothing is left."""
        assert self.pid is not None
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait_until_gone()

    def kill_itself_at(self, place: str) -> None:
        """Arms a place of wrapped.py."""
        armed = self.kill_at.with_suffix(".new")
        armed.write_text(place, "ascii")
        armed.rename(self.kill_at)

    def set_ahead(self, **by: float) -> None:
        """From now on its clock is ahead by so much: `days=13`."""
        new = self.clock.with_suffix(".new")
        new.write_text(str(int(timedelta(**by).total_seconds())), "ascii")
        new.rename(self.clock)

    def disarm(self) -> None:
        self.kill_at.unlink(missing_ok=True)

    def wait_until_gone(self, longest_s: float = LONGEST_DEATH_S) -> None:
        assert self.pid is not None
        deadline = time.monotonic() + longest_s
        while _lives(self.pid) or _listens(self.port):
            if time.monotonic() > deadline:
                raise NotServed(f"processes {_group(self.pid)} are still there")
            time.sleep(0.005)
        self.pid = None

    def stop(self) -> None:
        """In good order, as an administrator does it."""
        if self.pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        try:
            self.wait_until_gone(40)
        except NotServed:
            self.kill()

    def errors(self) -> list[str]:
        """Lines of the log that are errors. A database that was busy too long is none: it is answered by 503, and tried again."""
        lines = self.log.read_text("utf-8").splitlines()
        return [line for line in lines if re.search(r"\b(ERROR|CRITICAL|Traceback)\b", line) and "store unreachable" not in line]


@contextmanager
def served(nursery: Nursery, folder: Path, database_url: str, **more: Any) -> Iterator[Server]:
    """A running server, gone when the block ends."""
    server = Server(nursery, folder, database_url, **more)
    server.start()
    try:
        yield server
    finally:
        server.disarm()
        server.stop()


class Answer:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def cookies(self) -> dict[str, str]:
        lines = self.headers.get_all("Set-Cookie") or []
        return dict(line.split(";")[0].split("=", 1) for line in lines)


def ask(port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def sign_in(port: int, name: str) -> dict[str, str]:
    """The cookies of one who signed in through the form."""
    page = ask(port, "GET", "/auth/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.body.decode())
    assert token, page.status
    fields = {"csrf_token": token[1], "email": people.email(name), "password": make.PASSWORD}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": as_header(page.cookies)}
    done = ask(port, "POST", "/auth/sign-in", urllib.parse.urlencode(fields).encode(), headers)
    assert done.status == 302, done.status
    return page.cookies | done.cookies


def as_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _listens(port: int) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def _lives(group: int) -> bool:
    """Whether any process of the group is there; the nursery buries the dead."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _group(leader: int) -> list[int]:
    """The processes of a group, one by one: slow on a full machine."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            state, _parent, group = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:3]
            if int(group) == leader and state not in "ZX":
                found.append(int(entry.name))
    return found
