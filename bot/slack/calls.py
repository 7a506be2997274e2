"""One call to Slack, made until it is clear what came of it. Knows errors, waiting and repeating; knows no method.

A call that Slack may have applied is repeated only if doing so twice is the same as once; otherwise it raises
SlackUnsure and the caller looks. A rate limit closes the method for everybody until Slack's Retry-After has passed;
then those who waited go one after the other, or all but the first would be refused again.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import SlackRefused, SlackUnsure

Call = Callable[[], Awaitable[AsyncSlackResponse]]
Look = Callable[[], Awaitable[None]]
"""Raises if what a call is for is wanted no longer."""
_log = logging.getLogger("footnote.slack")
NO_ANSWER = (TimeoutError, aiohttp.ClientError, OSError)
PATIENCE = 90.0  # how long a call that matters waits for a rate limit
_ATTEMPTS, _BACKOFF = 4, 1.0
_GAP = 1.0  # chat.postMessage: one a second in a channel; other methods allow up to a hundred a minute
_SIGNAL_SECONDS = 2.0
_SERVER_TROUBLE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_NEVER = frozenset({"not_authorized", "missing_scope", "unknown_method"})
_INVITE = "invite the bot to the channel with /invite"
_SET_TOKEN = "set SLACK_BOT_TOKEN to the Bot User OAuth Token of the app, from OAuth & Permissions"
_INSTALL = "install the app again and set the new SLACK_BOT_TOKEN"
_REMEDIES = {
    "missing_scope": "add the scope to the app (manifest.json has them all) and install it again",
    "not_in_channel": _INVITE,
    "channel_not_found": _INVITE,
    "invalid_auth": _SET_TOKEN,
    "not_authed": _SET_TOKEN,
    "token_revoked": _INSTALL,
    "token_expired": _INSTALL,
    "account_inactive": _INSTALL,
    "not_authorized": "declare the app as an agent (agent_view in manifest.json) and install it again",
    "not_allowed_token_type": "SLACK_BOT_TOKEN starts with xoxb-, SLACK_APP_TOKEN with xapp-; they may be swapped",
    "ratelimited": "nothing to do; it is tried again later",
}
_DEFAULT_REMEDY = "see what Slack's documentation of the method says about it"


class Clock(Protocol):
    """The present moment and a way to wait for a later one; a test brings one that stands still."""

    def now(self) -> float:
        """Returns the seconds since the epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns after that many seconds."""
        ...


class WallClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Returns the seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Waits in real time."""
        await asyncio.sleep(seconds)


def remedy_of(code: str) -> str:
    """Returns what a person can do about one of Slack's error words."""
    return _REMEDIES.get(code, _DEFAULT_REMEDY)


class Calls:
    """The calls of one app: which methods are closed by a rate limit, and which it may never make."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._closed: dict[str, float] = {}
        self._line: dict[str, float] = {}  # the end of the line before each method
        self._silent: set[str] = set()

    def is_closed(self, method: str) -> bool:
        """Tells whether a rate limit forbids the method at this moment."""
        return self._opens(method) > self._clock.now()

    async def make(
        self,
        method: str,
        call: Call,
        *,
        repeat: bool = False,
        patience: float = PATIENCE,
        gate: str = "",
        look: Look | None = None,
    ) -> AsyncSlackResponse:
        """Makes a call and returns what Slack answers; `patience` is how long it waits for a rate limit to pass.

        It looks in the last moment, after all waiting, whether to make the call at all. Raises SlackRefused: Slack does
        not do it; SlackUnsure: it may or may not have been done.
        """
        deadline = self._clock.now() + patience
        failures = 0
        while True:
            await self._wait(gate or method, method, deadline)
            if look:
                await look()
            try:
                return await call()
            except SlackApiError as error:
                seconds, why = _retry_after(error), _code(error)
                if seconds is not None:
                    self._closed[gate or method] = self._clock.now() + seconds
                    continue
                if why not in _SERVER_TROUBLE and _status(error) < 500:
                    raise SlackRefused(method, why, remedy_of(why)) from None
            except NO_ANSWER as error:
                why = type(error).__name__
            failures += 1
            if not repeat or failures == _ATTEMPTS:
                raise SlackUnsure(method, why)
            await self._clock.sleep(_BACKOFF * failures)

    async def signal(self, method: str, call: Call) -> None:
        """Makes a call that may fail without harm; one that this app may never make is not tried again."""
        if method in self._silent:
            return
        try:
            async with asyncio.timeout(_SIGNAL_SECONDS):
                await self.make(method, call, patience=0)
        except SlackRefused as error:
            if error.code in _NEVER:
                self._silent.add(method)
                _log.warning("%s", error)
        except (SlackUnsure, TimeoutError):
            return

    async def _wait(self, gate: str, method: str, deadline: float) -> None:
        while (opens := self._opens(gate)) > self._clock.now():
            if opens > deadline:
                raise SlackRefused(method, "ratelimited", remedy_of("ratelimited"))
            self._line[gate] = opens + _GAP
            await self._clock.sleep(opens - self._clock.now())
            if self._closed.get(gate, 0.0) <= self._clock.now():
                return

    def _opens(self, gate: str) -> float:
        return max(self._closed.get(gate, 0.0), self._line.get(gate, 0.0))


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
