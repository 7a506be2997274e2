"""Rate limits per method, on the loopback's clock.

Knows the tiers and chat.postMessage's own rule. Knows nothing of what the methods do. A call that arrives while its
method is closed is `too_early`: an app that honours Retry-After makes none.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque

from bot.demo.loopback import limits
from bot.demo.loopback.clock import Clock
from bot.demo.loopback.journal import ApiCall, Json
from bot.demo.loopback.spec import METHODS, Rate


class Rates:
    """How many calls of each method were made in the last minute; switch off with `enforced`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._posts: dict[str, tuple[float, float]] = {}
        self._closed_until: dict[str, float] = {}
        self.enforced = True

    def wait(self, record: ApiCall, args: Json) -> int:
        """Return the Retry-After of this call in seconds, or 0 when it may go on."""
        if not self.enforced or record.method not in METHODS:
            return 0
        key = f"{record.method} {args.get('channel', '')}" if METHODS[record.method].rate == "post" else record.method
        if self._clock.now() < self._closed_until.get(key, 0.0):
            record.too_early = True
        seconds = self._room(key, METHODS[record.method].rate)
        if seconds:
            self.close(key, seconds)
        return seconds

    def close(self, key: str, seconds: int) -> None:
        """Answer 429 until that many seconds have passed."""
        self._closed_until[key] = self._clock.now() + seconds

    def _room(self, key: str, rate: Rate) -> int:
        return self._burst(key) if rate == "post" else self._window(key, _per_minute(rate))

    def _window(self, key: str, allowed: int) -> int:
        now, calls = self._clock.now(), self._calls[key]
        while calls and calls[0] <= now - limits.RATE_WINDOW_SECONDS:
            calls.popleft()
        if len(calls) >= allowed:
            return max(1, math.ceil(calls[0] + limits.RATE_WINDOW_SECONDS - now))
        calls.append(now)
        return 0

    def _burst(self, key: str) -> int:
        now = self._clock.now()
        left, since = self._posts.get(key, (float(limits.POST_BURST), now))
        left = min(float(limits.POST_BURST), left + (now - since) * limits.POST_PER_SECOND)
        self._posts[key] = (left - 1 if left >= 1 else left, now)
        return 0 if left >= 1 else max(1, math.ceil((1 - left) / limits.POST_PER_SECOND))


def _per_minute(rate: Rate) -> int:
    return {
        "1": limits.TIER_1_BURST,
        "2": limits.TIER_2,
        "3": limits.TIER_3,
        "4": limits.TIER_4,
    }.get(rate, limits.SPECIAL_PER_MINUTE)
