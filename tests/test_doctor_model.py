import json
from pathlib import Path

import pytest

from bot.model.doctor import judge_reply, model_findings
from bot.model.settings import ModelSettings
from tests.conftest import Command
from tests.model_fixtures import Behaviour, Handler, address, hangs, says, scripted, status


def refusing_forms(handler: Handler) -> None:
    """An endpoint that knows no structured output."""
    if "response_format" in handler.asked:
        status(400, '{"error": {"message": "response_format is not supported"}}')(handler)
    else:
        says("well")(handler)


@pytest.mark.parametrize(
    ("behaviour", "state", "says_"),
    [
        (says('{"well": true}'), "well", "structured output: yes, held to a schema"),
        (says("I am well, thank you."), "note", "does not keep to it"),
        (refusing_forms, "well", "structured output: no, plain text with markers is read"),
        (status(500), "failed", "failed (HTTP 500)"),
        (status(401), "wrong", "refused the key (HTTP 401)"),
        (status(404), "wrong", "and is not listed"),
    ],
)
def test_a_model_is_judged_by_one_tiny_reply(behaviour: Behaviour, state: str, says_: str) -> None:
    with scripted(behaviour) as server:
        (finding,) = model_findings(ModelSettings(model="tiny", openai_base_url=address(server)))
    assert finding.state == state
    assert finding.text.startswith("tiny ")
    assert says_ in finding.text


def test_a_model_that_is_not_there_is_told_with_those_that_are() -> None:
    with scripted(status(404)) as server:
        (finding,) = model_findings(ModelSettings(model="tiny", openai_base_url=address(server)))
    assert finding.remedy == "set FOOTNOTE_MODEL to one that it lists: small, large"
    with scripted(status(404)) as server:
        (finding,) = model_findings(ModelSettings(model="small", openai_base_url=address(server)))
    assert finding.remedy.startswith("check FOOTNOTE_MODEL")


def test_an_endpoint_that_says_nothing_is_given_up() -> None:
    with scripted(hangs) as server:
        settings = ModelSettings(model="tiny", openai_base_url=address(server))
        (finding,) = model_findings(settings, seconds=0.2)
    assert (finding.state, finding.text) == ("failed", "tiny did not answer in time")


def test_one_request_is_sent_and_it_is_tiny() -> None:
    with scripted(says('{"well": true}')) as server:
        list(model_findings(ModelSettings(model="tiny", openai_base_url=address(server))))
        (asked,) = server.requests
    assert len(json.dumps(asked["messages"])) < 200


def test_without_a_model_nothing_is_asked() -> None:
    assert [finding.state for finding in model_findings(ModelSettings())] == ["off"]
    (half,) = model_findings(ModelSettings(model="tiny"))
    assert (half.state, half.remedy) == ("note", "set OPENAI_BASE_URL, OPENAI_API_KEY or both")


def test_a_model_slower_than_the_patience_is_noted() -> None:
    finding = judge_reply('{"well": true}', "schema", name="tiny", seconds=9.0, patience=8.0)
    assert (finding.state, "FOOTNOTE_MODEL_PATIENCE" in finding.remedy) == ("note", True)


def test_the_command_asks_the_model_and_the_embedding_endpoint(command: Command, real_home: Path) -> None:
    with scripted(status(404)) as server:
        outcome = command(
            "doctor",
            "--json",
            "--home",
            real_home,
            FOOTNOTE_MODEL="tiny",
            FOOTNOTE_EMBED="openai:vectors",
            OPENAI_BASE_URL=address(server),
        )
    found = {finding["about"]: finding for finding in json.loads(outcome.out)["findings"]}
    assert (outcome.code, outcome.err) == (78, "")
    assert "HTTP 404" in found["embedder"]["text"]
    assert found["reading"]["state"] == "well"
    assert found["model"]["state"] == "wrong"
