"""HTTP mode against those who call without being Slack."""

import asyncio
import logging
import time
from contextlib import AsyncExitStack

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.slack.http import EVENTS_PATH, REQUEST_SECONDS, Refusals, listen_http

SECRET = "a secret"
HEAD = f"POST {EVENTS_PATH} HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
BODY = '{"type": "url_verification", "challenge": "c1"}'


def signed(body: str, *, length: int | None = None) -> bytes:
    """A request as Slack signs it, which may announce more than it brings."""
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    lines = (
        f"X-Slack-Request-Timestamp: {stamp}",
        f"X-Slack-Signature: {signature}",
        f"Content-Length: {length or len(body)}",
    )
    return (HEAD + "\r\n".join(lines) + "\r\n\r\n" + body).encode()


async def said(request: bytes, *, seconds: float = REQUEST_SECONDS) -> bytes:
    """What comes back until the connection is closed from the other side."""
    async with AsyncExitStack() as stack:
        app = AsyncApp(token="xoxb-1", signing_secret=SECRET, process_before_response=True)
        port = await listen_http(app, host="127.0.0.1", port=0, stack=stack, seconds=seconds)
        reading, writing = await asyncio.open_connection("127.0.0.1", port)
        try:
            writing.write(request)
            async with asyncio.timeout(5):
                return await reading.read()
        except ConnectionResetError:
            return b""
        finally:
            writing.close()


def test_a_whole_request_is_answered_and_its_connection_closed() -> None:
    answer = asyncio.run(said(signed(BODY)))
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"c1" in answer


@pytest.mark.parametrize("part", ["none", "line", "head", "body"])
def test_a_request_that_does_not_come_whole_is_dropped_without_a_word(
    part: str, caplog: pytest.LogCaptureFixture
) -> None:
    half = {"none": b"", "line": b"POST /sl", "head": HEAD.encode(), "body": signed(BODY, length=len(BODY) + 1)}
    assert asyncio.run(said(half[part], seconds=0.05)) == b""
    assert caplog.records == []


def test_a_request_without_a_signature_is_turned_away_without_its_body() -> None:
    unsigned = (HEAD + "Content-Length: 1000000\r\n\r\n").encode()
    assert asyncio.run(said(unsigned, seconds=3)).startswith(b"HTTP/1.1 401")


def test_a_flood_of_unsigned_requests_is_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    times = iter((5.0, 5.0, 6.0, 64.0, 65.0, 65.0, 66.0))
    refusals = Refusals(lambda: next(times))
    for _ in range(5):
        refusals.note("no signature")
    assert [record.getMessage() for record in caplog.records] == [
        "request refused: no signature",
        "request refused: no signature (2 more since the last line)",
    ]


def test_what_is_no_request_at_all_is_logged_no_more_often(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(3):
        asyncio.run(said(b"\x16\x03\x01 nonsense\r\n\r\n", seconds=0.5))
    assert [record.getMessage() for record in caplog.records] == []
