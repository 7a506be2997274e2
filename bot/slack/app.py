"""What Slack tells the bot, and what is done about it at once. Knows events, commands and clicks; answers nothing.

A listener writes down what is to be done and ends; only then is the event acknowledged, so that a question is either
in the inbox or delivered again. Whatever takes longer runs in tasks of its own.
"""

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.errors import BotError
from bot.slack import forms
from bot.slack.access import Identity
from bot.slack.answering import REFUSED, Answering
from bot.slack.asking import scope_of
from bot.slack.clicks import Clicks, House
from bot.slack.clock import Clock
from bot.slack.home import HELP, TOO_LONG, home_view, prompts
from bot.slack.incoming import Message, deleted_ts, read_message
from bot.slack.intent import MAX_CHARACTERS, Intent, intent_of, is_chatter
from bot.slack.markup import plain_text
from bot.slack.people import People
from bot.slack.policy import ChannelRules
from bot.slack.records.inbox import OVERHEARD
from bot.slack.records.open import Records
from bot.slack.records.question import PostedQuestion
from bot.slack.trace import trace
from bot.slack.web import Web
from bot.slack.worker import Worker

Json = Mapping[str, Any]
_log = logging.getLogger("footnote.slack")
_REMEMBERED = 10_000
_QUIET = "I keep quiet in this thread now. Mention me to go on."
_WRONG = "⚠️ Something went wrong on my side. Please try again."
_STOPPED = "I have stopped. Ask me again whenever you like."


@dataclass(frozen=True)
class Tools:
    """What the listeners work with."""

    identity: Identity
    house: House
    web: Web
    records: Records
    worker: Worker
    answering: Answering
    clicks: Clicks
    people: People
    clock: Clock
    retention_days: int


