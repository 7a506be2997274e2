"""How one question is answered in Slack, from top to bottom. Each step lives elsewhere.

Every accepted question ends with one visible reply: the answer, a refusal, or a plain sentence saying what went wrong;
to the asker alone where the bot may not post. Only what was not put to the bot, and what was deleted, ends with none.
"""

import dataclasses
import datetime
import logging
from collections.abc import Callable, Mapping
from typing import Any

from bot.answer import Answer, Part, as_json
from bot.errors import BotError, SlackRefused
from bot.slack.asking import request_of
from bot.slack.pieces import Broken, Interrupted, Pieces, TooSlow, cause_of
from bot.slack.posting import Posting, give, tell
from bot.slack.records import inbox, threads
from bot.slack.records.inbox import OVERHEARD, Outcome
from bot.slack.records.posts import Erased, Lost, Stopped
from bot.slack.records.tables import PostedQuestion
from bot.slack.render import Block, closing, sources
from bot.slack.reply import SlackReply
from bot.slack.signals import Signals
from bot.slack.trace import trace
from bot.slack.workspace import Workspace

_log = logging.getLogger("footnote.slack")
TOO_OLD = 600.0
REFUSED = "refused"
"""The kind of a question whose asker may not ask: its notice is said, unless it has been said today."""
_UNKNOWN_FOR = 60.0  # how long a question waits for Slack to tell who asks, where the rules want that
_WRONG = "⚠️ Something went wrong on my side (reference {id}). Please ask again."
_CUT_SHORT = "⚠️ The answer was cut short (reference {id}). Please ask again for the rest."
_SLOW = "⚠️ That took too long, so I stopped (reference {id}). Please ask again."
_LATE = "I could not answer this in time (reference {id}). Please ask again."
_PAUSED = "⚠️ I am being restarted, and finish this answer when I am back."
_NO_WAY = "⚠️ I could not answer you there (reference {id}): {reason}."
# Asked by a form or a command: such an answer need not stand in the conversation.
_BY_FORM = frozenset({"command", "shortcut"})


class Unknown(Exception):
    """Slack has not told who asks, and the rules want to know."""


