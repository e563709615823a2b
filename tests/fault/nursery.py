"""Starts servers quickly: a process that has read all the code already, and forks a gunicorn of it whenever it is told to.

    python -m tests.fault.nursery       reads lines {"environment": {…}, "bind": "127.0.0.1:5000", "log": "…"}, says {"pid": 4711}

Each server is a process group of its own, named by that pid: gunicorn with the real settings, and its workers. It ends with its
standard input, and nothing it started is left.
"""

import ctypes
import json
import os
import signal
import sys
from typing import Any

from gunicorn.app.wsgiapp import WSGIApplication

from tests.fault import wrapped  # noqa: F401 - read before the first fork

PR_SET_CHILD_SUBREAPER = 36

_buried: set[int] = set()


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphaned workers are ours to bury
    signal.signal(signal.SIGCHLD, _bury)
    started = set()
    for line in sys.stdin:
        pid = _fork(json.loads(line))
        started.add(pid)
        print(json.dumps({"pid": pid}), flush=True)
    for pid in started - _buried:
        os.killpg(pid, signal.SIGKILL)


def _fork(told: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        _become_server(told)
    finally:
        os._exit(1)


def _become_server(told: dict[str, Any]) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(told["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(old, new)
    os.environ.update(told["environment"])
    sys.argv = ["gunicorn", "--bind", told["bind"], "--config", "tools/gunicorn.conf.py", "tests.fault.wrapped:create()"]
    if told["cold"]:
        os.execv(sys.executable, [sys.executable, "-m", *sys.argv])
    WSGIApplication("%(prog)s").run()


def _bury(_number: int, _frame: Any) -> None:
    while True:
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _buried.add(pid)


if __name__ == "__main__":
    main()
