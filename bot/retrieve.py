"""Finding passages for a question. Knows the index and how to weigh its scores; knows nothing of answers.

Chunks come from two searches, by vector and by terms. Every one found by either is then scored on four counts, each
brought to 0..1 over the chunks of this question, and their weighted sum ranks them (convex combination: Bruch et al.,
arXiv 2210.11934). A question that speaks of a time adds a bonus for articles of that time. The units of the best chunks
are ranked anew by `bot.quote`.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.question.document import asks_what_it_says
from bot.question.understand import Question
from ingest.articles.article import Article
from ingest.embed.embedder import Vectors
from ingest.index.open_index import Index
from ingest.index.store import StoredChunk

CANDIDATES = 100
# A scope is applied after the search, which must therefore look further.
SCOPED_CANDIDATES = 2_000
PER_ARTICLE = 10
KEEP = 32
# Chunks of different articles that are this alike say the same thing, agency reports printed twice above all.
SAME = 0.95
# What an article of the time that the question speaks of gains beside the weights below.
_TIME = 0.3
# An article that is asked what it says is read from its beginning, so many chunks.
_OPENING = 3
_LONG_AGO = datetime.date.min


@dataclass(frozen=True)
class Weights:
    """How much each count weighs; they need not add up to 1."""

    chunk: float = 0.2
    unit: float = 0.2
    terms: float = 0.45
    section: float = 0.2


WEIGHTS = Weights()


@dataclass(frozen=True)
class Found:
    """A chunk with its counts: cosines of itself, its section and its units in order, the score.

    `before` is the sentence that stands before it in its section, "" if none does.
    """

    stored: StoredChunk
    article: Article
    chunk_cosine: float
    section_cosine: float
    unit_cosines: tuple[float, ...]
    score: float
    before: str = ""

    @property
    def unit_vectors(self) -> Vectors:
        """The vectors of its units in order, shape (units, dimensions)."""
        return self.stored.vectors[2:]

    def seen_by(self, vector: Vectors) -> "Found":
        """Returns the same with the cosines of another question's vector, shape (dimensions,)."""
        chunk, section, *units = map(float, self.stored.vectors @ vector)
        return replace(self, chunk_cosine=chunk, section_cosine=section, unit_cosines=tuple(units))


def retrieve(
    question: Question,
    index: Index,
    vector: Vectors,
    *,
    scope: Sequence[str] = (),
    also: Iterable[int] = (),
    weights: Weights = WEIGHTS,
    keep: int = KEEP,
    per_article: int = PER_ARTICLE,
) -> tuple[Found, ...]:
    """Returns the chunks that fit the question, best first, at most `keep` and at most `per_article` of one article.

    `vector` is the question's, shape (dimensions,); with zeros only its words count. `scope` names folders or articles
    of the corpus; nothing else is looked at then. The chunks in the rows `also` come first, whether they fit or not.
    """
    asked = dict.fromkeys(question.terms, 1.0)
    limit = min(SCOPED_CANDIDATES, index.manifest.chunks) if scope else CANDIDATES
    by_terms = index.matching(asked, limit)
    stored = index.read({**index.nearest(vector, limit), **by_terms})
    openings = {*also, *(row for opening in _openings(question, stored, index) for row in opening)}
    stored |= index.read(openings)
    if scope:
        stored = {row: one for row, one in stored.items() if is_within(scope, one.chunk.article_id)}
    found = _score(question, vector, stored, by_terms, index, weights)
    ranked = sorted(found, key=lambda one: (one.stored.row not in openings, -one.score, one.stored.row))
    kept = tuple(_folded(_capped(ranked, per_article), keep))[:keep]
    above = stored | index.read({one.stored.row - 1 for one in kept if _may_lean(one)} - {-1} - stored.keys())
    return tuple(replace(one, before=_before(one.stored, above.get(one.stored.row - 1))) for one in kept)


def _may_lean(one: Found) -> bool:
    """Whether its first sentence may be understood only after the one before."""
    return one.stored.chunk.units[0].kind == "paragraph"


def _before(one: StoredChunk, above: StoredChunk | None) -> str:
    if above is None or above.article_row != one.article_row or above.chunk.path != one.chunk.path:
        return ""
    last = above.chunk.units[-1]
    return above.chunk.between(last.start, last.end) if last.kind == "paragraph" else ""


def _openings(question: Question, stored: Mapping[int, StoredChunk], index: Index) -> Iterator[range]:
    """The first chunks of each article that the question asks what it says."""
    for row in {chunk.article_row for chunk in stored.values()}:
        if asks_what_it_says(question, index.articles[row].title):
            yield index.opening(row, _OPENING)


def is_within(scope: Sequence[str], article_id: str) -> bool:
    """Tells whether an article lies in one of the folders, or is one of the articles, that the scope names."""
    return any(article_id == place or article_id.startswith(place.rstrip("/") + "/") for place in scope)


def spread(values: Vectors) -> Vectors:
    """Returns the values brought to 0..1, the smallest to 0 and the largest to 1."""
    if not len(values) or values.max() == values.min():
        return np.zeros_like(values)
    return np.asarray((values - values.min()) / (values.max() - values.min()))


def _score(
    question: Question,
    vector: Vectors,
    stored: Mapping[int, StoredChunk],
    bm25: Mapping[int, float],
    index: Index,
    weights: Weights,
) -> list[Found]:
    chunks = list(stored.values())
    cosines = [chunk.vectors @ vector for chunk in chunks]
    counts = {
        "chunk": np.array([float(c[0]) for c in cosines]),
        "section": np.array([float(c[1]) for c in cosines]),
        "unit": np.array([float(c[2:].max()) for c in cosines]),
        "terms": np.array([bm25.get(chunk.row, 0.0) for chunk in chunks]),
    }
    scores = np.zeros(len(chunks))
    for name, values in counts.items():
        scores += getattr(weights, name) * spread(values)
    articles = [index.articles[chunk.article_row] for chunk in chunks]
    if question.period:
        scores += [_TIME * question.period.nearness(article.published) for article in articles]
    return [
        Found(
            stored=chunk,
            article=articles[i],
            chunk_cosine=float(cosines[i][0]),
            section_cosine=float(cosines[i][1]),
            unit_cosines=tuple(map(float, cosines[i][2:])),
            score=float(scores[i]),
        )
        for i, chunk in enumerate(chunks)
    ]


def _capped(found: Iterable[Found], per_article: int) -> Iterator[Found]:
    taken: dict[int, int] = {}
    for one in found:
        taken[one.stored.article_row] = taken.get(one.stored.article_row, 0) + 1
        if taken[one.stored.article_row] <= per_article:
            yield one


def _folded(found: Iterable[Found], keep: int) -> list[Found]:
    """Keeps of chunks that say the same the one of the newest article, at the best one's place."""
    kept: list[Found] = []
    said: list[Vectors] = []
    for one in found:
        says = _said(one)
        elsewhere = (i for i, other in enumerate(kept) if other.stored.article_row != one.stored.article_row)
        twin = next((i for i in elsewhere if says @ said[i] >= SAME), None)
        if twin is None:
            kept.append(one)
            said.append(says)
        else:
            kept[twin] = _newest(kept[twin], one)
        if len(kept) > keep:
            break
    return kept


def _said(one: Found) -> Vectors:
    """What the chunk says, whatever its article and its section are called."""
    said = one.unit_vectors.sum(axis=0)
    return np.asarray(said / (np.linalg.norm(said) or 1))


def _newest(first: Found, second: Found) -> Found:
    later = bool(second.article.published and second.article.published > (first.article.published or _LONG_AGO))
    return replace(second if later else first, score=first.score)
