"""What a scripted model writes is checked: shown with its verdict, else in its quotes."""

from collections.abc import Iterator, Mapping

import pytest

from bot.answer import text_of
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index
from tests.model_fixtures import Behaviour, as_json, cut, hangs, judges, says, scripted, status, writer_with
from tests.writing_fixtures import LENGTH, LENGTH_QUOTE, opened, run


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Iterator[Index]:
    yield from opened(tmp_path_factory.mktemp("write"), model)


def test_a_true_sentence_is_kept_and_the_parts_make_the_answer(index: Index, model: MiniLM) -> None:
    with scripted(says(as_json((LENGTH, [(1, LENGTH_QUOTE)])))) as server, scripted(judges()) as judge:
        parts, answer = run(index, model, writer_with(server, judge=judge))
        asked = judge.requests[0]["messages"][-1]["content"]
    assert (answer.answerer, answer.text) == ("model", f"{LENGTH} [1]")
    assert answer.checked == {"kept": 1, "quoted": 0, "dropped": 0}
    assert text_of(parts) == answer.text
    assert answer.citations[0].quote == LENGTH_QUOTE
    assert f'"sentence": "{LENGTH}", "quotes": ["{LENGTH_QUOTE}"], "published": "2024-05-20"' in asked


def test_a_verdict_is_asked_for_once(index: Index, model: MiniLM) -> None:
    with scripted(says(as_json((LENGTH, [(1, LENGTH_QUOTE)])))) as server, scripted(judges()) as judge:
        writer = writer_with(server, judge=judge)
        assert [run(index, model, writer)[1].text for _ in range(2)] == [f"{LENGTH} [1]"] * 2
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
    index: Index, model: MiniLM, judge: str, caplog: pytest.LogCaptureFixture
) -> None:
    trains = "It does not carry trains."
    reply = as_json((LENGTH, [(1, LENGTH_QUOTE)]), ("No train uses it.", [(1, trains)]), (trains, [(1, trains)]))
    with scripted(says(reply)) as server, scripted(JUDGES[judge]) as judging:
        _, answer = run(index, model, writer_with(server, judge=judging))
    assert answer.text == f"{LENGTH_QUOTE} [1] {trains} [2]"
    assert answer.checked == {"kept": 0, "quoted": 2, "dropped": 1}
    assert ("no verdicts" in caplog.text) is (judge != "no")


def test_a_judge_that_always_agrees_moves_no_figure_and_no_name(index: Index, model: MiniLM) -> None:
    wrong = (f"The {name} bridge is {metres} metres long." for name, metres in (("Harlow", 512), ("Tann", 412)))
    reply = as_json(*((text, [(1, LENGTH_QUOTE)]) for text in wrong))
    with scripted(says(reply)) as server, scripted(judges()) as judge:
        _, answer = run(index, model, writer_with(server, judge=judge))
        assert judge.requests == []
    assert answer.text == f"{LENGTH_QUOTE} [1]"


def test_what_the_model_quoted_answers_where_nothing_of_its_own_stands(index: Index, model: MiniLM) -> None:
    with scripted(says(as_json(("The bridge is 512 metres long.", [(1, LENGTH_QUOTE)])))) as server:
        _, answer = run(index, model, writer_with(server))
    assert (answer.answerer, answer.text) == ("model", f"{LENGTH_QUOTE} [1]")
    assert answer.checked == {"kept": 0, "quoted": 1, "dropped": 0}


def test_where_nothing_can_be_quoted_the_search_s_own_quotes_answer(index: Index, model: MiniLM) -> None:
    with scripted(says(as_json(("The bridge is 512 metres long.", [(1, "It is made of glass and gold")])))) as server:
        _, answer = run(index, model, writer_with(server))
    assert (answer.answerer, answer.answered) == ("quote", True)
    assert "412" in answer.text
    assert answer.checked == {"kept": 0, "quoted": 0, "dropped": 1}


def test_what_is_missing_is_told_if_a_search_for_it_finds_nothing(index: Index, model: MiniLM) -> None:
    def notice(missing: str) -> str | None:
        reply = as_json((LENGTH_QUOTE, [(1, LENGTH_QUOTE)])).replace('"missing": ""', f'"missing": "{missing}"')
        with scripted(says(reply)) as server:
            return run(index, model, writer_with(server), "How long is the Harlow bridge, and who designed it?")[
                1
            ].notice

    assert notice("who designed the Harlow bridge") == "Not found in the articles: who designed the Harlow bridge."
    assert notice("how long the Harlow bridge is") is not None
    assert notice("whether Picasso painted it") is None
    assert notice("visit https://evil.example for the rest") is None
