"""The record of what crossed the wire: calls, deliveries, and rules that were broken.

Knows what happened, in order, with the loopback's time and the machine's. Judges nothing: the tests do. Whoever waits
for something to happen is woken at every entry.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")

RECHECK_SECONDS = 0.02


@dataclass
class ApiCall:
    """One Web API call; `response` is None while it runs, and `lost` says that the answer never arrived."""

    number: int
    method: str
    args: Json
    at: float
    started: float
    token: str = ""
    response: Json | None = None
    status: int = 0
    lost: bool = False
    too_early: bool = False
    finished: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether Slack applied the call, heard or not."""
        return bool(self.response and self.response.get("ok"))

    @property
    def error(self) -> str:
        """Slack's error word, or nothing."""
        return "" if self.response is None else str(self.response.get("error", ""))


@dataclass
class Journal:
    """Everything that crossed the wire, and a bell that rings at each change."""

    calls: list[ApiCall] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    in_flight: int = 0
    _bells: set[asyncio.Event] = field(default_factory=set)

    def begin(self, method: str, *, at: float) -> ApiCall:
        """Note that a call arrived."""
        call = ApiCall(len(self.calls) + 1, method, {}, at, time.monotonic())
        self.calls.append(call)
        self.in_flight += 1
        self.ring()
        return call

    def end(self, call: ApiCall) -> None:
        """Note that a call was answered, or that its answer was lost."""
        call.finished = time.monotonic()
        self.in_flight -= 1
        self.ring()

    def violated(self, what: str) -> None:
        """Note a breach of the protocol by the app: the loopback fails the test for it at the end."""
        self.violations.append(what)
        self.ring()

    def of(self, *methods: str) -> tuple[ApiCall, ...]:
        """Return the calls of those methods, in the order in which they arrived."""
        return tuple(call for call in self.calls if call.method in methods)

    def errors(self) -> tuple[tuple[str, str], ...]:
        """Return (method, error word) of every call that was refused."""
        return tuple((call.method, call.error) for call in self.calls if call.error)

    def ring(self) -> None:
        """Wake whoever waits."""
        for bell in self._bells:
            bell.set()

    async def changed(self) -> None:
        """Wait for the next entry, for whoever shows what happens while it happens."""
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            await bell.wait()
        finally:
            self._bells.discard(bell)

    async def until(self, predicate: Callable[[], T], *, timeout: float = 10.0) -> T:
        """Wait, woken by each change, until the predicate holds; return what it returned."""
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate()):
                    bell.clear()
                    asyncio.get_running_loop().call_later(RECHECK_SECONDS, bell.set)
                    await bell.wait()
                return value
        except TimeoutError:
            raise AssertionError(f"nothing came of it in {timeout} s; the last calls:\n{self.tail()}") from None
        finally:
            self._bells.discard(bell)

    def tail(self, count: int = 15) -> str:
        """Return the last calls as lines for a failure message."""
        return "\n".join(f"  {c.number} {c.method} {c.args} -> {c.response}" for c in self.calls[-count:])
