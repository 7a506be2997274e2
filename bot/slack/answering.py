"""How one question is answered in Slack, from top to bottom. Each step lives elsewhere.

Every accepted question ends with one visible reply: the answer, a refusal, or a plain sentence saying what went wrong.
"""

import dataclasses
import datetime
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.answer import Answer, Part, as_json
from bot.errors import BotError, SlackRefused
from bot.question.followup import Turn
from bot.responder import Request, Responder
from bot.slack.aside import post_root, tell_privately, whisper
from bot.slack.crew import Crew
from bot.slack.escape import plain_text
from bot.slack.people import People
from bot.slack.pieces import Broke, Item, Pieces
from bot.slack.policy import Rules
from bot.slack.posting import Means
from bot.slack.records.inbox import Outcome
from bot.slack.records.posts import Lost
from bot.slack.records.question import Question
from bot.slack.render import closing, sources
from bot.slack.reply import Reply, Stopped
from bot.slack.signals import Signals
from bot.slack.trace import trace

_log = logging.getLogger("footnote.slack")
TOO_OLD = 600.0
_EARLIER = 10
_WRONG = "⚠️ Something went wrong on my side (reference {id}). Please ask again."
_CUT_SHORT = "⚠️ The answer was cut short (reference {id}). Please ask again for the rest."
_SLOW = "⚠️ That took too long, so I stopped (reference {id}). Please ask again."
_LATE = "I could not answer this in time (reference {id}). Please ask again."
_PAUSED = "⚠️ I am being restarted, and finish this answer when I am back."
# The bot is not where it was asked: the answer goes to the asker alone.
_NOT_THERE = frozenset({"not_in_channel", "channel_not_found"})


class Interrupted(Exception):
    """The process is about to end; the question is for the next one."""


class TooSlow(Exception):
    """The answer took longer than it may."""


