"""`pytest --footnote-cases`: pytest in a process of its own, as a team runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, write_corpus
from tests.eval_command_fixtures import CASES, place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the invented articles and their cases beside them."""
    write_corpus(tmp_path / "corpus")
    place(tmp_path, CASES)
    return tmp_path


def run(folder: Path, *arguments: object) -> "subprocess.CompletedProcess[str]":
    cases = folder / "eval" / "cases.jsonl"
    plugin = ("-p", "no:cacheprovider", "-p", "eval.plugin", "--footnote-cases", cases)
    command = [sys.executable, "-m", "pytest", "-v", *map(str, (*plugin, *arguments)), str(cases)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FOOTNOTE_", "PYTEST"))}
    environment |= {"PYTHONPATH": str(REPOSITORY), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_each_case_is_a_test_that_tells_question_answer_and_evidence(folder: Path, own_home: Path) -> None:
    place(folder, (*CASES[:2], CASES[2] | {"question": "How long is the Marlow Bridge, please?"}))
    told = run(folder, "--footnote-home", own_home)
    assert (told.returncode, "2 passed" in told.stdout, "1 failed" in told.stdout) == (1, True, True)
    assert (
        "answered, though the articles do not say it\nQuestion: How long is the Marlow Bridge, please?" in told.stdout
    )


@pytest.mark.gate
def test_a_quote_that_does_not_stand_fails_once_and_is_asked_about_once(folder: Path) -> None:
    bad = CASES[0] | {"evidence": [{"article_id": "night-train.txt", "quote": "It costs 48 euros."}]}
    place(folder, (bad, *CASES[1:]))
    told = run(folder)
    assert (told.returncode, "1 failed, 2 skipped" in told.stdout) == (1, True)
    assert told.stdout.count("the quote 'It costs 48 euros.' does not stand in night-train.txt") >= 1


def test_a_file_that_holds_no_cases_is_an_error_of_the_collection(folder: Path) -> None:
    (folder / "eval" / "cases.jsonl").write_text("{")
    told = run(folder)
    assert (told.returncode, "line 1: no JSON (Expecting property name" in told.stdout) == (2, True)


def test_the_plugin_is_known_to_whoever_installs_the_package() -> None:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    assert '[project.entry-points.pytest11]\nfootnote = "eval.plugin"\n' in text
