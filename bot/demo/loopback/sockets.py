"""Socket Mode: tickets, websockets, envelopes, pings, disconnects.

Knows the frames of the protocol and which socket an envelope goes to. Knows nothing of what is in an envelope.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import WSMsgType, web

from bot.demo.loopback import limits
from bot.demo.loopback.deliveries import Attempt, Deliveries, Delivery
from bot.demo.loopback.site import Call, Site

Json = dict[str, Any]
Reason = Literal["warning", "refresh_requested", "too_many_websockets", "link_disabled"]


@dataclass(eq=False)
class Socket:
    """One open connection and the envelopes on it that are not acknowledged."""

    number: int
    connection: web.WebSocketResponse
    request: web.Request
    unacked: set[str] = field(default_factory=set)
    retiring: bool = False


class Sockets:
    """The connections of the app; the transport of `Deliveries` in Socket Mode."""

    def __init__(self, site: Site, deliveries: Deliveries) -> None:
        self._site = site
        self._deliveries = deliveries
        self._tickets: dict[str, float] = {}
        self._random = random.Random(7)
        self._opened = 0
        self.open: list[Socket] = []
        self.drop_on_send: Literal["", "before", "after"] = ""

    async def connections_open(self, call: Call) -> Json:
        """apps.connections.open."""
        ticket = call.world.next_id("ticket")
        self._tickets[ticket] = self._site.clock.now()
        return {
            "url": f"{self._site.base_url.replace('http', 'ws', 1)}/link?ticket={ticket}&app_id={self._site.app.app_id}"
        }

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Speak the protocol with one client until it leaves."""
        issued = self._tickets.pop(request.query.get("ticket", ""), None)
        if issued is None or self._site.clock.now() - issued > limits.TICKET_SECONDS:
            return web.Response(status=408 if issued else 404, text="no such ticket")
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        self._opened += 1
        socket = Socket(self._opened, connection, request)
        if len(self.open) >= limits.SOCKETS:
            await self._say_goodbye(socket, reason="too_many_websockets")
            return connection
        self.open.append(socket)
        await self._greet(socket)
        try:
            await self._listen(socket)
        finally:
            self._forget(socket)
        return connection

    def send(self, delivery: Delivery, attempt: Attempt) -> bool:
        """Send the envelope over one of the open sockets, chosen at random as Slack does."""
        usable = [socket for socket in self.open if not socket.connection.closed and not socket.retiring]
        if not usable:
            return False
        socket = self._random.choice(usable)
        drop, self.drop_on_send = self.drop_on_send, ""
        if drop == "before":
            self.cut(socket)
            return self.send(delivery, attempt)
        socket.unacked.add(attempt.envelope_id)
        self._site.spawn(self._carry(socket, _envelope(delivery, attempt), then_cut=drop == "after"))
        return True

    def cut(self, socket: Socket) -> None:
        """Break the connection without a word, as a dead network does."""
        if socket.request.transport is not None:
            socket.request.transport.abort()
        self._forget(socket)

    def cut_all(self) -> None:
        """Break every connection without a word."""
        for socket in tuple(self.open):
            self.cut(socket)

    async def close_all(self) -> None:
        """Close every connection properly."""
        for socket in tuple(self.open):
            await socket.connection.close()

    async def disconnect(self, *, reason: Reason = "refresh_requested") -> None:
        """Ask every client to connect anew, as Slack does every few hours; the sockets close a little later."""
        for socket in tuple(self.open):
            socket.retiring = True
            await self._say_goodbye(socket, reason=reason)

    async def _greet(self, socket: Socket) -> None:
        hello = {
            "type": "hello",
            "num_connections": len(self.open),
            "connection_info": {"app_id": self._site.app.app_id},
            "debug_info": _debug(socket) | {"approximate_connection_time": 18060},
        }
        await socket.connection.send_str(json.dumps(hello))
        self._site.journal.ring()
        self._deliveries.way_opened()

    async def _listen(self, socket: Socket) -> None:
        async for frame in socket.connection:
            if frame.type is WSMsgType.TEXT:
                self._hear(socket, frame.data)

    def _hear(self, socket: Socket, data: str) -> None:
        try:
            ack = json.loads(data)
            envelope_id = ack["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self._site.journal.violated(f"a frame that is no acknowledgement: {data[:200]}")
            return
        if not self._deliveries.acked(envelope_id, answer=ack.get("payload")):
            self._site.journal.violated(f"an acknowledgement of an envelope that was never sent: {envelope_id}")
        socket.unacked.discard(envelope_id)

    async def _carry(self, socket: Socket, envelope: Json, *, then_cut: bool) -> None:
        try:
            await socket.connection.send_str(json.dumps(envelope))
        except ConnectionError:
            self._forget(socket)
        if then_cut:
            self.cut(socket)

    async def _say_goodbye(self, socket: Socket, *, reason: Reason) -> None:
        await socket.connection.send_str(
            json.dumps({"type": "disconnect", "reason": reason, "debug_info": _debug(socket)})
        )
        self._site.clock.call_later(limits.DISCONNECT_SECONDS, lambda: self._site.spawn(socket.connection.close()))

    def _forget(self, socket: Socket) -> None:
        if socket in self.open:
            self.open.remove(socket)
        lost, socket.unacked = socket.unacked, set()
        for envelope_id in lost:
            self._deliveries.failed(envelope_id, reason="connection_lost")
        self._site.journal.ring()


def _envelope(delivery: Delivery, attempt: Attempt) -> Json:
    envelope = {
        "envelope_id": attempt.envelope_id,
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.accepts_response,
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
    return envelope


def _debug(socket: Socket) -> Json:
    return {"host": f"loopback-{socket.number}", "build_number": 1}
