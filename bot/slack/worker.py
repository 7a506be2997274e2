"""Questions are taken from the inbox, each in its turn, and none is dropped. Knows the line and how to end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.errors import BotError, InboxUnavailable, SlackRefused
from bot.slack.answering import Answering, Unknown
from bot.slack.pieces import Interrupted
from bot.slack.records import inbox
from bot.slack.records.inbox import Outcome
from bot.slack.records.posts import Lost
from bot.slack.records.tables import PostedQuestion
from bot.slack.signals import REFRESH_SECONDS, show_place
from bot.slack.trace import trace
from bot.slack.workspace import Workspace

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
Work = Callable[[Answering], Awaitable[Outcome | None]]
Step = Callable[[], Awaitable[None]]


class Worker:
    """Takes questions as long as it runs; one per process."""

    def __init__(self, means: Workspace) -> None:
        self._means = means
        # What is done in each lane, and how its next question is claimed.
        self._lanes = (
            (Answering.erase, inbox.claim_erasure),
            (Answering.notice, inbox.claim_notice),
            (Answering.answer, inbox.claim),
        )
        self._tasks: dict[Work, set[asyncio.Task[None]]] = {work: set() for work, _ in self._lanes}
        self._alarms: set[asyncio.Task[None]] = set()
        self._under_way: dict[str, Answering] = {}
        self._thinking: set[str] = set()
        self._woken, self._closing = asyncio.Event(), False

    def wake(self) -> None:
        """Says that there may be something to do."""
        self._woken.set()

    def look(self, id_: str) -> None:
        """Makes whoever answers a question look whether that is still wanted, for somebody stopped or deleted it."""
        if id_ in self._under_way:
            self._under_way[id_].look()

    async def run(self) -> None:
        """Works until `drain`."""
        clock, lease = self._means.clock, self._means.settings.slack_lease_seconds
        companions = [
            asyncio.create_task(self._repeat(lambda: asyncio.sleep(lease / 8), self._beat)),
            asyncio.create_task(self._repeat(lambda: clock.sleep(REFRESH_SECONDS), self._announce)),
            asyncio.create_task(self._repeat(lambda: clock.sleep(_SWEEP), self._sweep)),
        ]
        try:
            await self._survive(self._sweep)
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
            if tasks := set().union(*self._tasks.values()):
                await asyncio.wait(tasks, timeout=patience)
            for answering in self._under_way.values():
                answering.interrupt()
        left = set().union(*self._tasks.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def show_place(self, asked: PostedQuestion, before: int) -> None:
        """Tells a new question its place in line, if so many before it make it wait."""
        await show_place(asked, before - self._means.settings.slack_workers + 1, web=self._means.web)

    async def _fill(self) -> None:
        lease, now = self._means.settings.slack_lease_seconds, self._means.clock.now()
        for work, claim in self._lanes:
            while not self._closing and self._has_room(work):
                asked = await self._means.records.call(claim, self._means.owner, now=now, lease=lease)
                if asked is None:
                    break
                if work == Answering.answer:
                    self._thinking.add(asked.id)
                task = asyncio.create_task(self._to_the_end(asked, work))
                self._tasks[work].add(task)
                task.add_done_callback(self._tasks[work].discard)
                task.add_done_callback(lambda _: self.wake())

    def _has_room(self, work: Work) -> bool:
        """Only thinking takes the machine's time; an answer that waits for Slack keeps nobody else waiting."""
        if work == Answering.answer:
            return len(self._thinking) < self._means.settings.slack_workers and len(self._tasks[work]) < MOST
        return len(self._tasks[work]) < NOTICES

    async def _to_the_end(self, asked: PostedQuestion, work: Work) -> None:
        """Does the work and survives whatever happens in it."""

        def thought() -> None:
            self._thinking.discard(asked.id)
            self.wake()

        async def worked() -> Outcome | None:
            try:
                return await work(answering)
            finally:
                thought()  # what is left is to tell Slack, which may take long

        answering = self._under_way[asked.id] = Answering(asked, self._means, thought=thought)
        try:
            _log.info("question %s: %s", asked.id, await worked() or "erased")
        except Lost:
            _log.info("question %s was taken over", asked.id)
        except Interrupted:
            await self._later(answering, wait=0.0)
        except Unknown:
            await self._later(answering, wait=_LOOKED_UP)
        except BotError as error:
            _log.warning("question %s: %s", asked.id, error)
            plain = isinstance(error, SlackRefused) and error.code != "ratelimited"
            reason = _for_good(error.code) if isinstance(error, SlackRefused) else None
            wait = _wait(asked, most=_MOST_REFUSALS if plain else _MOST_ATTEMPTS)
            await self._later(answering, wait=None if reason else wait, reason=reason or _GAVE_UP)
        except Exception as error:  # the one place where everything is caught: a person waits for a reply
            _log.error("question %s: %s", asked.id, trace(error))
            await self._later(answering, wait=_wait(asked))
        finally:
            self._under_way.pop(asked.id, None)

    async def _later(self, answering: Answering, *, wait: float | None, reason: str = _GAVE_UP) -> None:
        """Gives a question back for another attempt; without a wait, tells the asker and closes it as failed."""
        records, owner, now, id_ = self._means.records, self._means.owner, self._means.clock.now(), answering.id

        async def give_back() -> None:
            pause = wait
            if pause is None:
                await answering.give_up(reason)
                if await records.call(inbox.finish, id_, "failed", owner=owner, now=now):
                    return
                pause = _LAST_RETRY  # deleted, and what is shown of it could not be taken away yet
            self._wake_after(pause)
            await records.call(inbox.release, id_, owner=owner, not_before=now + pause)

        await self._survive(give_back)  # if the database fails, the lease runs out and the question is taken up again

    def _wake_after(self, seconds: float) -> None:
        async def wait() -> None:
            await self._means.clock.sleep(seconds)
            self.wake()

        alarm = asyncio.create_task(wait())
        self._alarms.add(alarm)
        alarm.add_done_callback(self._alarms.discard)

    async def _beat(self) -> None:
        now, lease = self._means.clock.now(), self._means.settings.slack_lease_seconds
        for id_ in await self._means.records.call(inbox.renew, self._means.owner, now=now, lease=lease):
            self.look(id_)

    async def _announce(self) -> None:
        """Keeps the places in line up to date; a status would clear by itself."""
        for place, asked in enumerate(await self._means.records.call(inbox.line), 1):
            await show_place(asked, place, web=self._means.web)

    async def _sweep(self) -> None:
        days = self._means.settings.slack_retention_days
        await self._means.records.call(inbox.sweep, now=self._means.clock.now(), days=days)

    async def _repeat(self, pause: Step, step: Step) -> None:
        while True:
            await pause()
            await self._survive(step)

    async def _survive(self, step: Step) -> None:
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
