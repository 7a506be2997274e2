"""Events over signed HTTP requests, for those who cannot use Socket Mode. Knows headers; the listeners are the same."""

import logging
import re
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_internals import build_async_context

_log = logging.getLogger("footnote.slack")
EVENTS_PATH = "/slack/events"
_WINDOW = 300


async def listen_http(app: AsyncApp, *, host: str, port: int, stack: AsyncExitStack) -> int:
    """Listens until the stack closes, and returns the port."""

    async def receive(request: web.Request) -> web.Response:
        fault = signature_fault(request.headers, now=time.time())
        if fault:
            _log.warning("request refused: %s", fault)
            return web.json_response({"error": "invalid request"}, status=401)
        asked = await to_bolt_request(request)
        if not asked.body and asked.raw_body:
            # Bolt loses a command whose text holds the word "payload"; the signature is checked over the raw body.
            asked.body = dict(parse_qsl(asked.raw_body, keep_blank_values=True))
            asked.context = build_async_context(asked.context, asked.body)
        return await to_aiohttp_response(await app.async_dispatch(asked))

    server = web.Application()
    server.add_routes([web.post(EVENTS_PATH, receive)])
    runner = web.AppRunner(server, access_log=None)
    stack.push_async_callback(runner.cleanup)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return int(runner.addresses[0][1])


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
