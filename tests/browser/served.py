"""Hørt as it is served: gunicorn with the real settings, on a copy of the invented municipality.

As in tests/postgres.py a small shell watches over the server and waits for a pipe to close. It closes when the block ends,
when Python ends and when Python is killed; in all three the server is stopped.
"""

import atexit
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARIES = Path(sys.executable).parent
LONGEST_START_S = 60
LONGEST_STOP_S = 40
WATCH = '"$@" & read _; kill -TERM $!; wait $!'


class NotServed(Exception):
    """The server did not start, or wrote an error into its log."""


@dataclass(frozen=True)
class Server:
    """A running server and the folder that holds its database."""

    url: str
    instance: Path
    #: Words of lines that a test means to find in the log; any other line fails it.
    excused: list[str] = field(default_factory=list)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The database can be read but takes nothing."""
        with closing(sqlite3.connect(self.instance / "hoert.sqlite", isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            yield
            database.execute("ROLLBACK")

    def flask(self, *command: str) -> str:
        """Runs `flask COMMAND` against the server's own database; what it printed."""
        return flask(self.instance, *command, url=self.url)

    def count(self, words: str) -> int:
        """How many stored talks hold the words, plain ASCII; straight from the database, past all of the application."""
        with closing(sqlite3.connect(self.instance / "hoert.sqlite")) as database:
            return database.execute("SELECT count(*) FROM conversation WHERE answers LIKE ?", [f"%{words}%"]).fetchone()[0]


def flask(instance: Path, *command: str, url: str = "http://127.0.0.1") -> str:
    done = subprocess.run(
        [BINARIES / "flask", "--app", "app", *command],
        cwd=ROOT,
        env=_environment(instance, url),
        capture_output=True,
        text=True,
        timeout=60,
    )
    if done.returncode:
        raise NotServed(done.stderr)
    return done.stdout


def offer(instance: Path, *, all_sets: bool) -> None:
    """Whether the demo offers all its question sets, or of each sector the first one alone: then *Ny samtale* is one tap."""
    with closing(sqlite3.connect(instance / "hoert.sqlite")) as database, database:
        closed = None if all_sets else "2026-01-01 00:00:00.000000"
        database.execute("UPDATE question_set SET closed_at = ? WHERE position > 0", [closed])


@contextmanager
def serve(demo: Path, folder: Path, *, workers: int = 1, language: str = "da") -> Iterator[Server]:
    """A server on a copy of the instance folder `demo`, where everybody has this language. It is gone when the block ends,
    and its log is empty."""
    with running(copy(demo, folder, language), folder / "log", workers=workers) as server:
        yield server


def copy(demo: Path, folder: Path, language: str = "da") -> Path:
    """An instance folder of one's own, where everybody has this language."""
    instance = folder / "instance"
    shutil.copytree(demo, instance)
    with closing(sqlite3.connect(instance / "hoert.sqlite")) as database, database:
        database.execute("UPDATE person SET language = ?", [language])
    return instance


@contextmanager
def running(instance: Path, log: Path, *, port: int = 0, workers: int = 1, root: Path = ROOT) -> Iterator[Server]:
    """A server on this instance folder and the code in `root`; gone when the block ends, so that the next may have its port."""
    with socket.create_server(("127.0.0.1", port)) as listening, log.open("wb") as written:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        gunicorn = [BINARIES / "gunicorn", "--config", "tools/gunicorn.conf.py", "--bind", f"fd://{listening.fileno()}"]
        watch = subprocess.Popen(
            ["/bin/sh", "-c", WATCH, "sh", *gunicorn, "app:create_app()"],
            cwd=root,
            env=_environment(instance, url) | {"WORKERS": str(workers)},
            stdin=subprocess.PIPE,
            stdout=written,
            stderr=written,
            pass_fds=[listening.fileno()],
            start_new_session=True,  # Ctrl-C reaches pytest, not the one who tidies up after it
        )
    atexit.register(_stop, watch)
    try:
        _wait_until_ready(url, watch, log)
        server = Server(url, instance)
        yield server
    finally:
        _stop(watch)
        atexit.unregister(_stop)
    lines = log.read_text("utf-8").splitlines()
    wrong = [line for line in lines if not any(words in line for words in server.excused)]
    if wrong:
        raise NotServed("\n".join(wrong))


def _environment(instance: Path, url: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOERT_")}
    return ours | {"HOERT_INSTANCE": str(instance), "HOERT_BASE_URL": url, "HOERT_JOBS": "off"}


def _wait_until_ready(url: str, watch: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START_S
    while True:
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=5):
                return
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > deadline or log.read_text("utf-8").strip():
                raise NotServed(log.read_text("utf-8")) from error
            time.sleep(0.05)


def _stop(watch: subprocess.Popen[bytes]) -> None:
    """Closes the pipe and waits until the server is gone; kills it when it will not go. A second call does nothing."""
    if watch.stdin and not watch.stdin.closed:
        watch.stdin.close()
    try:
        watch.wait(timeout=LONGEST_STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(watch.pid, signal.SIGKILL)
        watch.wait(timeout=LONGEST_STOP_S)
