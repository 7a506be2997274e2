"""When to leave an endpoint alone. Knows successes, failures and a clock; knows nothing of what failed."""

import threading
import time
from collections import deque
from collections.abc import Callable


class Breaker:
    """Opens after failures in a row or when most calls fail, then lets one probe through at a time; safe in threads.

    The figures are the ones Footnote was designed with: 5 in a row, or more than half of the last 20 within 30 s;
    one probe every 15 s.
    """

    in_a_row, window, seconds, rest = 5, 20, 30.0, 15.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._calls: deque[tuple[float, bool]] = deque(maxlen=self.window)
        self._open_since: float | None = None

    def allows(self) -> bool:
        """Tells whether a call may be made now; while open, one caller per rest is let through as a probe."""
        with self._lock:
            now = self._clock()
            if self._open_since is None:
                return True
            if now - self._open_since < self.rest:
                return False
            self._open_since = now  # this caller is the probe; the others wait for its outcome
            return True

    def record(self, *, worked: bool) -> None:
        """Notes how a call that was allowed went."""
        with self._lock:
            now = self._clock()
            self._calls.append((now, worked))
            if worked:
                self._open_since = None
            elif self._open_since is not None or self._tripped(now):
                self._open_since = now

    def _tripped(self, now: float) -> bool:
        last = list(self._calls)[-self.in_a_row :]
        if len(last) == self.in_a_row and not any(worked for _, worked in last):
            return True
        recent = [worked for at, worked in self._calls if now - at <= self.seconds]
        return len(recent) == self.window and recent.count(False) > self.window / 2
