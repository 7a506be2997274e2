"""What a person sees while waiting: the status line and the session. Best effort; knows nothing of answers."""

import asyncio

from bot.slack.records.tables import PostedQuestion
from bot.slack.web import Web
from bot.slack.workspace import Workspace

REFRESH_SECONDS = 60.0  # a status clears by itself after two minutes without a message
_STATUS = "is reading the articles…"
_LOADING = ("Searching the articles…", "Reading what fits…", "Checking every quote…")


class Signals:
    """The signs of life for one question, from now to `stop`."""

    def __init__(self, asked: PostedQuestion, means: Workspace) -> None:
        self._web, self._clock, self._asker = means.web, means.clock, asked.asker
        self._place = (asked.channel, str(asked.thread_ts))
        self._first, self._calling = asyncio.Event(), asyncio.Lock()
        self._task = asyncio.create_task(self._repeat())

    async def first(self) -> None:
        """Returns when the first signs stand, so that none comes after the answer."""
        await self._first.wait()

    async def stop(self, *, active: bool) -> None:
        """Ends the signs; `active` also says that the session waits for the person again."""
        async with self._calling:  # a call under way is let finish, or its effect could outlive the answer
            self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if active:
            await self._web.session(*self._place, status="active", user=self._asker)
            await self._web.status(*self._place, status="")

    async def _repeat(self) -> None:
        try:
            async with self._calling:
                session = self._web.session(*self._place, status="processing", user=self._asker)
                await asyncio.gather(session, self._show())
        finally:
            self._first.set()
        while True:
            await self._clock.sleep(REFRESH_SECONDS)
            async with self._calling:
                await self._show()

    async def _show(self) -> None:
        await self._web.status(*self._place, status=_STATUS, loading=_LOADING)


async def show_place(asked: PostedQuestion, place: int, *, web: Web) -> None:
    """Tells a question that has to wait its place in line, counted from 1."""
    if asked.thread_ts and place > 0:
        await web.status(asked.channel, asked.thread_ts, status=f"is busy: you are number {place} in line")
