"""Questions about an article as a whole, which they name: "What does RFC 7 propose?". Knows titles, reads no text."""

import functools
import itertools
import re
from collections.abc import Set

from bot.question.answer_type import DENIES
from bot.question.understand import Question
from ingest.terms import question_terms

# What is said of texts alone, and of things as well: "security requires a badge" is no summary of "Security".
_TOPICS = frozenset(question_terms("about focus goal idea point purpose summary topic"))
_TELLS = _TOPICS | frozenset(
    question_terms("address contain cover describe discuss explain outline propose say suggest summarise tell")
)
_DOES = frozenset(
    question_terms(
        "add aim allow announce argue bring change deal decide define introduce main mean provide recommend require"
        " solve specify state try want"
    )
)
_DOCUMENTS = frozenset(
    question_terms(
        "adr announcement article chapter document doc entry guide guideline handbook issue manual memo note notes"
        " page paper pep policy post proposal readme release report rfc rule runbook section spec tutorial"
    )
)
_NUMBERED = re.compile(r"\b([a-z]+)[ #-]{0,3}0*(\d+)\b(?!\.\d)", re.IGNORECASE)
# No day: "2026-11-02 Post-mortem".
_TITLED = re.compile(r"\W*(?:[a-z]+[ #-]{0,3})?0*(\d+)\b(?!-\d)", re.IGNORECASE)


def asks_what_it_says(question: Question, title: str) -> bool:
    """Tells whether a question names an article, by its title or its number, and asks nothing else of it."""
    kind, terms = question.answer_type.kind, frozenset(map(_unpadded, question.terms))
    if kind not in ("about", "define", "other", "named") or (kind == "named" and terms.isdisjoint(_TOPICS)):
        return False
    said = _title(title)
    words = {term for term in said if not any(map(str.isdigit, term))} - _DOCUMENTS
    named = bool(words) and words <= terms
    numbered = _is_numbered(question.text, title)
    if not (named or numbered) or DENIES.search(question.text):
        return False
    does = _DOES if numbered or not terms.isdisjoint(_DOCUMENTS) else frozenset()
    # "The ptr-meta RFC" of one that is called "Ptr Meta".
    joined = " ".join(map("-".join, itertools.pairwise(title.split())))
    return terms <= said | _title(joined) | _TELLS | does | _DOCUMENTS


def says_so(question: Question, title: str, terms: Set[str]) -> bool:
    """Tells whether a sentence of such an article holds what is asked beside its name: "We propose …"."""
    asked = question.terms.keys() & (_TELLS | _DOES)
    return bool(asked - _title(title)) and asked <= terms


def _is_numbered(asked: str, title: str) -> bool:
    """Whether a question names a document by the number that its title begins with: "RFC 7"."""
    own = _TITLED.match(title)
    return own is not None and own[1] in numbers_asked(asked)


@functools.lru_cache(maxsize=20_000)
def _title(title: str) -> frozenset[str]:
    return frozenset(map(_unpadded, question_terms(title)))


def _unpadded(term: str) -> str:
    return term.lstrip("0")


def is_kind_of_document(word: str) -> bool:
    """Tells whether a word says what kind of document something is: "RFC"."""
    return not _DOCUMENTS.isdisjoint(question_terms(word))


@functools.lru_cache(maxsize=1_000)
def numbers_asked(text: str) -> frozenset[str]:
    """Returns the numbers by which a question names documents: "7" of "What does RFC 7 propose?"."""
    return frozenset(number for word, number in _NUMBERED.findall(text) if is_kind_of_document(word))
