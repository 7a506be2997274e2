"""What arrives from an endpoint: whole, cut, endless, in another shape, or no reply at all."""

import json
import queue
import time
from dataclasses import replace

import pytest

from bot.endpoint.reply import Call, Finish
from tests.client_fixtures import failure, read
from tests.model_fixtures import QUICK, Behaviour, Handler, chat_with, cut, endless, says, scripted, sends, status


def test_text_arrives_whole_with_what_it_cost() -> None:
    with scripted(says("Six planes landed.")) as server:
        assert read(chat_with(server)) == ("Six planes landed.", Finish(True, 100, 20))


def test_a_reply_cut_at_the_token_limit_is_not_whole() -> None:
    with scripted(says("Six planes", finish="length")) as server:
        assert read(chat_with(server))[1] == Finish(False, 100, 20, "its tokens were used up (FOOTNOTE_MODEL_TOKENS)")


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
        items = list(chat_with(server).stream(Call(lambda a: (), None, time.monotonic() + 2, inbox=inbox)))
    assert items[:2] == [7, "Fine."]
