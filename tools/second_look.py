"""Runs again what just failed in a browser, alone, and says so.

    FAILED_TESTS=file pytest -p tools.second_look …     notes the failed tests in the file
    FAILED_TESTS=file python -m tools.second_look       runs them again, if they may have another look

On a loaded machine a browser may be slower than a test waits for. A test that is green on a quiet machine is printed as
unsteady, to be mended; it does not hold up a landing. There is no second look at what must hold every time: rules, stores and
pages outside the browser, and whatever proves that no word is lost. Nor where more failed than chance explains.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

#: More is no chance.
MOST = 4
BROWSER = "tests/browser/"
#: One loss in a hundred tries is a loss.
NEVER = (
    *("nothing_is_lost", "no_word_is_lost", "hostile_words", "test_phone.py"),
    *(f"phone_{what}" for what in ("answers", "begun", "earlier", "killed", "left", "locked", "people", "races")),
    *(f"phone_{what}" for what in ("releases", "rest", "sealed", "storage")),
)

failed_now: dict[str, None] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Written as they come: one need not wait for the end to see what failed. Workers of xdist leave it to who started them."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        failed_now[report.nodeid] = None
        Path(os.environ["FAILED_TESTS"]).write_text(json.dumps([*failed_now]), "utf-8")


def may_look_again(failed: list[str]) -> bool:
    steady = [one for one in failed if not one.startswith(BROWSER) or any(name in one for name in NEVER)]
    return bool(failed) and not steady and len({one.partition("[")[2].partition("-")[0] or one for one in failed}) <= MOST


def main() -> int:
    failed = json.loads(Path(os.environ["FAILED_TESTS"]).read_text("utf-8"))
    if not may_look_again(failed):
        return 1
    print(f"\n{len(failed)} failed in the browser. They are run again, alone:")
    if subprocess.run([sys.executable, "-m", "pytest", "-q", *failed], check=False).returncode:
        return 1
    print("UNSTEADY, to be mended (green when run alone):", *failed, sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
