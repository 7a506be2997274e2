"""Questions of people that may become cases: refused ones and answers that somebody disliked. Pure over records.

Nothing is kept of who asked; what was deleted in Slack, or is older than the retention, is no candidate any more.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.slack.records.unmet import Unmet
from eval.cases import Case
from eval.wording import plain

_REFUSED = "refused"


@dataclass(frozen=True)
class Candidate:
    """One question, however often it was put: why it is here, what was answered, and what people said was right."""

    id: str
    question: str
    reasons: tuple[str, ...]
    count: int
    people: int
    answer: str
    answered: bool
    right_answers: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Returns it as plain values."""
        return {**vars(self), "reasons": list(self.reasons), "right_answers": list(self.right_answers)}


def candidates(unmet: Sequence[Unmet], cases: Sequence[Case]) -> tuple[Candidate, ...]:
    """Returns what is no case yet, the most frequent first; of questions that differ in case and marks only one."""
    known = {plain(case.question) for case in cases}
    grouped: dict[str, list[Unmet]] = {}
    for one in unmet:
        asked = plain(one.question)
        if asked and asked not in known:
            grouped.setdefault(asked, []).append(one)
    found = [_candidate(asked, group) for asked, group in grouped.items()]
    return tuple(sorted(found, key=lambda one: (-one.people, -one.count, one.id)))


def _candidate(asked: str, group: Sequence[Unmet]) -> Candidate:
    last = group[-1]
    return Candidate(
        id=f"q-{hashlib.sha256(asked.encode()).hexdigest()[:8]}",
        question=last.question,
        reasons=tuple(dict.fromkeys(one.reason for one in group)),
        count=len(group),
        people=len({one.asker for one in group}),
        answer=str(last.answer.get("text", "")),
        answered=last.answer.get("answered") is True,
        right_answers=tuple(dict.fromkeys(_right(group))),
    )


def _right(group: Sequence[Unmet]) -> Iterator[str]:
    for one in group:
        if one.right_answer and plain(one.right_answer):
            yield one.right_answer.strip()
