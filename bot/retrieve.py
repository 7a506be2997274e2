"""Finding passages for a question. Knows the index and how to weigh its scores; knows nothing of answers.

Chunks come from two searches, by vector and by terms. Every one found by either is then scored on four counts, each
brought to 0..1 over the chunks of this question, and their weighted sum ranks them (convex combination: Bruch et al.,
arXiv 2210.11934).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.question import Question
from ingest.article import Article
from ingest.embed import Embedder, Vectors
from ingest.index import Index
from ingest.store import StoredChunk

CANDIDATES = 100
SCOPED_CANDIDATES = 2_000
PER_ARTICLE = 4
KEEP = 12


@dataclass(frozen=True)
class Weights:
    """How much each count weighs; they need not add up to 1."""

    chunk: float = 0.25
    sentence: float = 0.3
    terms: float = 0.35
    article: float = 0.1


WEIGHTS = Weights()


@dataclass(frozen=True)
class Found:
    """A chunk with its counts: cosines of itself and its sentences (in order), BM25 of it and its article, the score."""

    stored: StoredChunk
    article: Article
    chunk_cosine: float
    sentence_cosines: tuple[float, ...]
    bm25: float
    article_bm25: float
    score: float


def retrieve(
    question: Question,
    index: Index,
    embedder: Embedder,
    weights: Weights = WEIGHTS,
    *,
    scope: Sequence[str] = (),
) -> tuple[Found, ...]:
    """Returns the chunks that fit the question, best first, at most KEEP and at most PER_ARTICLE of one article.

    Only articles in the folders of `scope` count, unless it is empty.
    """
    vector = embedder.embed([question.text])[0]
    limit = min(SCOPED_CANDIDATES, index.manifest.chunks) if scope else CANDIDATES
    by_terms = index.matching(question.terms, limit)
    stored = _within(scope, index.read({**index.nearest(vector, limit), **by_terms}))
    if not stored:
        return ()
    articles = index.matching_articles(question.terms, len(index.articles))
    found = _score(vector, stored, by_terms, articles, index, weights)
    return tuple(_capped(sorted(found, key=lambda f: (-f.score, f.stored.row))))[:KEEP]


def _within(scope: Sequence[str], stored: Mapping[int, StoredChunk]) -> Mapping[int, StoredChunk]:
    folders = tuple(folder.rstrip("/") + "/" for folder in scope)
    if not folders:
        return stored
    return {row: chunk for row, chunk in stored.items() if chunk.chunk.article_id.startswith(folders)}


def _score(
    vector: Vectors,
    stored: Mapping[int, StoredChunk],
    by_terms: Mapping[int, float],
    by_article: Mapping[int, float],
    index: Index,
    weights: Weights,
) -> list[Found]:
    chunks = list(stored.values())
    cosines = [chunk.vectors @ vector for chunk in chunks]
    counts = {
        "chunk": np.array([float(c[0]) for c in cosines]),
        "sentence": np.array([float(c[1:].max()) for c in cosines]),
        "terms": np.array([by_terms.get(chunk.row, 0.0) for chunk in chunks]),
        "article": np.array([by_article.get(chunk.article_row, 0.0) for chunk in chunks]),
    }
    scores = sum(getattr(weights, name) * _spread(values) for name, values in counts.items())
    return [
        Found(
            stored=chunk,
            article=index.articles[chunk.article_row],
            chunk_cosine=float(cosines[i][0]),
            sentence_cosines=tuple(map(float, cosines[i][1:])),
            bm25=float(counts["terms"][i]),
            article_bm25=float(counts["article"][i]),
            score=float(np.asarray(scores)[i]),
        )
        for i, chunk in enumerate(chunks)
    ]


def _spread(values: Vectors) -> Vectors:
    """Brings values to 0..1, the smallest to 0 and the largest to 1."""
    if not len(values) or values.max() == values.min():
        return np.zeros_like(values)
    return np.asarray((values - values.min()) / (values.max() - values.min()))


def _capped(found: Iterable[Found]) -> Iterable[Found]:
    taken: dict[int, int] = {}
    for one in found:
        taken[one.stored.article_row] = taken.get(one.stored.article_row, 0) + 1
        if taken[one.stored.article_row] <= PER_ARTICLE:
            yield one
