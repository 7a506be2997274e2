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
from bot.slack.answering import Answering
from bot.slack.clicks import Clicks
from bot.slack.clock import Clock
from bot.slack.escape import plain_text
from bot.slack.home import HELP, TOO_LONG, Knowledge, home_view, prompts
from bot.slack.incoming import Message, deleted_ts, read_message
from bot.slack.policy import MAX_CHARACTERS, ChannelRules, intent_of, is_chatter
from bot.slack.records.open import Records
from bot.slack.records.question import Question
from bot.slack.trace import trace
from bot.slack.web import Web
from bot.slack.worker import Worker

Json = Mapping[str, Any]
_log = logging.getLogger("footnote.slack")
_REMEMBERED = 10_000
_QUIET = "I keep quiet in this thread now. Mention me to go on."


@dataclass(frozen=True)
class Parts:
    """What the listeners work with."""

    identity: Identity
    web: Web
    records: Records
    worker: Worker
    answering: Answering
    clicks: Clicks
    clock: Clock
    knowledge: Callable[[], Knowledge]
    retention_days: int


class Listeners:
    """The listeners, and the tasks that they have started."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tasks: set[asyncio.Task[None]] = set()
        self._written: set[tuple[str, str]] = set()  # spares the inbox the second event of each mention

    async def hear(self, event: Json, body: Json) -> None:
        """Takes a message or a mention."""
        identity, records = self._parts.identity, self._parts.records
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
        intent = intent_of(message, bot_user=identity.bot_user, channel=rules, thread=thread)
        if intent == "ask":
            await self._accept(self._question(message))
        elif intent in ("help", "too long"):
            notice = HELP if intent == "help" else TOO_LONG
            await self._accept(dataclasses.replace(self._question(message), kind="help", text="", notice=notice))
        elif intent == "stop":
            await self._stop(message.channel, message.thread)
            await records.call(lambda: records.threads.close(*place, message.thread))
            await self._accept(dataclasses.replace(self._question(message), kind="help", text="", notice=_QUIET))
        elif thread and message.thread_ts and is_chatter(message, thread):
            await records.call(lambda: records.threads.note_chatter(*place, message.thread))

    async def command(self, ack: AsyncAck, body: Json) -> None:
        """Takes /ask."""
        text = plain_text(str(body.get("text") or ""))
        if text.lower() in ("", "help"):
            await ack(HELP)
        elif text.lower() == "settings":
            await ack()
            self.spawn(self._parts.clicks.open_settings(body))
        elif len(text) > MAX_CHARACTERS:
            await ack(TOO_LONG)
        else:
            await self._accept(
                Question(
                    team=self._parts.identity.team,
                    channel=str(body["channel_id"]),
                    ts=f"command {body['trigger_id']}",
                    thread_ts=None,
                    asker=str(body["user_id"]),
                    actor_team=str(body.get("team_id") or self._parts.identity.team),
                    kind="command",
                    text=text,
                    received=self._parts.clock.now(),
                    response_url=body.get("response_url"),
                )
            )
            await ack("I am looking it up…")

    async def shortcut(self, ack: AsyncAck, body: Json) -> None:
        """Takes "Ask about this" on a message: opens a form with its words."""
        await ack()
        message = body["message"]
        text = plain_text(str(message.get("text") or ""), bot_user=self._parts.identity.bot_user)
        thread_ts = str(message.get("thread_ts") or message["ts"])
        form = forms.ask_form(channel=str(body["channel"]["id"]), thread_ts=thread_ts, text=text)
        self.spawn(self._parts.web.open_view(str(body["trigger_id"]), form))

    async def ask_form(self, ack: AsyncAck, body: Json) -> None:
        """Takes the question that was entered in the form of the shortcut."""
        view = body["view"]
        place, text = forms.place_of(view), (forms.entered(view, "question") or "").strip()
        if not any(map(str.isalnum, text)):
            await ack(response_action="errors", errors={"question": "Please ask something."})
            return
        user = body["user"]
        await self._accept(
            Question(
                team=self._parts.identity.team,
                channel=place["channel"],
                ts=f"form {view['id']}",
                thread_ts=place["thread_ts"],
                asker=str(user["id"]),
                actor_team=str(user.get("team_id") or self._parts.identity.team),
                kind="shortcut",
                text=text,
                received=self._parts.clock.now(),
            )
        )
        await ack()

    async def opened(self, event: Json) -> None:
        """Shows the Home tab, or questions to start with."""
        knowledge = await asyncio.to_thread(self._parts.knowledge)
        if event.get("tab") == "messages":
            self.spawn(self._parts.web.suggest(str(event["channel"]), prompts(knowledge)))
        else:
            view = home_view(knowledge, retention_days=self._parts.retention_days)
            self.spawn(self._parts.web.publish_home(str(event["user"]), view))

    async def session_stopped(self, event: Json) -> None:
        """Ends an answer whose asker pressed Stop."""
        channel, thread_ts = str(event["channel"]), str(event.get("thread_ts"))
        await self._stop(channel, thread_ts)
        self.spawn(self._parts.web.session(channel, thread_ts, status="active", user=str(event.get("user"))))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs what need not be waited for; what goes wrong is logged."""
        task = asyncio.create_task(self._survive(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Waits for the tasks."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _accept(self, asked: Question) -> None:
        accepted = await self._parts.records.call(lambda: self._parts.records.inbox.accept(asked))
        if len(self._written) >= _REMEMBERED:
            self._written.clear()
        self._written.add((asked.channel, asked.ts))
        if not accepted.new:
            return
        _log.info("question %s: %s, %s characters", asked.id, asked.kind, len(asked.text))
        self._parts.worker.wake()
        if accepted.before:
            self.spawn(self._parts.worker.show_place(asked, accepted.before))

    async def _stop(self, channel: str, thread_ts: str) -> None:
        team, inbox = self._parts.identity.team, self._parts.records.inbox
        for id_ in await self._parts.records.call(lambda: inbox.stop(team, channel, thread_ts)):
            self._parts.answering.stop(id_)

    async def _forget(self, channel: str, ts: str) -> None:
        team, inbox = self._parts.identity.team, self._parts.records.inbox
        id_ = await self._parts.records.call(lambda: inbox.forget(team, channel, ts))
        if id_:
            self._parts.answering.stop(id_)

    def _question(self, message: Message) -> Question:
        identity = self._parts.identity
        return Question(
            team=identity.team,
            channel=message.channel,
            ts=message.ts,
            thread_ts=message.thread,
            asker=message.user,
            actor_team=message.actor_team,
            kind=message.kind,
            text=plain_text(message.text, bot_user=identity.bot_user),
            received=self._parts.clock.now(),
        )

    async def _survive(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except BotError as error:
            _log.warning("%s", error)
        except Exception as error:  # a task of its own: nobody else would hear of it
            _log.error("%s", trace(error))
