"""A responder's parts as they come, and whatever else happens meanwhile, in one line; and the threads it runs in. Knows
threads, not Slack.
"""

import asyncio
import collections
import logging
import queue
import threading
from collections.abc import Callable
from typing import Literal

from bot.answer import Answer, Part
from bot.request import Request
from bot.responder import Responder
from bot.slack.calls import Clock, Look
from bot.slack.trace import trace

_log = logging.getLogger("footnote.slack")
Event = Literal["look", "tick"]


class Crew:
    """As many threads as there ever was work at the same time; each waits for more when it is done.

    A thread of its own for each piece of work would leave behind what libraries keep for every thread that calls them.
    They are daemons, since work that hangs must not keep the process from ending.
    """

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._lock, self._idle = threading.Lock(), 0

    def start(self, work: Callable[[], object]) -> None:
        """Begins with the work at once, in a thread that is idle or a new one; what it raises is lost."""
        with self._lock:
            if self._idle:
                self._idle -= 1
            else:
                threading.Thread(target=self._serve, name="responder", daemon=True).start()
        self._work.put(work)

    def _serve(self) -> None:
        while True:
            self._work.get()()
            with self._lock:
                self._idle += 1


class Interrupted(Exception):
    """The process is about to end; the question is for the next one."""


class TooSlow(Exception):
    """The answer took longer than it may."""


class Broken(Exception):
    """The responder failed, or ended without an answer; the cause says how."""


Item = Part | Answer | Event | Exception


class Pieces:
    """One run of a responder in a thread of the crew.

    A thread cannot be killed: after `close` it ends at the next part, and what it yields is dropped. `over` is called
    once, when the thread has ended or nobody listens to it any more. At each "look" in the line, it looks.
    """

    def __init__(
        self,
        responder: Responder,
        request: Request,
        *,
        clock: Clock,
        crew: Crew,
        look: Look,
        over: Callable[[], None],
    ) -> None:
        self._loop, self._clock, self._look = asyncio.get_running_loop(), clock, look
        self._items: asyncio.Queue[Item] = asyncio.Queue()
        self._peeked: collections.deque[Item] = collections.deque()
        self.answer: Answer | None = None
        self._closed = threading.Event()
        self._over: Callable[[], None] | None = over
        self._timers: set[asyncio.Task[None]] = set()
        crew.start(lambda: self._run(responder, request))

    async def next(self) -> Part | Answer | Literal["tick"]:
        """Returns the next part, the answer, or that it is time.

        Raises Interrupted, TooSlow, Broken: no answer comes; and what looking raises.
        """
        while True:
            item = self._peeked.popleft() if self._peeked else await self._items.get()
            if isinstance(item, Exception):
                raise item
            if item == "look":
                await self._look()
                continue
            if isinstance(item, Answer):
                self.answer = item
            return item

    async def will_answer(self) -> bool:
        """Waits until it is clear whether anything is said: what is not for the articles has no parts.

        What came meanwhile `next` will return.
        """
        came: list[Item] = []
        try:
            while True:
                item = await self.next()
                came.append(item)
                if isinstance(item, Answer):
                    return bool(item.parts)
                if isinstance(item, Part) and item.citations:
                    return True
        except (TooSlow, Broken) as error:
            _log.error("%s", trace(cause_of(error)))
            return False
        finally:
            self._peeked.extend(came)

    async def whole(self) -> Answer:
        """Returns the answer once it is there, whatever came before it. Raises what `next` does."""
        while self.answer is None:
            await self.next()
        return self.answer

    def tell(self, item: Event | Exception) -> None:
        """Puts an event into the line, or what ends it."""
        self._items.put_nowait(item)

    def tell_after(self, seconds: float, item: Event | Exception) -> None:
        """Puts it into the line after a while."""

        async def wait() -> None:
            await self._clock.sleep(seconds)
            self.tell(item)

        timer = asyncio.create_task(wait())
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)

    def close(self) -> None:
        """Listens no longer."""
        self._closed.set()
        self._end()
        for timer in self._timers:
            timer.cancel()

    def _run(self, responder: Responder, request: Request) -> None:
        try:
            for item in responder(request):
                if self._closed.is_set():
                    return
                self._in_the_loop(self._items.put_nowait, item)
            self._in_the_loop(self._items.put_nowait, Broken())  # nobody comes to it if there was an answer
        except BaseException as error:  # whatever it is, it must reach whoever waits
            broken = Broken()
            broken.__cause__ = error
            self._in_the_loop(self._items.put_nowait, broken)
        finally:
            self._in_the_loop(self._end)

    def _end(self) -> None:
        if self._over:
            over, self._over = self._over, None
            over()

    def _in_the_loop(self, step: Callable[..., None], *arguments: Item) -> None:
        try:
            self._loop.call_soon_threadsafe(step, *arguments)
        except RuntimeError:  # the loop has ended: nobody waits any more
            self._closed.set()


def cause_of(error: BaseException) -> BaseException:
    """Returns what really went wrong."""
    return error.__cause__ or error if isinstance(error, Broken) else error
