"""Questions about an article as a whole, which they name: "What does RFC 7 propose?". Knows titles, reads no text."""

import functools
import itertools

from bot.question.understand import Question
from ingest.terms import question_terms

# What is asked of an article that is only named: what it says.
_SAYS = frozenset(
    question_terms(
        "about add address aim allow announce argue bring change contain cover deal decide define describe discuss explain"
        " focus goal idea introduce main mean outline point propose provide purpose recommend regulate require say solve"
        " specify state suggest summarise summary tell topic try want"
    )
)
_DOCUMENTS = frozenset(
    question_terms(
        "adr announcement article chapter document doc entry guide guideline handbook issue manual memo note notes page"
        " paper pep policy post proposal readme release report rfc rule runbook section specification spec tutorial"
    )
)


def names(question: Question, title: str) -> bool:
    """Tells whether a question names an article: by all words of its title, or by its number in it."""
    said = _title(title)
    told = said & question.terms.keys()
    words = {term for term in said if not any(map(str.isdigit, term))} - _DOCUMENTS
    return bool(words and words <= told) or bool(_numbers(told))


def asks_what_it_says(question: Question, title: str) -> bool:
    """Tells whether a question that names an article asks for nothing in particular of it."""
    joined = " ".join(map("-".join, itertools.pairwise(title.split())))
    return names(question, title) and question.terms.keys() <= _title(f"{title} {joined}") | _SAYS | _DOCUMENTS


@functools.lru_cache(maxsize=20_000)
def _title(title: str) -> frozenset[str]:
    return frozenset(question_terms(title))


def _numbers(terms: frozenset[str]) -> list[str]:
    """A number that is long enough to be a name."""
    return [term for term in terms if any(map(str.isdigit, term)) and len(term) > 2]
