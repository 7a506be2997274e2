"""Faults on purpose: what a test asks the Web API to do wrong.

Knows the faults and to which calls they apply. Carries none out: `server.py` does. A fault applies to the next calls
of its method, or to a share of them by a seeded draw.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
When = Callable[[Json], bool]


@dataclass(frozen=True)
class Fault:
    """One way to fail; `applied` says whether the call takes effect all the same."""

    kind: Literal["refuse", "status", "cut", "hang", "hold", "garbage"]
    applied: bool
    error: str = ""
    status: int = 200
    retry_after: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event, compare=False)


def refused(error: str) -> Fault:
    """Answer `ok: false` with that word; nothing takes effect."""
    return Fault("refuse", applied=False, error=error)


def rate_limited(seconds: int) -> Fault:
    """Answer 429 with Retry-After; nothing takes effect."""
    return Fault("status", applied=False, error="ratelimited", status=429, retry_after=seconds)


def server_error(status: int = 503, *, applied: bool = False) -> Fault:
    """Answer with a 5xx page; the call may have taken effect."""
    return Fault("status", applied=applied, status=status)


def lost_response() -> Fault:
    """The call takes effect; the connection breaks before the answer."""
    return Fault("cut", applied=True)


def lost_request() -> Fault:
    """The connection breaks; nothing takes effect."""
    return Fault("cut", applied=False)


def no_answer() -> Fault:
    """The call takes effect; the answer does not come until the client gives up or the test sets `gate`."""
    return Fault("hang", applied=True)


def held() -> Fault:
    """The call waits until the test sets `gate`, and then goes its ordinary way."""
    return Fault("hold", applied=True)


def garbage() -> Fault:
    """Answer 200 with a page that is not JSON; nothing takes effect."""
    return Fault("garbage", applied=False)


@dataclass
class _Order:
    methods: tuple[str, ...]
    fault: Fault
    left: int
    skip: int
    when: When
    share: float
    draw: random.Random


class Faults:
    """The faults that are ordered, each for its calls; the first that fits applies."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []
        self.applied: list[tuple[str, Fault]] = []

    def next(self, *methods: str, fault: Fault, times: int = 1, skip: int = 0, when: When = lambda args: True) -> Fault:
        """Order a fault for the next `times` calls of these methods, after `skip` that go well."""
        self._orders.append(_Order(methods, fault, times, skip, when, 1.0, random.Random(0)))
        return fault

    def sometimes(self, *methods: str, fault: Fault, share: float, seed: int) -> Fault:
        """Order a fault for that share of all calls of these methods (of all methods, if none is named)."""
        order = _Order(methods, fault, 1_000_000_000, 0, lambda args: True, share, random.Random(seed))
        self._orders.append(order)
        return fault

    def clear(self) -> None:
        """Forget every order; what is held or hanging goes on."""
        for order in self._orders:
            order.fault.gate.set()
        self._orders.clear()

    def due(self, method: str, args: Json) -> Fault | None:
        """Return the fault for this call, if one is ordered."""
        for order in self._orders:
            if order.left and (not order.methods or method in order.methods) and order.when(args):
                if order.skip:
                    order.skip -= 1
                    continue
                if order.draw.random() < order.share:
                    order.left -= 1
                    self.applied.append((method, order.fault))
                    return order.fault
        return None
