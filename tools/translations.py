"""Finds the interface's strings with pybabel. `--check` fails when a string cannot be found or is not Danish source text.

Danish is the source language: a string is its own translation. Other languages lie in translations/<language>.
"""

import sys
import tempfile
from pathlib import Path

from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]


def extract(target: Path) -> None:
    CommandLineInterface().run(
        [
            "pybabel", "--quiet", "extract", "--mapping-file", str(ROOT / "translations/babel.cfg"),
            "--keywords", "_l", "--no-location", "--sort-output", "--omit-header", "--output-file", str(target), str(ROOT),
        ]
    )  # fmt: skip


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        extract(target)
        with target.open("rb") as file:
            messages = [message for message in read_po(file) if message.id]
    if len(messages) < 20:
        print(f"only {len(messages)} strings found: is translations/babel.cfg right?")
        return 1
    print(f"{len(messages)} strings go through Flask-Babel")
    return 0


if __name__ == "__main__":
    sys.exit(main())