class Answering:
    """One question that was claimed, until it is closed; `thought` is called once only Slack is waited for.

    Its steps raise Lost, Interrupted, Unknown: it is to be gone on with later; SlackRefused, SlackUnsure,
    InboxUnavailable: it is to be tried again.
    """

    def __init__(self, asked: PostedQuestion, means: Workspace, *, thought: Callable[[], None]) -> None:
        self.id, self._asked, self._means, self._thought = asked.id, asked, means, thought
        self._pieces: Pieces | None = None

    def look(self) -> None:
        """Makes it look whether it is still wanted, for somebody stopped or deleted it."""
        if self._pieces:
            self._pieces.tell("look")

    def interrupt(self) -> None:
        """Ends it where it is, because the process ends."""
        if self._pieces:
            self._pieces.tell(Interrupted())

    async def answer(self) -> Outcome | None:
        """Answers the question, and closes it; None if it was deleted and nothing of it is left."""
        try:
            return await self._answer()
        except Stopped:
            return await self._close("stopped")
        except Erased:
            await self.erase()
            return None
        finally:
            if self._pieces:
                self._pieces.close()

    async def notice(self) -> Outcome | None:
        """Says the question's notice instead of an answer, and closes it."""
        asked, notice = self._asked, str(self._asked.notice)
        try:
            if asked.kind == REFUSED:
                return await self._refuse(notice)
            if asked.kind == "help" or asked.channel.startswith("D"):
                reply = SlackReply(asked, self._means, streams=False)
                await reply.resume()
                await reply.finish((), notice=notice)
            else:
                await tell(asked, self._means, notice)
            return await self._close("refused")
        except Erased:
            await self.erase()
            return None

    async def erase(self) -> None:
        """Takes away what is shown of an answer whose question was deleted."""
        await Posting(self._asked, self._means).remove_all()
        await self._means.records.call(inbox.erased, self._asked.id)

    async def give_up(self, reason: str) -> None:
        """Tells the asker that nothing will come of a question that was put to the bot, if they still want it."""
        try:
            await self._allow()
        except (Lost, Stopped, Erased):
            return
        if self._asked.kind != OVERHEARD:
            await self._tell(_NO_WAY.format(reason=reason, id=self._asked.id))

    async def _answer(self) -> Outcome:
        asked, people = self._asked, self._means.people
        who = {"actor_team": asked.actor_team, "channel": asked.channel}
        age = self._means.clock.now() - asked.received
        refusal = await people.refusal(asked.asker, **who)
        if refusal:
            if age < _UNKNOWN_FOR and not people.refusal_now(asked.asker, **who):
                raise Unknown
            return await self._refuse(refusal)
        if age > TOO_OLD:
            return await self._say_too_late()
        request = await request_of(asked, self._means, today=self._today())
        means, look, heard = self._means, self._allow, request.overheard
        pieces = Pieces(means.responder, request, clock=means.clock, crew=means.crew, look=look, over=self._thought)
        pieces.tell_after(means.settings.slack_answer_seconds, TooSlow())
        self._pieces = pieces
        if heard and not await pieces.will_answer():
            return await self._ignore()
        try:
            if asked.thread_ts is None:
                self._asked = dataclasses.replace(asked, thread_ts=await Posting(asked, means).root())
            return await self._answer_in_thread(pieces)
        except SlackRefused as error:
            if error.code == "ratelimited" or asked.kind not in _BY_FORM:
                raise
            _log.info("question %s is answered to its asker alone: %s", asked.id, error)
            return await self._answer_privately(pieces)

    async def _answer_in_thread(self, pieces: Pieces) -> Outcome:
        reply, signals = SlackReply(self._asked, self._means), Signals(self._asked, self._means)
        try:
            await reply.resume()
            answer = await self._show(pieces, reply, signals)
            await reply.finish(self._below(answer))
            return await self._close("answered", as_json(answer, id_=self._asked.id))
        except Stopped:
            await reply.halt()
            raise
        except Interrupted:
            await reply.finish((), notice=_PAUSED)
            raise
        except TooSlow:
            return await self._fail(reply, _SLOW)
        except (BotError, Lost, Erased):
            raise
        except Exception as error:  # of the responder or our own: a person waits for a reply
            _log.error("question %s: %s", self._asked.id, trace(cause_of(error)))
            return await self._fail(reply, _CUT_SHORT if reply.is_visible else _WRONG)
        finally:
            reply.settle()
            await signals.stop(active=not reply.has_ended_session)

    async def _show(self, pieces: Pieces, reply: SlackReply, signals: Signals) -> Answer:
        """Hands the parts to the reply as they come; returns the answer."""
        await signals.first()
        while not isinstance(item := await pieces.next(), Answer):
            due = await (reply.add(item) if isinstance(item, Part) else reply.flush())
            if due is not None:
                pieces.tell_after(due, "tick")
        return item

    async def _answer_privately(self, pieces: Pieces) -> Outcome:
        """Answers where the bot may not post: to the asker alone, and all at once."""
        try:
            answer = await pieces.whole()
        except (TooSlow, Broken) as error:
            _log.error("question %s: %s", self._asked.id, trace(cause_of(error)))
            await self._tell(_WRONG.format(id=self._asked.id))
            return await self._close("failed")
        await give(self._asked, self._means, answer, below=self._below(answer))
        return await self._close("answered", as_json(answer, id_=self._asked.id))

    async def _refuse(self, refusal: str) -> Outcome:
        """Says why: for a command or a form always, for a message once a place and day; for what is overheard never."""
        asked, now = self._asked, self._means.clock.now()
        if asked.kind == OVERHEARD:
            return await self._close("ignored")
        place = (asked.team, asked.channel, asked.asker)
        if asked.kind in _BY_FORM or await self._means.records.call(threads.refuses_anew, *place, now=now):
            await self._tell(refusal)
        return await self._close("refused")

    async def _ignore(self) -> Outcome:
        """Says nothing to what was not for the bot; if it is from somebody new to the thread, people talk there."""
        asked, records = self._asked, self._means.records
        thread = await records.call(threads.find, *asked.place)
        if thread and asked.asker not in thread.askers:
            await records.call(threads.mark, *asked.place, as_="chatter")
        return await self._close("ignored")

    async def _say_too_late(self) -> Outcome:
        if self._asked.kind == OVERHEARD:
            return await self._close("ignored")
        if self._asked.thread_ts is None:
            await self._tell(_LATE.format(id=self._asked.id))
            return await self._close("failed")
        reply = SlackReply(self._asked, self._means)
        await reply.resume()
        return await self._fail(reply, _LATE)

    async def _fail(self, reply: SlackReply, notice: str) -> Outcome:
        """Ends with a plain sentence; sources stand below only for what was really shown with them."""
        below = sources(reply.citations, today=self._today(), stale_days=self._means.settings.slack_stale_days)
        await reply.finish(below, notice=notice.format(id=self._asked.id))
        return await self._close("failed")

    async def _close(self, outcome: Outcome, answer: Mapping[str, Any] | None = None) -> Outcome:
        """Writes down how it ended, unless it was deleted or taken over meanwhile."""
        records, owner, now = self._means.records, self._means.owner, self._means.clock.now()
        if not await records.call(inbox.finish, self._asked.id, outcome, owner=owner, now=now, answer=answer):
            await self._allow()
            raise Lost(self._asked.id)
        return outcome

    async def _allow(self) -> None:
        await Posting(self._asked, self._means).allow()

    async def _tell(self, text: str) -> None:
        await tell(self._asked, self._means, text)

    def _below(self, answer: Answer) -> list[Block]:
        today, stale_days = self._today(), self._means.settings.slack_stale_days
        return closing(answer, id_=self._asked.id, asker=self._asked.asker, today=today, stale_days=stale_days)

    def _today(self) -> datetime.date:
        return datetime.date.fromtimestamp(self._means.clock.now())
