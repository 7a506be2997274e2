"""Slack's Web API as this bot uses it. The only place that calls it; knows errors, waiting and repeating.

A call that Slack may have applied is repeated only if doing so twice is the same as once; otherwise it raises
SlackUnsure and the caller looks. A rate limit closes the method for everybody until Slack's Retry-After has passed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import SlackRefused, SlackUnsure
from bot.slack.clock import Clock

Block = dict[str, Any]
Json = Mapping[str, Any]
_log = logging.getLogger("footnote.slack")
METADATA = "footnote_answer"
_ATTEMPTS, _BACKOFF = 4, 1.0
_SIGNAL_SECONDS = 2.0
_PATIENCE = 90.0  # how long a call that matters waits for a rate limit
_SERVER_TROUBLE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_REMEDIES = {
    "missing_scope": "add the scope to the app (manifest.json has them all) and install it again",
    "not_in_channel": "invite the bot to the channel with /invite",
    "channel_not_found": "invite the bot to the channel with /invite",
    "invalid_auth": "set SLACK_BOT_TOKEN to the Bot User OAuth Token of the app, from OAuth & Permissions",
    "not_authed": "set SLACK_BOT_TOKEN to the Bot User OAuth Token of the app, from OAuth & Permissions",
    "token_revoked": "install the app again and set the new SLACK_BOT_TOKEN",
    "token_expired": "install the app again and set the new SLACK_BOT_TOKEN",
    "account_inactive": "install the app again and set the new SLACK_BOT_TOKEN",
    "not_authorized": "declare the app as an agent (agent_view in manifest.json) and install it again",
    "not_allowed_token_type": "SLACK_BOT_TOKEN starts with xoxb-, SLACK_APP_TOKEN with xapp-; they may be swapped",
}
_DEFAULT_REMEDY = "see what Slack's documentation of the method says about it"


def remedy_of(code: str) -> str:
    """Returns what a person can do about one of Slack's error words."""
    return _REMEDIES.get(code, _DEFAULT_REMEDY)


