"""How long to wait after a failure, what may be told of it, and what state a run is in. Pure: time is an argument."""

from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePath

LONGEST_PAUSE = timedelta(hours=1)
#: As the column takes it.
MOST_CHARACTERS = 200


class State(StrEnum):
    DONE = "done"
    RUNNING = "running"
    FAILED = "failed"  # and waits for its next try
    INTERRUPTED = "interrupted"  # its holder went without a word; the next tick takes it over


def pause(attempts: int, *, first: timedelta) -> timedelta:
    """After so many tries: twice as long each time, an hour at most, or the first one where that is longer."""
    doubled: timedelta = first * 2 ** min(attempts - 1, 20)
    return min(doubled, max(first, LONGEST_PAUSE))


def why(error: BaseException) -> str:
    """`OperationalError db.py:128`: class and place, never the message, which may quote what somebody wrote."""
    frame, place = error.__traceback__, ""
    while frame:
        place = f" {PurePath(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"
        frame = frame.tb_next
    return f"{type(error.__cause__ or error).__name__}{place}"[:MOST_CHARACTERS]


def state(
    *, done_at: datetime | None, lease_until: datetime | None, failed_why: str | None, holder: str | None, now: datetime
) -> State:
    if done_at:
        return State.DONE
    if holder and lease_until and lease_until > now:
        return State.RUNNING
    return State.FAILED if failed_why and not holder else State.INTERRUPTED
