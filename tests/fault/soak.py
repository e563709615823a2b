"""How often a fault is tried: the numbers of CI, ten times as many in `make soak`; and from which seed.

The same faults come in every run of CI, so that a red test is red for everybody. HOERT_SEED=N begins with another seed: that is
how a seed that failed is run again, and how `make soak` looks further.
"""

import os

import pytest

TIMES = float(os.environ.get("HOERT_SOAK", "1"))
SEED = int(os.environ.get("HOERT_SEED", "1"))
IS_CHOSEN = "HOERT_SEED" in os.environ
#: HOERT_FAULT_STORE=postgresql: what is served over SQLite in other runs is served over PostgreSQL.
STORE = os.environ.get("HOERT_FAULT_STORE", "")
IS_OVER_POSTGRESQL = STORE == "postgresql"
of_sqlite = pytest.mark.skipif(IS_OVER_POSTGRESQL, reason="it is about SQLite's own file")


def trials(n: int) -> int:
    """How many trials of one kind; `HOERT_SOAK=0.1` while one writes a test."""
    return max(1, round(n * TIMES))


def seeds(n: int) -> range:
    """The seeds of as many trials."""
    return range(SEED, SEED + trials(n))


def say(seed: int, *words: object) -> None:
    """Printed beside a failure (and with -s always). Said first, before anything can fail."""
    print(f"HOERT_SEED={seed}", *words, flush=True)
