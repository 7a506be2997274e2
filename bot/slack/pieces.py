"""A responder's parts as they come, and whatever else happens meanwhile, in one line. Knows threads, not Slack."""

import asyncio
import threading
from dataclasses import dataclass
from typing import Literal

from bot.answer import Answer, Part
from bot.responder import Request, Responder
from bot.slack.clock import Clock
from bot.slack.crew import Crew

Event = Literal["tick", "stop", "interrupt", "too slow", "ended"]


@dataclass(frozen=True)
class Broke:
    """The responder raised this."""

    error: BaseException


Item = Part | Answer | Broke | Event


class Pieces:
    """One run of a responder in a thread of the crew.

    A thread cannot be killed: after `close` it ends at the next part, and what it yields is dropped.
    """

    def __init__(self, responder: Responder, request: Request, *, clock: Clock, crew: Crew) -> None:
        self._loop, self._clock = asyncio.get_running_loop(), clock
        self._items: asyncio.Queue[Item] = asyncio.Queue()
        self._closed = threading.Event()
        self._timers: set[asyncio.Task[None]] = set()
        crew.start(lambda: self._run(responder, request))

    async def next(self) -> Item:
        """Returns the next part, the answer, or what happened."""
        return await self._items.get()

    def tell(self, event: Event) -> None:
        """Puts an event into the line."""
        self._items.put_nowait(event)

    def tell_after(self, seconds: float, event: Event) -> None:
        """Puts an event into the line after a while."""

        async def wait() -> None:
            await self._clock.sleep(seconds)
            self.tell(event)

        timer = asyncio.create_task(wait())
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)

    def close(self) -> None:
        """Listens no longer."""
        self._closed.set()
        for timer in self._timers:
            timer.cancel()

    def _run(self, responder: Responder, request: Request) -> None:
        try:
            for item in responder(request):
                if self._closed.is_set():
                    return
                self._push(item)
            self._push("ended")
        except BaseException as error:  # whatever it is, it must reach whoever waits
            self._push(Broke(error))

    def _push(self, item: Item) -> None:
        try:
            self._loop.call_soon_threadsafe(self._items.put_nowait, item)
        except RuntimeError:  # the loop has ended: nobody waits any more
            self._closed.set()
