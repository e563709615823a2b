"""PostgreSQL's own dump and what it holds. Credentials go by the environment, which only the server's own user can read, never
by the command line, which everybody on the machine can."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
import sqlalchemy as sa

from .files import BadBackup

_COPIES = re.compile(rb"COPY [^;]+ FROM stdin;\n")
_END = b"\\.\n"
_OF_PSQL = (b"\\restrict ", b"\\unrestrict ")
#: What libpq reads of an address's query, beside host and port.
_FROM_QUERY = ("sslmode", "sslrootcert", "sslcert", "sslkey", "passfile", "service", "options", "connect_timeout", "host", "port")


def dump(url: sa.URL, target: Path) -> None:
    """Raises BadBackup."""
    # The queue of jobs is no part of the municipality's data, and a restore must not meet its tables.
    command = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--no-password", f"--file={target}"]
    command += ["--exclude-table=huey_*"]
    done = subprocess.run(command, env=environment(url), capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise BadBackup(f"pg_dump failed: {_last_line(done.stderr)}")


def made_at(file: Path) -> str | None:
    done = subprocess.run([program("pg_restore"), "--list", str(file)], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"^; Archive created at (.+)$", done.stdout, re.MULTILINE)
    return found[1].strip() if found else None


def revision_in(file: Path) -> str | None:
    """Reads the whole dump, and so finds what is broken in it. Raises BadBackup."""
    found = None
    with script(file) as lines:
        for line in lines:
            if line.startswith(b"COPY public.alembic_version "):
                found = next(lines).decode().strip()
    return found


@contextmanager
def script(file: Path) -> Iterator[IO[bytes]]:
    """The dump as lines of SQL. Raises BadBackup when it is broken, at its end at the latest."""
    command = [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stderr is not None
        yield process.stdout
        said = process.stderr.read()
    if process.returncode:
        raise BadBackup(f"{file} is broken: {_last_line(said)}")


def play(connection: psycopg.Connection, lines: IO[bytes]) -> None:
    """Runs a dump's SQL in the connection's transaction, as psql would: rows follow a COPY until a line of its own ends them."""
    statements: list[bytes] = []
    for line in lines:
        if _COPIES.fullmatch(line):
            _run(connection, statements)
            with connection.cursor().copy(line) as copy:
                for row in iter(lines.readline, _END):
                    copy.write(row)
        elif not line.startswith(_OF_PSQL):
            statements.append(line)
    _run(connection, statements)


def _run(connection: psycopg.Connection, statements: list[bytes]) -> None:
    if any(line.strip() and not line.startswith(b"--") for line in statements):
        connection.execute(b"".join(statements))
    statements.clear()


def program(name: str) -> str:
    """Of the newest PostgreSQL here: a dump must not be made by an older one than the server. Raises BadBackup."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parents[1].name))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise BadBackup(f"{name} is not on this machine; on Debian and Ubuntu: apt-get install postgresql-client")
    return found


def environment(url: sa.URL) -> dict[str, str]:
    """What libpq reads instead of arguments."""
    query = {name: value for name, value in url.query.items() if name in _FROM_QUERY and isinstance(value, str)}
    named = {"host": url.host, "port": url.port, "user": url.username, "password": url.password, "database": url.database}
    given = {f"PG{name.upper().replace('_', '')}": value for name, value in query.items()}
    given["PGCONNECT_TIMEOUT"] = given.pop("PGCONNECTTIMEOUT", "10")
    given |= {f"PG{name.upper()}": str(value) for name, value in named.items() if value is not None}
    return {**os.environ, **given}


def _last_line(said: bytes) -> str:
    """What a program said last: a fault, a table, never a row. Lines of detail are left out all the same."""
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip() and "DETAIL" not in line]
    return lines[-1][:300] if lines else "it says nothing"
