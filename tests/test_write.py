"""The whole path from a question to a checked answer, with scripted models over real HTTP."""

import datetime
import logging
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.answer import Answer, Part, faults
from bot.ask import answering, ask
from bot.model.budget import Allowance, Budget
from bot.model.write import Writer
from bot.question.followup import Turn
from ingest.embed.minilm import MiniLM
from ingest.index.index import Index, open_current
from tests.model_fixtures import (
    QUICK,
    SHORT,
    Behaviour,
    article,
    as_json,
    build,
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


def number_of(index: Index, embedder: MiniLM, question: str, article_id: str) -> int:
    """The number under which a question's passage of an article is shown to the model."""
    passages = ask(question, index=index, embedder=embedder, language=embedder, asked=TODAY).passages
    return next(i for i, passage in enumerate(passages, 1) if passage.article.id == article_id)


def run(index: Index, embedder: MiniLM, writer: Writer | None, question: str = QUESTION) -> tuple[list[Part], Answer]:
    *parts, answer = answering(question, index=index, embedder=embedder, language=embedder, asked=TODAY, writer=writer)
    assert isinstance(answer, Answer)
    shown = [part for part in parts if isinstance(part, Part)]
    assert len(shown) == len(parts)
    assert faults(answer, texts(index)) == ()
    return shown, answer


def test_a_true_sentence_is_kept_and_the_parts_make_the_answer(index: Index, embedder: MiniLM) -> None:
    p = number_of(index, embedder, QUESTION, "bridge.md")
    with scripted(says(as_json((LENGTH, [(p, LENGTH_QUOTE)])))) as server:
        parts, answer = run(index, embedder, writer_with(server))
    assert (answer.answerer, answer.text) == ("model", f"{LENGTH} [1]")
    assert answer.checked == {"kept": 1, "recited": 0, "repaired": 0, "dropped": 0}
    assert "".join(part.text for part in parts) == answer.text
    assert answer.citations[0].quote == LENGTH_QUOTE


def test_a_sentence_is_shown_before_the_rest_is_written(index: Index, embedder: MiniLM) -> None:
    p = number_of(index, embedder, QUESTION, "bridge.md")
    reply = as_json(
        (LENGTH, [(p, LENGTH_QUOTE)]), ("The bridge does not carry trains.", [(p, "It does not carry trains.")])
    )
    first = reply[: reply.index('{"quotes"', reply.index('{"quotes"') + 5)]
    with scripted(cut(first)) as server:
        for _ in range(3):
            parts, answer = run(index, embedder, writer_with(server))
            assert [part.text for part in parts] == [f"{LENGTH} [1]"]
            assert answer.notice == "The language model broke off; this is what had passed the check."


def test_plain_text_with_markers_is_checked_the_same_way(index: Index, embedder: MiniLM) -> None:
    p = number_of(index, embedder, QUESTION, "bridge.md")
    with scripted(says(f"{LENGTH} [{p}] It was painted by Picasso in 1990. [{p}]")) as server:
        writer = writer_with(server)
        _, answer = run(index, embedder, writer)
        assert writer.chat.form == "plain"
    assert answer.text == f"{LENGTH} [1]"


def test_a_sentence_with_the_wrong_passage_is_cited_anew(index: Index, embedder: MiniLM) -> None:
    wrong = number_of(index, embedder, QUESTION, "census.md")
    with scripted(says(as_json((LENGTH, [(wrong, "Most of them live north of the river Senn.")])))) as server:
        _, answer = run(index, embedder, writer_with(server))
    assert answer.checked is not None
    assert answer.checked["recited"] == 1
    assert answer.citations[0].article.id == "bridge.md"


def test_a_failed_sentence_may_be_repaired_once(index: Index, embedder: MiniLM) -> None:
    p = number_of(index, embedder, QUESTION, "bridge.md")
    bad = as_json(("The Harlow bridge is 512 metres long.", [(p, LENGTH_QUOTE)]))
    with scripted(says(bad), says(as_json((LENGTH, [(p, LENGTH_QUOTE)])))) as server:
        _, answer = run(index, embedder, writer_with(server))
        assert len(server.requests) == 2
        assert "lacks the number 512" in server.requests[1]["messages"][-1]["content"]
    assert answer.text == f"{LENGTH} [1]"
    assert answer.checked == {"kept": 0, "recited": 0, "repaired": 1, "dropped": 0}


def test_what_cannot_be_repaired_is_dropped_and_quotes_answer(index: Index, embedder: MiniLM) -> None:
    p = number_of(index, embedder, QUESTION, "bridge.md")
    with scripted(says(as_json(("The Harlow bridge is 512 metres long.", [(p, LENGTH_QUOTE)])))) as server:
        _, answer = run(index, embedder, writer_with(server))
    assert (answer.answerer, answer.answered) == ("quote", True)
    assert "412" in answer.text
    assert answer.checked is not None
    assert answer.checked["dropped"] == 1


def test_a_model_that_finds_no_answer_makes_a_refusal(index: Index, embedder: MiniLM) -> None:
    with scripted(says(as_json(answerable=False))) as server:
        _, answer = run(index, embedder, writer_with(server))
    assert (answer.answered, answer.citations) == (False, ())
    assert answer.nearest


def test_no_sentence_has_more_than_three_footnotes(index: Index, embedder: MiniLM) -> None:
    p = number_of(index, embedder, QUESTION, "bridge.md")
    every = [(p, quote) for quote in (LENGTH_QUOTE, "It does not carry trains.", "Mayor Ines Roth cut the ribbon")]
    with scripted(says(as_json((LENGTH, [*every, (p, LENGTH_QUOTE)])))) as server:
        _, answer = run(index, embedder, writer_with(server))
    assert answer.text == f"{LENGTH} [1]"


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
    "endless": endless("The Harlow bridge is 999 metres long [1]. "),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_fails_a_quoted_answer_comes_in_time(index: Index, embedder: MiniLM, fault: str) -> None:
    with scripted(FAULTS[fault]) as server:
        writer = writer_with(server)
        for _ in range(3):
            start = time.monotonic()
            parts, answer = run(index, embedder, writer)
            assert time.monotonic() - start < SHORT.total + 1.5
            assert (answer.answerer, answer.answered, len(parts)) == ("quote", True, 1)
            assert "412" in answer.text
            assert answer.notice


def test_nobody_at_the_address_is_said_and_quoted(index: Index, embedder: MiniLM) -> None:
    with scripted(hangs) as server:
        writer = writer_with(server)
    for _ in range(3):
        start = time.monotonic()
        parts, answer = run(index, embedder, writer)
        assert time.monotonic() - start < SHORT.total + 1.5
        assert (answer.answerer, answer.answered, len(parts)) == ("quote", True, 1)
        assert answer.notice == "The language model cannot be reached; this is quoted from the articles."


def test_a_refusal_without_the_model_does_not_claim_to_quote(index: Index, embedder: MiniLM) -> None:
    with scripted(status(500)) as server:
        writer = writer_with(server)
        history = (Turn("user", "When was the Harlow bridge opened?"),)
        asked = "Which volcano erupted in Iceland?"
        answer = ask(
            asked, index=index, embedder=embedder, language=embedder, asked=TODAY, history=history, writer=writer
        )
    assert not answer.answered
    assert answer.notice == "The language model failed (HTTP 500); the articles were searched without it."


def test_a_day_s_budget_that_is_spent_leads_to_quotes(index: Index, embedder: MiniLM, tmp_path: Path) -> None:
    p = number_of(index, embedder, QUESTION, "bridge.md")
    budget = Budget(tmp_path / "budget.sqlite", Allowance(user_tokens=4500))
    with scripted(says(as_json((LENGTH, [(p, LENGTH_QUOTE)])))) as server:
        writer = writer_with(server, budget=budget)
        assert run(index, embedder, writer)[1].answerer == "model"
        assert budget.spent(TODAY, "local") == (120, 0.0)
        budget.reserve("local", TODAY, read=4000, written=0)
        _, answer = run(index, embedder, writer)
    assert answer.notice == "The language model has used up what it may spend today; this is quoted from the articles."


def test_articles_that_disagree_are_both_given_the_newer_first(index: Index, embedder: MiniLM) -> None:
    question = "How many inhabitants has the town of Harlow?"
    p = number_of(index, embedder, question, "census.md")
    said = "The town of Harlow had 51,200 inhabitants."
    with scripted(
        says(as_json((said, [(p, "The town of Harlow had 51,200 inhabitants at the last count.")])))
    ) as server:
        _, answer = run(index, embedder, writer_with(server), question)
    assert answer.text == (
        "The town of Harlow had 58,900 inhabitants at the last count (reported 11 June 2025). [1] "
        "The town of Harlow had 51,200 inhabitants (reported 1 February 2021). [2]"
    )
    _, quoted = run(index, embedder, None, question)
    assert quoted.text.index("58,900") < quoted.text.index("51,200")
    assert "(reported 11 June 2025)" in quoted.text
    assert "(reported 1 February 2021)" in quoted.text


def test_a_blend_of_two_articles_that_disagree_is_never_shown(index: Index, embedder: MiniLM) -> None:
    question = "How many inhabitants has the town of Harlow?"
    with scripted(
        says(as_json(("The town of Harlow has about 55,000 inhabitants.", [(1, "Harlow"), (2, "Harlow")])))
    ) as s:
        _, answer = run(index, embedder, writer_with(s), question)
    assert "55,000" not in answer.text


def test_dates_are_shown_where_a_question_asks_for_the_present(index: Index, embedder: MiniLM) -> None:
    _, answer = run(index, embedder, None, "How long is the Harlow bridge now?")
    assert "(reported 20 May 2024). [1]" in answer.text


def test_a_follow_up_is_rewritten_by_the_model_and_searched_anew(index: Index, embedder: MiniLM) -> None:
    p = number_of(index, embedder, QUESTION, "bridge.md")
    script = (says(QUESTION), says(as_json((LENGTH, [(p, LENGTH_QUOTE)]))))
    history = (Turn("user", "When was the Harlow bridge opened?"), Turn("assistant", "On 18 May 2024. [1]"))
    with scripted(*script) as server:
        writer = writer_with(server)
        answer = ask(
            "How long is it?",
            index=index,
            embedder=embedder,
            language=embedder,
            asked=TODAY,
            history=history,
            writer=writer,
        )
        assert QUESTION in server.requests[1]["messages"][-1]["content"]
    assert answer.text == f"{LENGTH} [1]"


@pytest.mark.parametrize("rewritten", ["Who shot the king of Sweden in the theatre?", "a\nb", "", "x" * 400])
def test_a_rewriting_that_strays_is_not_used(index: Index, embedder: MiniLM, rewritten: str) -> None:
    history = (Turn("user", "When was the Harlow bridge opened?"),)
    with scripted(says(rewritten or " "), hangs) as server:
        writer = writer_with(server)
        asked = writer.standalone("How long is it?", history, day=TODAY, user="u", started=time.monotonic())
    assert asked == "How long is it?"


def test_neither_question_nor_answer_is_logged(
    index: Index, embedder: MiniLM, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    with scripted(says(as_json((LENGTH, [(1, LENGTH_QUOTE)])))) as server:
        run(index, embedder, Writer(chat_with(server, QUICK), None, SHORT))
    assert "kept" in caplog.text
    assert "Harlow" not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
