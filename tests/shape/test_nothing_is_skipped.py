"""In CI a test that is skipped has failed; elsewhere its reason is printed."""

import os
import subprocess
import sys

import pytest

from blueprints.shared.settings import ROOT

#: Skipped over PostgreSQL: it is about SQLite's own file.
ONE = "tests/fault/test_disk.py"


@pytest.mark.parametrize(("where", "ends_with"), [({}, 0), ({"CI": "true"}, 1)], ids=["elsewhere", "in CI"])
def test_a_skipped_test_has_failed_where_every_test_is_to_run(where, ends_with):
    clean = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-rfs", "-n", "0", "-p", "no:cacheprovider", "-k", "read_only", ONE]
    done = subprocess.run(
        command, cwd=ROOT, env={**clean, "HOERT_FAULT_STORE": "postgresql", **where}, capture_output=True, text=True, check=False
    )
    assert done.returncode == ends_with, done.stdout
    assert "it is about SQLite's own file" in done.stdout
