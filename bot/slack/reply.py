"""The messages of one answer in Slack, from the first word to the last button. Knows streams and their deaths.

A stream is perishable: it ends by bytes, by time, by a rate limit or by a lost response. Whatever happens, the words of
the page in hand are kept here, and the page is finished by putting them whole into the message (`update`), which may
be repeated without harm. `posting` sees to it that no message is posted twice.
"""

import logging
from collections.abc import Awaitable, Sequence
from functools import partial

from bot.answer import Citation, Part
from bot.errors import SlackRefused, SlackUnsure
from bot.slack.escape import cut, divided, fits, pages, safe
from bot.slack.posting import Posting
from bot.slack.records.posts import ROOT, Stopped
from bot.slack.records.tables import PostedQuestion
from bot.slack.render import Block, in_slack, markdown, notification, sources_text
from bot.slack.workspace import Workspace

_log = logging.getLogger("footnote.slack")
STREAM_SECONDS = 240.0  # python-slack-sdk issue 1859 claims that a stream dies after five minutes
APPEND_SECONDS = 0.75  # appendStream: 100 a minute, shared by all live answers
_GONE = frozenset({"message_not_found", "cant_update_message"})
_BAD_BLOCKS = ("invalid_blocks", "msg_blocks", "invalid_arguments")


class SlackReply:
    """One answer on its way into a thread, by streams where they may be used."""

    def __init__(self, asked: PostedQuestion, means: Workspace, *, streams: bool = True) -> None:
        self._asked, self._means, self._place = asked, means, (asked.channel, str(asked.thread_ts))
        self._posting = Posting(asked, means)
        self._web = means.web.watched(self._posting.allow)
        self._page = ""
        self._citations: dict[int, Citation] = {}
        self._part = self._sent = 0
        self._ts: str | None = None
        self._streams, self._live = streams, False
        self._started = self._flushed = 0.0
        self._before: dict[int, str | None] = {}
        self.has_ended_session = False

    @property
    def is_visible(self) -> bool:
        """Whether anything of the answer has been posted."""
        return self._ts is not None or self._part > 0

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of the parts that were added."""
        return tuple(self._citations.values())

    async def resume(self) -> None:
        """Finds the messages that an earlier attempt at this answer left; they will be changed, not repeated."""
        self._before = await self._posting.earlier()
        self._before.pop(ROOT, None)
        if self._before:
            self._streams = False
            self._ts = self._before.get(0)

    async def add(self, part: Part) -> float | None:
        """Adds a sentence, or a whole list, table or block of code.

        Returns in how many seconds `flush` has something to do, or None.
        """
        self._citations |= {citation.number: citation for citation in part.citations}
        shown = in_slack([part])
        self._page += shown if self._page else shown.lstrip()
        await self._turn_full_pages()
        return await self.flush()

    async def flush(self) -> float | None:
        """Shows what has been added, if it is time to; returns in how many seconds it will be, or None."""
        if not self._streams or len(self._page) == self._sent:
            return None
        now = self._means.clock.now()
        if self._ts is None:
            await self._start()
            return None
        if now - self._started >= STREAM_SECONDS:
            await self._turn_page(*divided(self._page, len(self._page)))
            return None
        due = self._flushed + APPEND_SECONDS * max(self._means.starts.live, 1) - now
        if due > 0:
            return due
        rest, channel = self._page[self._sent :], self._asked.channel
        self._streams = await self._flows(self._web.append_stream(channel, str(self._ts), text=rest))
        self._sent, self._flushed = len(self._page), self._means.clock.now()
        return None

    async def finish(self, blocks: Sequence[Block], *, notice: str = "") -> None:
        """Ends the answer with its blocks; a notice becomes its last paragraph."""
        if notice:
            self._page += ("\n\n" if self._page.strip() else "") + safe(notice)
        await self._turn_full_pages()
        await self._end_page(blocks, last=True)
        self.settle()
        for ts in [ts for part, ts in self._before.items() if part > self._part and ts]:
            await self._means.web.delete(self._asked.channel, ts)

    async def halt(self) -> None:
        """Ends the answer where it is, because a person said stop."""
        ts, live = self._ts, self._live
        self.settle()
        if ts and live:
            await self._flows(self._means.web.stop_stream(self._asked.channel, ts, text=" (stopped)", last=True))

    def settle(self) -> None:
        """Counts the stream as live no longer."""
        if self._live:
            self._live = False
            self._means.starts.live -= 1

    async def _turn_full_pages(self) -> None:
        while not fits(self._page):
            await self._turn_page(*cut(self._page, kept=self._sent))

    async def _turn_page(self, head: str, tail: str) -> None:
        self._page = head
        await self._end_page((), last=False)
        self.settle()
        self._page, self._sent, self._part = tail, 0, self._part + 1
        self._ts = self._before.get(self._part)

    async def _start(self) -> None:
        if not self._means.starts.take(now=self._means.clock.now()):
            self._streams = False
            return
        asked, text = self._asked, self._page
        start = partial(self._web.start_stream, *self._place, text=text, user=asked.asker, team=asked.actor_team)
        try:
            self._ts, sure = await self._posting.once(self._part, start)
        except SlackRefused as error:
            _log.info("question %s is not streamed: %s", asked.id, error)
            self._streams = False
            return
        self._live, self._streams = True, sure
        self._sent = len(text)
        self._started = self._flushed = self._means.clock.now()
        self._means.starts.live += 1

    async def _flows(self, step: Awaitable[None]) -> bool:
        """Does a step of a stream and tells whether it was surely done. Raises Stopped: a person ended the stream."""
        try:
            await step
            return True
        except (SlackRefused, SlackUnsure) as error:
            if isinstance(error, SlackRefused) and error.code == "stopped_by_user":
                raise Stopped from error
            _log.info("question %s: %s", self._asked.id, error)
            return False

    async def _end_page(self, blocks: Sequence[Block], *, last: bool) -> None:
        """Brings a page to its final words; falls back from the stream to an update, from blocks to none."""
        if self._streams and self._ts is None:
            await self._start()
        if self._streams and self._live:
            rest, where, id_ = self._page[self._sent :], (self._asked.channel, str(self._ts)), self._asked.id
            if await self._flows(self._web.stop_stream(*where, text=rest, blocks=blocks, id_=id_, last=last)):
                self.has_ended_session = last
                return
        try:
            await self._write(self._page, blocks)
        except SlackRefused as error:
            if not error.code.startswith(_BAD_BLOCKS) or not blocks:
                raise
            _log.warning("question %s: %s", self._asked.id, error)
            await self._write("\n\n".join(filter(None, (self._page, sources_text(self.citations)))), ())

    async def _write(self, text: str, blocks: Sequence[Block]) -> None:
        asked, web = self._asked, self._web
        # What is cut into pages fits one markdown block; the fallback with sources in it may be longer.
        whole = [*map(markdown, pages(text or "…")), *blocks]
        summary = notification(text)
        if self._ts is None:
            post = partial(web.post, *self._place, text=summary, blocks=whole, id_=asked.id)
            self._ts, sure = await self._posting.once(self._part, post)
            if sure:
                return
        try:
            if self._live or self._before:
                await web.stop_stream(asked.channel, self._ts)
        except (SlackRefused, SlackUnsure) as error:
            _log.info("question %s: %s", asked.id, error)
        try:
            await web.update(asked.channel, self._ts, text=summary, blocks=whole)
        except SlackRefused as error:
            if error.code not in _GONE:
                raise
            _log.info("question %s: its message was deleted", asked.id)
