"""What runs on an event loop is short: asyncio's slow-callback check, as an error, by processor time.

asyncio's own check goes by the clock on the wall, which also counts what others do on a busy machine.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

MOST_SECONDS = 0.02


@contextmanager
def quick_loop() -> Iterator[None]:
    """Fails when anything that began inside the block held the loop of this thread for longer than MOST_SECONDS."""
    slow: list[str] = []
    run = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        start = time.thread_time()
        run(handle)
        seconds = time.thread_time() - start
        if seconds > MOST_SECONDS:
            slow.append(f"{_name(handle)} held the loop for {seconds * 1000:.0f} ms")

    asyncio.Handle._run = timed  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]
    assert not slow, "\n".join(slow)


def watched(scene: Callable[[Any], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
    """Returns the scene, which fails if the loop is held while it plays."""

    async def play(stage: Any) -> None:
        with quick_loop():
            await scene(stage)

    return play


def _name(handle: asyncio.Handle) -> str:
    callback: Any = handle._callback  # type: ignore[attr-defined]
    task = getattr(callback, "__self__", None)
    work: Any = task.get_coro() if isinstance(task, asyncio.Task) else None
    return str(getattr(work, "__qualname__", callback))
