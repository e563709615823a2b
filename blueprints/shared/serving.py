"""Whether a server runs on this instance folder: each of its processes holds a lock that is shared among them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "serving.lock"


def hold(instance: Path) -> int:
    """For as long as the process lives; returns the open file."""
    handle = os.open(instance / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


@contextmanager
def nobody(instance: Path) -> Iterator[bool]:
    """Whether no server runs; while the block lasts none starts."""
    handle = os.open(instance / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)
