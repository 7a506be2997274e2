"""When words count as said: case, punctuation and markup aside, whole words only. Knows texts; knows no cases."""

import re
from collections import Counter
from collections.abc import Iterable

_MARKER = re.compile(r"\[\d+\]")
_LONGEST_ID = 100


def plain(text: str) -> str:
    """Returns the words of a text in lower case, one space between them."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


def holds(text: str, words: str) -> bool:
    """Tells whether the words stand in the text, one after the other, as whole words."""
    return place(text, words) >= 0


def place(text: str, words: str) -> int:
    """Returns where in the plain text the words begin, or -1."""
    return f" {plain(text)} ".find(f" {plain(words)} ")


def id_of(question: str) -> str:
    """Returns an id that speaks: the words of a question."""
    return "-".join(plain(question).split())[:_LONGEST_ID].strip("-") or "question"


def said(text: str) -> str:
    """Returns an answer's text without its markers."""
    return _MARKER.sub("", text)


def token_f1(text: str, answers: Iterable[str]) -> float:
    """Returns the best F1 of the text's words against any of the answers' (Rajpurkar et al. 2016, section 6.1)."""
    return max((_f1(plain(text).split(), plain(answer).split()) for answer in answers), default=0.0)


def _f1(ours: list[str], theirs: list[str]) -> float:
    same = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * same / (len(ours) + len(theirs)) if same else 0.0
