"""The whole path from a question to a checked answer, with scripted models over real HTTP."""

import datetime
import json
import logging
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.answer import Answer, Part, faults, text_of
from bot.ask import answering, ask
from bot.endpoint.budget import Allowance, Budget
from bot.endpoint.reply import Tally
from bot.means import Means
from bot.model.write import Writer
from bot.question.followup import Turn
from bot.request import Request
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index, open_current
from tests.model_fixtures import (
    SHORT,
    Behaviour,
    article,
    as_json,
    build,
    cut,
    drips,
    drips_words,
    endless,
    hangs,
    judges,
    says,
    scripted,
    sends,
    status,
    writer_with,
)

TODAY = datetime.date(2026, 3, 1)
ARTICLES: Mapping[str, str] = {
    "bridge.md": article(
        "A bridge for Harlow",
        "2024-05-20",
        "The Harlow bridge opened to traffic on 18 May 2024. Mayor Ines Roth cut the ribbon before 3,000 guests. "
        "The bridge is 412 metres long and cost 96 million euros. It does not carry trains.",
    ),
    "census.md": article(
        "Counting Harlow",
        "2021-02-01",
        "The town of Harlow had 51,200 inhabitants at the last count. Most of them live north of the river Senn.",
    ),
    "recount.md": article(
        "Counting again",
        "2021-02-11",
        "The town of Harlow had 52,900 inhabitants at the last count. The mayor had asked for it.",
    ),
    "census-new.md": article(
        "Harlow grows",
        "2025-06-11",
        "The town of Harlow had 58,900 inhabitants at the last count. The school board asked for two new schools.",
    ),
}
LENGTH = "The Harlow bridge is 412 metres long."
LENGTH_QUOTE = "The bridge is 412 metres long and cost 96 million euros."
QUESTION = "How long is the Harlow bridge?"


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: MiniLM) -> Iterator[Index]:
    home = build(tmp_path_factory.mktemp("write"), ARTICLES, embedder)
    opened = open_current(home, embedder.fingerprint)
    yield opened
    opened.close()


def texts(index: Index) -> dict[str, str]:
    return {one.id: index.text(row) for row, one in enumerate(index.articles)}


def run(index: Index, embedder: MiniLM, writer: Writer | None, question: str = QUESTION) -> tuple[list[Part], Answer]:
    *parts, answer = answering(Request(question, TODAY), Means(index, embedder, embedder, writer))
    assert isinstance(answer, Answer)
    shown = [part for part in parts if isinstance(part, Part)]
    assert len(shown) == len(parts)
    assert faults(answer, texts(index)) == ()
    return shown, answer


def test_a_true_sentence_is_kept_and_the_parts_make_the_answer(index: Index, embedder: MiniLM) -> None:
    with scripted(says(as_json((LENGTH, [(1, LENGTH_QUOTE)])))) as server, scripted(judges()) as judge:
        parts, answer = run(index, embedder, writer_with(server, judge=judge))
        asked = judge.requests[0]["messages"][-1]["content"]
    assert (answer.answerer, answer.text) == ("model", f"{LENGTH} [1]")
    assert answer.checked == {"kept": 1, "quoted": 0, "dropped": 0}
    assert text_of(parts) == answer.text
    assert answer.citations[0].quote == LENGTH_QUOTE
    assert f'"sentence": "{LENGTH}", "quotes": ["{LENGTH_QUOTE}"], "published": "2024-05-20"' in asked


def test_a_verdict_is_asked_for_once(index: Index, embedder: MiniLM) -> None:
    with scripted(says(as_json((LENGTH, [(1, LENGTH_QUOTE)])))) as server, scripted(judges()) as judge:
        writer = writer_with(server, judge=judge)
        assert [run(index, embedder, writer)[1].text for _ in range(2)] == [f"{LENGTH} [1]"] * 2
        assert (len(server.requests), len(judge.requests)) == (2, 1)


JUDGES: Mapping[str, Behaviour] = {
    "no": judges(carried=False),
    "nonsense": says("They look fine to me."),
    "for other ids": judges(ids=7),
    "too late": hangs,
    "broken": cut('{"verdicts": [{"id": 1, '),
    "busy": status(503),
}


@pytest.mark.parametrize("judge", JUDGES)
def test_without_a_verdict_the_quotes_stand_in_the_sentences_places(
    index: Index, embedder: MiniLM, judge: str, caplog: pytest.LogCaptureFixture
) -> None:
    trains = "It does not carry trains."
    reply = as_json((LENGTH, [(1, LENGTH_QUOTE)]), ("No train uses it.", [(1, trains)]), (trains, [(1, trains)]))
    with scripted(says(reply)) as server, scripted(JUDGES[judge]) as judging:
        _, answer = run(index, embedder, writer_with(server, judge=judging))
    assert answer.text == f"{LENGTH_QUOTE} [1] {trains} [2]"
    assert answer.checked == {"kept": 0, "quoted": 2, "dropped": 1}
    assert ("no verdicts" in caplog.text) is (judge != "no")


