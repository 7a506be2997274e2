"""Whether the articles answer at all. Turns what the search found into a probability; picks no sentences."""

import math
from collections.abc import Sequence

from bot.evidence import Sentence
from bot.question import Question
from ingest.article import Article

NEAREST = 3
THRESHOLD = 0.5


def confidence(question: Question, sentences: Sequence[Sentence]) -> float:
    """Returns the estimated probability, from 0 to 1, that the sentences answer the question."""
    if not sentences:
        return 0.0
    best = max(sentence.cosine + sentence.coverage for sentence in sentences) / 2
    return 1 / (1 + math.exp(-12 * (best - 0.45))) * (0.4 if missing_names(question, sentences) else 1.0)


def missing_names(question: Question, sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Returns the names and numbers of the question that none of the sentences holds."""
    held = frozenset().union(*(sentence.terms for sentence in sentences))
    return tuple(term for term in (*question.names, *question.numbers) if term not in held)


def nearest(sentences: Sequence[Sentence]) -> tuple[Article, ...]:
    """Returns the articles that come closest, best first."""
    articles = {s.article.id: s.article for s in sorted(sentences, key=lambda s: -s.passage)}
    return tuple(articles.values())[:NEAREST]


def refusal(articles: Sequence[Article]) -> str:
    """Returns what is said when the articles do not answer."""
    if not articles:
        return "The articles do not answer this."
    titles = "; ".join(f"“{article.title}”" for article in articles)
    return f"The articles do not answer this. The nearest: {titles}."
