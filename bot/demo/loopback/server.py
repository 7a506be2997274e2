"""The HTTP side of the Web API: requests in, answers, errors and faults out.

Knows status codes, headers, broken connections and the order of checks. Knows nothing of any method.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from bot.demo.loopback import api, arguments
from bot.demo.loopback.errors import Refused
from bot.demo.loopback.faults import Fault, Faults
from bot.demo.loopback.journal import ApiCall
from bot.demo.loopback.rates import Rates
from bot.demo.loopback.site import Site

Json = dict[str, Any]
PAGE = "<html><body>Slack is having trouble</body></html>"


class Server:
    """Answers `/api/{method}` for one site."""

    def __init__(self, site: Site, *, faults: Faults, rates: Rates) -> None:
        self._site = site
        self._faults = faults
        self._rates = rates

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, or fail as the test ordered."""
        record = self._site.journal.begin(request.match_info["method"], at=self._site.clock.now())
        try:
            return await self._answered(request, record)
        finally:
            self._site.journal.end(record)

    async def _answered(self, request: web.Request, record: ApiCall) -> web.StreamResponse:
        body = await request.read()
        try:
            record.args = arguments.read(request.content_type, body=body, query=dict(request.query))
        except Refused as refusal:
            return self._reply(record, {"ok": False, "error": refusal.error})
        if any(token.encode() in body or token in request.query_string for token in self._site.tokens):
            self._site.journal.violated(f"{record.method}: a token in the arguments; it belongs into the header")
        fault = self._faults.due(record.method, record.args)
        if fault is not None and fault.kind == "hold":
            await fault.gate.wait()
        if fault is not None and not fault.applied:
            return self._fail(request, record, fault=fault)
        seconds = self._rates.wait(record, record.args)
        if seconds:
            return self._reply(record, {"ok": False, "error": "ratelimited"}, status=429, retry_after=seconds)
        reply = self._reply(record, await api.answer(self._site, record, bearer=_bearer(request)))
        if fault is None or fault.kind == "hold":
            return reply
        self._site.journal.ring()
        if fault.kind == "hang":
            await fault.gate.wait()
        return self._fail(request, record, fault=fault)

    def _fail(self, request: web.Request, record: ApiCall, *, fault: Fault) -> web.StreamResponse:
        if fault.kind == "refuse":
            return self._reply(record, {"ok": False, "error": fault.error})
        if fault.retry_after:
            self._rates.close(record.method, fault.retry_after)
            body = {"ok": False, "error": fault.error}
            return self._reply(record, body, status=fault.status, retry_after=fault.retry_after)
        record.lost, record.status = True, fault.status
        if fault.kind in ("cut", "hang") and request.transport is not None:
            request.transport.abort()
        return web.Response(status=fault.status, text=PAGE, content_type="text/html")

    def _reply(self, record: ApiCall, body: Json, *, status: int = 200, retry_after: int = 0) -> web.Response:
        record.response, record.status = body, status
        headers = {"Retry-After": str(retry_after)} if retry_after else {}
        token = self._site.tokens.get(record.token)
        if token is not None:
            headers["x-oauth-scopes"] = ",".join(sorted(token.scopes))
        return web.Response(status=status, text=json.dumps(body), content_type="application/json", headers=headers)


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
