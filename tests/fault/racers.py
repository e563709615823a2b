"""Sixteen processes that look at the clock at the same moment, as so many servers would, and some of them killed on the way.

    python -m tests.fault.racers    reads lines {"settings": {…}, "at": "2026-11-30T05:00:00+00:00", "places": ["claimed", …]}

and says {"killed": 3, "failed": 0} for each. It has read all code once and forks a racer for each place; "" is nowhere: that one
goes all the way. The places, in the order a racer comes by: before_enqueue, before_claim, claimed, inserted, committed.
"""

import json
import os
import signal
import sys
import time
import traceback
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import time_machine

from app import create_app
from blueprints import digests
from blueprints.shared import runner, schedule
from domain import jobs

PLACES = ("before_enqueue", "before_claim", "claimed", "inserted", "committed")
LONGEST_S = 120


def main() -> None:
    for line in sys.stdin:
        told = json.loads(line)
        gate_out, gate_in = os.pipe()
        racers = [_fork(told, place, gate_out, gate_in) for place in told["places"]]
        os.close(gate_out)
        time.sleep(0.2)
        os.close(gate_in)  # all of them wait for this
        ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in racers]
        killed = sum(code == -signal.SIGKILL for code in ends)
        print(json.dumps({"killed": killed, "failed": sum(code != 0 for code in ends) - killed}), flush=True)


def _fork(told: dict[str, Any], place: str, gate_out: int, gate_in: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.close(gate_in)
    code = 1
    try:
        signal.alarm(LONGEST_S)
        os.read(gate_out, 1)
        race(told, place)
        code = 0
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(code)


def race(told: dict[str, Any], place: str) -> None:
    """What a consumer does at a tick: looks, puts what is due into the queue, and does what is in the queue."""
    app = create_app(told["settings"])
    app.extensions["hoert.jobs"] = schedule.by_name(digests.scheduled)  # no night's work beside it
    with time_machine.travel(datetime.fromisoformat(told["at"]), tick=True):
        huey = runner.build(app)
        _die_at(place, app)
        huey.tick.call_local()
        while (task := huey.dequeue()) is not None:
            huey.execute(task)


def _die_at(place: str, app: Any) -> None:
    """Only places that are on everybody's way: nothing of what runs is another than in a server."""
    if place in ("before_enqueue", "before_claim", "claimed"):
        module, name = {
            "before_enqueue": (runner, "_enqueue"),
            "before_claim": (jobs, "begin"),
            "claimed": (schedule, "_kept"),
        }[place]
        setattr(module, name, _deadly)
    elif place:
        on_its_way = _on_its_way(app)
        engine = app.extensions["hoert.database"].engine
        if place == "inserted":
            sa.event.listen(engine, "after_cursor_execute", lambda *_a: on_its_way["inserted"] and _die())
        else:
            setattr(jobs, "finish", lambda *_a, **_m: _die() if on_its_way["inserted"] else None)  # noqa: B010


def _on_its_way(app: Any) -> dict[str, bool]:
    seen = {"inserted": False}

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen["inserted"] |= statement.startswith("INSERT INTO issue ")

    sa.event.listen(app.extensions["hoert.database"].engine, "after_cursor_execute", listen)
    return seen


def _deadly(*_anything: object, **_more: object) -> None:
    _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
