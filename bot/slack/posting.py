"""A message of an answer is posted once. Knows the records and lost responses; little of what is posted.

Slack offers no key that makes posting safe to repeat. So each message is written down before and after, and when its
response is lost, or the process died in between, it is looked for in the thread: a message of ours that belongs to no
answer we know of is the one. What one person alone is told cannot be found again, and so is not repeated.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

from bot.answer import Answer
from bot.errors import SlackRefused, SlackUnsure
from bot.slack.escape import pages, safe
from bot.slack.records import posts
from bot.slack.records.tables import PostedQuestion
from bot.slack.render import Block, Json, in_slack, markdown, notification
from bot.slack.web import METADATA
from bot.slack.workspace import Workspace

_log = logging.getLogger("footnote.slack")
_LOOKS, _LOOK_AGAIN = 3, 2.0
_USES = 5  # of the address that comes with a command or a click


class Posting:
    """The messages of one answer."""

    def __init__(self, asked: PostedQuestion, means: Workspace) -> None:
        self._asked, self._means, self._web = asked, means, means.web
        self._call = means.records.call

    async def earlier(self) -> dict[int, str | None]:
        """Returns the messages that an earlier attempt left, by part; None where nothing came of it."""
        left = await self._call(posts.posts_of, self._asked.id)
        return {post.part: post.ts or await self._find(post.part) for post in left}

    async def root(self) -> str:
        """Posts the question of a slash command, and who asked it, as the root of a thread, once; returns its ts."""
        asked, earlier = self._asked, (await self.earlier()).get(posts.ROOT)
        if earlier:
            return earlier
        # A mention would notify.
        text = safe(f"{self._means.people.name(asked.asker) or 'Somebody'} asked: {asked.text}")
        web = self._web.watched(self.allow)
        post = partial(web.post, asked.channel, None, text=text, blocks=[markdown(text)], id_=asked.id)
        return (await self.once(posts.ROOT, post))[0]

    async def allow(self) -> None:
        """Raises Lost, Stopped or Erased if nothing more is to be shown."""
        await self._call(posts.allow, self._asked.id, owner=self._means.owner)

    async def once(self, part: int, post: Callable[[], Awaitable[str]]) -> tuple[str, bool]:
        """Posts a message and returns its ts, and whether its words are surely those that were just given.

        Raises Lost, Stopped, Erased: nothing more is to be posted; SlackRefused: Slack does not take it; SlackUnsure:
        it is not known whether it stands, even after looking.
        """
        asked = self._asked
        for looks_left in reversed(range(_LOOKS)):
            await self._call(posts.intend, asked.id, part, channel=asked.channel, owner=self._means.owner)
            try:
                ts = await post()
            except SlackUnsure as error:
                _log.info("question %s: %s", asked.id, error)
                found = await self._find(part)
                if found:
                    return found, False
                if not looks_left:
                    raise
                await self._means.clock.sleep(_LOOK_AGAIN)
            else:
                await self._call(posts.record, asked.id, part, ts=ts)
                return ts, True
        raise AssertionError("unreachable")

    async def remove_all(self) -> None:
        """Takes away whatever stands of the answer, also what is still being streamed."""
        for post in await self._call(posts.posts_of, self._asked.id):
            ts = post.ts or await self._find(post.part)
            if ts:
                await self._remove(post.channel, ts)

    async def _remove(self, channel: str, ts: str) -> None:
        try:
            await self._web.stop_stream(channel, ts)  # one that still grows may have to be ended first
        except (SlackRefused, SlackUnsure) as error:
            _log.info("question %s: %s", self._asked.id, error)
        try:
            await self._web.delete(channel, ts)
        except SlackRefused as error:
            if error.code == "ratelimited":
                raise
            _log.warning("question %s: a message of its answer stays: %s", self._asked.id, error)

    async def _find(self, part: int) -> str | None:
        asked = self._asked
        known = await self._call(posts.known, asked.channel)
        if asked.thread_ts is None:  # the root of a command: in the channel, with our mark
            messages, after, marked = await self._web.recent(asked.channel, since=asked.received), "", True
        else:
            messages = await self._in_thread(asked.channel, asked.thread_ts)
            after, marked = asked.ts if asked.ts[:1].isdigit() else asked.thread_ts, False
        for message in messages:
            ts = str(message.get("ts"))
            if ts > after and ts not in known and self._is_ours(message, marked=marked):
                await self._call(posts.record, asked.id, part, ts=ts)
                return ts
        return None

    async def _in_thread(self, channel: str, thread_ts: str) -> tuple[Json, ...]:
        try:
            return await self._web.replies(channel, thread_ts)
        except SlackRefused as error:
            if error.code != "thread_not_found":
                raise
            return ()

    def _is_ours(self, message: Json, *, marked: bool) -> bool:
        """A message with another answer's mark is never ours; one without a mark may be, in a thread."""
        metadata = message.get("metadata") or {}
        mark = metadata.get("event_payload", {}).get("answer_id") if metadata.get("event_type") == METADATA else None
        by_us = message.get("user") == self._means.access.bot_user
        return by_us and (mark == self._asked.id or (mark is None and not marked))


class Way(Protocol):
    """A way to say something to one person alone."""

    def __call__(self, *, text: str, blocks: Sequence[Block]) -> Awaitable[object]:
        """Raises SlackRefused, SlackUnsure: it does not lead to them."""
        ...


async def tell(asked: PostedQuestion, means: Workspace, text: str) -> None:
    """Says something to the asker alone, if there is any way to; it cannot be found again, so it is not repeated."""
    try:
        await by_any_way(_ways(asked, means), [(safe(text), ())])
    except (SlackRefused, SlackUnsure) as error:
        _log.warning("question %s: the asker could not be told: %s", asked.id, error)


async def give(asked: PostedQuestion, means: Workspace, answer: Answer, *, below: Sequence[Block]) -> None:
    """Gives a whole answer to the asker alone.

    Raises SlackRefused, SlackUnsure: there is no way to them at this moment.
    """
    texts = pages(in_slack(answer.parts).lstrip()) or ("…",)
    blocks = [[markdown(text)] for text in texts]
    blocks[-1] += below
    await by_any_way(_ways(asked, means, messages=len(texts)), list(zip(map(notification, texts), blocks, strict=True)))


async def by_any_way(ways: Sequence[Way], messages: Sequence[tuple[str, Sequence[Block]]]) -> None:
    """Says it in the first way that works, and raises what is wrong with the last if none does.

    A way that fails in the middle is given up for the next: twice is better than never.
    """
    for way in ways:
        try:
            for text, blocks in messages:
                await way(text=text, blocks=blocks)
            return
        except (SlackRefused, SlackUnsure) as error:
            if way is ways[-1]:
                raise
            _log.info("%s", error)


def _ways(asked: PostedQuestion, means: Workspace, *, messages: int = 1) -> list[Way]:
    """Through the address that came with the request, else where it was made, else as a direct message."""
    web = means.web
    by_address: list[Way] = [partial(web.respond, asked.response_url)] if asked.response_url else []
    where_asked = partial(web.whisper, asked.channel, asked.asker, thread_ts=asked.thread_ts)
    return [*(by_address if messages <= _USES else ()), where_asked, partial(web.post, asked.asker, None)]