class Listeners:
    """The listeners, and the tasks that they have started."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._tasks: set[asyncio.Task[None]] = set()
        self._written: set[tuple[str, str]] = set()  # spares the inbox the second event of each mention

    async def hear(self, event: Json, body: Json) -> None:
        """Takes a message, a mention or a deletion."""
        identity, records = self._tools.identity, self._tools.records
        deleted = deleted_ts(event)
        if deleted:
            await self._forget(str(event.get("channel")), deleted)
            return
        external = bool(body.get("is_ext_shared_channel"))
        message = read_message(event, team=identity.team, bot_user=identity.bot_user, external=external)
        if isinstance(message, str) or (message.channel, message.ts) in self._written:
            return
        place = (identity.team, message.channel)
        rules, thread = ChannelRules(), None
        if message.thread_ts or not (message.mentioned or message.kind == "im"):
            rules, thread = await records.call(
                lambda: (records.channels.find(*place), records.threads.find(*place, message.thread))
            )
        names = self._tools.people.names if message.thread_ts else frozenset()
        intent = intent_of(message, bot_user=identity.bot_user, channel=rules, thread=thread, names=names)
        if intent != "ignore":
            await self._heed(message, intent)
        elif thread and message.thread_ts and is_chatter(message, thread, bot_user=identity.bot_user):
            await records.call(lambda: records.threads.note_chatter(*place, message.thread))

    async def _heed(self, message: Message, intent: Intent) -> None:
        """Writes down what a message asks for; of who may not ask, not a word."""
        asked = self._question(message)
        wordless = dataclasses.replace(asked, kind="help", text="")
        self._tools.people.look_up(asked.asker)
        refusal = self._tools.people.refusal_now(asked, self._tools.house.rules)
        if refusal and intent == "overhear":
            return
        if refusal:
            await self._accept(dataclasses.replace(asked, kind=REFUSED, text="", notice=refusal))
            return
        match intent:
            case "overhear":
                await self._accept(dataclasses.replace(asked, kind=OVERHEARD))
            case "help" | "too long":
                notice = HELP if intent == "help" else TOO_LONG
                await self._accept(dataclasses.replace(wordless, notice=notice))
            case "stop":
                await self._stop(message)
                notice = _STOPPED if message.kind == "im" else _QUIET
                await self._accept(dataclasses.replace(wordless, notice=notice))
            case _:
                await self._accept(asked)

    async def command(self, ack: AsyncAck, body: Json) -> None:
        """Takes /ask."""
        text, tools = plain_text(str(body.get("text") or "")), self._tools
        asked = PostedQuestion(
            team=tools.identity.team,
            channel=str(body["channel_id"]),
            ts=f"command {body['trigger_id']}",
            thread_ts=None,
            asker=str(body["user_id"]),
            actor_team=str(body.get("team_id") or tools.identity.team),
            kind="command",
            text=text,
            received=tools.clock.now(),
            response_url=body.get("response_url"),
        )
        tools.people.note_name(asked.asker, str(body.get("user_name") or ""))
        tools.people.look_up(asked.asker)
        refusal = tools.people.refusal_now(asked, tools.house.rules)
        if refusal:
            await ack(refusal)
        elif text.lower() in ("", "help"):
            await ack(HELP)
        elif text.lower() == "settings":
            await ack()
            self.spawn(self.click(tools.clicks.open_settings, body))
        elif len(text) > MAX_CHARACTERS:
            await ack(TOO_LONG)
        else:
            await self._accept(asked)
            await ack("I am looking it up…")

    async def shortcut(self, ack: AsyncAck, body: Json) -> None:
        """Takes "Ask about this" on a message: opens a form with its words."""
        await ack()
        message = body["message"]
        form = forms.ask_form(
            channel=str(body["channel"]["id"]),
            thread_ts=str(message.get("thread_ts") or message["ts"]),
            text=plain_text(str(message.get("text") or "")),
            response_url=str(body.get("response_url") or ""),
        )
        self.spawn(self.click(lambda body: self._tools.clicks.show(body, form), body))

    async def ask_form(self, ack: AsyncAck, body: Json) -> None:
        """Takes the question that was entered in the form of the shortcut."""
        view, user = body["view"], body["user"]
        place, text = forms.place_of(view), plain_text(forms.entered(view, "question") or "")
        asked = PostedQuestion(
            team=self._tools.identity.team,
            channel=place["channel"],
            ts=f"form {view['id']}",
            thread_ts=place["thread_ts"],
            asker=str(user["id"]),
            actor_team=str(user.get("team_id") or self._tools.identity.team),
            kind="shortcut",
            text=text,
            received=self._tools.clock.now(),
            response_url=place.get("response_url") or None,
        )
        self._tools.people.look_up(asked.asker)
        refusal = self._tools.people.refusal_now(asked, self._tools.house.rules)
        if refusal or not any(map(str.isalnum, text)):
            await ack(response_action="errors", errors={"question": refusal or "Please ask something."})
            return
        await self._accept(asked)
        await ack()

    async def opened(self, event: Json) -> None:
        """Shows the Home tab, or questions to start with."""
        self.spawn(self._welcome(event))

    async def session_stopped(self, event: Json) -> None:
        """Ends an answer whose asker pressed Stop."""
        channel, thread_ts = str(event["channel"]), str(event.get("thread_ts"))
        await self._stop_answers(channel, thread_ts)
        self.spawn(self._tools.web.session(channel, thread_ts, status="active", user=str(event.get("user"))))

    async def click(self, act: Callable[[Json], Coroutine[Any, Any, None]], body: Json) -> None:
        """Acts on a click; whoever clicked is told if it goes wrong."""
        try:
            await act(body)
        except Exception:
            await self._tools.clicks.tell(body, _WRONG)
            raise

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs what need not be waited for; what goes wrong is logged."""
        task = asyncio.create_task(self._survive(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Waits for the tasks."""
        while self._tasks:
            await asyncio.gather(*self._tasks)
        await self._tools.people.end()

    async def _welcome(self, event: Json) -> None:
        tools, user = self._tools, str(event["user"])
        knowledge = await asyncio.to_thread(tools.house.knowledge)
        if event.get("tab") != "messages":
            await tools.web.publish_home(user, home_view(knowledge, retention_days=tools.retention_days))
            return
        channel, team = str(event["channel"]), tools.identity.team
        asker = PostedQuestion(team, channel, "", None, user, team, "im", "", 0.0)
        if await tools.people.refusal(asker, tools.house.rules):
            knowledge = dataclasses.replace(knowledge, titles=(), titles_in={})
        scope = await scope_of(channel, user, tools.records, team=team, direct_folders=tools.house.direct_folders)
        await tools.web.suggest(channel, prompts(knowledge, scope))

    async def _accept(self, asked: PostedQuestion) -> None:
        accepted = await self._tools.records.call(lambda: self._tools.records.inbox.accept(asked))
        if len(self._written) >= _REMEMBERED:
            self._written.clear()
        self._written.add((asked.channel, asked.ts))
        if not accepted.new:
            return
        _log.info("question %s: %s, %s characters", asked.id, asked.kind, len(asked.text))
        self._tools.worker.wake()
        if accepted.before and asked.kind != OVERHEARD:
            self.spawn(self._tools.worker.show_place(asked, accepted.before))

    async def _stop(self, message: Message) -> None:
        """Stops a thread, which then is the people's; at the top of a direct conversation, all that is under way."""
        threads, place = self._tools.records.threads, (self._tools.identity.team, message.channel, message.thread)
        if message.kind == "im":
            await self._stop_answers(message.channel, message.thread_ts)
        else:
            await self._stop_answers(message.channel, message.thread)
            await self._tools.records.call(lambda: threads.close(*place))

    async def _stop_answers(self, channel: str, thread_ts: str | None) -> None:
        team, inbox = self._tools.identity.team, self._tools.records.inbox
        for id_ in await self._tools.records.call(lambda: inbox.stop(team, channel, thread_ts)):
            self._tools.answering.look(id_)

    async def _forget(self, channel: str, ts: str) -> None:
        team, erasure, now = self._tools.identity.team, self._tools.records.erasure, self._tools.clock.now()
        id_ = await self._tools.records.call(lambda: erasure.forget(team, channel, ts, now=now))
        if id_:
            self._tools.answering.look(id_)
            self._tools.worker.wake()

    def _question(self, message: Message) -> PostedQuestion:
        return PostedQuestion(
            team=self._tools.identity.team,
            channel=message.channel,
            ts=message.ts,
            thread_ts=message.thread,
            asker=message.user,
            actor_team=message.actor_team,
            kind=message.kind,
            text=plain_text(message.text),
            received=self._tools.clock.now(),
        )

    async def _survive(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except BotError as error:
            _log.warning("%s", error)
        except Exception as error:  # a task of its own: nobody else would hear of it
            _log.error("%s", trace(error))