class Broken(Exception):
    """The responder failed; `error` says how."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


@dataclass(frozen=True)
class Manner:
    """Who may ask, how long an answer may take, and from what age an article is marked."""

    rules: Rules
    answer_seconds: float
    stale_days: int


class Answering:
    """Answers questions; remembers those under way, so that they can be stopped."""

    def __init__(self, means: Means, *, responder: Responder, people: People, manner: Manner) -> None:
        self._means, self._responder, self._people, self._manner = means, responder, people, manner
        self._under_way: dict[str, Pieces] = {}
        self._crew = Crew()

    def stop(self, id_: str) -> None:
        """Ends one answer where it is, because a person said so."""
        if id_ in self._under_way:
            self._under_way[id_].tell("stop")

    def interrupt(self) -> None:
        """Ends all answers where they are, because the process ends."""
        for pieces in self._under_way.values():
            pieces.tell("interrupt")

    async def answer(self, asked: Question) -> Outcome:
        """Answers one question that was claimed, and closes it.

        Raises:
            Lost, Interrupted: another process goes on with it.
            SlackRefused, SlackUnsure, InboxUnavailable: it is to be tried again.
        """
        refusal = await self._people.refusal(asked, self._manner.rules)
        if refusal:
            return await self._refuse(asked, refusal)
        if asked.thread_ts is None:
            try:
                asked = dataclasses.replace(asked, thread_ts=await post_root(asked, self._means))
            except SlackRefused as error:
                if error.code not in _NOT_THERE:
                    raise
                return await self._answer_privately(asked)
        signals = Signals(asked, web=self._means.web, clock=self._means.clock)
        signals.start()
        reply = Reply(asked, self._means)
        try:
            return await self._answer_in_thread(asked, reply, signals)
        finally:
            reply.settle()
            await signals.stop(active=not reply.has_ended_session)

    async def notice(self, asked: Question) -> Outcome:
        """Says a question's notice instead of an answer, and closes it."""
        if asked.kind == "help" or asked.channel.startswith("D"):
            reply = Reply(asked, self._means)
            await reply.resume()
            await reply.say(str(asked.notice))
        else:
            await whisper(asked, self._means, text=str(asked.notice))
        return await self._close(asked, "refused")

    async def _answer_in_thread(self, asked: Question, reply: Reply, signals: Signals) -> Outcome:
        await reply.resume()
        if self._means.clock.now() - asked.received > TOO_OLD:
            return await self._fail(asked, reply, _LATE)
        try:
            answer = await self._pass_on(await self._begin(asked), reply, signals)
            await reply.finish(self._below(answer, asked))
        except Stopped:
            await reply.halt()
            return await self._close(asked, "stopped")
        except Interrupted:
            await reply.finish((), notice=_PAUSED)
            raise
        except TooSlow:
            return await self._fail(asked, reply, _SLOW)
        except (BotError, Lost):
            raise
        except Exception as error:  # of the responder or our own: a person waits for a reply
            _log.error("question %s: %s", asked.id, trace(error.error if isinstance(error, Broken) else error))
            return await self._fail(asked, reply, _CUT_SHORT if reply.is_visible else _WRONG)
        finally:
            self._end(asked)
        return await self._close(asked, "answered", as_json(answer, id_=asked.id))

    async def _pass_on(self, pieces: Pieces, reply: Reply, signals: Signals) -> Answer:
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
                case _:
                    return _answer_or_raise(item)
            if due is not None:
                pieces.tell_after(due, "tick")

    async def _answer_privately(self, asked: Question) -> Outcome:
        """Answers where the bot may not post: to the asker alone, and all at once."""
        pieces = await self._begin(asked)
        try:
            while isinstance(item := await pieces.next(), Part) or item == "tick":
                pass
            answer = _answer_or_raise(item)
        except (TooSlow, Broken) as error:
            _log.error("question %s: %s", asked.id, trace(error))
            await tell_privately(asked, self._means, text=_WRONG.format(id=asked.id))
            return await self._close(asked, "failed")
        except Stopped:
            return await self._close(asked, "stopped")
        finally:
            self._end(asked)
        below = self._below(answer, asked)
        await tell_privately(asked, self._means, text=answer.text, citations=answer.citations, below=below)
        return await self._close(asked, "answered", as_json(answer, id_=asked.id))

    async def _refuse(self, asked: Question, refusal: str) -> Outcome:
        """Says why, the first time; a person who was told is not told again."""
        records, now = self._means.records, self._means.clock.now()
        if await records.call(lambda: records.threads.refuse_first(asked.team, asked.asker, now=now)):
            await whisper(asked, self._means, text=refusal)
        return await self._close(asked, "refused")

    async def _fail(self, asked: Question, reply: Reply, notice: str) -> Outcome:
        """Ends with a plain sentence; sources stand below only for what was really shown with them."""
        below = sources(reply.citations, today=self._today(), stale_days=self._manner.stale_days)
        await reply.finish(below, notice=notice.format(id=asked.id))
        return await self._close(asked, "failed")

    async def _close(self, asked: Question, outcome: Outcome, answer: Mapping[str, Any] | None = None) -> Outcome:
        inbox, owner, now = self._means.records.inbox, self._means.owner, self._means.clock.now()
        await self._means.records.call(lambda: inbox.finish(asked.id, outcome, owner=owner, now=now, answer=answer))
        return outcome

    async def _begin(self, asked: Question) -> Pieces:
        records = self._means.records
        channel = await records.call(lambda: records.channels.find(asked.team, asked.channel))
        request = Request(asked.text, await self._history(asked), self._today(), channel.folders, user=asked.asker)
        pieces = Pieces(self._responder, request, clock=self._means.clock, crew=self._crew)
        pieces.tell_after(self._manner.answer_seconds, "too slow")
        self._under_way[asked.id] = pieces
        return pieces

    def _end(self, asked: Question) -> None:
        if asked.id in self._under_way:
            self._under_way.pop(asked.id).close()

    async def _history(self, asked: Question) -> tuple[Turn, ...]:
        """The thread's turns as they were stored; in a thread that is new to us, what people wrote there."""
        if asked.thread_ts is None:
            return ()
        records, place = self._means.records, (asked.team, asked.channel, asked.thread_ts)
        turns = await records.call(lambda: records.threads.turns(*place))
        if turns or asked.thread_ts == asked.ts or not asked.ts[:1].isdigit():
            return turns
        try:
            messages = await self._means.web.replies(asked.channel, asked.thread_ts)
        except BotError as error:
            _log.warning("question %s has no history: %s", asked.id, error)
            return ()
        earlier = [m for m in messages if str(m.get("ts")) < asked.ts and not m.get("bot_id")][-_EARLIER:]
        return tuple(Turn("user", plain_text(str(m.get("text") or ""), bot_user=self._means.bot_user)) for m in earlier)

    def _below(self, answer: Answer, asked: Question) -> list[dict[str, Any]]:
        today, stale_days = self._today(), self._manner.stale_days
        return closing(answer, id_=asked.id, asker=asked.asker, today=today, stale_days=stale_days)

    def _today(self) -> datetime.date:
        return datetime.date.fromtimestamp(self._means.clock.now())


def _answer_or_raise(item: Item) -> Answer:
    match item:
        case Answer():
            return item
        case Broke(error):
            raise Broken(error)
        case "stop":
            raise Stopped
        case "interrupt":
            raise Interrupted
        case "ended":
            raise Broken(RuntimeError("the responder ended without an answer"))
    raise TooSlow
