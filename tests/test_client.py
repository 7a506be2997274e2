import json
import queue
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.endpoint.abilities import Abilities, Learnt
from bot.endpoint.breaker import Breaker
from bot.endpoint.client import Chat, Endpoint
from bot.endpoint.reply import Finish, Tally
from bot.errors import ModelFailed
from bot.model.prompt import SCHEMA
from ingest import route
from tests.model_fixtures import (
    QUICK,
    Behaviour,
    Handler,
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


def read(chat: Chat, seconds: float = 1.5, tally: Tally | None = None) -> tuple[str, Finish | None]:
    until = time.monotonic() + seconds
    asked = ({"role": "user", "content": "well?"},)
    items = list(chat.stream(lambda abilities: asked, schema=SCHEMA, deadline=until, tally=tally))
    finish = items[-1] if isinstance(items[-1], Finish) else None
    return "".join(item for item in items if isinstance(item, str)), finish


def failure(chat: Chat, seconds: float = 1.5, tally: Tally | None = None) -> str:
    with pytest.raises(ModelFailed) as caught:
        read(chat, seconds, tally)
    return caught.value.reason


def test_text_arrives_whole_with_what_it_cost() -> None:
    with scripted(says("Six planes landed.")) as server:
        assert read(chat_with(server)) == ("Six planes landed.", Finish(True, 100, 20))


def test_a_reply_cut_at_the_token_limit_is_not_whole() -> None:
    with scripted(says("Six planes", finish="length")) as server:
        assert read(chat_with(server))[1] == Finish(False, 100, 20, "its tokens were used up (FOOTNOTE_MODEL_TOKENS)")


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


def test_a_cut_stream_fails_and_is_not_begun_anew() -> None:
    with scripted(cut("Six planes landed."), says("Again.")) as server:
        assert failure(chat_with(server)) == "broke off"
        assert len(server.requests) == 1


def test_endless_output_ends_at_the_limit() -> None:
    with scripted(endless("more and more ")) as server:
        text, finish = read(chat_with(server, replace(QUICK, characters=16_000)))
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
        b'data: {"choices": "none"}\n\ndata: [DONE]\n\n',
        b"<html>It works!</html>",
    ],
    ids=["broken json", "no utf-8", "a list", "nothing", "only an end", "10 MB line", "a string", "html"],
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
        chat = chat_with(server, memory=tmp_path / "m")
        assert read(chat)[0] == "Fine."
        assert "max_tokens" not in server.requests[1]
        assert server.requests[1]["max_completion_tokens"] == 5_500
    assert Learnt(tmp_path / "m", chat.endpoint.name).abilities == Abilities("schema", ("max_tokens",))


REFUSALS = {
    "several options": ("temperature and reasoning_effort are not supported", {"temperature", "reasoning_effort"}),
    "no thinking": ('"small" does not support thinking', {"reasoning_effort"}),
    "one by one": ("Unknown field: max_tokens", {"max_tokens"}),
    "everything": (
        "bad request",
        {"temperature", "reasoning_effort", "max_tokens", "stream_options", "response_format"},
    ),
}


@pytest.mark.parametrize("refused", REFUSALS)
def test_all_that_a_refusal_names_is_left_out_at_once(refused: str) -> None:
    message, options = REFUSALS[refused]
    with scripted(status(400, json.dumps({"error": {"message": message}})), says("Fine.")) as server:
        assert read(chat_with(server))[0] == "Fine."
        assert set(server.requests[0]) - set(server.requests[1]) == options


@pytest.mark.parametrize(
    ("message", "effort"),
    [
        ("Unsupported value: 'minimal'. Supported values are: 'low', 'medium', and 'high'.", "low"),
        ("reasoning_effort: Input should be 'none', 'low' or 'high'", "none"),
    ],
)
def test_a_model_is_made_to_think_as_little_as_it_can(message: str, effort: str) -> None:
    refusal = status(400, json.dumps({"error": {"message": f"reasoning_effort: {message}"}}))
    with scripted(refusal, says("Fine.")) as server:
        assert read(chat_with(server))[0] == "Fine."
        assert [request["reasoning_effort"] for request in server.requests] == ["minimal", effort]


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 2048 tokens. However, you requested 5500 tokens.",
        "the request exceeds the available context size (2048 tokens), try increasing it",
        "'max_tokens' or 'max_completion_tokens' is too large: 5500. The context length is 2048 tokens.",
    ],
)
def test_a_window_that_is_too_small_is_learnt(message: str) -> None:
    with scripted(status(400, json.dumps({"error": {"message": message}})), says("Fine.")) as server:
        chat = chat_with(server)
        assert read(chat)[0] == "Fine."
        assert (chat.abilities.window, server.requests[1]["max_tokens"]) == (2048, 512)


