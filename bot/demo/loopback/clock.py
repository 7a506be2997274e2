"""The loopback's time: it stands still until told to advance, so no test sleeps.

Knows the current moment and the timers that are due. Knows nothing of Slack. A flowing clock (for a demonstration
before a person) follows the wall, and can still be advanced.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

SETTLE_TURNS = 20


@dataclass(order=True)
class Timer:
    """An action due at a moment; `cancel` makes it do nothing."""

    due: float
    order: int
    action: Callable[[], object] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Forget the action."""
        self.cancelled = True


class Clock:
    """Seconds since the epoch that move by `advance`, and by themselves only if `flows`."""

    def __init__(self, *, start: float | None = None, flows: bool = False) -> None:
        self._start = time.time() if start is None else start
        self._begun = time.monotonic()
        self._ahead = 0.0
        self._flows = flows
        self._timers: list[Timer] = []
        self._sleepers: list[Timer] = []
        self._running = False
        self._order = itertools.count()

    def now(self) -> float:
        """Return the moment, in seconds since the epoch."""
        return self._start + self._ahead + (time.monotonic() - self._begun if self._flows else 0.0)

    def call_later(self, seconds: float, action: Callable[[], object]) -> Timer:
        """Run `action` once that many seconds of this clock have passed."""
        timer = Timer(self.now() + seconds, next(self._order), action)
        heapq.heappush(self._timers, timer)
        if self._flows:
            asyncio.get_running_loop().call_later(seconds, self._run_due, self.now() + seconds)
        return timer

    async def sleep(self, seconds: float) -> None:
        """Wait until that many seconds of this clock have passed; hand it to an app as its own sleep."""
        awake = asyncio.Event()
        timer = self.call_later(seconds, awake.set)
        self._sleepers.append(timer)
        try:
            await awake.wait()
        finally:
            timer.cancel()
            self._sleepers.remove(timer)

    async def advance(self, seconds: float) -> None:
        """Move on by so many seconds, running what falls due on the way in its order."""
        target = self.now() + seconds
        while self._timers and self._timers[0].due <= target:
            self._ahead += max(0.0, self._timers[0].due - self.now())
            self._run_due(self._timers[0].due)
            await self._settle()
        self._ahead += max(0.0, target - self.now())
        await self._settle()

    def until_next_waking(self) -> float | None:
        """Return how many seconds from now the first sleeper wants to wake, None when nobody sleeps."""
        return min((max(0.0, timer.due - self.now()) for timer in self._sleepers), default=None)

    def pending(self) -> int:
        """Return how many timers are waiting."""
        return sum(not timer.cancelled for timer in self._timers)

    def run_due(self) -> None:
        """Run what is due at this moment; what a running timer makes due is run after it, not inside it."""
        if not self._running:
            self._run_due(self.now())

    def _run_due(self, moment: float) -> None:
        self._running = True
        try:
            while self._timers and self._timers[0].due <= moment:
                timer = heapq.heappop(self._timers)
                if not timer.cancelled:
                    timer.action()
        finally:
            self._running = False

    async def _settle(self) -> None:
        for _ in range(SETTLE_TURNS):
            await asyncio.sleep(0)
