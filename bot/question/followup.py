"""A follow-up becomes a question that stands alone. Knows pronouns and earlier turns; knows nothing of articles.

Rules, not a model: what a follow-up leaves unsaid is its subject, and that is what the turns before it were about.
Their words are carried over without how the earlier question was put, for the new one asks something else of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.terms import STOP_WORDS, fold, question_terms


@dataclass(frozen=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


_LEANS_ON_BEFORE = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|that|this|those|these|there|then|the same|one|ones)\b",
    re.IGNORECASE,
)
_OPENS_LIKE_FOLLOW_UP = re.compile(
    r"(?:and|but|so|also|what about|how about|ok(?:ay)?,? and|why|when|where|who|how)\b", re.IGNORECASE
)
_FEW_TERMS = 3
_WORD = re.compile(r"\w+(?:[-'’.,/]\w+)*")


def condense(text: str, history: Sequence[Turn]) -> str:
    """Returns the question so that it stands without the turns before it; one that does already is unchanged."""
    asked = [turn.text for turn in history if turn.role == "user"]
    if not asked or not needs_context(text):
        return text
    subject = next((question for question in reversed(asked) if not needs_context(question)), asked[-1])
    said = {fold(word) for word in _WORD.findall(text)}
    words = [word for word in _WORD.findall(subject) if fold(word) not in STOP_WORDS | said]
    return f"{text.strip()} ({' '.join(words)})" if words else text


def needs_context(text: str) -> bool:
    """Tells whether a message leaves its subject to what was said before."""
    terms = question_terms(text)
    if re.search(r"\b[A-Z][a-z]+ [A-Z][a-z]+", text) and len(terms) > _FEW_TERMS:
        return False
    short = len(terms) <= _FEW_TERMS
    return (
        bool(short and (_LEANS_ON_BEFORE.search(text) or _OPENS_LIKE_FOLLOW_UP.match(text.strip()))) or len(terms) <= 1
    )
