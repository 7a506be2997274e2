"""Questions are taken from the inbox, each in its turn, and none is dropped. Knows the line and how to end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.errors import BotError, InboxUnavailable, SlackRefused
from bot.slack.answering import Answering, Unknown
from bot.slack.pieces import Interrupted
from bot.slack.posting import Workspace
from bot.slack.records.held import Lost
from bot.slack.records.inbox import Outcome
from bot.slack.records.question import PostedQuestion
from bot.slack.signals import REFRESH_SECONDS, show_place
from bot.slack.trace import trace

_log = logging.getLogger("footnote.slack")
NOTICES = 8  # notices said, and deleted answers removed, at the same time
MOST = 200  # answers under way: those that are being thought of, and those that only wait for Slack
POLL_SECONDS = 1.0  # other processes put questions into the same database
_LAST_WORDS = 5.0  # for the answers that are interrupted at the end
_SWEEP = 3_600.0
_MOST_ATTEMPTS, _FIRST_RETRY, _LAST_RETRY = 8, 5.0, 300.0
_MOST_REFUSALS = 3  # what Slack plainly refuses it seldom takes later, and somebody waits to be told
_LOOKED_UP = 5.0  # until a question is taken up again whose asker was not known
_NOT_WRITE = "I may not write in the channel"
# What no second attempt changes, in words for the asker.
_FOR_GOOD = {
    "is_archived": "the channel is archived",
    "not_in_channel": "I am not in the channel",
    "channel_not_found": "I am not in the channel",
    "thread_not_found": "the message is gone",
    "cannot_reply_to_message": "the message takes no replies",
    "no_permission": _NOT_WRITE,
    "restricted_action": _NOT_WRITE,
}
_GAVE_UP = "Slack did not take it. Please ask again"
Work = Callable[[PostedQuestion], Awaitable[Outcome | None]]
Lane = tuple[set[asyncio.Task[None]], Callable[[], bool], Callable[[], PostedQuestion | None], Work]


class Worker:
    """Takes questions as long as it runs; one per process."""

    def __init__(self, means: Workspace, answering: Answering, *, workers: int, retention_days: int) -> None:
        self._means, self._answering = means, answering
        self._workers, self._retention_days = workers, retention_days
        self._answers: set[asyncio.Task[None]] = set()
        self._notices: set[asyncio.Task[None]] = set()
        self._erasures: set[asyncio.Task[None]] = set()
        self._alarms: set[asyncio.Task[None]] = set()
        self._thinking: set[str] = set()
        self._woken, self._closing = asyncio.Event(), False

    def wake(self) -> None:
        """Says that there may be something to do."""
        self._woken.set()

    async def run(self) -> None:
        """Works until `drain`."""
        companions = [asyncio.create_task(each) for each in (self._beat(), self._announce(), self._sweep())]
        try:
            while not self._closing:
                self._woken.clear()
                await self._survive(self._fill)
                await self._pause()
        finally:
            companions += self._alarms
            for companion in companions:
                companion.cancel()
            await asyncio.gather(*companions, return_exceptions=True)

    async def drain(self, seconds: float) -> None:
        """Takes nothing more, lets what is under way finish for so long, then leaves it to the next process."""
        self._closing = True
        self.wake()
        for patience in (seconds, _LAST_WORDS):
            if under_way := self._answers | self._notices | self._erasures:
                await asyncio.wait(under_way, timeout=patience)
            self._answering.interrupt()
        left = self._answers | self._notices | self._erasures
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def show_place(self, asked: PostedQuestion, before: int) -> None:
        """Tells a new question its place in line, if so many before it make it wait."""
        await show_place(asked, before - self._workers + 1, web=self._means.web)

    async def _fill(self) -> None:
        inbox, owner, now = self._means.records.inbox, self._means.owner, self._means.clock.now()
        erasure = self._means.records.erasure

        def few(tasks: set[asyncio.Task[None]]) -> Callable[[], bool]:
            return lambda: len(tasks) < NOTICES

        lanes: tuple[Lane, ...] = (
            (self._erasures, few(self._erasures), lambda: erasure.claim(owner, now=now), self._answering.erase),
            (self._notices, few(self._notices), lambda: inbox.claim_notice(owner, now=now), self._answering.notice),
            (self._answers, self._has_room, lambda: inbox.claim(owner, now=now), self._think),
        )
        for tasks, has_room, claim, work in lanes:
            while not self._closing and has_room():
                asked = await self._means.records.call(claim)
                if asked is None:
                    break
                if work == self._think:
                    self._thinking.add(asked.id)
                task = asyncio.create_task(self._to_the_end(asked, work))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                task.add_done_callback(lambda _: self.wake())

    def _has_room(self) -> bool:
        """Only thinking takes the machine's time; an answer that waits for Slack keeps nobody else waiting."""
        return len(self._thinking) < self._workers and len(self._answers) < MOST

    async def _think(self, asked: PostedQuestion) -> Outcome | None:
        def thought() -> None:
            self._thinking.discard(asked.id)
            self.wake()

        try:
            return await self._answering.answer(asked, thought=thought)
        finally:
            thought()

    async def _to_the_end(self, asked: PostedQuestion, work: Work) -> None:
        """Does the work and survives whatever happens in it."""
        try:
            _log.info("question %s: %s", asked.id, await work(asked) or "erased")
        except Lost:
            _log.info("question %s was taken over", asked.id)
        except Interrupted:
            await self._later(asked, wait=0.0)
        except Unknown:
            await self._later(asked, wait=_LOOKED_UP)
        except BotError as error:
            _log.warning("question %s: %s", asked.id, error)
            plain = isinstance(error, SlackRefused) and error.code != "ratelimited"
            reason = _for_good(error.code) if isinstance(error, SlackRefused) else None
            wait = _wait(asked, most=_MOST_REFUSALS if plain else _MOST_ATTEMPTS)
            await self._later(asked, wait=None if reason else wait, reason=reason or _GAVE_UP)
        except Exception as error:  # the one place where everything is caught: a person waits for a reply
            _log.error("question %s: %s", asked.id, trace(error))
            await self._later(asked, wait=_wait(asked))

    async def _later(self, asked: PostedQuestion, *, wait: float | None, reason: str = _GAVE_UP) -> None:
        """Gives a question back for another attempt; without a wait, tells the asker and closes it as failed."""
        records, owner, now = self._means.records, self._means.owner, self._means.clock.now()

        async def give_back() -> None:
            pause = wait
            if pause is None:
                await self._answering.give_up(asked, reason)
                if await records.call(lambda: records.inbox.finish(asked.id, "failed", owner=owner, now=now)):
                    return
                pause = _LAST_RETRY  # deleted, and what is shown of it could not be taken away yet
            self._wake_after(pause)
            await records.call(lambda: records.inbox.release(asked.id, owner=owner, not_before=now + pause))

        await self._survive(give_back)  # if the database fails, the lease runs out and the question is taken up again

    def _wake_after(self, seconds: float) -> None:
        async def wait() -> None:
            await self._means.clock.sleep(seconds)
            self.wake()

        alarm = asyncio.create_task(wait())
        self._alarms.add(alarm)
        alarm.add_done_callback(self._alarms.discard)

    async def _beat(self) -> None:
        inbox, owner = self._means.records.inbox, self._means.owner

        async def beat() -> None:
            now = self._means.clock.now()
            for id_ in await self._means.records.call(lambda: inbox.renew(owner, now=now)):
                self._answering.look(id_)

        while True:
            await asyncio.sleep(inbox.lease_seconds / 8)
            await self._survive(beat)

    async def _announce(self) -> None:
        """Keeps the places in line up to date; a status would clear by itself."""
        records = self._means.records

        async def announce() -> None:
            for place, asked in enumerate(await records.call(records.inbox.line), 1):
                await show_place(asked, place, web=self._means.web)

        while True:
            await self._means.clock.sleep(REFRESH_SECONDS)
            await self._survive(announce)

    async def _sweep(self) -> None:
        inbox, days = self._means.records.inbox, self._retention_days

        async def sweep() -> None:
            now = self._means.clock.now()
            await self._means.records.call(lambda: inbox.sweep(now=now, days=days))

        while True:
            await self._survive(sweep)
            await self._means.clock.sleep(_SWEEP)

    async def _survive(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except InboxUnavailable as error:
            _log.error("%s", error)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return


def _for_good(code: str) -> str | None:
    """Why no second attempt would help, in words; None if one may."""
    return _NOT_WRITE if code.startswith("restricted_action") else _FOR_GOOD.get(code)


def _wait(asked: PostedQuestion, *, most: int = _MOST_ATTEMPTS) -> float | None:
    """How long to wait before the next attempt, in seconds; None after too many."""
    if asked.attempts + 1 >= most:
        return None
    return float(min(_FIRST_RETRY * 2**asked.attempts, _LAST_RETRY))
