"""The ledger of erasures: a file beside the database that outlives it, so that a restored back-up forgets again what was erased.

A line is one erasure: when, whose, and the ids that are gone. Never words. It is on the disk before the erasure is committed, so
that none is ever acknowledged without it. A commit that is known to have failed gets a line that takes the first one back; where
that is not known, the database itself tells at the next restore (domain/privacy/replay.py).
"""

import fcntl
import json
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4


@dataclass(frozen=True)
class Erasure:
    """These ids of this person's were erased."""

    at: datetime
    person_id: UUID
    items: frozenset[UUID]


@dataclass(frozen=True)
class Ledger:
    """The file; made at the first erasure. Several processes may write it, also on a shared folder that knows `flock`."""

    path: Path

    def append(self, erasures: Iterable[Erasure]) -> list[UUID]:
        """Writes the lines and waits until the disk has them; returns their keys, for `take_back`. Raises OSError."""
        lines = [(uuid4(), one) for one in erasures]
        self._write(
            {"key": str(key), "at": one.at.isoformat(), "person": str(one.person_id), "items": sorted(map(str, one.items))}
            for key, one in lines
        )
        return [key for key, _one in lines]

    def take_back(self, keys: Collection[UUID]) -> None:
        """What these lines say did not happen. Raises OSError."""
        self._write({"not": str(key)} for key in keys)

    def read(self) -> Iterator[Erasure]:
        """Every erasure that was not taken back, oldest first; a line that was torn by a crash was never acknowledged."""
        if not self.path.exists():
            return
        lines = list(self._lines())
        undone = {line["not"] for line in lines if "not" in line}
        for line in lines:
            if "items" in line and line["key"] not in undone:
                yield Erasure(datetime.fromisoformat(line["at"]), UUID(line["person"]), frozenset(map(UUID, line["items"])))

    def _lines(self) -> Iterator[dict[str, Any]]:
        for line in self.path.read_bytes().split(b"\n"):
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if isinstance(found, dict) and ("not" in found or {"key", "at", "person", "items"} <= found.keys()):
                yield found

    def _write(self, lines: Iterable[dict[str, Any]]) -> None:
        text = "".join(f"{json.dumps(line)}\n" for line in lines).encode("ascii")
        is_new = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            end = os.lseek(handle, 0, os.SEEK_END)
            if end and os.pread(handle, 1, end - 1) != b"\n":  # somebody died while writing
                text = b"\n" + text
            while text:
                text = text[os.write(handle, text) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            sync_folder(self.path.parent)


def sync_folder(folder: Path) -> None:
    """A file that was made or renamed is found again after a power cut only when its folder is on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
