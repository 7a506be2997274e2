"""A benchmark set: a folder with `corpus/` and `questions.jsonl`. Knows the layout; asks nothing.

A question has id, question and kind (answerable, adversarial, offcorpus or unanswerable); an answerable one has answers
(any of them counts) and may have evidence (the sentence that answers) and asked (the day it was asked). A question
about documents says answerable (true or false) instead of its kind, and core: patterns that all stand in what answers.
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
    core: tuple[re.Pattern[str], ...] = ()

    def is_told_by(self, text: str) -> bool:
        """Tells whether what was found holds the evidence, or else an answer."""
        return self._stands_in(text, (self.evidence,) if self.evidence else self.answers)

    def is_answered_by(self, text: str) -> bool:
        """Tells whether an answer holds one of the right ones."""
        return self._stands_in(text, self.answers)

    def _stands_in(self, text: str, wanted: tuple[str, ...]) -> bool:
        if self.core:
            return all(pattern.search(text) for pattern in self.core)
        return any(normalise(one) in normalise(text) for one in wanted)


def load_questions(folder: Path) -> tuple[BenchQuestion, ...]:
    """Reads the questions of a set. Raises BadCases: the folder does not have the layout, or a line is no question."""
    path = folder / "questions.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        questions = tuple(_parse(json.loads(line)) for line in lines if line.strip())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, re.error) as error:
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
        kind=_kind(values),
        answers=tuple(map(str, values.get("answers") or ())),
        evidence=values.get("evidence"),
        asked=datetime.date(*map(int, date)) if len(date) == 3 else None,
        core=tuple(re.compile(one, re.IGNORECASE | re.DOTALL) for one in values.get("core") or ()),
    )


def _kind(values: dict[str, Any]) -> str:
    if "answerable" in values:
        return "answerable" if values["answerable"] else "unanswerable"
    return str(values["kind"])
