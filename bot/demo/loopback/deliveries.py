"""Deliveries to the app: envelopes, acknowledgements, and redelivery on the schedule.

Knows when a delivery counts as failed and when it is tried again. Knows nothing of how it travels: a transport
(Socket Mode or HTTP) sends it and reports the acknowledgement.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.demo.loopback import limits
from bot.demo.loopback.site import Site
from bot.demo.loopback.world import Channel

Json = dict[str, Any]
Kind = Literal["events_api", "interactive", "slash_commands"]


@dataclass
class Attempt:
    """One try: `acked` is the machine's time of the acknowledgement, None while there is none."""

    number: int
    reason: str
    envelope_id: str
    at: float
    sent: float | None = None
    acked: float | None = None

    @property
    def seconds(self) -> float | None:
        """Return how long the app took to acknowledge, in seconds of the machine."""
        return None if self.acked is None or self.sent is None else self.acked - self.sent


@dataclass
class Delivery:
    """One thing that Slack tells the app, with all tries; `answer` is what came with the acknowledgement."""

    kind: Kind
    payload: Json
    accepts_response: bool
    attempts: list[Attempt] = field(default_factory=list)
    acked: bool = False
    given_up: bool = False
    answer: Json = field(default_factory=dict)
    after: Callable[[Json], None] = lambda answer: None

    @property
    def settled(self) -> bool:
        """Whether nothing more will come of it."""
        return self.acked or self.given_up

    @property
    def event(self) -> Json:
        """Return the inner event, or the whole payload."""
        inner = self.payload.get("event", self.payload)
        return inner if isinstance(inner, dict) else {}


class Transport(Protocol):
    """Carries an attempt to the app; it calls `Deliveries.acked` when the app has acknowledged."""

    def send(self, delivery: Delivery, attempt: Attempt) -> bool:
        """Send it if there is a way at this moment; return whether there was."""


class Deliveries:
    """All deliveries of one app, in order of their first try."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._waiting: list[tuple[Delivery, Attempt]] = []
        self._under_way: dict[str, tuple[Delivery, Attempt]] = {}
        self.all: list[Delivery] = []
        self.transport: Transport | None = None
        self.acks_to_lose = 0

    def event(self, event: Json, channel: Channel | None = None) -> Delivery | None:
        """Deliver an event if the app has subscribed to it and may see the conversation."""
        if not self._subscribed(event, channel):
            return None
        return self.deliver("events_api", self._wrapped(event, channel))

    def deliver(
        self,
        kind: Kind,
        payload: Json,
        *,
        accepts_response: bool = False,
        after: Callable[[Json], None] = lambda answer: None,
    ) -> Delivery:
        """Start the delivery of a payload; `after` gets what came with the first acknowledgement."""
        delivery = Delivery(kind, payload, accepts_response, after=after)
        self.all.append(delivery)
        self._try(delivery, reason="")
        return delivery

    def redeliver(self, delivery: Delivery, *, same_id: bool = True, reason: str = "timeout") -> Delivery:
        """Send it once more, acknowledged or not: as a retry, or as another event with its own id."""
        if same_id:
            self._try(delivery, reason=reason)
            return delivery
        payload = {**delivery.payload, "event_id": self._site.world.next_id("Ev")}
        return self.deliver(delivery.kind, payload, accepts_response=delivery.accepts_response)

    def acked(self, envelope_id: str, *, answer: Json | None = None) -> bool:
        """Note the acknowledgement of an envelope; return False for one that was never sent."""
        if envelope_id not in self._under_way:
            return False
        if self.acks_to_lose:
            self.acks_to_lose -= 1
            return True
        delivery, attempt = self._under_way[envelope_id]
        attempt.acked = time.monotonic()
        first, delivery.acked = not delivery.acked, True
        if first:
            delivery.answer = answer or {}
            delivery.after(delivery.answer)
        self._site.journal.ring()
        return True

    def failed(self, envelope_id: str, *, reason: str, for_good: bool = False) -> None:
        """Note that an attempt cannot be acknowledged any more; the next follows its schedule, unless the app asked
        for none."""
        delivery, attempt = self._under_way[envelope_id]
        if delivery.settled or delivery.attempts[-1] is not attempt:
            return
        if for_good:
            self._give_up(delivery)
        else:
            self._after(delivery, attempt, reason=reason)

    def way_opened(self) -> None:
        """Send what waited for a connection."""
        waiting, self._waiting = self._waiting, []
        for delivery, attempt in waiting:
            if not delivery.settled and delivery.attempts[-1] is attempt:
                self._send(delivery, attempt)

    def slowest(self, part: float = 0.99) -> float:
        """Return that quantile of the times from sending to acknowledgement, in seconds."""
        times = sorted(a.seconds for d in self.all for a in d.attempts if a.seconds is not None)
        return times[min(len(times) - 1, int(len(times) * part))] if times else 0.0

    def _try(self, delivery: Delivery, *, reason: str) -> None:
        attempt = Attempt(len(delivery.attempts), reason, str(uuid.uuid4()), self._site.clock.now())
        delivery.attempts.append(attempt)
        self._under_way[attempt.envelope_id] = (delivery, attempt)
        self._send(delivery, attempt)
        self._site.clock.call_later(limits.ACK_SECONDS, lambda: self._overdue(delivery, attempt))

    def _send(self, delivery: Delivery, attempt: Attempt) -> None:
        attempt.sent = time.monotonic()
        if self.transport is None or not self.transport.send(delivery, attempt):
            attempt.sent = None
            self._waiting.append((delivery, attempt))

    def _overdue(self, delivery: Delivery, attempt: Attempt) -> None:
        if not delivery.settled and delivery.attempts[-1] is attempt:
            self._after(delivery, attempt, reason="timeout")

    def _after(self, delivery: Delivery, attempt: Attempt, *, reason: str) -> None:
        schedule = limits.RETRY_SECONDS if delivery.kind == "events_api" else ()
        if attempt.number >= len(schedule):
            self._give_up(delivery)
            return
        self._site.clock.call_later(schedule[attempt.number], lambda: self._retry(delivery, reason=reason))
        if not schedule[attempt.number]:
            self._site.clock.run_due()

    def _give_up(self, delivery: Delivery) -> None:
        delivery.given_up = True
        self._site.journal.ring()

    def _retry(self, delivery: Delivery, *, reason: str) -> None:
        if not delivery.settled:
            self._try(delivery, reason=reason)

    def _subscribed(self, event: Json, channel: Channel | None) -> bool:
        if channel is not None and not self._site.bot_is_in(channel):
            return False
        name = str(event["type"])
        if name == "message":
            kind = str(event["channel_type"])
            name = "message." + {"channel": "channels", "group": "groups"}.get(kind, kind)
        return name in self._site.app.events

    def _wrapped(self, event: Json, channel: Channel | None) -> Json:
        app, world = self._site.app, self._site.world
        authorization = {
            "enterprise_id": None,
            "team_id": app.team,
            "user_id": app.bot_user,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        event_id = world.next_id("Ev")
        return {
            "token": app.verification_token,
            "team_id": app.team,
            "context_team_id": app.team,
            "context_enterprise_id": None,
            "api_app_id": app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(self._site.clock.now()),
            "authorizations": [authorization],
            "is_ext_shared_channel": bool(channel and channel.shared),
            "event_context": f"4-{event_id}",
        }
