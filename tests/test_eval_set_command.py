"""A set of cases as a person works on it: begun, mended, written in a conversation, sent out and taken in."""

from pathlib import Path

import pytest

from eval.cases import read_cases
from tests.command_fixtures import is_one_plain_line
from tests.conftest import BRIDGE, TRAIN, Command
from tests.eval_command_fixtures import CASES, Evaluate, evaluator, place


@pytest.fixture
def evaluate(command: Command, own_home: Path, tmp_path: Path) -> Evaluate:
    return evaluator(command, own_home, tmp_path)


def test_without_cases_it_says_how_to_write_some(evaluate: Evaluate, tmp_path: Path) -> None:
    (tmp_path / "eval" / "cases.jsonl").unlink()
    told = evaluate("run")
    assert (told.code, "footnote eval init" in told.err, is_one_plain_line(told)) == (2, True, True)


def test_init_drafts_a_set_that_holds_and_never_overwrites_one(evaluate: Evaluate, tmp_path: Path) -> None:
    refused = evaluate("init")
    assert (refused.code, "is there already" in refused.err) == (2, True)
    path = tmp_path / "new" / "cases.jsonl"
    told = evaluate("init", "--most", 12, "--cases", path)
    assert "footnote eval run --no-baseline, footnote eval promote, and commit the folder new/" in told.out
    can = sum(case.answerable for case in read_cases(path))
    assert (told.code, f"cases, {can} of them answerable" in told.out) == (0, True)
    assert evaluate("run", "--once", "--no-baseline", "--cases", path).code == 0


def test_evidence_that_moved_is_found_and_put_right(evaluate: Evaluate, tmp_path: Path) -> None:
    moved = {"article_id": BRIDGE, "quote": "A berth in a cabin for four  costs 49 euros."}
    place(tmp_path, (CASES[0] | {"evidence": [moved]}, *CASES[1:]))
    told = evaluate("drift")
    assert told.code == 1
    assert f"stands in {TRAIN}, as 'A berth in a cabin for four costs 49 euros.' now" in told.out
    done = evaluate("drift", "--apply")
    assert (done.code, "1 of 1 quotes have their new place in" in done.out) == (0, True)
    assert [e.article_id for e in read_cases(tmp_path / "eval" / "cases.jsonl")[0].quotes] == [TRAIN]
    assert "All of the evidence stands where it stood." in evaluate("drift").out


def test_beside_evidence_that_vanished_stands_the_nearest_sentence(evaluate: Evaluate, tmp_path: Path) -> None:
    gone = {"article_id": TRAIN, "quote": "A berth in a cabin for twenty costs 7 crowns and a towel."}
    place(tmp_path, (CASES[0] | {"evidence": [gone]},))
    told = evaluate("drift")
    near = f"vanished; nearest to it is 'A berth in a cabin for four costs 49 euros.' ({TRAIN}); quote another place"
    assert (told.code, near in told.out, "delete the case's line" in told.out) == (1, True, True)
    assert "if it is gone on purpose, delete the case's line and explain its id in allow.txt" in evaluate("run").err


def test_evidence_that_vanished_is_told(evaluate: Evaluate, tmp_path: Path) -> None:
    gone = {"article_id": "ferry.md", "quote": "The ferry to the islands runs on Sundays only, weather permitting."}
    place(tmp_path, (CASES[0] | {"evidence": [gone]},))
    told = evaluate("drift", "--apply")
    assert (told.code, "vanished; quote another place" in told.out) == (1, True)
    assert "0 of 1 quotes have their new place in" in told.out
    assert "; 1 vanished and stayed as they were." in told.out


@pytest.mark.parametrize(("format_", "name"), [("beir", "set"), ("ragas", "set.jsonl"), ("labelled", "set.json")])
def test_a_set_goes_out_in_a_format_and_comes_back(format_: str, name: str, evaluate: Evaluate, tmp_path: Path) -> None:
    assert evaluate("export", format_, tmp_path / name).code == 0
    told = evaluate("import", format_, tmp_path / name, "--cases", tmp_path / "other" / "cases.jsonl")
    assert (told.code, "3 of 3 cases were added" in told.out) == (0, True)
    again = evaluate("import", format_, tmp_path / name, "--cases", tmp_path / "other" / "cases.jsonl")
    assert "0 of 3 cases were added" in again.out


def test_rows_that_make_no_case_are_listed_and_the_others_kept(evaluate: Evaluate, tmp_path: Path) -> None:
    can = ("How many lanes does the bridge carry?,four lanes,", "Who paid?,the duke,")
    rows = ("question,answer,answerable", *can, "Who slept?,,no", "Who?,,")
    (tmp_path / "q.csv").write_text("\n".join(rows))
    told = evaluate("import", "csv", tmp_path / "q.csv")
    assert (told.code, "2 of 4 cases were added" in told.out) == (1, True)
    assert "For 1 the evidence was looked for; read it" in told.out
    assert "left out: row 3: no sentence of the articles answers it with 'the duke'" in told.out
    added = [(one.question, one.answerable) for one in read_cases(tmp_path / "eval" / "cases.jsonl")[3:]]
    assert added == [("How many lanes does the bridge carry?", True), ("Who slept?", False)]


def test_a_case_is_written_in_a_conversation(
    evaluate: Evaluate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["How many lanes does the Marlow Bridge carry?", "y", "number", "four lanes", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    told = evaluate("add")
    assert (told.code, "Kept as how-many-lanes-does-the-marlow-bridge-carry" in told.out) == (0, True)
    case = read_cases(tmp_path / "eval" / "cases.jsonl")[-1]
    assert (case.facts, case.type, case.quotes[0].article_id) == ((("four lanes",),), "number", BRIDGE)


def test_a_conversation_that_breaks_off_keeps_nothing(
    evaluate: Evaluate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", leave)
    told = evaluate("add")
    assert (told.code, "The input ended; nothing of this case was kept." in told.out) == (0, True)
    assert len(read_cases(tmp_path / "eval" / "cases.jsonl")) == 3


def test_a_home_that_cannot_be_written_is_told(evaluate: Evaluate, own_home: Path) -> None:
    (own_home / "eval").write_text("a file where a folder has to be")
    told = evaluate("run", "--once")
    assert (told.code, "cannot write" in told.err) == (1, True)