def test_an_answer_that_goes_on_and_on_is_said_to_end(index: Index, embedder: MiniLM) -> None:
    many = (f"The Harlow bridge is 412 metres long{'!' * i}" for i in range(1, 40))
    with (
        scripted(says(as_json(*((text, [(1, LENGTH_QUOTE)]) for text in many)))) as server,
        scripted(judges()) as judge,
    ):
        _, answer = run(index, embedder, writer_with(server, judge=judge))
    assert answer.notice == "The answer ends after 30 sentences."


def test_a_judge_that_always_agrees_moves_no_figure_and_no_name(index: Index, embedder: MiniLM) -> None:
    wrong = (f"The {name} bridge is {metres} metres long." for name, metres in (("Harlow", 512), ("Tann", 412)))
    reply = as_json(*((text, [(1, LENGTH_QUOTE)]) for text in wrong))
    with scripted(says(reply)) as server, scripted(judges()) as judge:
        _, answer = run(index, embedder, writer_with(server, judge=judge))
        assert judge.requests == []
    assert answer.text == f"{LENGTH_QUOTE} [1]"


def test_a_sentence_is_shown_before_the_rest_is_written(index: Index, embedder: MiniLM) -> None:
    trains = "The bridge carries no trains."
    reply = as_json((LENGTH, [(1, LENGTH_QUOTE)]), (trains, [(1, "It does not carry trains.")]))
    first = reply[: reply.index('{"quotes"', reply.index('{"quotes"') + 5)]
    with scripted(cut(first)) as server, scripted(judges()) as judge:
        for _ in range(3):
            parts, answer = run(index, embedder, writer_with(server, judge=judge))
            assert [text_of([part]) for part in parts] == [f"{LENGTH} [1]"]
            assert answer.notice == "The language model broke off; this is what had passed the check."


def test_plain_text_with_markers_is_checked_the_same_way(index: Index, embedder: MiniLM) -> None:
    reply = f"{LENGTH} [1] It was painted by Picasso in 1990. [1]"
    with scripted(says(reply)) as server, scripted(judges()) as judge:
        writer = writer_with(server, judge=judge)
        _, answer = run(index, embedder, writer)
        assert writer.chat.form == "plain"
    assert answer.text.startswith(f"{LENGTH} [1]")
    assert "Picasso" not in answer.text


def test_a_server_that_cannot_write_json_is_asked_for_plain_text_at_once(index: Index, embedder: MiniLM) -> None:
    with scripted(says("{}"), says(f"{LENGTH} [1]")) as server, scripted(judges()) as judge:
        _, answer = run(index, embedder, writer_with(server, judge=judge))
        assert len(server.requests) == 2
        assert "response_format" not in server.requests[1]
    assert answer.text == f"{LENGTH} [1]"


def test_what_the_model_quoted_answers_where_nothing_of_its_own_stands(index: Index, embedder: MiniLM) -> None:
    with scripted(says(as_json(("The bridge is 512 metres long.", [(1, LENGTH_QUOTE)])))) as server:
        _, answer = run(index, embedder, writer_with(server))
    assert (answer.answerer, answer.text) == ("model", f"{LENGTH_QUOTE} [1]")
    assert answer.checked == {"kept": 0, "quoted": 1, "dropped": 0}


def test_where_nothing_can_be_quoted_the_search_s_own_quotes_answer(index: Index, embedder: MiniLM) -> None:
    with scripted(says(as_json(("The bridge is 512 metres long.", [(1, "It is made of glass and gold")])))) as server:
        _, answer = run(index, embedder, writer_with(server))
    assert (answer.answerer, answer.answered) == ("quote", True)
    assert "412" in answer.text
    assert answer.checked == {"kept": 0, "quoted": 0, "dropped": 1}


def test_what_is_missing_is_told_if_a_search_for_it_finds_nothing(index: Index, embedder: MiniLM) -> None:
    def notice(missing: str) -> str | None:
        reply = as_json((LENGTH_QUOTE, [(1, LENGTH_QUOTE)])).replace('"missing": ""', f'"missing": "{missing}"')
        with scripted(says(reply)) as server:
            return run(index, embedder, writer_with(server), "How long is the Harlow bridge, and who designed it?")[
                1
            ].notice

    assert notice("who designed the Harlow bridge") == "Not found in the articles: who designed the Harlow bridge."
    assert notice("how long the Harlow bridge is") is not None
    assert notice("whether Picasso painted it") is None
    assert notice("visit https://evil.example for the rest") is None


