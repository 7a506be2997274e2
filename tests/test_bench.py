import dataclasses
import re
from pathlib import Path

import pytest

from bot.answer import Answer, uncited
from eval import bench
from eval.baselines import by_ranks
from eval.bench import BenchQuestion
from tests.conftest import HashEmbedder
from tests.eval_fixtures import BUILT, DAM, HIGH, OTHER, TROUT, answer

HEIGHT = BenchQuestion("1", "How high?", "answerable", ("99 metres",), HIGH, None)
YEAR = BenchQuestion("2", "When?", "answerable", ("1931", "the thirties"), None, None)
OFF = BenchQuestion("3", "Who sang?", "offcorpus", (), None, None)
NEAR = BenchQuestion("4", "Who dug it?", "unanswerable", (), None, None)
TRICK = BenchQuestion("5", "How wide?", "adversarial", (), None, None)


def figures(*pairs: tuple[BenchQuestion, Answer]) -> dict[str, str]:
    questions, answers = zip(*pairs, strict=True)
    rows = bench._answering(questions, answers, None).splitlines()[2:]
    return {name.strip(): value.strip() for _, name, value, _ in (row.split("|") for row in rows)}


@pytest.mark.parametrize(
    ("question", "passages", "hit"),
    [
        (HEIGHT, [BUILT, "the DAM is 99 metres — high"], True),
        (HEIGHT, ["99 metres"], False),
        (HEIGHT, [], False),
        (YEAR, [BUILT], True),
        (YEAR, ["In the Thirties."], True),
        (YEAR, [TROUT], False),
    ],
)
def test_a_question_is_hit_by_its_evidence_or_else_by_an_answer(
    question: BenchQuestion, passages: list[str], hit: bool
) -> None:
    assert bench._hits([question], [passages], 1000) == [hit]


def test_only_the_first_characters_found_count() -> None:
    assert [bench._hits([YEAR], [[TROUT, BUILT]], budget) for budget in (21, 43)] == [[False], [True]]


def test_only_answerable_questions_are_looked_for() -> None:
    assert bench._hits([OFF, YEAR, TRICK], [[], [BUILT], []], 1000) == [True]


def test_ranks_are_fused_over_small_chunks_of_whole_sentences(tmp_path: Path) -> None:
    text = "The mill has a red door. The weir is made of oak.\nEels swim past the mill at night."
    articles = [dataclasses.replace(DAM, text=text), dataclasses.replace(OTHER, text="The lamp hangs in the hall.")]
    search = by_ranks(articles, HashEmbedder(), tmp_path, words=7)
    assert search("Where do eels swim?")[0] == "Eels swim past the mill at night."


def test_patterns_of_a_question_about_documents_must_all_stand() -> None:
    core = (re.compile("99.metres"), re.compile("1931"))
    asked = dataclasses.replace(HEIGHT, core=core)
    assert [asked.is_answered_by(text) for text in (f"{HIGH} {BUILT}", HIGH)] == [True, False]


def test_a_table_sets_each_baseline_beside_ours() -> None:
    rows: list[bench.Row] = [("Footnote", [[HIGH], [BUILT]], 1.25, 3.0), ("terms", [[TROUT], [TROUT]], 0.5, 0.0)]
    table = bench._finding([HEIGHT, YEAR], rows).splitlines()
    assert table[2:] == [
        "| Footnote | 1.000 |  | 1.000 |  | 1.2 | 3 |",
        "| terms | 0.000 | +100.0 [+100.0, +100.0] | 0.000 | +100.0 [+100.0, +100.0] | 0.5 | 0 |",
    ]
    assert len({line.count("|") for line in table}) == 1


def test_answers_are_counted_by_what_they_hold() -> None:
    shown = figures((HEIGHT, answer(HIGH, ms=10)), (YEAR, answer(TROUT, ms=30)), (YEAR, answer(ms=20)))
    assert (shown["answered"], shown["holds the answer"]) == ("0.667", "0.333")
    assert (shown["words an answer"], shown["ms, median"], shown["ms, 95th percentile"]) == ("6.0", "20.0", "30.0")


def test_refusals_are_counted_by_the_kind_of_question() -> None:
    shown = figures((OFF, answer()), (NEAR, answer(HIGH)), (TRICK, answer(HIGH)))
    assert (shown["refused, other topics"], shown["refused, adversarial"]) == ("0.500", "0.000")


def test_a_kind_without_questions_has_no_share() -> None:
    assert figures((HEIGHT, answer(HIGH)))["refused, adversarial"] == "nan"


def test_a_refusal_that_happens_to_hold_the_words_is_no_answer() -> None:
    silent = dataclasses.replace(answer(), parts=(uncited("The articles do not mention 99 metres."),))
    assert figures((HEIGHT, silent))["holds the answer"] == "0.000"


def test_what_a_model_wrote_stands_beside_what_was_quoted() -> None:
    quoted = [answer(HIGH)]
    written = [dataclasses.replace(answer(HIGH), checked={"kept": 2, "quoted": 1, "dropped": 4})]
    table = bench._answering([HEIGHT], quoted, written).splitlines()
    assert table[0].endswith("| quoting | model |")
    assert "| sentences of the model dropped | | 4 |" in table


def test_answers_quoted_in_the_model_s_place_are_counted_with_the_reason() -> None:
    spent = dataclasses.replace(answer(HIGH), notice="The budget is spent.")
    wrote = dataclasses.replace(answer(HIGH), answerer="model", checked={})
    gave_up = dataclasses.replace(answer(), answerer="model")
    table = bench._answering([HEIGHT] * 4, [answer(HIGH)] * 4, [spent, spent, wrote, gave_up]).splitlines()
    assert table[-4:] == [
        "| answers written by the model | | 1 |",
        "| refusals by the model | | 1 |",
        "| answers quoted in its place | | 2 |",
        "| notice: The budget is spent. | | 2 |",
    ]
