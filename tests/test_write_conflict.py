"""Where articles disagree, and when something was reported: told with a scripted model and without."""

from collections.abc import Iterator

import pytest

from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index
from tests.model_fixtures import as_json, judges, says, scripted, writer_with
from tests.writing_fixtures import opened, run


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Iterator[Index]:
    yield from opened(tmp_path_factory.mktemp("write"), model)


def test_what_another_report_of_the_time_says_against_it_is_told_after_the_answer(index: Index, model: MiniLM) -> None:
    question = "How many inhabitants has the town of Harlow?"
    said = "The town of Harlow had 51,200 inhabitants at the last count."
    with scripted(says(as_json((said, [(1, said)])))) as server:
        _, answer = run(index, model, writer_with(server), question)
    assert (
        answer.text
        == f"{said} [1] The town of Harlow had 52,900 inhabitants at the last count (reported 11 February 2021). [2]"
    )


def test_a_report_of_another_year_is_not_against_it(index: Index, model: MiniLM) -> None:
    question = "How many inhabitants has the town of Harlow?"
    said = "The town of Harlow had 58,900 inhabitants at the last count."
    with scripted(says(as_json((said, [(1, said)])))) as server:
        _, answer = run(index, model, writer_with(server), question)
    assert answer.text == f"{said} [1]"


def test_a_blend_of_two_articles_that_disagree_is_never_shown(index: Index, model: MiniLM) -> None:
    question = "How many inhabitants has the town of Harlow?"
    blend = "The town of Harlow has about 55,000 inhabitants."
    with scripted(says(as_json((blend, [(1, "Harlow"), (2, "Harlow")])))) as s, scripted(judges()) as judge:
        _, answer = run(index, model, writer_with(s, judge=judge), question)
    assert "55,000" not in answer.text


def test_quotes_stand_side_by_side_where_reports_of_one_time_disagree(index: Index, model: MiniLM) -> None:
    _, quoted = run(index, model, None, "How many inhabitants has the town of Harlow?")
    assert quoted.text.index("52,900") < quoted.text.index("51,200")
    assert "(reported 11 February 2021)" in quoted.text


def test_dates_are_shown_where_a_question_asks_for_the_present(index: Index, model: MiniLM) -> None:
    _, answer = run(index, model, None, "How long is the Harlow bridge now?")
    assert "(reported 20 May 2024). [1]" in answer.text
