"""A follow-up becomes questions that stand alone. Knows pronouns, earlier turns and word vectors; knows no articles.

Rules, not a model: what a follow-up leaves unsaid is its subject, and that is what the turns before it were about.
Either their words are carried over, without how the earlier question was put ("And when?"), or the earlier question is
put again about something else ("What about a drill?"). Where rules cannot tell, the search has to.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ingest.embed.embedder import Language, Vectors
from ingest.terms import STOP_WORDS, fold, question_terms


@dataclass(frozen=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


_LEANS_ON_BEFORE = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|that|this|those|these|there|the same|ones?)\b"
    r"|\b(?:then|too|as well|instead|otherwise|else)\W*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?:and|but|so|also|or|what about|how about|ok(?:ay)?,? and)\b", re.IGNORECASE)
_ABOUT_ANOTHER = re.compile(
    r"\W*(?:(?:and|but|so|ok(?:ay)?|or),? )?(?:(?:what|how) about |(?<=\w )(?=\S))"
    r"(?:(?:for|in|on|at|to|by|of|with|from) )?(?:(?:the|an?|my|our|your) )?(?P<other>[^?!,;]{1,60})[?!. ]*",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"(?:who|what|when|where|why|how|which|whose|is|are|do|does|did|can|will|was|were)\b", re.I)
# How far a message may have a subject of its own and still mean that of the turns before: "How much is the fine?"
_FEW_TERMS = 1
_WORD = re.compile(r"\w+(?:[-'’.,/]\w+)*")
_BEFORE_A_NOUN = re.compile(r"\b(?:the|an?|my|our|your|of|in|on|for|at|to|by|with|from) $", re.IGNORECASE)
# What a noun gains over a verb, in cosine, as what a follow-up names another of.
_NOUN = 0.2
_DEGREES = frozenset("many much long often far big large old high fast deep wide heavy tall early late soon".split())


def readings(text: str, history: Sequence[Turn], language: Language) -> tuple[str, ...]:
    """Returns what a message may mean as a question that stands alone, the likeliest first; itself if it does."""
    subject = _subject(history)
    if subject is None or not (may_go_on(text) or needs_context(text)):
        return (text,)
    carried = _carried(text, subject)
    if needs_context(text):
        other = _ABOUT_ANOTHER.fullmatch(text) if _GOES_ON.match(text.strip()) else None
        named = other["other"].strip() if other and not _QUESTION_WORD.match(other["other"]) else ""
        swapped = _swapped(subject, named, language) if named and not _LEANS_ON_BEFORE.search(named) else None
        return (swapped, carried) if swapped else (carried,)
    return (text, carried)


def needs_context(text: str) -> bool:
    """Tells whether a message leaves its subject to what was said before."""
    if re.search(r"\b[A-Z][a-z]+ [A-Z][a-z]+", text) and len(question_terms(text)) > 3:
        return False
    short = len(question_terms(text)) <= 3
    leans = bool(_LEANS_ON_BEFORE.search(text) or _GOES_ON.match(text.strip()))
    return (short and leans) or not question_terms(text)


def may_go_on(text: str) -> bool:
    """Tells whether a message is so short that it may, or may not, leave its subject to what was said before."""
    return len(question_terms(text)) <= _FEW_TERMS


def _subject(history: Sequence[Turn]) -> str | None:
    asked = [" ".join(turn.text.split()) for turn in history if turn.role == "user"]
    return next((question for question in reversed(asked) if not needs_context(question)), asked[-1] if asked else None)


def _carried(text: str, subject: str) -> str:
    said = {fold(word) for word in _WORD.findall(text)}
    words = [word for word in _WORD.findall(subject) if fold(word) not in STOP_WORDS | said | _DEGREES]
    return f"{text.strip()} ({' '.join(words)})" if words else text


def _swapped(subject: str, other: str, language: Language) -> str | None:
    """The earlier question about another thing, in the place of what is most like it: a name for a name."""
    runs = [run for run in _runs(subject) if run.is_name == _is_name(other)]
    if not runs:
        return None
    likeness = np.array([_meaning(run.text, language) for run in runs]) @ _meaning(other, language)
    nouns = np.array([bool(_BEFORE_A_NOUN.search(subject[: run.start])) for run in runs])
    best = runs[int(np.argmax(likeness + _NOUN * nouns))]
    return subject[: best.start] + other + subject[best.end :]


@dataclass(frozen=True)
class _Run:
    """Words that belong together, a name or a common noun with what stands before it."""

    text: str
    start: int
    end: int
    is_name: bool


def _runs(text: str) -> Iterator[_Run]:
    def kind(found: re.Match[str]) -> str:
        word = found[0]
        if _is_name(word) and found.start():
            return "name"
        return "" if fold(word) in STOP_WORDS | _DEGREES else "thing"

    for told, words in itertools.groupby(_WORD.finditer(text), key=kind):
        if told:
            run = list(words)
            start, end = run[0].start(), run[-1].end()
            yield _Run(text[start:end], start, end, told == "name")


def _is_name(text: str) -> bool:
    return any(word[0].isupper() or word[0].isdigit() for word in _WORD.findall(text))


def _meaning(text: str, language: Language) -> Vectors:
    ((_, vectors),) = language.word_vectors([text])
    mean = np.asarray(vectors).mean(axis=0) if len(vectors) else np.zeros(1, dtype=np.float32)
    return np.asarray(mean / (np.linalg.norm(mean) or 1), dtype=np.float32)
