"""A benchmark set: a folder with `corpus/` and `questions.jsonl`. Knows the layout; asks nothing.

A question has id, question and kind (answerable, adversarial, offcorpus or unanswerable); an answerable one has answers
(any of them counts) and may have evidence (the sentence that answers) and asked (the day it was asked).
"""

import datetime
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import BadCases


@dataclass(frozen=True)
class BenchQuestion:
    """One question of a benchmark set; `asked` is None where it has no date of its own."""

    id: str
    text: str
    kind: str
    answers: tuple[str, ...]
    evidence: str | None
    asked: datetime.date | None


def load_questions(folder: Path) -> tuple[BenchQuestion, ...]:
    """Reads the questions of a set.

    Raises:
        BadCases: the folder does not have the layout, or a line is no question.
    """
    path = folder / "questions.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        questions = tuple(_parse(json.loads(line)) for line in lines if line.strip())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadCases(f"{folder} is no benchmark set (corpus/ and questions.jsonl): {error}") from error
    if not questions:
        raise BadCases(f"{path} holds no questions")
    return questions


def normalise(text: str) -> str:
    """Returns the text in lower case with nothing but words, so that wording alone is compared."""
    return " ".join(re.sub(r"\W+", " ", text.lower()).split())


def _parse(values: dict[str, Any]) -> BenchQuestion:
    date = re.findall(r"\d+", str(values.get("asked") or ""))[:3]
    return BenchQuestion(
        id=str(values["id"]),
        text=str(values["question"]),
        kind=str(values["kind"]),
        answers=tuple(map(str, values.get("answers") or ())),
        evidence=values.get("evidence"),
        asked=datetime.date(*map(int, date)) if len(date) == 3 else None,
    )
