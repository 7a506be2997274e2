"""The loopback Slack: real sockets on the loopback interface, and the handle that tests hold.

Knows how the parts fit together and how the server starts and stops. What each part does is theirs to know.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web

from bot.demo.loopback import api, chat, people
from bot.demo.loopback.agent import Agent
from bot.demo.loopback.clock import Clock
from bot.demo.loopback.deliveries import Deliveries
from bot.demo.loopback.errors import NotThere, Refused
from bot.demo.loopback.faults import Faults
from bot.demo.loopback.hooks import Hooks
from bot.demo.loopback.journal import Journal
from bot.demo.loopback.oracle import Effects, of_wordings
from bot.demo.loopback.person import Person
from bot.demo.loopback.pieces import of_message
from bot.demo.loopback.rates import Rates
from bot.demo.loopback.reading import Shown, shown, shown_view
from bot.demo.loopback.responses import ResponseUrls
from bot.demo.loopback.server import Server
from bot.demo.loopback.site import BOT_SCOPES, Registration, Site, Token
from bot.demo.loopback.sockets import Sockets
from bot.demo.loopback.speaking import Parts
from bot.demo.loopback.streams import Streams
from bot.demo.loopback.text import badly_escaped
from bot.demo.loopback.views import View, Views
from bot.demo.loopback.workspace import settled_world
from bot.demo.loopback.world import Message

Json = dict[str, Any]
T = TypeVar("T")

BOT_TOKEN = "xoxb-1-loopback"
BACKLOG = 2_048
QUIET_SECONDS = 0.004
APP_TOKEN = "xapp-1-loopback"


class LoopbackSlack:
    """One workspace with one installed app, served on 127.0.0.1.

    `url` is the root, `api_url` what a Web API client takes as its base url. A breach of the protocol by the app (an
    unknown method, an argument that does not exist, a foreign frame) is kept in `journal.violations` and fails the
    test when the block is left.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        app: Registration | None = None,
        strict: bool = True,
        routes: Sequence[web.RouteDef] = (),
    ) -> None:
        self.clock = clock or Clock()
        self.journal = Journal()
        self.app = app or Registration()
        self.world = settled_world(self.clock, self.app)
        self.site = Site(self.clock, self.world, self.journal, self.app)
        self.deliveries = Deliveries(self.site)
        self.sockets = Sockets(self.site, self.deliveries)
        self.hooks: Hooks | None = None
        self.faults = Faults()
        self.rates = Rates(self.clock)
        self.responses = ResponseUrls(self.site)
        self.bot_token, self.app_token = BOT_TOKEN, APP_TOKEN
        self._strict = strict
        self._routes = routes
        self._server = Server(self.site, faults=self.faults, rates=self.rates)
        self._runner: web.AppRunner | None = None
        self.site.tokens[BOT_TOKEN] = Token(BOT_TOKEN, "bot", self.app.bot_user, BOT_SCOPES)
        self.site.tokens[APP_TOKEN] = Token(APP_TOKEN, "app", "", frozenset({"connections:write"}))
        self.agent = Agent(self.site)
        self.streams = Streams(self.site, self.agent)
        self.views = Views(self.site)
        self.site.handlers = {
            **chat.HANDLERS,
            **people.HANDLERS,
            **self.agent.handlers,
            **self.streams.handlers,
            **self.views.handlers,
            "apps.connections.open": self.sockets.connections_open,
        }
        self.site.emit = self.deliveries.event
        self.site.replied = self.agent.replied
        self.deliveries.transport = self.sockets

    @property
    def url(self) -> str:
        """Return the root of the server."""
        return self.site.base_url

    @property
    def api_url(self) -> str:
        """Return the base url of the Web API, with its slash."""
        return f"{self.url}/api/"

    async def start(self, *, port: int = 0) -> None:
        """Listen on the loopback interface."""
        server = web.Application(client_max_size=4 * 1024 * 1024)
        server.router.add_route("*", "/api/{method}", self._server.api)
        server.router.add_post("/respond/{key}", self.responses.serve)
        server.add_routes(self._routes)
        server.router.add_get("/link", self.sockets.serve)
        self._runner = web.AppRunner(server, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, backlog=BACKLOG)
        await site.start()
        address = self._runner.addresses[0]
        self.site.base_url = f"http://{address[0]}:{address[1]}"

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        for task in tuple(self.site.tasks):
            task.cancel()
        await self.sockets.close_all()
        if self.hooks is not None:
            await self.hooks.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> LoopbackSlack:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if self._strict and kind is None and self.journal.violations:
            raise AssertionError("the app broke Slack's rules:\n  " + "\n  ".join(self.journal.violations))

    def over_http(self, url: str) -> Hooks:
        """Send events, commands and interactivity to this url instead of Socket Mode."""
        self.hooks = Hooks(self.site, self.deliveries, url=url)
        self.deliveries.transport = self.hooks
        return self.hooks

    def user(self, user_id: str) -> Person:
        """Return the person with that id, ready to act."""
        parts = Parts(self.site, self.deliveries, self.views, self.agent, self.streams, self.responses)
        return Person(parts, self.world.user(user_id))

    async def post(self, channel: str, *, text: str, blocks: Sequence[Json] = (), thread: str = "") -> Message:
        """Post as the app, checked like any call, for tests that need a message of the app to act on."""
        record = self.journal.begin("chat.postMessage", at=self.clock.now())
        record.args = {"channel": channel, "text": text, "blocks": list(blocks), "thread_ts": thread or None}
        record.response = await api.answer(self.site, record, bearer=self.bot_token)
        self.journal.end(record)
        if not record.ok:
            raise Refused(record.error, **record.response)
        return self.world.message(record.response["channel"], record.response["ts"])

    def thread(self, channel: str, ts: str) -> tuple[Message, ...]:
        """Return the present wordings of the messages of a thread, the root first."""
        return self.world.thread(channel, ts)

    def replies(self, channel: str, ts: str) -> tuple[Message, ...]:
        """Return what the app said in a thread, to all or to one person: to a question there should be exactly one."""
        said = (m for m in self.world.messages.values() if (m.channel, m.thread_ts) == (channel, ts))
        return tuple(sorted((m for m in said if m.user == self.app.bot_user), key=lambda message: message.ts))

    def reads(self, channel: str, ts: str) -> tuple[Shown, ...]:
        """Return a thread as a person reads it, the root first: plain text, links, buttons."""
        return tuple(shown(self.world, message) for message in self.thread(channel, ts))

    def reads_view(self, view: View | None) -> Shown:
        """Return a modal or a Home tab as a person reads it; there has to be one."""
        if view is None:
            raise NotThere("no view is open")
        return shown_view(self.world, view.content["blocks"])

    def effects(self, message: Message) -> Effects:
        """Return whom a message ever notified, where it ever led, and what was ever fetched, over all its wordings."""
        return of_wordings(self.world, self.world.versions(message.channel, message.ts))

    def effects_of_all(self) -> Effects:
        """Return the effects of everything that the app ever showed, deleted or not."""
        return of_wordings(self.world, (said for said in self.world.wordings if said.user == self.app.bot_user))

    def badly_escaped(self) -> tuple[str, ...]:
        """Return what the app ever showed as mrkdwn without escaping it, with some characters around it."""
        said = (message for message in self.world.wordings if message.user == self.app.bot_user)
        texts = (piece.text for message in said for piece in of_message(message) if piece.kind == "mrkdwn")
        return tuple(filter(None, map(badly_escaped, texts)))

    @asynccontextmanager
    async def hurrying(self) -> AsyncIterator[None]:
        """For the length of the block, let time jump to the next waking of a sleeper whenever no call is under way."""
        task = asyncio.get_running_loop().create_task(self._hurry())
        try:
            yield
        finally:
            task.cancel()

    async def until(self, predicate: Callable[[], T], *, timeout: float = 10.0) -> T:
        """Wait, without sleeping, until the predicate holds; return what it returned."""
        return await self.journal.until(predicate, timeout=timeout)

    async def _hurry(self) -> None:
        calls = -1
        while True:
            await asyncio.sleep(QUIET_SECONDS)
            waking = self.clock.until_next_waking()
            quiet, calls = calls == len(self.journal.calls) and not self.journal.in_flight, len(self.journal.calls)
            if quiet and waking is not None:
                await self.clock.advance(waking)
