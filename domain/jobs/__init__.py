"""Work that comes by the clock: what ought to run, who has it in hand, what was done, and what failed and why."""

from .rules import LONGEST_PAUSE, State, pause, why
from .store import (
    MOST_SHOWN,
    Administrator,
    Ran,
    Run,
    begin,
    begin_anew,
    fail,
    finish,
    forget,
    hurry,
    is_open,
    renew,
    startable,
    what_ran,
)
from .tables import JobRun

__all__ = [
    "LONGEST_PAUSE",
    "MOST_SHOWN",
    "Administrator",
    "JobRun",
    "Ran",
    "Run",
    "State",
    "begin",
    "begin_anew",
    "fail",
    "finish",
    "forget",
    "hurry",
    "is_open",
    "pause",
    "renew",
    "startable",
    "what_ran",
    "why",
]