def test_an_endpoint_that_refuses_one_option_after_the_other_is_sent_none() -> None:
    def refuses(handler: Handler) -> None:
        extra = sorted(set(handler.asked) - {"model", "messages", "stream"})
        if extra:
            status(400, json.dumps({"error": {"message": f"Unknown field: {extra[0]}"}}))(handler)
        else:
            says("Fine.")(handler)

    with scripted(refuses) as server:
        assert read(chat_with(server))[0] == "Fine."
        assert len(server.requests) == 3


def test_a_question_that_is_too_large_is_made_smaller_once() -> None:
    with scripted(status(413)) as server:
        assert failure(chat_with(server)) == "refused the question (HTTP 413)"
        assert len(server.requests) == 2


def test_whatever_an_endpoint_refuses_it_is_asked_a_few_times_only() -> None:
    messages = ("max_tokens max_completion_tokens", "temperature", "context length is 9", "response_format", "no")
    refusals = [status(400, json.dumps({"error": {"message": message}})) for message in messages]
    with scripted(*refusals) as server:
        assert failure(chat_with(server)) == "refused the question in every form"
        assert len(server.requests) == 5
        failure(chat_with(server), tally=Tally(2))
        assert len(server.requests) == 7


def chunk(delta: object = None, finish: str | None = None, **more: object) -> bytes:
    value = {"choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish}], **more}
    return b"data: " + json.dumps(value).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"
THOUGHT = chunk({"reasoning": "hm"})


@pytest.mark.parametrize(
    "data",
    [
        chunk({"content": [{"type": "thinking", "thinking": "x"}, {"type": "text", "text": "Fine."}]}) + DONE,
        chunk({"reasoning_content": "x"}) + chunk({"content": "Fine."}) + chunk(finish="") + DONE,
        chunk({"content": "Fine."}),
        b": waiting\n\n" + chunk({"content": "Fine."}, usage={"prompt_tokens": "9", "completion_tokens": None}),
        b"event: message\r\nid: 1\r\n" + chunk({"content": "Fine."}) + DONE,
        b'data: {"choices": [{"text": "Fine.", "finish_reason": "stop"}]}\n\n',
    ],
    ids=["parts", "no reason", "nothing at the end", "comments", "fields", "a completion"],
)
def test_a_reply_in_another_shape_is_read(data: bytes) -> None:
    with scripted(sends(data)) as server:
        text, finish = read(chat_with(server))
    assert text == "Fine."
    assert finish is not None
    assert finish.whole


def test_a_whole_reply_in_place_of_a_stream_is_read() -> None:
    whole = {"choices": [{"message": {"content": "Fine."}, "finish_reason": None}], "usage": {"prompt_tokens": 9}}
    with scripted(status(200, json.dumps(whole))) as server:
        assert read(chat_with(server)) == ("Fine.", Finish(True, 9, 1))


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (sends(THOUGHT * 5 + chunk(finish="length") + DONE), "used up its tokens on thinking before it answered"),
        (sends(chunk(finish="length")), "used up its tokens before it answered"),
        (sends(chunk(finish="content_filter") + DONE), "was stopped by its provider's filter"),
        (status(200, "<html>log in</html>", Content_Type="text/html"), "is not at its address, where a web page is"),
        (sends(chunk({"refusal": "I cannot."}) + chunk(finish="stop")), "declined to answer"),
        (sends(b'data: {"error": {"message": "overloaded"}}\n\n'), "reported an error: overloaded"),
        (status(429, '{"error": {"code": "insufficient_quota", "message": "no"}}'), "has no quota left"),
        (status(402, '{"error": {"message": "Insufficient Balance"}}'), "has no quota left"),
        (
            status(308, "", Location="https://elsewhere.example/v1/chat/completions"),
            "has moved: set OPENAI_BASE_URL to https://elsewhere.example/v1 (HTTP 308)",
        ),
        (status(302, "", Location="/log-in"), "has moved to /log-in: check OPENAI_BASE_URL (HTTP 302)"),
        (status(404, "<html>nothing</html>", Content_Type="text/html"), "is not at its address, where a web page is"),
    ],
)
def test_why_there_is_no_answer_is_named_for_what_it_is(behaviour: Behaviour, reason: str) -> None:
    with scripted(behaviour) as server:
        assert failure(chat_with(server)).startswith(reason)
        assert len(server.requests) == 1


def test_any_sign_of_life_renews_the_patience() -> None:
    def thinks(handler: Handler) -> None:
        handler.begin()
        for data in (THOUGHT, b": waiting\n\n", THOUGHT, chunk({"content": "Fine."}), DONE):
            handler.server.stopped.wait(0.25)
            handler.send_bytes(data)

    with scripted(thinks) as server:
        assert read(chat_with(server), seconds=5)[0] == "Fine."


def test_what_others_put_into_the_inbox_is_handed_on() -> None:
    inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
    inbox.put(7)
    with scripted(says("Fine.", size=9)) as server:
        items = list(chat_with(server).stream(lambda a: (), schema=None, deadline=time.monotonic() + 2, inbox=inbox))
    assert items[:2] == [7, "Fine."]


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
