"""How one question is answered in Slack, from top to bottom. Each step lives elsewhere.

Every accepted question ends with one visible reply: the answer, a refusal, or a plain sentence saying what went wrong;
to the asker alone where the bot may not post. Only what was not put to the bot, and what was deleted, ends with none.
"""

import dataclasses
import datetime
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.answer import Answer, Part, as_json
from bot.errors import BotError, SlackRefused
from bot.responder import Responder
from bot.slack.aside import give, post_root, tell
from bot.slack.asking import request_of
from bot.slack.overheard import is_worth_saying
from bot.slack.people import People
from bot.slack.pieces import Broken, Crew, Interrupted, Pieces, TooSlow, answer_or_raise, cause_of
from bot.slack.policy import Rules
from bot.slack.posting import Posting, Workspace
from bot.slack.records.held import Erased, Lost, Stopped
from bot.slack.records.inbox import OVERHEARD, Outcome
from bot.slack.records.question import PostedQuestion
from bot.slack.render import closing, sources
from bot.slack.reply import SlackReply
from bot.slack.signals import Signals
from bot.slack.trace import trace

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


@dataclass(frozen=True)
class Manner:
    """Who may ask, how long an answer may take, the age that marks an article, and what direct messages look into."""

    rules: Rules
    answer_seconds: float
    stale_days: int
    direct_folders: tuple[str, ...] = ()


