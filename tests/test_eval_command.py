import json
from pathlib import Path

import pytest
from rich.console import Console

from bot.answer import Answer
from eval.command import compare_last, evaluate_corpus, promote_last
from eval.errors import BadCases
from tests.eval_fixtures import BUILT, HIGH, TEXT, answer

ANSWERS: dict[str, Answer] = {}
"""None: a question that is asked all the same is an error."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a corpus of one article and a case about it."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "dam.txt").write_text(TEXT)
    case = {
        "id": "high",
        "question": "How high?",
        "kind": "direct",
        "answerable": True,
        "facts": [["99 metres"]],
        "evidence": [{"article_id": "dam.txt", "quote": HIGH}],
    }
    (tmp_path / "cases.jsonl").write_text(json.dumps(case))
    return tmp_path


def evaluate(folder: Path, quote: str) -> None:
    evaluate_corpus(folder / "cases.jsonl", folder / "corpus", folder / "last.json", lambda _: answer(quote))


def compare(folder: Path, *, whole: bool = False) -> tuple[tuple[str, ...], str]:
    console = Console(width=200, record=True)
    lost = compare_last(folder / "last.json", folder / "baseline.json", console, whole=whole)
    return lost, console.export_text()


def test_a_run_that_was_promoted_is_the_same_as_the_baseline(folder: Path) -> None:
    evaluate(folder, HIGH)
    promote_last(folder / "last.json", folder / "baseline.json")
    assert compare(folder) == ((), "The same as the baseline.\n")


def test_a_case_that_passes_no_more_is_lost(folder: Path) -> None:
    evaluate(folder, HIGH)
    promote_last(folder / "last.json", folder / "baseline.json")
    evaluate(folder, BUILT)
    assert compare(folder) == (("high",), "1 lost since the baseline: high\n")


def test_the_whole_run_is_shown_on_demand(folder: Path) -> None:
    evaluate(folder, BUILT)
    _, told = compare(folder, whole=True)
    assert "failed: high (direct): the answer lacks a fact" in told


def test_cases_that_do_not_fit_the_corpus_are_refused_before_any_is_asked(folder: Path) -> None:
    (folder / "corpus" / "dam.txt").write_text("Something else.")
    with pytest.raises(BadCases, match=r"does not stand in dam\.txt"):
        evaluate_corpus(folder / "cases.jsonl", folder / "corpus", folder / "last.json", ANSWERS.__getitem__)
    assert not (folder / "last.json").exists()


def test_without_a_run_there_is_nothing_to_promote(folder: Path) -> None:
    with pytest.raises(BadCases, match="footnote eval run"):
        promote_last(folder / "last.json", folder / "baseline.json")
