"""All records together, callable from the event loop without blocking it. Knows threads; decides nothing."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.slack.policy import Quota
from bot.slack.records.channels import Channels
from bot.slack.records.erasure import Erasure
from bot.slack.records.feedback import Feedback
from bot.slack.records.inbox import Inbox
from bot.slack.records.posts import Posts
from bot.slack.records.tables import Database
from bot.slack.records.threads import Threads

T = TypeVar("T")
_SERVER_THREADS = 8
LEASE_SECONDS = 20.0


class Records:
    """The open database with all its tables."""

    def __init__(self, url: str, limits: Quota | None = None, *, lease_seconds: float = LEASE_SECONDS) -> None:
        """Opens it and creates what is missing. Raises InboxUnavailable: it cannot be opened."""
        self._database = Database(url)
        self.is_shared = self._database.is_shared
        self.inbox = Inbox(self._database, limits or Quota(), lease_seconds)
        self.erasure = Erasure(self._database, lease_seconds)
        self.posts, self.threads = Posts(self._database), Threads(self._database)
        self.channels, self.feedback = Channels(self._database), Feedback(self._database)
        # SQLite has one writer: a line before it is fairer, and faster, than its own busy waiting.
        self._threads = ThreadPoolExecutor(_SERVER_THREADS if self.is_shared else 1, thread_name_prefix="records")

    async def call(self, step: Callable[[], T]) -> T:
        """Runs one step on the database in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, step)

    def close(self) -> None:
        """Waits for what is under way and closes the database."""
        self._threads.shutdown()
        self._database.close()
