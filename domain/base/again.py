"""Work begun anew when another transaction came between: on PostgreSQL two may wait for each other, and one of them is undone."""

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from .faults import Unreachable, lost_a_race

Done = TypeVar("Done")

#: At most so long before the first, second and third time more; by chance, so that two who met do not meet again.
LONGEST_PAUSES_S = (0.05, 0.1, 0.2)

log = logging.getLogger("hoert")


def begun_anew(work: Callable[[], Done], *, may: Callable[[], bool]) -> Done:
    """Does the work, and when it lost a race does it up to three times more. Each time it has to begin a transaction of its own.
    `may`: whether the work that failed did nothing but what its transaction undid."""
    for longest_s in LONGEST_PAUSES_S:
        try:
            return work()
        except (Unreachable, DBAPIError) as error:
            if not (lost_a_race(error) and may()):
                raise
            log.warning("begun anew: another transaction came between")
        time.sleep(random.uniform(0, longest_s))  # noqa: S311 - no secret
    return work()
