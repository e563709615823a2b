"""What is ours in the repository, for the tests of its shape."""

import os
import subprocess
from functools import cache
from pathlib import Path

from blueprints.shared.settings import ROOT

NOT_OURS = {".git", ".venv", "node_modules", "__pycache__", "instance"}


@cache
def files() -> tuple[Path, ...]:
    """Every file in the repository or about to be; without git (an unpacked archive) every file but what tools made."""
    if (ROOT / ".git").exists():
        listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listing, capture_output=True, check=True).stdout.split(b"\0")
        found = [ROOT / os.fsdecode(name) for name in names if name]
    else:
        found = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def of_kind(*endings: str, under: str = "") -> list[Path]:
    folder = ROOT / under
    return [path for path in files() if path.suffix in endings and path.is_relative_to(folder)]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text(path: Path) -> str:
    return path.read_text("utf-8")
