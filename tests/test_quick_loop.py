import asyncio
import time

import pytest

from tests.quick_loop import MOST_SECONDS, quick_loop


async def work(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


async def wait_for(*tasks: float) -> None:
    with quick_loop():
        await asyncio.gather(*(asyncio.create_task(work(seconds)) for seconds in tasks))


def test_what_holds_the_loop_is_named() -> None:
    with pytest.raises(AssertionError, match="work held the loop for"):
        asyncio.run(wait_for(2 * MOST_SECONDS, 0.0))


def test_short_work_and_waiting_are_fine() -> None:
    asyncio.run(wait_for(0.0, MOST_SECONDS / 10))
    assert asyncio.Handle._run.__name__ == "_run"