class Answering:
    """Answers questions; remembers those under way, so that they can be stopped."""

    def __init__(self, means: Workspace, *, responder: Responder, people: People, manner: Manner) -> None:
        self._means, self._responder, self._people, self._manner = means, responder, people, manner
        self._under_way: dict[str, Pieces] = {}
        self._crew = Crew()

    def look(self, id_: str) -> None:
        """Makes the answer to a question look whether it is still wanted, for somebody stopped or deleted it."""
        if id_ in self._under_way:
            self._under_way[id_].tell("look")

    def interrupt(self) -> None:
        """Ends all answers where they are, because the process ends."""
        for pieces in self._under_way.values():
            pieces.tell("interrupt")

    async def answer(self, asked: PostedQuestion, *, thought: Callable[[], None] = lambda: None) -> Outcome | None:
        """Answers one question that was claimed, and closes it; None if it was deleted and nothing of it is left.

        `thought` is called once the words are there and only Slack is waited for. Raises Lost, Interrupted, Unknown: it
        is to be gone on with later; SlackRefused, SlackUnsure, InboxUnavailable: it is to be tried again.
        """
        try:
            return await self._answer(asked, thought)
        except Erased:
            await self.erase(asked)
            return None
        finally:
            self._end(asked)

    async def notice(self, asked: PostedQuestion) -> Outcome | None:
        """Says a question's notice instead of an answer, and closes it."""
        try:
            if asked.kind == REFUSED:
                return await self._refuse(asked, str(asked.notice))
            if asked.kind == "help" or asked.channel.startswith("D"):
                reply = SlackReply(asked, self._means)
                await reply.resume()
                await reply.say(str(asked.notice))
            else:
                await tell(asked, self._means, str(asked.notice))
            return await self._close(asked, "refused")
        except Erased:
            await self.erase(asked)
            return None

    async def erase(self, asked: PostedQuestion) -> None:
        """Takes away what is shown of an answer whose question was deleted."""
        await Posting(asked, self._means).remove_all()
        await self._means.records.call(lambda: self._means.records.erasure.done(asked.id))

    async def give_up(self, asked: PostedQuestion, reason: str) -> None:
        """Tells the asker that nothing will come of a question that was put to the bot, if they still want it."""
        try:
            await Posting(asked, self._means).allow()
        except (Lost, Stopped, Erased):
            return
        if asked.kind != OVERHEARD:
            await tell(asked, self._means, _NO_WAY.format(reason=reason, id=asked.id))

    async def _answer(self, asked: PostedQuestion, thought: Callable[[], None]) -> Outcome:
        rules = self._manner.rules
        refusal = await self._people.refusal(asked, rules)
        if refusal:
            if self._age(asked) < _UNKNOWN_FOR and not self._people.refusal_now(asked, rules):
                raise Unknown
            return await self._refuse(asked, refusal)
        if self._age(asked) > TOO_OLD:
            return await self._say_too_late(asked)
        pieces = await self._begin(asked, thought)
        try:
            if asked.kind == OVERHEARD and not await self._is_for_us(asked, pieces):
                return await self._ignore(asked)
            return await self._answer_in_thread(await self._rooted(asked), pieces)
        except Stopped:
            return await self._close(asked, "stopped")
        except SlackRefused as error:
            if error.code == "ratelimited" or asked.kind not in _BY_FORM:
                raise
            _log.info("question %s is answered to its asker alone: %s", asked.id, error)
            return await self._answer_privately(asked, pieces)

    async def _is_for_us(self, asked: PostedQuestion, pieces: Pieces) -> bool:
        look, heard = Posting(asked, self._means).allow, pieces.request.overheard
        return heard is None or await pieces.will_answer(
            look, is_worth_saying=lambda answer: is_worth_saying(answer, heard)
        )

    async def _rooted(self, asked: PostedQuestion) -> PostedQuestion:
        """The question in a thread; for a command its root is posted."""
        if asked.thread_ts is not None:
            return asked
        root = await post_root(asked, self._means, name=self._people.name(asked.asker))
        return dataclasses.replace(asked, thread_ts=root)

    async def _answer_in_thread(self, asked: PostedQuestion, pieces: Pieces) -> Outcome:
        signals = Signals(asked, web=self._means.web, clock=self._means.clock)
        signals.start()
        reply = SlackReply(asked, self._means)
        try:
            await reply.resume()
            answer = await self._show(pieces, reply, signals)
            await reply.finish(self._below(answer, asked))
            return await self._close(asked, "answered", as_json(answer, id_=asked.id))
        except Stopped:
            await reply.halt()
            raise
        except Interrupted:
            await reply.finish((), notice=_PAUSED)
            raise
        except TooSlow:
            return await self._fail(asked, reply, _SLOW)
        except (BotError, Lost, Erased):
            raise
        except Exception as error:  # of the responder or our own: a person waits for a reply
            _log.error("question %s: %s", asked.id, trace(cause_of(error)))
            return await self._fail(asked, reply, _CUT_SHORT if reply.is_visible else _WRONG)
        finally:
            reply.settle()
            await signals.stop(active=not reply.has_ended_session)

    async def _show(self, pieces: Pieces, reply: SlackReply, signals: Signals) -> Answer:
        """Hands the parts to the reply as they come; returns the answer."""
        while True:
            item = await pieces.next()
            await signals.first()
            due = None
            match item:
                case Part():
                    due = await reply.add(item)
                case "tick":
                    due = await reply.flush()
                case "look":
                    await reply.look()
                case _:
                    return answer_or_raise(item)
            if due is not None:
                pieces.tell_after(due, "tick")

    async def _answer_privately(self, asked: PostedQuestion, pieces: Pieces) -> Outcome:
        """Answers where the bot may not post: to the asker alone, and all at once."""
        try:
            answer = await pieces.whole(Posting(asked, self._means).allow)
        except (TooSlow, Broken) as error:
            _log.error("question %s: %s", asked.id, trace(cause_of(error)))
            await tell(asked, self._means, _WRONG.format(id=asked.id))
            return await self._close(asked, "failed")
        await give(asked, self._means, answer, below=self._below(answer, asked))
        return await self._close(asked, "answered", as_json(answer, id_=asked.id))

    async def _refuse(self, asked: PostedQuestion, refusal: str) -> Outcome:
        """Says why: for a command or a form always, for a message once a place and day; for what is overheard never."""
        if asked.kind == OVERHEARD:
            return await self._close(asked, "ignored")
        threads, now = self._means.records.threads, self._means.clock.now()
        place = (asked.team, asked.channel, asked.asker)
        if asked.kind in _BY_FORM or await self._means.records.call(lambda: threads.refuses_anew(*place, now=now)):
            await tell(asked, self._means, refusal)
        return await self._close(asked, "refused")

    async def _ignore(self, asked: PostedQuestion) -> Outcome:
        """Says nothing to what was not for the bot; if it is from somebody new to the thread, people talk there."""
        threads, place = self._means.records.threads, (asked.team, asked.channel, str(asked.thread_ts))
        thread = await self._means.records.call(lambda: threads.find(*place))
        if thread and asked.asker not in thread.askers:
            await self._means.records.call(lambda: threads.note_chatter(*place))
        return await self._close(asked, "ignored")

    async def _say_too_late(self, asked: PostedQuestion) -> Outcome:
        if asked.kind == OVERHEARD:
            return await self._close(asked, "ignored")
        if asked.thread_ts is None:
            await tell(asked, self._means, _LATE.format(id=asked.id))
            return await self._close(asked, "failed")
        reply = SlackReply(asked, self._means)
        await reply.resume()
        return await self._fail(asked, reply, _LATE)

    async def _fail(self, asked: PostedQuestion, reply: SlackReply, notice: str) -> Outcome:
        """Ends with a plain sentence; sources stand below only for what was really shown with them."""
        below = sources(reply.citations, today=self._today(), stale_days=self._manner.stale_days)
        await reply.finish(below, notice=notice.format(id=asked.id))
        return await self._close(asked, "failed")

    async def _close(self, asked: PostedQuestion, outcome: Outcome, answer: Mapping[str, Any] | None = None) -> Outcome:
        """Writes down how it ended, unless it was deleted or taken over meanwhile."""
        inbox, owner, now = self._means.records.inbox, self._means.owner, self._means.clock.now()
        closed = await self._means.records.call(
            lambda: inbox.finish(asked.id, outcome, owner=owner, now=now, answer=answer)
        )
        if not closed:
            await Posting(asked, self._means).allow()
            raise Lost(asked.id)
        return outcome

    async def _begin(self, asked: PostedQuestion, thought: Callable[[], None]) -> Pieces:
        folders = self._manner.direct_folders
        request = await request_of(asked, self._means, direct_folders=folders, today=self._today())
        pieces = Pieces(self._responder, request, clock=self._means.clock, crew=self._crew, over=thought)
        pieces.tell_after(self._manner.answer_seconds, "too slow")
        self._under_way[asked.id] = pieces
        return pieces

    def _end(self, asked: PostedQuestion) -> None:
        if asked.id in self._under_way:
            self._under_way.pop(asked.id).close()

    def _below(self, answer: Answer, asked: PostedQuestion) -> list[dict[str, Any]]:
        today, stale_days = self._today(), self._manner.stale_days
        return closing(answer, id_=asked.id, asker=asked.asker, today=today, stale_days=stale_days)

    def _age(self, asked: PostedQuestion) -> float:
        return self._means.clock.now() - asked.received

    def _today(self) -> datetime.date:
        return datetime.date.fromtimestamp(self._means.clock.now())
