"""A throwaway PostgreSQL from the system's own binaries: Unix socket only, nothing left behind.

The server is watched over by a small shell that waits for a pipe to close. It closes when the block ends, when Python ends,
and when Python is killed: in all three the shell stops the server and removes its folder. Works as root too, since both run
as the user `postgres` then.
"""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

#: The longest address of a Unix socket is 107 bytes, and PostgreSQL adds a name of its own.
LONGEST_FOLDER = 70
#: A server in Copenhagen: whoever forgets UTC gets another hour back.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "80",
    "timezone": "Europe/Copenhagen",
}
#: $1 the binaries, $2 the folder. The server is the shell's own child, so that nothing is left of it, not even a zombie.
WATCH = """
"$1/initdb" -D "$2/data" --auth=trust --username=postgres --encoding=UTF8 --locale=C.UTF-8 --no-sync || exit 1
cat "$2/settings" >>"$2/data/postgresql.conf"
"$1/postgres" -D "$2/data" &
read _
"$1/pg_ctl" -D "$2/data" -m immediate -w stop || kill $! 2>/dev/null
wait
rm -rf "$2"
"""
LONGEST_START_S = 60


class NoPostgres(Exception):
    """There is nothing to start a server with. The tests must not pass over that in silence."""


@dataclass(frozen=True)
class Server:
    """A running server. `run` is for what a test may not do through its own database."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True)

    def create(self, database: str, *, template: str = "template0") -> str:
        """Makes a database and returns its address."""
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(database), sql.Identifier(template)
        )
        with self.connect() as connection:
            connection.execute(command)
        return self.url(database)

    def empty(self, database: str) -> None:
        """Takes every row away, past the triggers that keep some, and begins sequences anew: far quicker than a new one."""
        with self.connect(database) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
                [database, connection.info.backend_pid],
            )
            connection.execute("SET session_replication_role = replica; SET lock_timeout = '10s'")
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                if table != "alembic_version":
                    connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            connection.execute("SELECT setval(seqrelid, seqstart, false) FROM pg_sequence")

    def crash(self) -> None:
        """As when its machine loses its power, but for the disk's own cache: no process of it ends its work."""
        self._control("stop", "-m", "immediate")

    def start_again(self) -> None:
        """After a crash. Back when it answers; until then it says that it is starting up."""
        self._control("start", "-l", str(self.folder / "log-after-a-crash"), "-t", str(LONGEST_START_S))

    def _control(self, *what: str) -> None:
        command = [find_binaries() / "pg_ctl", "-D", self.folder / "data", "-s", "-w", *what]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **_owner())

    def drop(self, database: str) -> None:
        """Removes a database, whoever may still be connected to it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


@contextmanager
def server(**settings: str) -> Iterator[Server]:
    """Starts a server and stops it whatever happens. `settings`: others than SETTINGS. Raises NoPostgres."""
    binaries, owner = find_binaries(), _owner()
    folder = _folder(owner, settings)
    with (folder / "log").open("wb") as log:
        watch = subprocess.Popen(
            ["/bin/sh", "-c", WATCH, "sh", binaries, folder],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches pytest, not the one who tidies up after it
            cwd="/",
            **owner,
        )
    atexit.register(_stop, watch)
    try:
        yield _started(Server(folder), watch)
    finally:
        _stop(watch)
        atexit.unregister(_stop)
        shutil.rmtree(folder, ignore_errors=True)  # there is something only when initdb failed


def find_binaries() -> Path:
    """The folder of the newest PostgreSQL on this machine: Debian's place first, then the PATH. Raises NoPostgres."""
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if installed:
        return max(installed, key=lambda path: float(path.parent.name))
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres("No PostgreSQL binaries (initdb) here. On Debian and Ubuntu: apt-get install postgresql")


def _started(server: Server, watch: subprocess.Popen) -> Server:
    deadline = time.monotonic() + LONGEST_START_S
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError as error:
            if watch.poll() is not None or time.monotonic() > deadline:
                raise NoPostgres((server.folder / "log").read_text("utf-8")) from error
            time.sleep(0.05)
        else:
            return server


def _owner() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then it runs as the user its package made."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError as error:
        raise NoPostgres("PostgreSQL does not run as root, and there is no user `postgres` to run it as.") from error
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _folder(owner: dict[str, Any], settings: dict[str, str]) -> Path:
    place = tempfile.gettempdir()
    folder = Path(tempfile.mkdtemp(prefix="hoert-pg-", dir=place if len(place) < LONGEST_FOLDER else "/tmp"))
    lines = [f"{name} = '{value}'\n" for name, value in {**SETTINGS, **settings, "unix_socket_directories": folder}.items()]
    (folder / "settings").write_text("".join(lines), "utf-8")
    if owner:
        for path in (folder, folder / "settings"):
            os.chown(path, owner["user"], owner["group"])
    return folder


def _stop(watch: subprocess.Popen) -> None:
    """Closes the pipe and waits until server and folder are gone. A second call does nothing."""
    if watch.stdin and not watch.stdin.closed:
        watch.stdin.close()
    watch.wait(timeout=60)
