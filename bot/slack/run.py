"""The bot from its first connection to its last word. Knows tokens, sockets and signals; listeners live in `app`."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.responder import Responder
from bot.slack.access import identify, open_client, socket_address
from bot.slack.app import Listeners
from bot.slack.bolt import build_app
from bot.slack.calls import Clock, WallClock
from bot.slack.http import listen_http
from bot.slack.people import People
from bot.slack.records import inbox
from bot.slack.records.database import Records, only_bot
from bot.slack.settings import SlackSettings
from bot.slack.trace import Redacting
from bot.slack.views import Knowledge
from bot.slack.web import Web
from bot.slack.worker import Worker
from bot.slack.workspace import Workspace

_log = logging.getLogger("footnote.slack")


@dataclass(frozen=True)
class Running:
    """A bot that listens; in HTTP mode at `port`."""

    records: Records
    work: asyncio.Task[None]
    port: int | None


def serve(settings: SlackSettings, *, home: Path, responder: Responder, knowledge: Callable[[], Knowledge]) -> int:
    """Runs the bot until SIGTERM or SIGINT, then drains; a second signal ends it at once.

    Raises SlackMisconfigured, InboxUnavailable, AnotherBot, SlackUnsure: it cannot start.
    """
    _set_up_logging()
    return asyncio.run(_serve(settings, home=home, responder=responder, knowledge=knowledge))


async def _serve(
    settings: SlackSettings, *, home: Path, responder: Responder, knowledge: Callable[[], Knowledge]
) -> int:
    told = asyncio.Event()

    def end() -> None:
        if told.is_set():
            os._exit(1)  # everything is in the inbox; the next start goes on with it
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    async with running(settings, home=home, responder=responder, knowledge=knowledge) as bot:
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait((waiting, bot.work), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
    if not told.is_set():
        bot.work.result()
    return 0 if told.is_set() else 1


@asynccontextmanager
async def running(
    settings: SlackSettings,
    *,
    home: Path,
    responder: Responder,
    knowledge: Callable[[], Knowledge],
    clock: Clock | None = None,
) -> AsyncIterator[Running]:
    """Starts the bot, and on leaving stops listening, drains and closes everything."""
    async with AsyncExitStack() as stack:
        client = await open_client(settings, stack)
        access = await identify(client)
        if access.missing:
            missing = ", ".join(access.missing)
            _log.warning("missing scopes: %s; add them under OAuth & Permissions and install again", missing)
        web = Web(client, clock := clock or WallClock())
        means = Workspace(
            access=access,
            settings=settings,
            web=web,
            records=_open_records(settings, home, stack),
            people=People(web, clock, team=access.team, rules=settings),
            clock=clock,
            responder=responder,
            knowledge=knowledge,
        )
        worker = Worker(means)
        listeners = Listeners(means, worker)
        app = build_app(client, listeners, access=access, signing_secret=settings.signing_secret or "")
        work = asyncio.create_task(worker.run())
        stack.push_async_callback(_end, worker, listeners, work=work, seconds=settings.slack_drain_seconds)
        port = await _listen(app, client, settings, stack)
        # What was loaded stays: going through all of it for garbage stops the loop for a third of a second.
        gc.collect()
        gc.freeze()
        stack.callback(gc.unfreeze)
        _log.info("listening: team %s, bot %s, by %s", access.team, access.bot_user, settings.slack_mode)
        yield Running(means.records, work, port)


def _open_records(settings: SlackSettings, home: Path, stack: AsyncExitStack) -> Records:
    if not settings.database_url:
        stack.enter_context(only_bot(home))
    records = Records(settings.database_url or f"sqlite:///{home / 'slack.sqlite'}")
    stack.callback(records.close)
    if not records.is_shared:
        records.run(inbox.orphan_all)
    return records


async def _end(worker: Worker, listeners: Listeners, *, work: asyncio.Task[None], seconds: float) -> None:
    await worker.drain(seconds)
    await listeners.end()
    await asyncio.gather(work, return_exceptions=True)


async def _listen(app: AsyncApp, client: AsyncWebClient, settings: SlackSettings, stack: AsyncExitStack) -> int | None:
    if settings.slack_mode == "http":
        host, port = settings.slack_http_host, settings.slack_http_port
        return await listen_http(app, host=host, port=port, stack=stack)
    token = str(settings.app_token)
    url = await socket_address(client, token)
    sockets = logging.getLogger("footnote.slack.socket")
    handler = AsyncSocketModeHandler(
        app, token, logger=sockets, web_client=client, ping_interval=settings.slack_ping_seconds
    )
    handler.client.proxy = client.proxy
    handler.client.wss_uri = url
    stack.push_async_callback(handler.close_async)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    return None


def _set_up_logging() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(Redacting())
    for name in ("slack_sdk", "slack_bolt", "aiohttp", "footnote.slack.socket", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.WARNING)
