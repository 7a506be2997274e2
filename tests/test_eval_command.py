"""`footnote eval run`, `compare` and `promote` over the invented articles, with the real model."""

import argparse
import json
from keyword import iskeyword
from pathlib import Path

import pytest

from eval.command import COMMANDS
from eval.flags import add_eval_flags
from eval.saved import load_baseline, load_history
from tests.command_fixtures import is_one_plain_line
from tests.conftest import TRAIN, Command
from tests.eval_command_fixtures import CASES, Evaluate, evaluator, place, promoted
from tests.test_imports import exists


@pytest.fixture
def evaluate(command: Command, own_home: Path, tmp_path: Path) -> Evaluate:
    return evaluator(command, own_home, tmp_path)


def test_a_run_that_was_promoted_is_green_and_every_answer_the_same(evaluate: Evaluate) -> None:
    promoted(evaluate)
    again = evaluate("run", "--once")
    assert (again.code, "Every case is answered as in the baseline.\nThe gate is green." in again.out) == (0, True)


def test_a_second_run_in_another_process_answers_the_same(evaluate: Evaluate) -> None:
    told = evaluate("run", "--no-baseline")
    assert (told.code, "red (" in told.out) == (0, False)


def test_without_a_baseline_it_is_red_unless_a_first_run_is_asked_for(evaluate: Evaluate) -> None:
    told = [evaluate("run", "--once"), evaluate("compare")]
    assert [(one.code, "red (first): there is no baseline" in one.out) for one in told] == [(1, True)] * 2
    promoted(evaluate)
    refused = evaluate("run", "--once", "--no-baseline")
    assert (refused.code, "leave --no-baseline out" in refused.err) == (2, True)


def test_a_case_that_passes_no_more_turns_it_red_and_a_reason_green(evaluate: Evaluate, tmp_path: Path) -> None:
    promoted(evaluate)
    place(tmp_path, (CASES[0] | {"must_not": ["Lindholm", "cabin"]}, *CASES[1:]))
    red = evaluate("run", "--once")
    assert (red.code, "red (new): 1 case new or rewritten, and failing" in red.out) == (1, True)
    (tmp_path / "eval" / "allow.txt").write_text("berth: the cabin goes\n")
    explained = evaluate("run", "--once")
    assert (explained.code, "explained: berth: the cabin goes" in explained.out) == (0, True)
    assert evaluate("promote").code == 0
    assert (tmp_path / "eval" / "allow.txt").read_text() == ""


def test_a_run_leaves_its_reports_and_a_line_of_history(evaluate: Evaluate, own_home: Path) -> None:
    evaluate("run", "--once")
    names = {path.name for path in (own_home / "eval").iterdir()}
    assert names == {"last.json", "times.json", "history.jsonl", "report.html", "summary.md", "junit.xml"}
    assert len(load_history(own_home / "eval")) == 1


def test_two_saved_runs_are_compared(evaluate: Evaluate, own_home: Path, tmp_path: Path) -> None:
    evaluate("run", "--once")
    first = tmp_path / "first.json"
    first.write_bytes((own_home / "eval" / "last.json").read_bytes())
    told = evaluate("compare", first, own_home / "eval")
    assert (told.code, "3 cases; what differs between the runs: nothing" in told.out) == (0, True)
    assert evaluate("compare", first, first, first).code == 2


def test_a_case_that_is_taken_out_turns_it_red_until_it_is_explained(
    evaluate: Evaluate, own_home: Path, tmp_path: Path
) -> None:
    promoted(evaluate)
    place(tmp_path, CASES[1:])
    red = evaluate("run", "--once")
    assert (red.code, "red (gone): 1 case passed in the baseline and left the set" in red.out) == (1, True)
    assert "berth" in (own_home / "eval" / "summary.md").read_text()
    (tmp_path / "eval" / "allow.txt").write_text("berth: the train runs no more\n")
    assert evaluate("run", "--once").code == 0
    assert evaluate("promote").code == 0
    assert sorted(load_baseline(tmp_path / "eval" / "baseline.json").held) == ["length", "tungsten"]


def test_what_gets_worse_is_promoted_only_with_consent(evaluate: Evaluate, tmp_path: Path) -> None:
    promoted(evaluate)
    before = (tmp_path / "eval" / "baseline.json").read_bytes()
    place(tmp_path, (CASES[0] | {"must_not": ["Lindholm", "cabin"]}, CASES[2]))
    assert evaluate("run", "--once").code == 1
    refused = evaluate("promote")
    assert (refused.code, "berth, length passed in the baseline and would be" in refused.err) == (2, True)
    assert ((tmp_path / "eval" / "baseline.json").read_bytes(), "promote --yes" in refused.err) == (before, True)
    told = evaluate("promote", "--yes")
    assert (told.code, "Accepted as worse: berth, length\nKnown to fail: berth" in told.out) == (0, True)


def test_a_run_of_what_the_cases_were_before_cannot_become_the_baseline(evaluate: Evaluate, tmp_path: Path) -> None:
    promoted(evaluate)
    place(tmp_path, (CASES[0] | {"evidence": [{"article_id": TRAIN, "quote": "It costs 48 euros."}]}, *CASES[1:]))
    refused = evaluate("promote")
    assert (refused.code, "is not what the last run asked; make one with footnote eval run" in refused.err) == (2, True)


def test_a_run_of_a_part_cannot_replace_the_baseline_of_the_whole(evaluate: Evaluate, tmp_path: Path) -> None:
    promoted(evaluate)
    before = (tmp_path / "eval" / "baseline.json").read_bytes()
    part = tmp_path / "eval" / "part.jsonl"
    part.write_text(json.dumps(CASES[0]) + "\n")
    told = evaluate("run", "--once", "--cases", part)
    assert (told.code, "2 not asked: length, tungsten" in told.out) == (0, True)
    for flags in ((), ("--yes",), ("--cases", part)):
        refused = evaluate("promote", *flags)
        assert (refused.code, "asked a part of the set" in refused.err) == (2, True)
    assert (tmp_path / "eval" / "baseline.json").read_bytes() == before


def test_a_model_that_is_not_set_can_neither_be_recorded_nor_judge_nor_replay(evaluate: Evaluate) -> None:
    evaluate("run", "--once")
    told = [evaluate(*action) for action in (("record",), ("judge",), ("run", "--replay"))]
    assert [(one.code, is_one_plain_line(one)) for one in told] == [(2, True)] * 3
    assert "set FOOTNOTE_MODEL" in told[0].err


def test_every_action_has_a_function_of_its_name_in_the_module_of_the_table() -> None:
    parser = argparse.ArgumentParser()
    add_eval_flags(parser, tail=lambda _: None)
    (actions,) = (one.choices for one in parser._actions if one.dest == "action")
    assert actions is not None
    assert set(actions) == set(COMMANDS)
    named = {f"{module}.{action}{'_' * iskeyword(action)}" for action, module in COMMANDS.items()}
    assert {name for name in named if not exists(name)} == set()
