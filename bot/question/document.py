"""Questions about an article as a whole, which they name: "What does RFC 7 propose?". Knows titles, reads no text."""

import functools
import itertools

from bot.question.understand import Question
from ingest.terms import question_terms

# What is asked of an article that is only named: what it says.
_SAYS = frozenset(
    question_terms(
        "about add address aim allow announce argue bring change contain cover deal decide define describe discuss"
        " explain focus goal idea introduce main mean outline point propose provide purpose recommend require say"
        " solve specify state suggest summarise summary tell topic try want"
    )
)
# So long a number is a name.
_NUMBER = 3
_DOCUMENTS = frozenset(
    question_terms(
        "adr announcement article chapter document doc entry guide guideline handbook issue manual memo note notes"
        " page paper pep policy post proposal readme release report rfc rule runbook section spec tutorial"
    )
)


def asks_what_it_says(question: Question, title: str) -> bool:
    """Tells whether a question names an article, by its title or a number in that, and asks nothing else of it."""
    if question.answer_type.kind not in ("about", "define", "other", "named"):
        return False
    said = _title(title)
    words = {term for term in said if not any(map(str.isdigit, term))} - _DOCUMENTS
    told = said & question.terms.keys()
    if not (words and words <= told) and not any(any(map(str.isdigit, term)) and len(term) >= _NUMBER for term in told):
        return False
    # "The ptr-meta RFC" of one that is called "Ptr Meta".
    joined = " ".join(map("-".join, itertools.pairwise(title.split())))
    return question.terms.keys() <= said | _title(joined) | _SAYS | _DOCUMENTS


@functools.lru_cache(maxsize=20_000)
def _title(title: str) -> frozenset[str]:
    return frozenset(question_terms(title))
