"""What Slack tells the bot, and what is done about it at once. Knows events, commands and forms; answers nothing.

A listener writes down what is to be done and ends; only then is the event acknowledged, so that a question is either
in the inbox or delivered again. Whatever takes longer runs in tasks of its own.
"""

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Coroutine

from slack_bolt.async_app import AsyncAck

from bot.errors import BotError
from bot.slack import views
from bot.slack.answering import REFUSED
from bot.slack.asking import scope_of
from bot.slack.clicks import Clicks
from bot.slack.incoming import MAX_CHARACTERS, Heard, deleted_ts, intent_of, is_chatter, read_message
from bot.slack.markup import plain_text
from bot.slack.records import inbox, threads
from bot.slack.records.inbox import OVERHEARD
from bot.slack.records.tables import PostedQuestion
from bot.slack.records.threads import ChannelRules
from bot.slack.render import Json
from bot.slack.trace import trace
from bot.slack.worker import Worker
from bot.slack.workspace import Workspace

_log = logging.getLogger("footnote.slack")
_REMEMBERED = 10_000
_QUIET = "I keep quiet in this thread now. Mention me to go on."
_WRONG = "⚠️ Something went wrong on my side. Please try again."
_STOPPED = "I have stopped. Ask me again whenever you like."


class Listeners:
    """The listeners, and the tasks that they have started."""

    def __init__(self, means: Workspace, worker: Worker) -> None:
        self._means, self._worker, self._team = means, worker, means.access.team
        self.clicks = Clicks(means, wake=worker.wake)
        self._tasks: set[asyncio.Task[None]] = set()
        self._written: set[tuple[str, str]] = set()  # spares the inbox the second event of each mention

    async def hear(self, event: Json) -> None:
        """Takes a message, a mention or a deletion."""
        means, now = self._means, self._means.clock.now()
        deleted = deleted_ts(event)
        if deleted:
            id_ = await means.records.call(inbox.forget, self._team, str(event.get("channel")), deleted, now=now)
            if id_:
                self._worker.look(id_)
                self._worker.wake()
            return
        heard = read_message(event, team=self._team, bot_user=means.access.bot_user, now=now)
        if heard is None or (heard.asked.channel, heard.asked.ts) in self._written:
            return
        asked = heard.asked
        rules, thread = ChannelRules(), None
        if heard.is_reply or not heard.is_addressed:
            rules = await means.records.call(threads.rules_of, self._team, asked.channel)
            thread = await means.records.call(threads.find, *asked.place)
        names = means.people.names if heard.is_reply else frozenset()
        match intent_of(heard, channel=rules, thread=thread, names=names):
            case "ignore":
                if thread and heard.is_reply and is_chatter(heard, thread):
                    await means.records.call(threads.mark, *asked.place, as_="chatter")
            case "overhear":
                if not self._refusal(asked):
                    await self._accept(dataclasses.replace(asked, kind=OVERHEARD))
            case "ask":
                await self._heed(asked)
            case "stop":
                if not self._refusal(asked):
                    await self._stop(heard)
                await self._heed(asked, _STOPPED if asked.kind == "im" else _QUIET)
            case "help":
                await self._heed(asked, views.HELP)
            case "too long":
                await self._heed(asked, views.TOO_LONG)

    async def command(self, ack: AsyncAck, body: Json) -> None:
        """Takes /ask."""
        text, user = plain_text(str(body.get("text") or "")), str(body["user_id"])
        asked = PostedQuestion(
            team=self._team,
            channel=str(body["channel_id"]),
            ts=f"command {body['trigger_id']}",
            thread_ts=None,
            asker=user,
            actor_team=str(body.get("team_id") or self._team),
            kind="command",
            text=text,
            received=self._means.clock.now(),
            response_url=body.get("response_url"),
        )
        self._means.people.note_name(user, str(body.get("user_name") or ""))
        refusal = self._refusal(asked)
        if refusal:
            await ack(refusal)
        elif text.lower() in ("", "help"):
            await ack(views.HELP)
        elif text.lower() == "settings":
            await ack()
            self.spawn(self.click(self.clicks.open_settings, body))
        elif len(text) > MAX_CHARACTERS:
            await ack(views.TOO_LONG)
        else:
            await self._accept(asked)
            await ack("I am looking it up…")

    async def shortcut(self, ack: AsyncAck, body: Json) -> None:
        """Takes "Ask about this" on a message: opens a form with its words."""
        await ack()
        message = body["message"]
        form = views.ask_form(
            channel=str(body["channel"]["id"]),
            thread_ts=str(message.get("thread_ts") or message["ts"]),
            text=plain_text(str(message.get("text") or "")),
            response_url=str(body.get("response_url") or ""),
        )
        self.spawn(self.click(lambda body: self.clicks.show(body, form), body))

    async def ask_form(self, ack: AsyncAck, body: Json) -> None:
        """Takes the question that was entered in the form of the shortcut."""
        view, user, place = body["view"], body["user"], views.place_of(body["view"])
        asked = PostedQuestion(
            team=self._team,
            channel=place["channel"],
            ts=f"form {view['id']}",
            thread_ts=place["thread_ts"],
            asker=str(user["id"]),
            actor_team=str(user.get("team_id") or self._team),
            kind="shortcut",
            text=plain_text(views.entered(view, "question") or ""),
            received=self._means.clock.now(),
            response_url=place.get("response_url") or None,
        )
        refusal = self._refusal(asked)
        if refusal or not any(map(str.isalnum, asked.text)):
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
        self.spawn(self._means.web.session(channel, thread_ts, status="active", user=str(event.get("user"))))

    async def click(self, act: Callable[[Json], Coroutine[None, None, None]], body: Json) -> None:
        """Acts on a click; whoever clicked is told if it goes wrong."""
        try:
            await act(body)
        except Exception:
            await self.clicks.tell(body, _WRONG)
            raise

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Runs what need not be waited for; what goes wrong is logged."""
        task = asyncio.create_task(self._survive(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Waits for the tasks."""
        while self._tasks:
            await asyncio.gather(*self._tasks)
        await self._means.people.end()

    async def _welcome(self, event: Json) -> None:
        means, user = self._means, str(event["user"])
        knowledge = await asyncio.to_thread(means.knowledge)
        if event.get("tab") != "messages":
            view = views.home_view(knowledge, retention_days=means.settings.slack_retention_days)
            await means.web.publish_home(user, view)
            return
        channel = str(event["channel"])
        if await means.people.refusal(user, actor_team=self._team, channel=channel):
            knowledge = dataclasses.replace(knowledge, titles=(), titles_in={})
        await means.web.suggest(channel, views.prompts(knowledge, await scope_of(channel, user, means)))

    def _refusal(self, asked: PostedQuestion) -> str | None:
        """Why the asker may surely not ask; who they are is asked for meanwhile."""
        self._means.people.look_up(asked.asker)
        return self._means.people.refusal_now(asked.asker, actor_team=asked.actor_team, channel=asked.channel)

    async def _heed(self, asked: PostedQuestion, notice: str = "") -> None:
        """Writes down a question, or that a notice is to be said; of who may not ask, not a word."""
        refusal = self._refusal(asked)
        if refusal:
            asked = dataclasses.replace(asked, kind=REFUSED, text="", notice=refusal)
        elif notice:
            asked = dataclasses.replace(asked, kind="help", text="", notice=notice)
        await self._accept(asked)

    async def _accept(self, asked: PostedQuestion) -> None:
        before = await self._means.records.call(inbox.accept, asked, self._means.settings)
        if len(self._written) >= _REMEMBERED:
            self._written.clear()
        self._written.add((asked.channel, asked.ts))
        if before is None:
            return
        _log.info("question %s: %s, %s characters", asked.id, asked.kind, len(asked.text))
        self._worker.wake()
        if before and asked.kind != OVERHEARD:
            self.spawn(self._worker.show_place(asked, before))

    async def _stop(self, heard: Heard) -> None:
        """Stops a thread, which then is the people's; at the top of a direct conversation, all that is under way."""
        asked = heard.asked
        await self._stop_answers(asked.channel, asked.thread_ts if heard.is_reply or asked.kind != "im" else None)
        if asked.kind != "im":
            await self._means.records.call(threads.mark, *asked.place, as_="stopped")

    async def _stop_answers(self, channel: str, thread_ts: str | None) -> None:
        for id_ in await self._means.records.call(inbox.stop, self._team, channel, thread_ts):
            self._worker.look(id_)

    async def _survive(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except BotError as error:
            _log.warning("%s", error)
        except Exception as error:  # a task of its own: nobody else would hear of it
            _log.error("%s", trace(error))