class Web:
    """The calls, over one client."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._closed: dict[str, float] = {}
        self._silent: set[str] = set()

    async def post(self, channel: str, thread_ts: str | None, *, text: str, blocks: Sequence[Block], id_: str) -> str:
        """Posts a message and returns its ts.

        Raises:
            SlackRefused, SlackUnsure: as everywhere in this class, if it is not or may not be posted.
        """
        response = await self._call(
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
        await self._call(
            "chat.update",
            lambda: self._client.chat_update(channel=channel, ts=ts, text=text, blocks=list(blocks)),
            repeat=True,
        )

    async def delete(self, channel: str, ts: str) -> None:
        """Deletes a message; one that is gone already is fine."""
        try:
            await self._call("chat.delete", lambda: self._client.chat_delete(channel=channel, ts=ts), repeat=True)
        except SlackRefused as error:
            if error.code != "message_not_found":
                raise

    async def whisper(self, channel: str, user: str, *, thread_ts: str | None, text: str) -> None:
        """Posts a message that one person alone sees."""
        await self._call(
            "chat.postEphemeral",
            lambda: self._client.chat_postEphemeral(channel=channel, user=user, thread_ts=thread_ts, text=text),
        )

    async def start_stream(self, channel: str, thread_ts: str, *, text: str, user: str, team: str) -> str:
        """Starts a streamed message with its first words and returns its ts; does not wait for a rate limit."""
        response = await self._call(
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
        await self._call(
            "chat.appendStream",
            lambda: self._client.chat_appendStream(channel=channel, ts=ts, markdown_text=text),
        )

    async def stop_stream(
        self, channel: str, ts: str, *, text: str = "", blocks: Sequence[Block] = (), id_: str = "", last: bool = False
    ) -> None:
        """Ends a streamed message; the `last` of an answer also ends the session's work."""
        await self._call(
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

    async def replies(self, channel: str, thread_ts: str, *, most: int = 1_000) -> tuple[Json, ...]:
        """Returns the messages of a thread, oldest first."""
        found: list[Json] = []
        cursor: str | None = None
        while len(found) < most:
            page = await self._replies(channel, thread_ts, cursor)
            found += page.get("messages") or ()
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return tuple(found)

    async def recent(self, channel: str, *, since: float) -> tuple[Json, ...]:
        """Returns the last messages of a channel since a moment, with a minute's leeway for the clocks."""
        response = await self._call(
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
        response = await self._call("users.info", lambda: self._client.users_info(user=user), repeat=True)
        found: Json = response["user"]
        return found

    async def open_view(self, trigger_id: str, view: Block) -> None:
        """Opens a modal."""
        await self._call("views.open", lambda: self._client.views_open(trigger_id=trigger_id, view=view), patience=0)

    async def publish_home(self, user: str, view: Block) -> None:
        """Shows a person the Home tab."""
        await self._call("views.publish", lambda: self._client.views_publish(user_id=user, view=view), repeat=True)

    async def suggest(self, channel: str, prompts: list[dict[str, str]]) -> None:
        """Offers questions to start with; without a thread, since in an agent's app one would make it fail silently."""
        await self.signal(
            "assistant.threads.setSuggestedPrompts",
            lambda: self._client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, title="Ask me, for example", prompts=prompts
            ),
        )

    async def status(self, channel: str, thread_ts: str, *, status: str, loading: Sequence[str] = ()) -> None:
        """Shows what the bot is doing in a thread; best effort."""
        await self.signal(
            "assistant.threads.setStatus",
            lambda: self._client.assistant_threads_setStatus(
                channel_id=channel, thread_ts=thread_ts, status=status, loading_messages=list(loading) or None
            ),
        )

    async def session(self, channel: str, thread_ts: str, *, status: str, user: str) -> None:
        """Marks the thread's session as processing or active; best effort."""
        await self.signal(
            "agents.sessions.setStatus",
            lambda: self._client.agents_sessions_setStatus(
                channel_id=channel, thread_ts=thread_ts, status=status, initiator_user_id=user
            ),
        )

    async def respond(self, url: str, *, text: str, blocks: Sequence[Block] = ()) -> None:
        """Answers a slash command to its sender alone, through the address that came with it."""
        webhook = AsyncWebhookClient(url, session=self._client.session, retry_handlers=[])
        try:
            response = await webhook.send(text=text, blocks=list(blocks) or None, response_type="ephemeral")
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise SlackUnsure("response_url", type(error).__name__) from error
        if response.status_code != 200:
            raise SlackRefused("response_url", str(response.status_code), _DEFAULT_REMEDY)

    async def signal(self, method: str, call: Callable[[], Awaitable[AsyncSlackResponse]]) -> None:
        """Makes a call that may fail without harm; one that this app may never make is not tried again."""
        if method in self._silent:
            return
        try:
            async with asyncio.timeout(_SIGNAL_SECONDS):
                await self._call(method, call, patience=0)
        except SlackRefused as error:
            if error.code in ("not_authorized", "missing_scope", "unknown_method"):
                self._silent.add(method)
                _log.warning("%s", error)
        except (SlackUnsure, TimeoutError):
            return

    async def _replies(self, channel: str, thread_ts: str, cursor: str | None) -> Json:
        response = await self._call(
            "conversations.replies",
            lambda: self._client.conversations_replies(
                channel=channel, ts=thread_ts, limit=200, cursor=cursor, include_all_metadata=True
            ),
            repeat=True,
        )
        return response.data if isinstance(response.data, dict) else {}

    async def _call(
        self,
        method: str,
        call: Callable[[], Awaitable[AsyncSlackResponse]],
        *,
        repeat: bool = False,
        patience: float = _PATIENCE,
        gate: str = "",
    ) -> AsyncSlackResponse:
        deadline = self._clock.now() + patience
        failures = 0
        while True:
            await self._wait(gate or method, method, deadline)
            try:
                return await call()
            except SlackApiError as error:
                seconds, code = _retry_after(error), _code(error)
                if seconds is None and code not in _SERVER_TROUBLE and _status(error) < 500:
                    raise SlackRefused(method, code, remedy_of(code)) from None
                why = code
                if seconds is not None:
                    self._closed[gate or method] = self._clock.now() + seconds
                    continue
            except (TimeoutError, aiohttp.ClientError, OSError) as error:
                why = type(error).__name__
            failures += 1
            if not repeat or failures == _ATTEMPTS:
                raise SlackUnsure(method, why)
            await self._clock.sleep(_BACKOFF * failures)

    async def _wait(self, gate: str, method: str, deadline: float) -> None:
        while (opens := self._closed.get(gate, 0.0)) > self._clock.now():
            if opens > deadline:
                raise SlackRefused(method, "ratelimited", "nothing to do; it is tried again later")
            await self._clock.sleep(opens - self._clock.now())


def _status(error: SlackApiError) -> int:
    found = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
    return found if isinstance(found, int) else 0


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "no_answer") if isinstance(data, dict) else "no_answer"


def _retry_after(error: SlackApiError) -> float | None:
    """The seconds that a rate limit asks for; None if it is no rate limit."""
    if _status(error) != 429 and _code(error) not in ("ratelimited", "rate_limited"):
        return None
    try:
        return max(float(error.response.headers.get("Retry-After", 1)), 0.1)
    except (TypeError, ValueError, AttributeError):
        return 1.0
