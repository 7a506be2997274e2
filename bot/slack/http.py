"""Events over signed HTTP requests, for those who cannot use Socket Mode. Knows headers; the listeners are the same.

Anybody on the network may call. So a connection carries one request, which has to be there within seconds, and what is
turned away is not logged each time.
"""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_internals import build_async_context

_log = logging.getLogger("footnote.slack")
EVENTS_PATH = "/slack/events"
# How long a connection may take to bring its request, and how often it is logged that one was refused.
REQUEST_SECONDS, REFUSALS_EVERY = 10.0, 60.0
_WINDOW = 300


async def listen_http(
    app: AsyncApp, *, host: str, port: int, stack: AsyncExitStack, seconds: float = REQUEST_SECONDS
) -> int:
    """Listens until the stack closes, and returns the port; a request that is not whole in time is dropped."""
    refusals = Refusals()
    late: dict[object, asyncio.TimerHandle] = {}

    async def receive(request: web.Request) -> web.StreamResponse:
        fault = signature_fault(request.headers, now=time.time())
        if fault:
            refusals.note(fault)
            response = web.json_response({"error": "invalid request"}, status=401)
        else:
            try:
                await request.read()
            except (OSError, web.RequestPayloadError):  # it ended before it was whole
                return web.Response(status=400)
            if timer := late.pop(request.protocol, None):
                timer.cancel()
            response = await _answer(app, request)
        response.force_close()
        return response

    server = web.Application()
    server.add_routes([web.post(EVENTS_PATH, receive)])
    runner = web.AppRunner(server, access_log=None, lingering_time=0)  # nobody's body is waited for
    stack.push_async_callback(runner.cleanup)
    await runner.setup()
    assert runner.server is not None
    listening = await asyncio.get_running_loop().create_server(_hurried(runner.server, late, seconds), host, port)
    stack.callback(listening.close)
    return int(listening.sockets[0].getsockname()[1])


class Refusals:
    """Requests that were turned away: the first is logged at once, the others once a minute, with their number."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._quiet_until, self._more = clock, 0.0, 0

    def note(self, fault: str) -> None:
        """Logs the fault, or counts it."""
        if self._clock() < self._quiet_until:
            self._more += 1
            return
        more = f" ({self._more} more since the last line)" if self._more else ""
        _log.warning("request refused: %s%s", fault, more)
        self._quiet_until, self._more = self._clock() + REFUSALS_EVERY, 0


def signature_fault(headers: Mapping[str, str], *, now: float) -> str | None:
    """Returns what is wrong with the headers of a signature before it is computed; None if they can be checked.

    Bolt fails on headers that are no number or not ASCII, and says nothing of a clock that is wrong.
    """
    stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
    if not re.fullmatch(r"\d{1,12}", stamp, re.ASCII) or not re.fullmatch(r"v0=[0-9a-f]{64}", signature):
        return "no signature of Slack's; only Slack may call this address"
    if abs(now - int(stamp)) > _WINDOW:
        return f"signed {now - int(stamp):.0f} s ago; if it is from Slack, set this machine's clock"
    return None


async def _answer(app: AsyncApp, request: web.Request) -> web.Response:
    asked = await to_bolt_request(request)
    if not asked.body and asked.raw_body:
        # Bolt loses a command whose text holds the word "payload"; the signature is checked over the raw body.
        asked.body = dict(parse_qsl(asked.raw_body, keep_blank_values=True))
        asked.context = build_async_context(asked.context, asked.body)
    return await to_aiohttp_response(await app.async_dispatch(asked))


def _hurried(
    server: web.Server, late: dict[object, asyncio.TimerHandle], seconds: float
) -> Callable[[], asyncio.BaseProtocol]:
    """Makes connections that are dropped in time, unless their timer is cancelled because a whole request has come."""

    def connection() -> asyncio.BaseProtocol:
        protocol = server()
        late[protocol] = asyncio.get_running_loop().call_later(seconds, drop, protocol)
        return protocol

    def drop(protocol: web.RequestHandler) -> None:
        del late[protocol]
        if protocol.transport is not None:
            protocol.transport.abort()

    return connection
