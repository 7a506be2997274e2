"""What the articles lack, as far as people's questions tell: those not served, put together by what was missing.

Knows questions and word vectors; reads no database and no file.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.slack.records.feedback import Unmet
from ingest.embed.embedder import Embedder
from ingest.terms import words_of_terms

# How alike (cosine of MiniLM) questions are that ask for the same thing in other words.
_ALIKE = 0.6
_WORDS = 3


@dataclass(frozen=True)
class Gap:
    """Questions that miss the same: how often it was asked, by how many people, and the article that came closest.

    `missing` are the words that most of them share. `reasons` counts refusals and reasons for thumbs down.
    """

    missing: str
    questions: tuple[str, ...]
    count: int
    people: int
    reasons: Mapping[str, int]
    nearest: str | None


def find_gaps(unmet: Sequence[Unmet], embedder: Embedder) -> tuple[Gap, ...]:
    """Returns the gaps, those that concern most people first.

    A question joins the first group whose first question it is like; the order is that of the questions.
    """
    if not unmet:
        return ()
    vectors = embedder.embed([one.question for one in unmet])
    groups: list[list[int]] = []
    for i in range(len(unmet)):
        like = next((group for group in groups if float(np.dot(vectors[i], vectors[group[0]])) >= _ALIKE), None)
        if like is None:
            groups.append([i])
        else:
            like.append(i)
    gaps = [_gap([unmet[i] for i in group]) for group in groups]
    return tuple(sorted(gaps, key=lambda gap: (-gap.people, -gap.count, gap.questions)))


def _gap(group: Sequence[Unmet]) -> Gap:
    words = Counter(term for one in group for term in words_of_terms(one.question))
    written = words_of_terms(group[0].question)
    shared = [written.get(term, term) for term, count in words.most_common() if 2 * count > len(group)]
    closest = Counter(article for one in group for article in _nearest(one.answer)[:1])
    return Gap(
        missing=" ".join(shared[:_WORDS]) or group[0].question,
        questions=tuple(dict.fromkeys(one.question for one in group)),
        count=len(group),
        people=len({one.asker for one in group}),
        reasons=dict(sorted(Counter(one.reason for one in group).items())),
        nearest=closest.most_common(1)[0][0] if closest else None,
    )


def _nearest(answer: Mapping[str, Any]) -> list[str]:
    """The articles of an answer, the closest first: those a refusal names, those cited, those found."""
    return [
        str(one["article_id"])
        for name in ("nearest", "citations", "passages")
        for one in answer.get(name) or ()
        if isinstance(one, Mapping) and "article_id" in one
    ]
