import time
from pathlib import Path

import pytest

from bot.endpoint.abilities import Abilities, load_abilities
from bot.endpoint.breaker import Breaker
from bot.endpoint.client import Chat
from bot.endpoint.reply import Finish
from bot.errors import ModelFailed
from bot.model.prompt import SCHEMA
from tests.model_fixtures import (
    chat_with,
    cut,
    drips,
    drips_words,
    endless,
    hangs,
    says,
    scripted,
    sends,
    status,
)


def read(chat: Chat, seconds: float = 1.5) -> tuple[str, Finish | None]:
    until = time.monotonic() + seconds
    items = list(chat.stream(lambda form: [{"role": "user", "content": form}], schema=SCHEMA, deadline=lambda: until))
    finish = items[-1] if isinstance(items[-1], Finish) else None
    return "".join(item for item in items if isinstance(item, str)), finish


def failure(chat: Chat, seconds: float = 1.5) -> str:
    with pytest.raises(ModelFailed) as caught:
        read(chat, seconds)
    return caught.value.reason


def test_text_arrives_whole_with_what_it_cost() -> None:
    with scripted(says("Six planes landed.")) as server:
        assert read(chat_with(server)) == ("Six planes landed.", Finish(True, 100, 20))


def test_a_reply_cut_at_the_token_limit_is_not_whole() -> None:
    with scripted(says("Six planes", finish="length")) as server:
        assert read(chat_with(server))[1] == Finish(False, 100, 20)


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
        (413, "refused the question"),
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


def test_a_cut_stream_fails_and_is_not_begun_anew() -> None:
    with scripted(cut("Six planes landed."), says("Again.")) as server:
        assert failure(chat_with(server)) == "broke off"
        assert len(server.requests) == 1


def test_endless_output_ends_at_the_limit() -> None:
    with scripted(endless("more and more ")) as server:
        text, finish = read(chat_with(server))
    assert 16_000 < len(text) < 16_100
    assert finish is not None
    assert not finish.whole


@pytest.mark.parametrize(
    "data",
    [
        b"data: {not json\n\n",
        b"data: \xff\xfe\n\n",
        b"data: [1, 2]\n\n",
        b"",
        b"data: [DONE]\n\n",
        b"data: " + b"x" * 3_000_000,
        b'data: {"error": {"message": "overloaded"}}\n\n',
        b'data: {"choices": "none"}\n\ndata: [DONE]\n\n',
        b"<html>It works!</html>",
    ],
    ids=["broken json", "no utf-8", "a list", "nothing", "only an end", "10 MB line", "an error", "a string", "html"],
)
def test_what_is_no_reply_fails(data: bytes) -> None:
    with scripted(sends(data)) as server:
        assert failure(chat_with(server)) in ("sent something that is no reply", "sent nothing", "broke off")


def test_a_refused_form_is_found_out_once_and_remembered(tmp_path: Path) -> None:
    refusal = status(400, '{"error": {"message": "response_format is not supported"}}')
    memory = tmp_path / "endpoints.json"
    with scripted(refusal, refusal, says("Plain [1].")) as server:
        assert read(chat_with(server, memory=memory))[0] == "Plain [1]."
        forms = [request.get("response_format", {}).get("type") for request in server.requests]
        assert forms == ["json_schema", "json_object", None]
        assert read(chat_with(server, memory=memory))[0] == "Plain [1]."
        assert len(server.requests) == 4


def test_a_refused_option_is_left_out(tmp_path: Path) -> None:
    refusal = status(400, '{"error": {"message": "Use max_completion_tokens instead of max_tokens"}}')
    with scripted(refusal, says("Fine.")) as server:
        assert read(chat_with(server, memory=tmp_path / "m"))[0] == "Fine."
        assert "max_tokens" not in server.requests[1]
        assert server.requests[1]["max_completion_tokens"] == 700
        endpoint = f"http://127.0.0.1:{server.server_address[1]}/v1 scripted"
    assert load_abilities(tmp_path / "m", endpoint) == Abilities("schema", ("max_tokens",))


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
