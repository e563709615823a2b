"""What a back-up file is, told from its first bytes, and how one is put in place: whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from domain.base import sync_folder


class BadBackup(Exception):
    """The file, or what should have become one, cannot be used. The message is a sentence for the one who runs the server."""


class Kind(Enum):
    """By the first bytes of the file, and the name of its database."""

    SQLITE = (b"SQLite format 3\0", "SQLite")
    POSTGRESQL = (b"PGDMP", "PostgreSQL")

    @property
    def title(self) -> str:
        return self.value[1]


@dataclass(frozen=True)
class Restored:
    """made_at: when the back-up was, as its file says it; kept: where what was there before lies now; talks: how many it brought
    back and were erased again; readable: whether what was there before could be asked what was erased and who was shut out;
    scrubbed: whether no byte of what was erased again is left in the database's files."""

    made_at: str | None
    kept: Path | None
    talks: int
    shut_out: int
    readable: bool
    scrubbed: bool


def kind_of(file: Path) -> Kind:
    """Raises BadBackup."""
    try:
        with file.open("rb") as opened:
            begin = opened.read(16)
    except OSError as error:
        raise BadBackup(f"{file} cannot be read: {os.strerror(error.errno or 0)}.") from error
    for kind in Kind:
        if begin.startswith(kind.value[0]):
            return kind
    raise BadBackup(f"{file} is no back-up: it is neither an SQLite file nor a dump of PostgreSQL in its custom format.")


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A file beside the target, readable by its owner only; when the block ends well it is on the disk under the target's name,
    else nothing is left of it."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield part
        put_on_disk(part)
        part.replace(target)
        sync_folder(target.parent)
    finally:
        for leftover in (part, *(part.with_name(part.name + end) for end in ("-journal", "-wal", "-shm", ".turns"))):
            leftover.unlink(missing_ok=True)


def put_on_disk(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
