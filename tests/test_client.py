"""When an endpoint is tried again, for how long it is waited for, and when it is left alone."""

import time

import pytest

from bot.endpoint.breaker import Breaker
from bot.endpoint.client import Chat, Endpoint
from ingest import route
from tests.client_fixtures import failure, read
from tests.model_fixtures import QUICK, chat_with, drips, drips_words, hangs, says, scripted, status


def test_a_busy_server_is_tried_again() -> None:
    with scripted(status(429), status(503), says("Late.")) as server:
        assert read(chat_with(server))[0] == "Late."
        assert len(server.requests) == 3


def test_retry_after_is_honoured() -> None:
    with scripted(status(429, Retry_After="0.3"), says("Late.")) as server:
        start = time.monotonic()
        assert read(chat_with(server))[0] == "Late."
        assert time.monotonic() - start >= 0.3


def test_a_retry_after_beyond_the_deadline_is_not_waited_for() -> None:
    with scripted(status(429, Retry_After="9")) as server:
        start = time.monotonic()
        assert failure(chat_with(server)) == "is busy (HTTP 429)"
        assert time.monotonic() - start < 0.5


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (401, "refused the key"),
        (403, "refused the key"),
        (500, "failed"),
    ],
)
def test_what_another_try_cannot_mend_fails_at_once(code: int, reason: str) -> None:
    with scripted(status(code)) as server:
        assert failure(chat_with(server)) == f"{reason} (HTTP {code})"
        assert len(server.requests) == 1


def test_a_model_that_its_address_does_not_know_is_said_so() -> None:
    with scripted(status(404)) as server:
        assert failure(chat_with(server)) == "is not known at its address (HTTP 404)"


def test_nobody_listening_is_said_so() -> None:
    with scripted(says("never")) as server:
        chat = chat_with(server)
    assert failure(chat) == "cannot be reached"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [(hangs, "did not answer in time"), (drips, "did not answer in time"), (drips_words, "stopped in the middle")],
)
def test_a_slow_server_holds_nobody_beyond_the_deadline(behaviour: object, reason: str) -> None:
    with scripted(behaviour) as server:  # type: ignore[arg-type]
        start = time.monotonic()
        assert failure(chat_with(server), seconds=0.8) == reason
        assert time.monotonic() - start < 1.5


@pytest.mark.parametrize(
    ("base_url", "environment", "reason"),
    [
        ("127.0.0.1:8080/v1", {}, "has no proper address"),
        ("http://models.example/v1", {"HTTP_PROXY": "htp://x"}, "is behind a proxy that cannot be used"),
        ("https://models.example/v1", {"ALL_PROXY": "socks://127.0.0.1:1"}, "is behind a proxy that cannot be used"),
        ("https://models.example/v1", {"SSL_CERT_FILE": "/nonexistent"}, "cannot be reached safely"),
    ],
)
def test_what_keeps_an_endpoint_from_being_tried_is_told(
    base_url: str, environment: dict[str, str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    route._certificates.cache_clear()
    assert failure(Chat(Endpoint("m", base_url), QUICK)).startswith(reason)


def test_an_endpoint_on_this_machine_needs_neither_proxy_nor_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "socks5://127.0.0.1:1")
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent")
    with scripted(says("Fine.")) as server:
        assert read(chat_with(server))[0] == "Fine."


def test_after_failures_in_a_row_the_endpoint_is_left_alone() -> None:
    with scripted(status(500)) as server:
        chat = chat_with(server)
        for _ in range(5):
            failure(chat)
        assert failure(chat) == "is left alone for a while after it failed repeatedly"
        assert len(server.requests) == 5


def test_the_breaker_lets_one_probe_through_and_closes_when_it_works() -> None:
    now = 0.0
    breaker = Breaker(lambda: now)
    for _ in range(5):
        breaker.record(worked=False)
    assert not breaker.allows()
    now = 15.0
    assert breaker.allows()
    assert not breaker.allows()
    breaker.record(worked=True)
    assert breaker.allows()


def test_the_breaker_opens_when_most_recent_calls_fail() -> None:
    breaker = Breaker(lambda: 1.0)
    for worked in (True, False, False) * 7:
        breaker.record(worked=worked)
    assert not breaker.allows()
