"""A responder's parts as they come, and whatever else happens meanwhile, in one line; and the threads it runs in. Knows
threads, not Slack.
"""

import asyncio
import collections
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.answer import Answer, Part
from bot.request import Request
from bot.responder import Responder
from bot.slack.calls import Look
from bot.slack.clock import Clock
from bot.slack.trace import trace


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


_log = logging.getLogger("footnote.slack")

Event = Literal["tick", "look", "interrupt", "too slow", "ended"]


@dataclass(frozen=True)
class Broke:
    """The responder raised this."""

    error: BaseException


class Interrupted(Exception):
    """The process is about to end; the question is for the next one."""


class TooSlow(Exception):
    """The answer took longer than it may."""


class Broken(Exception):
    """The responder failed; `error` says how."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


Item = Part | Answer | Broke | Event


class Pieces:
    """One run of a responder in a thread of the crew.

    A thread cannot be killed: after `close` it ends at the next part, and what it yields is dropped. `over` is called
    once, when the thread has ended or nobody listens to it any more.
    """

    def __init__(
        self, responder: Responder, request: Request, *, clock: Clock, crew: Crew, over: Callable[[], None]
    ) -> None:
        self.request = request
        self._loop, self._clock = asyncio.get_running_loop(), clock
        self._items: asyncio.Queue[Item] = asyncio.Queue()
        self._peeked: collections.deque[Item] = collections.deque()
        self.answer: Answer | None = None
        self._closed = threading.Event()
        self._over: Callable[[], None] | None = over
        self._timers: set[asyncio.Task[None]] = set()
        crew.start(lambda: self._run(responder, request))

    async def next(self) -> Item:
        """Returns the next part, the answer, or what happened."""
        if self._peeked:
            return self._peeked.popleft()
        item = await self._items.get()
        if isinstance(item, Answer):
            self.answer = item
        return item

    async def will_answer(self, look: Look, *, is_worth_saying: Callable[[Answer], bool]) -> bool:
        """Waits until it is clear whether there are words that are worth saying.

        What came meanwhile `next` will return.
        """
        came: list[Item] = []
        while isinstance(item := await self.next(), Part) or item in ("look", "tick"):
            if item == "look":
                await look()
                continue
            came.append(item)
            if isinstance(item, Part) and item.citations:
                self._peeked.extend(came)
                return True
        self._peeked.extend((*came, item))
        try:
            return is_worth_saying(answer_or_raise(item))
        except (TooSlow, Broken) as error:
            _log.error("%s", trace(cause_of(error)))
            return False

    async def whole(self, look: Look) -> Answer:
        """Returns the answer once it is there, whatever came before it.

        Raises Interrupted, TooSlow, Broken: it does not come.
        """
        while self.answer is None:
            item = await self.next()
            if item == "look":
                await look()
            elif not isinstance(item, Part) and item != "tick":
                return answer_or_raise(item)
        return self.answer

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
        self._end()
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
        finally:
            self._in_the_loop(self._end)

    def _end(self) -> None:
        if self._over:
            over, self._over = self._over, None
            over()

    def _push(self, item: Item) -> None:
        self._in_the_loop(self._items.put_nowait, item)

    def _in_the_loop(self, step: Callable[..., None], *arguments: Item) -> None:
        try:
            self._loop.call_soon_threadsafe(step, *arguments)
        except RuntimeError:  # the loop has ended: nobody waits any more
            self._closed.set()


def answer_or_raise(item: Item) -> Answer:
    """Returns what ends a run. Raises Interrupted, TooSlow, Broken: no answer does."""
    match item:
        case Answer():
            return item
        case Broke(error):
            raise Broken(error)
        case "interrupt":
            raise Interrupted
        case "ended":
            raise Broken(RuntimeError("the responder ended without an answer"))
    raise TooSlow


def cause_of(error: BaseException) -> BaseException:
    """Returns what really went wrong."""
    return error.error if isinstance(error, Broken) else error
