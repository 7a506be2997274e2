import datetime
import json
from pathlib import Path

import pytest

from eval.bench import BenchQuestion, load_questions
from eval.errors import BadCases
from eval.wording import plain

FULL = {
    "id": 7,
    "question": "How high is it?",
    "kind": "answerable",
    "answers": ["99 m", 99],
    "evidence": "It is 99 m high.",
    "asked": "2026/03/09, Monday",
}


def load(folder: Path, *lines: object) -> tuple[BenchQuestion, ...]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "questions.jsonl").write_text(text, encoding="utf-8")
    return load_questions(folder)


def test_a_question_is_one_line(tmp_path: Path) -> None:
    assert load(tmp_path, FULL, "", {"id": "8", "question": "Why?\u2028", "kind": "offcorpus"}) == (
        BenchQuestion(
            id="7",
            text="How high is it?",
            kind="answerable",
            answers=("99 m", "99"),
            evidence="It is 99 m high.",
            asked=datetime.date(2026, 3, 9),
        ),
        BenchQuestion("8", "Why?\u2028", "offcorpus", (), None, None),
    )


def test_a_question_about_documents_says_whether_it_can_be_answered_and_has_patterns(tmp_path: Path) -> None:
    about = {"id": "d1", "question": "What is it made of?", "kind": "fact", "answerable": True, "core": ["of\\W+oak"]}
    can, cannot = load(tmp_path, about, about | {"answerable": False, "core": []})
    assert (can.kind, can.is_told_by("Made\nof  Oak."), cannot.kind) == ("answerable", True, "unanswerable")


@pytest.mark.parametrize("asked", [None, "", "2026", "2026-03", "some day"])
def test_a_day_that_is_not_whole_is_no_day(asked: str | None, tmp_path: Path) -> None:
    assert load(tmp_path, FULL | {"asked": asked})[0].asked is None


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "7",
        "[]",
        {"id": 1, "kind": "answerable"},
        {"id": 1, "question": "?"},
        FULL | {"core": ["("]},
        FULL | {"asked": "2026-02-31"},
    ],
)
def test_a_line_that_is_no_question_is_refused(line: object, tmp_path: Path) -> None:
    with pytest.raises(BadCases, match="is no benchmark set"):
        load(tmp_path, line)


def test_a_folder_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match="is no benchmark set"):
        load_questions(tmp_path)
    with pytest.raises(BadCases, match="holds no questions"):
        load(tmp_path, "", " ")


@pytest.mark.parametrize(
    ("text", "words"), [("It is —\n 99 m, HIGH!", "it is 99 m high"), ("", ""), ("…", ""), ("Šimić’s", "šimić s")]
)
def test_only_words_are_compared(text: str, words: str) -> None:
    assert plain(text) == words
