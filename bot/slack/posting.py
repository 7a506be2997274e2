"""A message of an answer is posted once. Knows the records and lost responses; knows nothing of what is posted.

Slack offers no key that makes posting safe to repeat. So each message is written down before and after, and when its
response is lost, or the process died in between, it is looked for in the thread: a message of ours that belongs to no
answer we know of is the one.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.errors import SlackRefused, SlackUnsure
from bot.slack.clock import Clock
from bot.slack.records.open import Records
from bot.slack.records.posts import ROOT
from bot.slack.records.question import PostedQuestion
from bot.slack.web import METADATA, Json, Web

_log = logging.getLogger("footnote.slack")
STARTS_PER_MINUTE = 18  # startStream and stopStream: 20 a minute
_LOOKS, _LOOK_AGAIN = 3, 2.0


class Starts:
    """How many streams may still be started this minute, and how many are live; shared by all answers of a process."""

    def __init__(self, clock: Clock, per_minute: int = STARTS_PER_MINUTE) -> None:
        self._clock, self._per_minute = clock, per_minute
        self._times: list[float] = []
        self.live = 0

    def take(self) -> bool:
        """Counts one more start, unless there have been too many."""
        now = self._clock.now()
        self._times = [time for time in self._times if time > now - 60]
        if len(self._times) >= self._per_minute:
            return False
        self._times.append(now)
        return True


@dataclass(frozen=True)
class Workspace:
    """What a reply is made with."""

    web: Web
    records: Records
    clock: Clock
    starts: Starts
    owner: str
    bot_user: str


class Posting:
    """The messages of one answer."""

    def __init__(self, asked: PostedQuestion, means: Workspace) -> None:
        self._asked, self._means = asked, means

    async def earlier(self) -> dict[int, str | None]:
        """Returns the messages that an earlier attempt left, by part; None where nothing came of it."""
        posts = await self._means.records.call(lambda: self._means.records.posts.of(self._asked.id))
        return {post.part: post.ts or await self._find(post.part) for post in posts if post.part != ROOT}

    async def earlier_root(self) -> str | None:
        """Returns the root that an earlier attempt posted for a command; None if there is none."""
        posts = await self._means.records.call(lambda: self._means.records.posts.of(self._asked.id))
        roots = [post for post in posts if post.part == ROOT]
        return (roots[0].ts or await self._find(ROOT)) if roots else None

    async def allow(self) -> None:
        """Raises Lost, Stopped or Erased if nothing more is to be shown."""
        records, id_, owner = self._means.records, self._asked.id, self._means.owner
        await records.call(lambda: records.posts.allow(id_, owner=owner))

    async def once(self, part: int, post: Callable[[], Awaitable[str]]) -> tuple[str, bool]:
        """Posts a message and returns its ts, and whether its words are surely those that were just given.

        Raises Lost, Stopped, Erased: nothing more is to be posted; SlackRefused: Slack does not take it; SlackUnsure:
        it is not known whether it stands, even after looking.
        """
        records, id_, channel, owner = self._means.records, self._asked.id, self._asked.channel, self._means.owner
        for looks_left in reversed(range(_LOOKS)):
            await records.call(lambda: records.posts.intend(id_, part, channel=channel, owner=owner))
            try:
                ts = await post()
            except SlackUnsure as error:
                _log.info("question %s: %s", id_, error)
                found = await self._find(part)
                if found:
                    return found, False
                if not looks_left:
                    raise
                await self._means.clock.sleep(_LOOK_AGAIN)
            else:
                await self._record(part, ts)
                return ts, True
        raise AssertionError("unreachable")

    async def remove_all(self) -> None:
        """Takes away whatever stands of the answer, also what is still being streamed."""
        for post in await self._means.records.call(lambda: self._means.records.posts.of(self._asked.id)):
            ts = post.ts or await self._find(post.part)
            if ts:
                await self._remove(post.channel, ts)

    async def _remove(self, channel: str, ts: str) -> None:
        web = self._means.web
        try:
            await web.stop_stream(channel, ts)  # one that still grows may have to be ended first
        except (SlackRefused, SlackUnsure) as error:
            _log.info("question %s: %s", self._asked.id, error)
        try:
            await web.delete(channel, ts)
        except SlackRefused as error:
            if error.code == "ratelimited":
                raise
            _log.warning("question %s: a message of its answer stays: %s", self._asked.id, error)

    async def _find(self, part: int) -> str | None:
        records, asked = self._means.records, self._asked
        known = await records.call(lambda: records.posts.known(asked.channel))
        if asked.thread_ts is None:  # the root of a command: in the channel, with our mark
            messages, after, marked = await self._means.web.recent(asked.channel, since=asked.received), "", True
        else:
            messages = await self._in_thread(asked.channel, asked.thread_ts)
            after, marked = asked.ts if asked.ts[:1].isdigit() else asked.thread_ts, False
        for message in messages:
            ts = str(message.get("ts"))
            if ts > after and ts not in known and self._is_ours(message, marked=marked):
                await self._record(part, ts)
                return ts
        return None

    async def _in_thread(self, channel: str, thread_ts: str) -> tuple[Json, ...]:
        try:
            return await self._means.web.replies(channel, thread_ts)
        except SlackRefused as error:
            if error.code != "thread_not_found":
                raise
            return ()

    def _is_ours(self, message: Json, *, marked: bool) -> bool:
        """A message with another answer's mark is never ours; one without a mark may be, in a thread."""
        metadata = message.get("metadata") or {}
        mark = metadata.get("event_payload", {}).get("answer_id") if metadata.get("event_type") == METADATA else None
        return message.get("user") == self._means.bot_user and (mark == self._asked.id or (mark is None and not marked))

    async def _record(self, part: int, ts: str) -> None:
        await self._means.records.call(lambda: self._means.records.posts.record(self._asked.id, part, ts=ts))
