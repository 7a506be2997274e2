"""Plain ways to find passages, to hold ours against: terms alone, vectors alone, and both fused by rank.

Each is a function from a question to passages, best first, over the same articles and with the same embedding model.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from ingest.articles.article import Article
from ingest.embed.embedder import Embedder
from ingest.index.lexical import Lexical, write_lexical
from ingest.index.open_index import Index
from ingest.sentences import sentence_spans
from ingest.terms import question_terms, terms

LIMIT, CANDIDATES = 12, 100
# The constant of reciprocal rank fusion, as its authors set it; and passages enough for 3,000 characters of small ones.
_RANK, _MANY = 60, 40
Search = Callable[[str], Sequence[str]]


def by_terms(index: Index) -> Search:
    """BM25 over our chunks, nothing else."""
    return lambda question: _texts(index, index.matching(dict.fromkeys(question_terms(question), 1.0), LIMIT))


def by_vectors(index: Index, embedder: Embedder) -> Search:
    """Cosine over our chunks, nothing else."""
    return lambda question: _texts(index, index.nearest(embedder.embed([question])[0], LIMIT))


def by_ranks(articles: Sequence[Article], embedder: Embedder, home: Path, *, words: int) -> Search:
    """BM25 and cosine over chunks of so many words, fused by rank (Cormack et al. 2009); writes to a folder of it."""
    folder = home / f"ranks-{words}"
    chunks = [chunk for article in articles for chunk in _packed(article.text, words)]
    write_lexical(folder, (" ".join(terms(chunk)) for chunk in chunks))
    lexical, vectors = Lexical(folder), embedder.embed(chunks)

    def search(question: str) -> list[str]:
        alike = np.argsort(-(vectors @ embedder.embed([question])[0]), kind="stable")[:CANDIDATES]
        named = lexical.search(dict.fromkeys(question_terms(question), 1.0), CANDIDATES)
        scores: Counter[int] = Counter()
        for rows in (map(int, alike), sorted(named, key=lambda row: -named[row])):
            scores.update({row: 1 / (_RANK + rank) for rank, row in enumerate(rows, 1)})
        return [chunks[row] for row, _ in scores.most_common(_MANY)]

    return search


def _texts(index: Index, rows: Iterable[int]) -> list[str]:
    chunks = index.read(list(rows))
    return [chunks[row].chunk.text for row in rows]


def _packed(text: str, words: int) -> Iterator[str]:
    """Consecutive sentences, up to so many words."""
    chunk: list[str] = []
    for line in text.split("\n"):
        for start, end in sentence_spans(line):
            said = line[start:end]
            if chunk and len(" ".join((*chunk, said)).split()) > words:
                yield " ".join(chunk)
                chunk = []
            chunk.append(said)
    if chunk:
        yield " ".join(chunk)
