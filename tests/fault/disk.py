"""A small disk of a test's own, that can be filled and made read-only: a tmpfs, mounted for as long as the test lasts."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Disk:
    folder: Path

    @property
    def free(self) -> int:
        there = os.statvfs(self.folder)
        return there.f_bavail * there.f_frsize

    def fill(self, *, but: int) -> None:
        """Leaves so many bytes free, and no more."""
        size = self.free - but
        with (self.folder / "ballast").open("ab") as file:
            os.posix_fallocate(file.fileno(), file.tell(), max(size, 1))

    def empty(self) -> None:
        (self.folder / "ballast").unlink(missing_ok=True)

    def remount(self, how: str) -> None:
        """`ro` or `rw`. Nobody may have a file open for writing then."""
        _run("mount", "-o", f"remount,{how}", str(self.folder))


@contextmanager
def mounted(folder: Path, *, mib: int) -> Iterator[Disk]:
    """Skips the test, with the reason, where this machine mounts nothing."""
    folder.mkdir()
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0700", "tmpfs", str(folder))
    except (OSError, subprocess.CalledProcessError) as error:
        why = getattr(error, "stderr", "") or str(error)
        pytest.skip(f"a small disk cannot be mounted here (root is needed): {why.strip()}")
    try:
        yield Disk(folder)
    finally:
        _run("umount", "-l", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
