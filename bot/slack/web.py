"""Slack's Web API as this bot uses it, method by method, and nobody else. What goes wrong is known to `calls`."""

import copy
import functools
from collections.abc import Sequence

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import SlackRefused, SlackUnsure
from bot.slack.calls import NO_ANSWER, PATIENCE, Call, Calls, Clock, Look, remedy_of
from bot.slack.render import Block, Json

METADATA = "footnote_answer"
_READS = frozenset({"conversations.history", "conversations.replies", "users.info"})
# What comes to the same if it is done twice.
_REPEATABLE = _READS | {"chat.delete", "chat.update", "views.publish"}


class Web:
    """The calls, over one client.

    Each raises SlackRefused, SlackUnsure: what it is for is not done, or may not be; but for those of best effort.
    """

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client, self._calls = client, Calls(clock)
        self._look: Look | None = None

    def watched(self, look: Look) -> "Web":
        """Returns the same, each call of which looks before it is made."""
        watching = copy.copy(self)
        watching._look = look
        return watching

    async def post(
        self, channel: str, thread_ts: str | None, *, text: str, blocks: Sequence[Block] = (), id_: str = ""
    ) -> str:
        """Posts a message, of an answer if it has an id, and returns its ts; a person may stand for a channel."""
        said = {"channel": channel, "thread_ts": thread_ts, "text": text, "blocks": blocks, "metadata": _mark(id_)}
        quiet = {**said, "unfurl_links": False, "unfurl_media": False}
        return str((await self._call("chat.postMessage", quiet, gate=f"chat.postMessage {channel}"))["ts"])

    async def update(self, channel: str, ts: str, *, text: str, blocks: Sequence[Block]) -> None:
        """Puts other words into a message."""
        await self._call("chat.update", {"channel": channel, "ts": ts, "text": text, "blocks": blocks})

    async def delete(self, channel: str, ts: str) -> None:
        """Deletes a message; one that is gone already is fine."""
        try:
            await self._call("chat.delete", {"channel": channel, "ts": ts})
        except SlackRefused as error:
            if error.code != "message_not_found":
                raise

    async def whisper(
        self, channel: str, user: str, *, thread_ts: str | None, text: str, blocks: Sequence[Block] = ()
    ) -> None:
        """Posts a message that one person alone sees."""
        said = {"channel": channel, "user": user, "thread_ts": thread_ts, "text": text, "blocks": blocks}
        await self._call("chat.postEphemeral", said)

    async def start_stream(self, channel: str, thread_ts: str, *, text: str, user: str, team: str) -> str:
        """Starts a streamed message with its first words and returns its ts; does not wait for a rate limit."""
        said = {"channel": channel, "thread_ts": thread_ts, "markdown_text": text}
        said |= {"recipient_user_id": user, "recipient_team_id": team}
        return str((await self._call("chat.startStream", said, patience=0))["ts"])

    async def append_stream(self, channel: str, ts: str, *, text: str) -> None:
        """Adds words to a streamed message."""
        await self._call("chat.appendStream", {"channel": channel, "ts": ts, "markdown_text": text})

    async def stop_stream(
        self, channel: str, ts: str, *, text: str = "", blocks: Sequence[Block] = (), id_: str = "", last: bool = False
    ) -> None:
        """Ends a streamed message; the `last` of an answer also ends the session's work."""
        said = {"channel": channel, "ts": ts, "markdown_text": text or None, "blocks": blocks, "metadata": _mark(id_)}
        await self._call("chat.stopStream", {**said, "session_status": "active" if last else None})

    async def replies(
        self, channel: str, thread_ts: str, *, most: int = 1_000, patience: float = PATIENCE
    ) -> tuple[Json, ...]:
        """Returns the messages of a thread, oldest first."""
        found: list[Json] = []
        cursor: str | None = None
        while len(found) < most:
            page = {"channel": channel, "ts": thread_ts, "limit": 200, "cursor": cursor, "include_all_metadata": True}
            read = await self._call("conversations.replies", page, patience=patience)
            found += read.get("messages") or ()
            cursor = (read.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return tuple(found)

    async def recent(self, channel: str, *, since: float) -> tuple[Json, ...]:
        """Returns the last messages of a channel since a moment, with a minute's leeway for the clocks."""
        page = {"channel": channel, "oldest": f"{since - 60:.6f}", "limit": 200, "include_all_metadata": True}
        return tuple((await self._call("conversations.history", page)).get("messages") or ())

    async def profile(self, user: str) -> Json:
        """Returns what Slack tells about a person."""
        found: Json = (await self._call("users.info", {"user": user}))["user"]
        return found

    @property
    def may_ask_for_profiles(self) -> bool:
        """Whether no rate limit forbids `profile` at this moment."""
        return not self._calls.is_closed("users.info")

    async def open_view(self, trigger_id: str, view: Block) -> None:
        """Opens a modal."""
        await self._call("views.open", {"trigger_id": trigger_id, "view": view}, patience=0)

    async def publish_home(self, user: str, view: Block) -> None:
        """Shows a person the Home tab."""
        await self._call("views.publish", {"user_id": user, "view": view})

    async def suggest(self, channel: str, prompts: list[dict[str, str]]) -> None:
        """Offers questions to start with, best effort; without a thread, for in an agent's app one would make it fail
        silently.
        """
        asked = {"channel_id": channel, "title": "Ask me, for example", "prompts": prompts}
        await self._signal("assistant.threads.setSuggestedPrompts", asked)

    async def status(self, channel: str, thread_ts: str, *, status: str, loading: Sequence[str] = ()) -> None:
        """Shows what the bot is doing in a thread; best effort."""
        shown = {"channel_id": channel, "thread_ts": thread_ts, "status": status, "loading_messages": loading}
        await self._signal("assistant.threads.setStatus", shown)

    async def session(self, channel: str, thread_ts: str, *, status: str, user: str) -> None:
        """Marks the thread's session as processing or active; best effort."""
        shown = {"channel_id": channel, "thread_ts": thread_ts, "status": status, "initiator_user_id": user}
        await self._signal("agents.sessions.setStatus", shown)

    async def respond(self, url: str, *, text: str, blocks: Sequence[Block] = ()) -> None:
        """Answers a command or a click to its sender alone, through the address that came with it."""
        webhook = AsyncWebhookClient(url, session=self._client.session, retry_handlers=[])
        webhook.proxy = self._client.proxy  # it would take one from the environment
        try:
            response = await webhook.send(
                text=text, blocks=list(blocks) or None, response_type="ephemeral", replace_original=False
            )
        except NO_ANSWER as error:
            raise SlackUnsure("response_url", type(error).__name__) from error
        if response.status_code >= 500:
            raise SlackUnsure("response_url", str(response.status_code))
        if response.status_code != 200:
            raise SlackRefused("response_url", str(response.status_code), remedy_of(""))

    async def _call(self, method: str, arguments: Json, *, gate: str = "", patience: float = PATIENCE) -> Json:
        request, repeat = self._request(method, arguments), method in _REPEATABLE
        response = await self._calls.make(method, request, repeat=repeat, patience=patience, gate=gate, look=self._look)
        return response.data if isinstance(response.data, dict) else {}

    async def _signal(self, method: str, arguments: Json) -> None:
        await self._calls.signal(method, self._request(method, arguments))

    def _request(self, method: str, arguments: Json) -> Call:
        """The call with what there is of its arguments; Slack takes JSON for all that is no mere reading."""
        given = {name: value for name, value in arguments.items() if value not in (None, (), [])}
        if method in _READS:
            return functools.partial(self._client.api_call, method, http_verb="GET", params=given)
        return functools.partial(self._client.api_call, method, json=given)


def _mark(id_: str) -> Json | None:
    return {"event_type": METADATA, "event_payload": {"answer_id": id_}} if id_ else None
