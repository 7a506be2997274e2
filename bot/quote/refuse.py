"""Whether the articles answer at all. Turns what the search found into a probability; picks no sentences.

A logistic model over what speaks for the best sentences, fitted on development questions of three kinds: answerable,
about other things, and about the same passages but unanswerable (eval/RESULTS.md). The threshold depends on the index:
in a large one something always sounds alike.
"""

import math
from collections.abc import Sequence

from bot.question.names import Name, is_mentioned
from bot.question.question import Question
from bot.quote.evidence import Sentence
from bot.quote.quote import strength
from ingest.articles.article import Article
from ingest.terms import terms

NEAREST = 3
_LOOKED_AT = 4
_BIAS, _ALIGNMENT, _WEAKEST, _COSINE, _COVERAGE, _FITS, _PASSAGE = -7.8, 4.0, 1.3, 2.75, 1.8, 2.6, 2.2
_NAME_ELSEWHERE = -1.3
_NOT_WHAT_WAS_ASKED = -4.0
_NAME_NOWHERE = -2.5


def logit(question: Question, sentences: Sequence[Sentence]) -> float:
    """Returns the log odds that the sentences answer the question."""
    best = sorted(sentences, key=strength, reverse=True)[:_LOOKED_AT]
    missing = len(missing_names(question, sentences)) / max(len(question.names), 1)
    return max((_logit_of(question, s) for s in best), default=-20.0) + _NAME_NOWHERE * missing


def probability(log_odds: float) -> float:
    """Returns the probability, from 0 to 1, of log odds."""
    return 1 / (1 + math.exp(-log_odds))


def missing_names(question: Question, sentences: Sequence[Sentence]) -> tuple[Name, ...]:
    """Returns the names and figures of the question that none of the sentences, their neighbours or titles mention."""
    held = frozenset().union(*(_held_around(sentence) for sentence in sentences))
    return tuple(name for name in question.names if not is_mentioned(name, held))


def nearest(sentences: Sequence[Sentence]) -> tuple[Article, ...]:
    """Returns the articles that come closest, best first."""
    articles = {s.article.id: s.article for s in sorted(sentences, key=strength, reverse=True)}
    return tuple(articles.values())[:NEAREST]


def refusal(missing: Sequence[Name], articles: Sequence[Article]) -> str:
    """Returns what is said when the articles do not answer."""
    names = ", ".join(name.text for name in missing)
    first = f"The articles do not mention {names}." if missing else "The articles do not answer this."
    return " ".join(filter(None, (first, name_nearest(articles))))


def name_nearest(articles: Sequence[Article]) -> str:
    """Returns the sentence with which a refusal ends: the titles that come closest; nothing if there are none."""
    return f"The nearest: {'; '.join(f'“{article.title}”' for article in articles)}." if articles else ""


def _logit_of(question: Question, sentence: Sentence) -> float:
    held = _held_around(sentence)
    elsewhere = any(not is_mentioned(name, held) for name in question.names)
    strict = question.demand.strict and sentence.fits < 1
    return (
        _BIAS
        + _ALIGNMENT * sentence.alignment
        + _WEAKEST * sentence.weakest
        + _COSINE * sentence.cosine
        + _COVERAGE * (sentence.nearby if sentence.leans else sentence.coverage)
        + _FITS * bool(sentence.fits)
        + _PASSAGE * sentence.found.chunk_cosine
        + _NAME_ELSEWHERE * elsewhere
        + _NOT_WHAT_WAS_ASKED * strict
    )


def _held_around(sentence: Sentence) -> frozenset[str]:
    return sentence.around | frozenset(terms(sentence.article.title))
