"""The page of the demonstration over HTTP: its files, what a person sees as it changes, what they do.

Knows routes, headers and who may call. Only a browser on this machine that opened the page itself may: the host has to
be the loopback's own, and an order has to be JSON, which no foreign page may send here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.demo.acts import act
from bot.demo.loopback.errors import LoopbackError
from bot.demo.loopback.person import Person
from bot.demo.seen import people, seen

if TYPE_CHECKING:
    from bot.demo.loopback.slack import LoopbackSlack

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
FOLDER = Path(__file__).parent / "page"
FILES: Mapping[str, str] = {
    "index.html": "text/html",
    "look.css": "text/css",
    "chat.js": "text/javascript",
    "blocks.js": "text/javascript",
    "icons.js": "text/javascript",
    "modal.js": "text/javascript",
    "words.js": "text/javascript",
}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'"
HEADERS = {
    "Content-Security-Policy": f"{POLICY}; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
AT_MOST_SECONDS, AT_LEAST_SECONDS = 0.5, 0.04


class Page:
    """The routes of the page; `slack` is given once it exists."""

    def __init__(self) -> None:
        self.slack: LoopbackSlack | None = None

    @property
    def routes(self) -> tuple[web.RouteDef, ...]:
        """Return what the loopback is to serve besides Slack's own addresses."""
        return (
            web.get("/", self._guarded(self._file)),
            web.get("/page/{name}", self._guarded(self._file)),
            web.get("/see/{user}", self._guarded(self._see)),
            web.post("/act/{user}", self._guarded(self._act)),
        )

    def _guarded(self, serve: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            port = self._loopback.url.rpartition(":")[2]
            own = {f"127.0.0.1:{port}", f"localhost:{port}"}
            origin = request.headers.get("Origin", "").removeprefix("http://")
            if request.host not in own or (origin and origin not in own):
                return web.Response(status=403, text="only for the page itself")
            return await serve(request)

        return guarded

    @property
    def _loopback(self) -> LoopbackSlack:
        assert self.slack is not None, "the page was asked before its Slack was there"
        return self.slack

    def _person(self, request: web.Request) -> Person:
        wanted = request.match_info["user"]
        if wanted not in {user.id for user in people(self._loopback)}:
            raise web.HTTPNotFound(text="nobody of that id")
        return self._loopback.user(wanted)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info.get("name", "index.html")
        if name not in FILES:
            raise web.HTTPNotFound(text="there is no such file")
        text = (FOLDER / name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=FILES[name], headers=HEADERS)

    async def _see(self, request: web.Request) -> web.StreamResponse:
        """Send what the person sees now, and again whenever it has changed, as server-sent events."""
        person, before = self._person(request), ""
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        with suppress(ConnectionError):
            while True:
                now = json.dumps(seen(self._loopback, person))
                if now != before:
                    await response.write(f"data: {now}\n\n".encode())
                    before = now
                await asyncio.sleep(AT_LEAST_SECONDS)
                with suppress(TimeoutError):
                    async with asyncio.timeout(AT_MOST_SECONDS):
                        await self._loopback.journal.changed()
        return response

    async def _act(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            return web.Response(status=415, text="an order is JSON")
        try:
            order = await request.json()
            return web.json_response(act(self._loopback, self._person(request), order))
        except (LoopbackError, KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=409)
