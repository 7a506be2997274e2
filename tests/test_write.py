"""What a scripted model is asked, and how its answer is shown: the whole path, over real HTTP."""

import json
import logging
import time
from collections.abc import Iterator

import pytest

from bot.answer import text_of
from bot.ask import ask
from bot.endpoint.reply import Tally
from bot.means import Means
from bot.question.followup import Turn
from bot.request import Request
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index
from tests.model_fixtures import as_json, cut, judges, says, scripted, status, writer_with
from tests.writing_fixtures import LENGTH, LENGTH_QUOTE, QUESTION, TODAY, opened, run


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Iterator[Index]:
    yield from opened(tmp_path_factory.mktemp("write"), model)


def test_an_answer_that_goes_on_and_on_is_said_to_end(index: Index, model: MiniLM) -> None:
    many = (f"The Harlow bridge is 412 metres long{'!' * i}" for i in range(1, 40))
    with (
        scripted(says(as_json(*((text, [(1, LENGTH_QUOTE)]) for text in many)))) as server,
        scripted(judges()) as judge,
    ):
        _, answer = run(index, model, writer_with(server, judge=judge))
    assert answer.notice == "The answer ends after 30 sentences."


def test_a_sentence_is_shown_before_the_rest_is_written(index: Index, model: MiniLM) -> None:
    trains = "The bridge carries no trains."
    reply = as_json((LENGTH, [(1, LENGTH_QUOTE)]), (trains, [(1, "It does not carry trains.")]))
    first = reply[: reply.index('{"quotes"', reply.index('{"quotes"') + 5)]
    with scripted(cut(first)) as server, scripted(judges()) as judge:
        for _ in range(3):
            parts, answer = run(index, model, writer_with(server, judge=judge))
            assert [text_of([part]) for part in parts] == [f"{LENGTH} [1]"]
            assert answer.notice == "The language model broke off; this is what had passed the check."


def test_plain_text_with_markers_is_checked_the_same_way(index: Index, model: MiniLM) -> None:
    reply = f"{LENGTH} [1] It was painted by Picasso in 1990. [1]"
    with scripted(says(reply)) as server, scripted(judges()) as judge:
        writer = writer_with(server, judge=judge)
        _, answer = run(index, model, writer)
        assert writer.chat.form == "plain"
    assert answer.text.startswith(f"{LENGTH} [1]")
    assert "Picasso" not in answer.text


def test_a_server_that_cannot_write_json_is_asked_for_plain_text_at_once(index: Index, model: MiniLM) -> None:
    with scripted(says("{}"), says(f"{LENGTH} [1]")) as server, scripted(judges()) as judge:
        _, answer = run(index, model, writer_with(server, judge=judge))
        assert len(server.requests) == 2
        assert "response_format" not in server.requests[1]
    assert answer.text == f"{LENGTH} [1]"


def test_a_model_that_finds_no_answer_makes_a_refusal(index: Index, model: MiniLM) -> None:
    with scripted(says(as_json(answerable=False))) as server:
        _, answer = run(index, model, writer_with(server))
    assert (answer.answered, answer.citations) == (False, ())
    assert answer.nearest


def test_a_follow_up_is_rewritten_by_the_model_and_searched_anew(index: Index, model: MiniLM) -> None:
    script = (says(QUESTION), says(as_json((LENGTH_QUOTE, [(1, LENGTH_QUOTE)]))))
    history = (Turn("user", "When was the Harlow bridge opened?"), Turn("assistant", "On 18 May 2024. [1]"))
    with scripted(*script) as server:
        writer = writer_with(server)
        answer = ask(Request("How long is it?", TODAY, history), Means(index, model, model, writer))
        assert QUESTION in server.requests[1]["messages"][-1]["content"]
    assert answer.text == f"{LENGTH_QUOTE} [1]"


def test_a_model_that_is_too_slow_to_rewrite_still_writes(index: Index, model: MiniLM) -> None:
    history = (Turn("user", "How long is the Harlow bridge?"),)
    with scripted(status(503), status(503), status(503), says(as_json((LENGTH_QUOTE, [(1, LENGTH_QUOTE)])))) as server:
        answer = ask(Request("How long is it?", TODAY, history), Means(index, model, model, writer_with(server)))
    assert answer.answerer == "model"


@pytest.mark.parametrize("question", ["what are the main takeaways?", "what happened most recently?", "tl;dr?"])
def test_a_broad_question_reaches_the_model_with_passages_of_all(index: Index, model: MiniLM, question: str) -> None:
    with scripted(says(as_json(answerable=False))) as server:
        run(index, model, writer_with(server), question)
        asked = server.requests[0]["messages"][-1]["content"]
    assert all(title in asked for title in ("A bridge for Harlow", "Counting Harlow", "Harlow grows", "Counting again"))


def test_what_is_newest_comes_first_where_that_is_asked_for(index: Index, model: MiniLM) -> None:
    with scripted(says(as_json(answerable=False))) as server:
        run(index, model, writer_with(server), "What is the latest news?")
        asked = server.requests[0]["messages"][-1]["content"]
    assert "[1] Harlow grows | 2025-06-11" in asked


def test_a_model_with_a_small_window_is_given_fewer_passages(index: Index, model: MiniLM) -> None:
    refusal = status(400, '{"error": {"message": "maximum context length is 1700 tokens"}}')
    with scripted(refusal, says(as_json((LENGTH_QUOTE, [(1, LENGTH_QUOTE)])))) as server:
        _, answer = run(index, model, writer_with(server))
        before, after = (request["messages"][-1]["content"] for request in server.requests)
    assert "[2]" in before
    assert "[2]" not in after
    assert answer.text == f"{LENGTH_QUOTE} [1]"


@pytest.mark.parametrize("rewritten", ["Who shot the king of Sweden in the theatre?", "a\nb", "", "x" * 400])
def test_a_rewriting_that_strays_is_not_used(index: Index, model: MiniLM, rewritten: str) -> None:
    history = (Turn("user", "When was the Harlow bridge opened?"),)
    with scripted(says(rewritten or "no")) as server:
        writer = writer_with(server)
        asked = writer.standalone(Request("How long is it?", TODAY, history), started=time.monotonic(), tally=Tally())
    assert asked is None


def test_neither_question_nor_answer_is_logged(index: Index, model: MiniLM, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    with scripted(says(as_json((LENGTH, [(1, LENGTH_QUOTE)])))) as server:
        run(index, model, writer_with(server))
    assert "kept" in caplog.text
    assert "Harlow" not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))


def test_lists_procedures_and_tables_keep_their_shape_and_their_markers(index: Index, model: MiniLM) -> None:
    quotes = [{"p": 1, "text": LENGTH_QUOTE}]
    shapes = [
        ("The bridge is 412 metres long and cost 96 million euros.", "sentence"),
        ("Length: 412 metres | Cost: 96 million euros", "row"),
        ("Length: 412 m | Cost: EUR 96m", "row"),
        ("It is long.", "item"),
        ("It cost much.", "step"),
    ]
    reply = {"sentences": [{"text": text, "quotes": quotes, "as": shape} for text, shape in shapes]}
    with scripted(says(json.dumps(reply))) as server, scripted(judges()) as judge:
        parts, answer = run(index, model, writer_with(server, judge=judge))
    assert (
        text_of(parts)
        == answer.text
        == (
            "The bridge is 412 metres long and cost 96 million euros. [1]\n\n"
            "| Length | Cost |\n| --- | --- |\n| 412 metres | 96 million euros [1] |\n| 412 m | EUR 96m [1] |\n\n"
            "- It is long. [1]\n\n1. It cost much. [1]"
        )
    )
