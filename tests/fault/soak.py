"""How often a fault is tried: a few times in each run, and `HOERT_SOAK` times as often when somebody looks further."""

import os


def trials(n: int) -> int:
    """`n` in each run; with HOERT_SOAK=10 ten times that."""
    return n * int(os.environ.get("HOERT_SOAK", "1"))
