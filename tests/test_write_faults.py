"""Whatever fails in a model, an answer comes in time, and says so."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.ask import ask
from bot.endpoint.budget import Allowance, Budget
from bot.means import Means
from bot.question.followup import Turn
from bot.request import Request
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index
from tests.model_fixtures import (
    SHORT,
    Behaviour,
    as_json,
    cut,
    drips,
    drips_words,
    endless,
    hangs,
    says,
    scripted,
    sends,
    spent,
    status,
    writer_with,
)
from tests.writing_fixtures import LENGTH_QUOTE, TODAY, opened, run


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Iterator[Index]:
    yield from opened(tmp_path_factory.mktemp("write"), model)


def test_a_broken_off_stream_of_thoughts_is_no_answer(index: Index, model: MiniLM) -> None:
    with scripted(says("<think>The bridge is 412 metres long [1].")) as server:
        _, answer = run(index, model, writer_with(server))
    assert answer.answerer == "quote"


FAULTS: Mapping[str, Behaviour] = {
    "429": status(429),
    "429, retry after 60": status(429, Retry_After="60"),
    "500": status(500),
    "hang": hangs,
    "bytes that drip": drips,
    "words that drip": drips_words,
    "cut": cut('{"answerable": true, "sentences": [{"quotes": [{"p": 1, "te'),
    "broken json": says('{"answerable": true, "sentences": [{"text": '),
    "no utf-8": sends(b"data: \xff\xfe\xfa\n\n"),
    "a line of 10 MB": sends(b"data: " + b"x" * 10_000_000),
    "empty": sends(b""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_fails_a_quoted_answer_comes_in_time(index: Index, model: MiniLM, fault: str) -> None:
    with scripted(FAULTS[fault]) as server:
        writer = writer_with(server, seconds=SHORT / 3)
        for _ in range(3):
            start = time.monotonic()
            parts, answer = run(index, model, writer)
            assert time.monotonic() - start < SHORT + 1.5
            assert (answer.answerer, answer.answered, len(parts)) == ("quote", True, 1)
            assert "412" in answer.text
            assert answer.notice


def test_endless_output_ends_and_is_quoted_once(index: Index, model: MiniLM) -> None:
    with scripted(endless("The Harlow bridge is 999 metres long [1]. ")) as server:
        start = time.monotonic()
        parts, answer = run(index, model, writer_with(server))
    assert time.monotonic() - start < SHORT + 1.5
    assert (len(parts), "999" in answer.text, "412" in answer.text) == (1, False, True)


def test_nobody_at_the_address_is_said_and_quoted(index: Index, model: MiniLM) -> None:
    with scripted(hangs) as server:
        writer = writer_with(server)
    for _ in range(3):
        start = time.monotonic()
        parts, answer = run(index, model, writer)
        assert time.monotonic() - start < SHORT + 1.5
        assert (answer.answerer, answer.answered, len(parts)) == ("quote", True, 1)
        assert answer.notice == "The language model cannot be reached; this is quoted from the articles."


def test_a_refusal_without_the_model_does_not_claim_to_quote(index: Index, model: MiniLM) -> None:
    with scripted(status(500)) as server:
        writer = writer_with(server)
        history = (Turn("user", "When was the Harlow bridge opened?"),)
        asked = "Which volcano erupted in Iceland?"
        answer = ask(Request(asked, TODAY, history), Means(index, model, model, writer))
        assert len(server.requests) == 2
    assert not answer.answered
    assert answer.notice == "The language model failed (HTTP 500); the articles were searched without it."


def test_a_day_s_budget_that_is_spent_leads_to_quotes(index: Index, model: MiniLM, tmp_path: Path) -> None:
    budget = Budget(tmp_path / "budget.sqlite", Allowance(user_tokens_per_day=9_000))
    with scripted(says(as_json((LENGTH_QUOTE, [(1, LENGTH_QUOTE)])))) as server:
        writer = writer_with(server, budget=budget)
        assert run(index, model, writer)[1].answerer == "model"
        assert spent(tmp_path / "budget.sqlite", TODAY) == [(120, 0.0)]
        budget.reserve("local", TODAY, read=8_000, written=0)
        _, answer = run(index, model, writer)
    assert answer.notice == "The language model has used up what it may spend today; this is quoted from the articles."
