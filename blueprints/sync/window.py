"""How often somebody sent within the last while: counted in memory, each server process by itself (ADR 019)."""

import threading
from collections import deque
from collections.abc import Hashable


class Window:
    """At most `most` within `seconds`, for each by themselves. Who was silent for that long takes no room."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self._hits: dict[Hashable, deque[float]] = {}
        self._lock = threading.Lock()
        self._tidied_at = 0.0

    def wait_s(self, who: Hashable, *, at: float) -> float:
        """Counts one and answers 0; or, where they were too many, counts nothing and answers in how many seconds there is room.
        `at`: the time, in seconds. A clock that was set back keeps nobody waiting."""
        with self._lock:
            self._tidy(at)
            hits = self._hits.setdefault(who, deque(maxlen=self.most))
            if len(hits) == self.most and at - self.seconds < hits[0] <= at:
                return hits[0] + self.seconds - at
            hits.append(at)  # the oldest falls out
            return 0

    def _tidy(self, at: float) -> None:
        if 0 <= at - self._tidied_at < self.seconds:
            return
        self._tidied_at = at
        self._hits = {who: hits for who, hits in self._hits.items() if at - self.seconds < hits[-1] <= at}
