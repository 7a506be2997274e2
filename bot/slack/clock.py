"""Time, handed in. Knows the wall clock; a test brings one that stands still."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """The present moment and a way to wait for a later one."""

    def now(self) -> float:
        """Returns the seconds since the epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns after that many seconds."""
        ...


class WallClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Returns the seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Waits in real time."""
        await asyncio.sleep(seconds)
