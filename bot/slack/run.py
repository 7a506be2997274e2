"""The bot from its first connection to its last word. Knows Bolt, sockets and signals; what is done lives in `app`.

Bolt acknowledges an event when its listener has ended (`process_before_response`), not before.
"""

import asyncio
import gc
import logging
import os
import re
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.responder import Responder
from bot.slack import views
from bot.slack.access import Access, identify, open_client, socket_address
from bot.slack.app import Listeners
from bot.slack.calls import Clock, WallClock
from bot.slack.http import listen_http
from bot.slack.people import People
from bot.slack.records import inbox
from bot.slack.records.database import Records, only_bot
from bot.slack.render import Json
from bot.slack.settings import SlackSettings
from bot.slack.trace import Redacting, trace
from bot.slack.views import Knowledge
from bot.slack.web import Web
from bot.slack.worker import Worker
from bot.slack.workspace import Workspace

_log = logging.getLogger("footnote.slack")
_ANY = re.compile(".*")


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
        keep_what_is_loaded()
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait((waiting, bot.work), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
    if not told.is_set():
        bot.work.result()
    return 0 if told.is_set() else 1


def keep_what_is_loaded() -> None:
    """Spares the process to go through all that it loaded for garbage, which stops the loop for a third of a second."""
    gc.collect()
    gc.freeze()


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
        app = _build_app(client, listeners, access=access, signing_secret=settings.signing_secret or "")
        work = asyncio.create_task(worker.run())
        stack.push_async_callback(_end, worker, listeners, work=work, seconds=settings.slack_drain_seconds)
        port = await _listen(app, client, settings, stack)
        _log.info("listening: team %s, bot %s, by %s", access.team, access.bot_user, settings.slack_mode)
        yield Running(means.records, work, port)


def _build_app(client: AsyncWebClient, listeners: Listeners, *, access: Access, signing_secret: str) -> AsyncApp:
    """Returns the Bolt app with all listeners; everything that arrives is acknowledged."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=access.team,
            bot_token=client.token,
            bot_id=access.bot_id,
            bot_user_id=access.bot_user,
        )

    quiet = logging.getLogger("footnote.slack.bolt")
    quiet.setLevel(logging.CRITICAL)  # Bolt logs whole requests
    app = AsyncApp(
        client=client,
        signing_secret=signing_secret,
        authorize=authorize,
        process_before_response=True,
        logger=quiet,
        name="footnote bolt",  # Bolt resets the level of the logger of this name
    )
    _register(app, listeners)
    return app


def _register(app: AsyncApp, listeners: Listeners) -> None:
    clicks = listeners.clicks
    app.event("app_mention")(listeners.hear)
    app.event("message")(listeners.hear)
    app.event("app_home_opened")(listeners.opened)
    app.event("agent_session_stopped")(listeners.session_stopped)
    app.event(_ANY)(_ignore)
    app.command("/ask")(listeners.command)
    app.shortcut("ask_about_message")(listeners.shortcut)
    app.view(views.ASK)(listeners.ask_form)
    for register, name, act in (
        (app.view, views.REASON, clicks.reason),
        (app.view, views.SETTINGS, clicks.settings),
        (app.action, "answer_feedback", clicks.feedback),
        (app.action, "answer_delete", clicks.delete),
        (app.action, re.compile(r"show_quote_\d+"), clicks.show_quote),
    ):
        register(name)(_acknowledged(listeners, act))
    for register_any in (app.action, app.view, app.shortcut, app.command):
        register_any(_ANY)(_acknowledge)
    app.error(_log_error)


def _acknowledged(
    listeners: Listeners, act: Callable[[Json], Coroutine[None, None, None]]
) -> Callable[..., Coroutine[Any, Any, None]]:
    async def listener(ack: AsyncAck, body: Json) -> None:
        await ack()
        listeners.spawn(listeners.click(act, body))

    return listener


async def _ignore() -> None:
    """An event that is not for us: acknowledged, so that it is not delivered again."""


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


async def _log_error(error: Exception) -> None:
    _log.error("%s", error if isinstance(error, BotError) else trace(error))


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
