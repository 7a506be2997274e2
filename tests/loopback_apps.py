"""Ready apps for the loopback's own tests: a client, and a small real Bolt app over either transport."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.loopback.slack import LoopbackSlack

Json = dict[str, Any]
LONGEST_SECONDS = 60


def client(slack: LoopbackSlack, *, token: str = "") -> AsyncWebClient:
    """Return the real client of the SDK, pointed at the loopback, without its retry of broken connections."""
    return AsyncWebClient(token=token or slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def error_of(call: Awaitable[Any]) -> str:
    """Return Slack's error word for a call that has to be refused."""
    try:
        await call
    except SlackApiError as error:
        return str(error.response["error"])
    raise AssertionError("the call was not refused")


def bolt_app(slack: LoopbackSlack) -> AsyncApp:
    """Return an app that repeats what it is asked, and acknowledges everything else."""
    app = AsyncApp(client=client(slack), signing_secret=slack.app.signing_secret)

    @app.event("app_mention")
    async def answer(event: Json, client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text=f"heard: {event['text']}")

    @app.event("message")
    async def ignore() -> None:
        pass

    return app


@asynccontextmanager
async def over_socket(
    slack: LoopbackSlack, app: AsyncApp, *, ping_interval: float = 5
) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect the app by Socket Mode for the block; it notices a dead connection after `ping_interval` seconds."""
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=ping_interval)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.until(lambda: slack.sockets.open)
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def over_http(slack: LoopbackSlack, app: AsyncApp) -> AsyncIterator[None]:
    """Serve the app over HTTP and point the loopback at it for the length of the block."""
    runner = web.AppRunner(app.server().web_app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.over_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield
    finally:
        await runner.cleanup()


def in_slack(run: Callable[[LoopbackSlack], Awaitable[None]], *, strict: bool = True) -> None:
    """Run a test's body against a fresh loopback."""

    async def whole() -> None:
        async with asyncio.timeout(LONGEST_SECONDS), LoopbackSlack(strict=strict) as slack:
            await run(slack)

    asyncio.run(whole())