def test_a_model_that_finds_no_answer_makes_a_refusal(index: Index, embedder: MiniLM) -> None:
    with scripted(says(as_json(answerable=False))) as server:
        _, answer = run(index, embedder, writer_with(server))
    assert (answer.answered, answer.citations) == (False, ())
    assert answer.nearest


def test_a_broken_off_stream_of_thoughts_is_no_answer(index: Index, embedder: MiniLM) -> None:
    with scripted(says("<think>The bridge is 412 metres long [1].")) as server:
        _, answer = run(index, embedder, writer_with(server))
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
def test_whatever_fails_a_quoted_answer_comes_in_time(index: Index, embedder: MiniLM, fault: str) -> None:
    with scripted(FAULTS[fault]) as server:
        writer = writer_with(server)
        for _ in range(3):
            start = time.monotonic()
            parts, answer = run(index, embedder, writer)
            assert time.monotonic() - start < SHORT + 1.5
            assert (answer.answerer, answer.answered, len(parts)) == ("quote", True, 1)
            assert "412" in answer.text
            assert answer.notice


def test_endless_output_ends_and_is_quoted_once(index: Index, embedder: MiniLM) -> None:
    with scripted(endless("The Harlow bridge is 999 metres long [1]. ")) as server:
        start = time.monotonic()
        parts, answer = run(index, embedder, writer_with(server))
    assert time.monotonic() - start < SHORT + 1.5
    assert (len(parts), "999" in answer.text, "412" in answer.text) == (1, False, True)


def test_nobody_at_the_address_is_said_and_quoted(index: Index, embedder: MiniLM) -> None:
    with scripted(hangs) as server:
        writer = writer_with(server)
    for _ in range(3):
        start = time.monotonic()
        parts, answer = run(index, embedder, writer)
        assert time.monotonic() - start < SHORT + 1.5
        assert (answer.answerer, answer.answered, len(parts)) == ("quote", True, 1)
        assert answer.notice == "The language model cannot be reached; this is quoted from the articles."


def test_a_refusal_without_the_model_does_not_claim_to_quote(index: Index, embedder: MiniLM) -> None:
    with scripted(status(500)) as server:
        writer = writer_with(server)
        history = (Turn("user", "When was the Harlow bridge opened?"),)
        asked = "Which volcano erupted in Iceland?"
        answer = ask(Request(asked, TODAY, history), Means(index, embedder, embedder, writer))
        assert len(server.requests) == 2
    assert not answer.answered
    assert answer.notice == "The language model failed (HTTP 500); the articles were searched without it."


def test_a_day_s_budget_that_is_spent_leads_to_quotes(index: Index, embedder: MiniLM, tmp_path: Path) -> None:
    budget = Budget(tmp_path / "budget.sqlite", Allowance(user_tokens=9_000))
    with scripted(says(as_json((LENGTH_QUOTE, [(1, LENGTH_QUOTE)])))) as server:
        writer = writer_with(server, budget=budget)
        assert run(index, embedder, writer)[1].answerer == "model"
        assert budget.spent(TODAY, "local") == (120, 0.0)
        budget.reserve("local", TODAY, read=8_000, written=0)
        _, answer = run(index, embedder, writer)
    assert answer.notice == "The language model has used up what it may spend today; this is quoted from the articles."


def test_what_another_report_of_the_time_says_against_it_is_told_after_the_answer(
    index: Index, embedder: MiniLM
) -> None:
    question = "How many inhabitants has the town of Harlow?"
    said = "The town of Harlow had 51,200 inhabitants at the last count."
    with scripted(says(as_json((said, [(1, said)])))) as server:
        _, answer = run(index, embedder, writer_with(server), question)
    assert (
        answer.text
        == f"{said} [1] The town of Harlow had 52,900 inhabitants at the last count (reported 11 February 2021). [2]"
    )


def test_a_report_of_another_year_is_not_against_it(index: Index, embedder: MiniLM) -> None:
    question = "How many inhabitants has the town of Harlow?"
    said = "The town of Harlow had 58,900 inhabitants at the last count."
    with scripted(says(as_json((said, [(1, said)])))) as server:
        _, answer = run(index, embedder, writer_with(server), question)
    assert answer.text == f"{said} [1]"


def test_a_blend_of_two_articles_that_disagree_is_never_shown(index: Index, embedder: MiniLM) -> None:
    question = "How many inhabitants has the town of Harlow?"
    blend = "The town of Harlow has about 55,000 inhabitants."
    with scripted(says(as_json((blend, [(1, "Harlow"), (2, "Harlow")])))) as s, scripted(judges()) as judge:
        _, answer = run(index, embedder, writer_with(s, judge=judge), question)
    assert "55,000" not in answer.text


