import dataclasses
import json
from pathlib import Path

import pytest

from bot.question.followup import Turn
from eval.cases import Case, Evidence
from eval.errors import BadCases
from eval.proof import faults, load_cases
from tests.eval_fixtures import BUILT, HIGH, TEXTS, case


def fault_of(*cases: Case) -> str:
    found = faults([dataclasses.replace(one, line=i) for i, one in enumerate(cases, 1)], TEXTS)
    return " / ".join(found)


def test_a_case_whose_quotes_say_its_facts_can_hold() -> None:
    assert faults([case("a", HIGH), case("b"), case("c", HIGH, BUILT, facts=[["1931"]])], TEXTS) == ()


def test_evidence_must_stand_in_its_article_word_for_word() -> None:
    assert fault_of(case("a", "The dam is 98 metres high.")).startswith(
        "line 1, case a: the quote 'The dam is 98 metres high.' does not stand in dam.txt; copy it from: footnote show"
    )


def test_evidence_must_be_in_the_corpus() -> None:
    strange = dataclasses.replace(case("a", HIGH), evidence=((Evidence("mill.txt", HIGH),),))
    assert "mill.txt is not in the corpus" in fault_of(strange)


def test_each_fact_must_be_said_by_a_quote() -> None:
    assert "none of the quotes says '98 m' or '98 metres'" in fault_of(case("a", HIGH, facts=[["98 m", "98 metres"]]))


def test_yes_is_the_answer_s_own_word() -> None:
    assert fault_of(case("a", HIGH, facts=[["yes"]], type_="yesno")) == ""


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (dataclasses.replace(case("a", HIGH), evidence=()), 'answerable, but there is no "evidence"'),
        (dataclasses.replace(case("a"), facts=(("99",),)), 'not answerable: give it neither "facts" nor "evidence"'),
        (dataclasses.replace(case("a", HIGH), must_not=("99",)), "\"must_not\" forbids '99', which a fact asks for"),
    ],
)
def test_a_case_may_not_contradict_itself(wrong: Case, why: str) -> None:
    assert why in fault_of(wrong)


def test_a_wrong_premise_may_be_set_right() -> None:
    assert fault_of(dataclasses.replace(case("a", HIGH), answerable=False)) == ""


def test_an_id_stands_once_and_the_line_of_the_first_is_told() -> None:
    again = dataclasses.replace(case("a"), question="Another?")
    assert fault_of(case("a"), again) == "line 2, case a: the id stands in line 1 too; give it another"


def test_a_question_is_asked_once_unless_the_conversation_is_another() -> None:
    again = dataclasses.replace(case("b"), question="A?")
    assert "a asks the same" in fault_of(case("a"), again)
    assert fault_of(case("a"), dataclasses.replace(again, history=(Turn("user", "Well?"),))) == ""


def test_ten_thousand_cases_are_proven_and_every_fault_counted(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    lines = (
        {"id": f"c{i}", "question": f"What of {i}?", "type": "direct", "answerable": i % 2 == 0} for i in range(10_000)
    )
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with pytest.raises(BadCases, match=r"5000 faults\n  line 1, case c0: .*\n(.*\n){9}  … and 4990 more"):
        load_cases(path, TEXTS)


def test_all_that_is_wrong_with_a_file_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    lines = [
        '{"id": "a", "question": "Who?", "typ": "direct", "expected": "x", "answerable": "yes"}',
        '{"id": "b", "question": "Who?" "type": "direct"}',
        json.dumps({"id": "c", "question": "How?", "type": "direct", "answerable": True}),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadCases) as told:
        load_cases(path, TEXTS)
    listed = str(told.value).split("\n  ")
    assert listed[1].startswith("line 1: unknown field 'expected', 'typ'; known are answerable, answers, asked")
    assert [line.partition(";")[0].partition("(")[0].strip() for line in listed[2:]] == [
        'line 1: "type" is None',
        'line 1: "answerable" is missing',
        "line 2: no JSON",
        'line 3, case c: answerable, but there is no "evidence"',
    ]


def test_a_line_that_is_no_json_is_told_with_its_column_and_what_a_line_is(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text('{"id": "b", "question": "Who?" "type": "direct"}')
    with pytest.raises(
        BadCases, match=r"line 1: no JSON \(Expecting ',' delimiter, at column 32\); write one object a"
    ):
        load_cases(tmp_path / "cases.jsonl", TEXTS)
