"""Requests from Slack to the app over HTTP: events, interactivity and commands, signed.

Knows the request urls, the signature, the encodings and the retry headers. Knows nothing of what is in a payload.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.demo.loopback.deliveries import Attempt, Deliveries, Delivery
from bot.demo.loopback.site import Site

Json = dict[str, Any]


class Hooks:
    """The transport of `Deliveries` over HTTP: one POST for each attempt."""

    def __init__(self, site: Site, deliveries: Deliveries, *, url: str) -> None:
        self._site = site
        self._deliveries = deliveries
        self._session: aiohttp.ClientSession | None = None
        self.url = url
        self.seconds_off = 0.0
        self.responses: list[tuple[int, str]] = []

    def send(self, delivery: Delivery, attempt: Attempt) -> bool:
        """Post it in the background."""
        self._site.spawn(self._post(delivery, attempt))
        return True

    async def challenge(self, text: str = "are you there") -> str:
        """Send the url_verification request and return what the app answers."""
        body = json.dumps({"token": self._site.app.verification_token, "challenge": text, "type": "url_verification"})
        status, answer = await self.raw(body, headers=self._signed(body) | {"Content-Type": "application/json"})
        return answer if status == 200 else f"HTTP {status}"

    async def raw(self, body: str, *, headers: dict[str, str]) -> tuple[int, str]:
        """Post any body with any headers; return status and text."""
        status, text, _ = await self._exchange(body, headers=headers)
        return status, text

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, delivery: Delivery, attempt: Attempt) -> None:
        body, content_type = _encoded(delivery)
        headers = {"Content-Type": content_type, **self._signed(body), **_retry_headers(attempt)}
        try:
            status, text, no_retry = await self._exchange(body, headers=headers)
        except (aiohttp.ClientError, TimeoutError):
            self._deliveries.failed(attempt.envelope_id, reason="connection_failed")
            return
        self.responses.append((status, text))
        if 200 <= status < 300:
            self._deliveries.acked(attempt.envelope_id, answer=_answer(text))
        else:
            self._deliveries.failed(attempt.envelope_id, reason="http_error", for_good=no_retry)

    async def _exchange(self, body: str, *, headers: dict[str, str]) -> tuple[int, str, bool]:
        self._session = self._session or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        async with self._session.post(self.url, data=body.encode(), headers=headers) as response:
            return response.status, await response.text(), response.headers.get("X-Slack-No-Retry") == "1"

    def _signed(self, body: str) -> dict[str, str]:
        moment = str(int(time.time() + self.seconds_off))
        signature = hmac.new(
            self._site.app.signing_secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256
        ).hexdigest()
        return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={signature}"}


def _encoded(delivery: Delivery) -> tuple[str, str]:
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload), "application/json"
    if delivery.kind == "interactive":
        return urlencode({"payload": json.dumps(delivery.payload)}), "application/x-www-form-urlencoded"
    return urlencode(delivery.payload), "application/x-www-form-urlencoded"


def _retry_headers(attempt: Attempt) -> dict[str, str]:
    if not attempt.number:
        return {}
    reason = "http_timeout" if attempt.reason == "timeout" else attempt.reason
    return {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": reason}


def _answer(text: str) -> Json:
    try:
        found = json.loads(text)
    except ValueError:
        return {"text": text} if text else {}
    return found if isinstance(found, dict) else {}