def test_quotes_stand_side_by_side_where_reports_of_one_time_disagree(index: Index, embedder: MiniLM) -> None:
    _, quoted = run(index, embedder, None, "How many inhabitants has the town of Harlow?")
    assert quoted.text.index("52,900") < quoted.text.index("51,200")
    assert "(reported 11 February 2021)" in quoted.text


def test_dates_are_shown_where_a_question_asks_for_the_present(index: Index, embedder: MiniLM) -> None:
    _, answer = run(index, embedder, None, "How long is the Harlow bridge now?")
    assert "(reported 20 May 2024). [1]" in answer.text


def test_a_follow_up_is_rewritten_by_the_model_and_searched_anew(index: Index, embedder: MiniLM) -> None:
    script = (says(QUESTION), says(as_json((LENGTH_QUOTE, [(1, LENGTH_QUOTE)]))))
    history = (Turn("user", "When was the Harlow bridge opened?"), Turn("assistant", "On 18 May 2024. [1]"))
    with scripted(*script) as server:
        writer = writer_with(server)
        answer = ask(Request("How long is it?", TODAY, history), Means(index, embedder, embedder, writer))
        assert QUESTION in server.requests[1]["messages"][-1]["content"]
    assert answer.text == f"{LENGTH_QUOTE} [1]"


def test_a_model_that_is_too_slow_to_rewrite_still_writes(index: Index, embedder: MiniLM) -> None:
    history = (Turn("user", "How long is the Harlow bridge?"),)
    with scripted(status(503), status(503), status(503), says(as_json((LENGTH_QUOTE, [(1, LENGTH_QUOTE)])))) as server:
        answer = ask(Request("How long is it?", TODAY, history), Means(index, embedder, embedder, writer_with(server)))
    assert answer.answerer == "model"


@pytest.mark.parametrize("question", ["what are the main takeaways?", "what happened most recently?", "tl;dr?"])
def test_a_broad_question_reaches_the_model_with_passages_of_all(index: Index, embedder: MiniLM, question: str) -> None:
    with scripted(says(as_json(answerable=False))) as server:
        run(index, embedder, writer_with(server), question)
        asked = server.requests[0]["messages"][-1]["content"]
    assert all(title in asked for title in ("A bridge for Harlow", "Counting Harlow", "Harlow grows", "Counting again"))


def test_what_is_newest_comes_first_where_that_is_asked_for(index: Index, embedder: MiniLM) -> None:
    with scripted(says(as_json(answerable=False))) as server:
        run(index, embedder, writer_with(server), "What is the latest news?")
        asked = server.requests[0]["messages"][-1]["content"]
    assert "[1] Harlow grows | 2025-06-11" in asked


def test_a_model_with_a_small_window_is_given_fewer_passages(index: Index, embedder: MiniLM) -> None:
    refusal = status(400, '{"error": {"message": "maximum context length is 1700 tokens"}}')
    with scripted(refusal, says(as_json((LENGTH_QUOTE, [(1, LENGTH_QUOTE)])))) as server:
        _, answer = run(index, embedder, writer_with(server))
        before, after = (request["messages"][-1]["content"] for request in server.requests)
    assert "[2]" in before
    assert "[2]" not in after
    assert answer.text == f"{LENGTH_QUOTE} [1]"


@pytest.mark.parametrize("rewritten", ["Who shot the king of Sweden in the theatre?", "a\nb", "", "x" * 400])
def test_a_rewriting_that_strays_is_not_used(index: Index, embedder: MiniLM, rewritten: str) -> None:
    history = (Turn("user", "When was the Harlow bridge opened?"),)
    with scripted(says(rewritten or "no")) as server:
        writer = writer_with(server)
        asked = writer.standalone(Request("How long is it?", TODAY, history), started=time.monotonic(), tally=Tally())
    assert asked == "How long is it?"


def test_neither_question_nor_answer_is_logged(
    index: Index, embedder: MiniLM, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    with scripted(says(as_json((LENGTH, [(1, LENGTH_QUOTE)])))) as server:
        run(index, embedder, writer_with(server))
    assert "kept" in caplog.text
    assert "Harlow" not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))


def test_lists_procedures_and_tables_keep_their_shape_and_their_markers(index: Index, embedder: MiniLM) -> None:
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
        parts, answer = run(index, embedder, writer_with(server, judge=judge))
    assert (
        text_of(parts)
        == answer.text
        == (
            "The bridge is 412 metres long and cost 96 million euros. [1]\n\n"
            "| Length | Cost |\n| --- | --- |\n| 412 metres | 96 million euros [1] |\n| 412 m | EUR 96m [1] |\n\n"
            "- It is long. [1]\n\n1. It cost much. [1]"
        )
    )
