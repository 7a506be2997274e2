"""What an endpoint refuses is left out, made smaller or given up, after a few tries."""

import json
from pathlib import Path

import pytest

from bot.endpoint.abilities import Abilities, Learnt
from bot.endpoint.reply import Tally
from tests.client_fixtures import failure, read
from tests.model_fixtures import Handler, chat_with, says, scripted, status


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
