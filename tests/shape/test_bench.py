"""The measuring programme runs: in miniature, on a server of its own, so that it is not found broken when it is needed."""

import subprocess
import sys

import pytest

from blueprints.shared.settings import ROOT

pytestmark = pytest.mark.slow


def test_the_measuring_programme_runs_and_weights_are_within_their_bars():
    command = [sys.executable, "-m", "bench", "--quick", "--only", "start,weights"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    lines = {line[:44].strip(): line.split()[-1] for line in done.stdout.splitlines()}
    assert {"weight of sign-in", "weight of form", "weight of week", "heavy imports at start"} <= set(lines)
    assert {name: said for name, said in lines.items() if name != "start to first answer" and said != "ok"} == {}


@pytest.mark.timeout(300)
def test_the_worker_of_the_measuring_programme_sends_every_mail():
    """How long it takes is no matter here."""
    command = [sys.executable, "-m", "bench", "--quick", "--only", "notices"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    lines = {line[:44].strip(): line.split()[-1] for line in done.stdout.splitlines()}
    assert lines["mails by one worker meanwhile"] == "ok"
    assert "a week while 40 mails leave" in lines
