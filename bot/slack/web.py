"""Slack's Web API as this bot uses it, method by method, and nobody else. What goes wrong is known to `calls`."""

import copy
import functools
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import SlackRefused, SlackUnsure
from bot.slack.calls import NO_ANSWER, PATIENCE, Calls, Look, remedy_of
from bot.slack.clock import Clock

Block = dict[str, Any]
Json = Mapping[str, Any]
METADATA = "footnote_answer"


class Web:
    """The calls, over one client."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client, self._calls = client, Calls(clock)
        self._make = self._calls.make

    def watched(self, look: Look) -> "Web":
        """Returns the same, each call of which looks before it is made."""
        watching = copy.copy(self)
        watching._make = functools.partial(self._calls.make, look=look)
        return watching

    async def post(self, channel: str, thread_ts: str | None, *, text: str, blocks: Sequence[Block], id_: str) -> str:
        """Posts a message and returns its ts.

        Raises SlackRefused, SlackUnsure: as everywhere in this class, if it is not or may not be posted.
        """
        response = await self._make(
            "chat.postMessage",
            lambda: self._client.chat_postMessage(
                channel=channel,
                thread_ts=thread_ts,
                text=text,
                blocks=list(blocks) or None,
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": METADATA, "event_payload": {"answer_id": id_}},
            ),
            gate=f"chat.postMessage {channel}",
        )
        return str(response["ts"])

    async def update(self, channel: str, ts: str, *, text: str, blocks: Sequence[Block]) -> None:
        """Puts other words into a message."""
        await self._make(
            "chat.update",
            lambda: self._client.chat_update(channel=channel, ts=ts, text=text, blocks=list(blocks)),
            repeat=True,
        )

    async def delete(self, channel: str, ts: str) -> None:
        """Deletes a message; one that is gone already is fine."""
        try:
            await self._make("chat.delete", lambda: self._client.chat_delete(channel=channel, ts=ts), repeat=True)
        except SlackRefused as error:
            if error.code != "message_not_found":
                raise

    async def post_direct(self, user: str, *, text: str, blocks: Sequence[Block]) -> None:
        """Posts a message to a person's direct conversation."""
        await self._make(
            "chat.postMessage",
            lambda: self._client.chat_postMessage(
                channel=user, text=text, blocks=list(blocks) or None, unfurl_links=False, unfurl_media=False
            ),
            gate=f"chat.postMessage {user}",
        )

    async def whisper(
        self, channel: str, user: str, *, thread_ts: str | None, text: str, blocks: Sequence[Block] = ()
    ) -> None:
        """Posts a message that one person alone sees."""
        await self._make(
            "chat.postEphemeral",
            lambda: self._client.chat_postEphemeral(
                channel=channel, user=user, thread_ts=thread_ts, text=text, blocks=list(blocks) or None
            ),
        )

    async def start_stream(self, channel: str, thread_ts: str, *, text: str, user: str, team: str) -> str:
        """Starts a streamed message with its first words and returns its ts; does not wait for a rate limit."""
        response = await self._make(
            "chat.startStream",
            lambda: self._client.chat_startStream(
                channel=channel,
                thread_ts=thread_ts,
                markdown_text=text,
                recipient_user_id=user,
                recipient_team_id=team,
            ),
            patience=0,
        )
        return str(response["ts"])

    async def append_stream(self, channel: str, ts: str, *, text: str) -> None:
        """Adds words to a streamed message."""
        await self._make(
            "chat.appendStream",
            lambda: self._client.chat_appendStream(channel=channel, ts=ts, markdown_text=text),
        )

    async def stop_stream(
        self, channel: str, ts: str, *, text: str = "", blocks: Sequence[Block] = (), id_: str = "", last: bool = False
    ) -> None:
        """Ends a streamed message; the `last` of an answer also ends the session's work."""
        await self._make(
            "chat.stopStream",
            lambda: self._client.chat_stopStream(
                channel=channel,
                ts=ts,
                markdown_text=text or None,
                blocks=list(blocks) or None,
                metadata={"event_type": METADATA, "event_payload": {"answer_id": id_}} if id_ else None,
                session_status="active" if last else None,
            ),
        )

    async def replies(
        self, channel: str, thread_ts: str, *, most: int = 1_000, patience: float = PATIENCE
    ) -> tuple[Json, ...]:
        """Returns the messages of a thread, oldest first."""
        found: list[Json] = []
        cursor: str | None = None
        while len(found) < most:
            page = await self._replies(channel, thread_ts, cursor, patience)
            found += page.get("messages") or ()
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return tuple(found)

    async def recent(self, channel: str, *, since: float) -> tuple[Json, ...]:
        """Returns the last messages of a channel since a moment, with a minute's leeway for the clocks."""
        response = await self._make(
            "conversations.history",
            lambda: self._client.conversations_history(
                channel=channel, oldest=f"{since - 60:.6f}", limit=200, include_all_metadata=True
            ),
            repeat=True,
        )
        found = response.data.get("messages") if isinstance(response.data, dict) else None
        return tuple(found or ())

    async def profile(self, user: str) -> Json:
        """Returns what Slack tells about a person."""
        response = await self._make("users.info", lambda: self._client.users_info(user=user), repeat=True)
        found: Json = response["user"]
        return found

    @property
    def may_ask_for_profiles(self) -> bool:
        """Whether no rate limit forbids `profile` at this moment."""
        return not self._calls.is_closed("users.info")

    async def open_view(self, trigger_id: str, view: Block) -> None:
        """Opens a modal."""
        await self._make("views.open", lambda: self._client.views_open(trigger_id=trigger_id, view=view), patience=0)

    async def publish_home(self, user: str, view: Block) -> None:
        """Shows a person the Home tab."""
        await self._make("views.publish", lambda: self._client.views_publish(user_id=user, view=view), repeat=True)

    async def suggest(self, channel: str, prompts: list[dict[str, str]]) -> None:
        """Offers questions to start with; without a thread, since in an agent's app one would make it fail silently."""
        await self._calls.signal(
            "assistant.threads.setSuggestedPrompts",
            lambda: self._client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, title="Ask me, for example", prompts=prompts
            ),
        )

    async def status(self, channel: str, thread_ts: str, *, status: str, loading: Sequence[str] = ()) -> None:
        """Shows what the bot is doing in a thread; best effort."""
        await self._calls.signal(
            "assistant.threads.setStatus",
            lambda: self._client.assistant_threads_setStatus(
                channel_id=channel, thread_ts=thread_ts, status=status, loading_messages=list(loading) or None
            ),
        )

    async def session(self, channel: str, thread_ts: str, *, status: str, user: str) -> None:
        """Marks the thread's session as processing or active; best effort."""
        await self._calls.signal(
            "agents.sessions.setStatus",
            lambda: self._client.agents_sessions_setStatus(
                channel_id=channel, thread_ts=thread_ts, status=status, initiator_user_id=user
            ),
        )

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

    async def _replies(self, channel: str, thread_ts: str, cursor: str | None, patience: float) -> Json:
        response = await self._make(
            "conversations.replies",
            lambda: self._client.conversations_replies(
                channel=channel, ts=thread_ts, limit=200, cursor=cursor, include_all_metadata=True
            ),
            repeat=True,
            patience=patience,
        )
        return response.data if isinstance(response.data, dict) else {}
