"""The loopback serves the unmodified slack-bolt and slack_sdk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.loopback import LoopbackSlack


def echo_app(slack: LoopbackSlack) -> AsyncApp:
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(client=client, signing_secret=slack.app.signing_secret)

    @app.event("app_mention")
    async def answer(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text=f"heard: {event['text']}")

    @app.event("message")
    async def ignore() -> None:
        pass

    return app


@asynccontextmanager
async def connected(slack: LoopbackSlack) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(echo_app(slack), slack.app_token, ping_interval=1)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    yield handler
    await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def served(slack: LoopbackSlack) -> AsyncIterator[str]:
    runner = web.AppRunner(echo_app(slack).server().web_app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await runner.cleanup()


async def mention_is_answered(slack: LoopbackSlack) -> None:
    asked = slack.user("U1").says("C1", "<@UBOT> hello")
    await slack.until(lambda: len(slack.thread("C1", asked.ts)) == 2)
    assert slack.thread("C1", asked.ts)[1].text == "heard: <@UBOT> hello"
    await slack.until(lambda: all(delivery.acked for delivery in asked.deliveries))
    assert len(asked.deliveries) == 2


def test_bolt_answers_a_mention_over_socket_mode() -> None:
    async def run() -> None:
        async with LoopbackSlack() as slack, connected(slack):
            await mention_is_answered(slack)

    asyncio.run(run())


def test_bolt_answers_a_mention_over_http() -> None:
    async def run() -> None:
        async with LoopbackSlack() as slack, served(slack) as url:
            hooks = slack.over_http(url)
            assert "are you there" in await hooks.challenge()
            await mention_is_answered(slack)

    asyncio.run(run())
