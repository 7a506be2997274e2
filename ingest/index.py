"""The index of one generation: written whole, then only read. Knows its parts; knows nothing of questions.

manifest.json       what it was built from
store.sqlite        articles, chunks and the vectors of their sentences
chroma/             chunk vectors, one for each text
lexical/chunks/     terms of chunks
lexical/articles/   terms of whole articles, titles included
lexical/words/      words of whole articles as they are written, for mistyped questions
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np

from ingest import generation
from ingest.article import Article
from ingest.embed import Vectors
from ingest.errors import IndexBroken, IndexNotFound, WrongEmbedder
from ingest.generation import Manifest
from ingest.lexical import Lexical, write_lexical
from ingest.split import Chunk
from ingest.store import Store, StoredChunk, write_store
from ingest.terms import ANALYZER_VERSION, terms, words
from ingest.vectors import VectorIndex, write_vectors

# Of chunks with the same text, so many are found by its vector; more would crowd out all others.
_TWINS = 3
_STORE, _VECTORS = "store.sqlite", "chroma"
_CHUNK_TERMS, _ARTICLE_TERMS, _WORDS = "lexical/chunks", "lexical/articles", "lexical/words"


def write_index(
    folder: Path,
    articles: Sequence[Article],
    chunks: Iterable[tuple[int, Chunk, Vectors]],
    *,
    fingerprint: str,
    content: str,
    created: str,
) -> Manifest:
    """Writes all parts of a generation into its folder.

    `chunks` are (article's row, chunk, vectors): the chunk's own vector, then one for each of its sentences.
    """
    written: list[Chunk] = []
    own: dict[str, tuple[str, Vectors]] = {}
    write_store(folder / _STORE, articles, _remembered(chunks, written, own))
    # One vector for each text: hundreds of equal ones tear the graph by which Chroma finds neighbours.
    first_ids, vectors = zip(*own.values(), strict=True)
    write_vectors(folder / _VECTORS, first_ids, np.stack(vectors))
    _write_terms(folder, articles, written)
    manifest = Manifest(
        generation=generation.name_of(folder),
        created=created,
        articles=len(articles),
        chunks=len(written),
        sentences=sum(len(chunk.sentences) for chunk in written),
        fingerprint=fingerprint,
        dimensions=len(vectors[0]),
        analyzer=ANALYZER_VERSION,
        content=content,
        ids=generation.digest(sorted(chunk.id for chunk in written)),
    )
    generation.write_manifest(folder, manifest)
    return manifest


def _remembered(
    chunks: Iterable[tuple[int, Chunk, Vectors]], written: list[Chunk], own: dict[str, tuple[str, Vectors]]
) -> Iterator[tuple[int, Chunk, Vectors]]:
    """Passes the chunks on one by one, and keeps what the other parts need: never the vectors of all sentences."""
    for article_row, chunk, vectors in chunks:
        written.append(chunk)
        own.setdefault(chunk.text, (chunk.id, vectors[0]))
        yield article_row, chunk, vectors


def _write_terms(folder: Path, articles: Sequence[Article], chunks: Sequence[Chunk]) -> None:
    write_lexical(folder / _CHUNK_TERMS, (terms(chunk.text) for chunk in chunks))
    whole = [f"{article.title}\n{article.text}" for article in articles]
    write_lexical(folder / _ARTICLE_TERMS, map(terms, whole))
    write_lexical(folder / _WORDS, map(words, whole))


class Index:
    """One open generation, safe to use from several threads; the same call gives the same result while it is open."""

    def __init__(self, folder: Path) -> None:
        """Opens a complete generation.

        Raises:
            IndexBroken: a part is missing, damaged, or does not belong to the others.
        """
        self.manifest = generation.read_manifest(folder)
        if self.manifest.analyzer != ANALYZER_VERSION:
            raise IndexBroken("the index was built by another version of Footnote; rebuild it with: footnote ingest")
        with ExitStack() as opened:  # if one part is broken, those before it are closed again
            self._store = opened.enter_context(closing(Store(folder / _STORE, self.manifest.dimensions)))
            self._vectors = opened.enter_context(closing(VectorIndex(folder / _VECTORS)))
            self._chunk_terms = Lexical(folder / _CHUNK_TERMS)
            self._article_terms = Lexical(folder / _ARTICLE_TERMS)
            self._words = Lexical(folder / _WORDS)
            self._opened = opened.pop_all()
        self.articles: tuple[Article, ...] = self._store.articles

    def nearest(self, vector: Vectors, limit: int) -> dict[int, float]:
        """Returns the cosine of the chunks nearest to one unit vector, by chunk row, best first.

        `limit` counts texts: of chunks with the same text there may be a few.
        """
        found = self._vectors.search(vector, limit)
        rows = self._store.twins(found)
        return {row: cosine for id_, cosine in found.items() for row in rows[id_][:_TWINS]}

    def matching(self, weights: Mapping[str, float], limit: int) -> dict[int, float]:
        """Returns the BM25 score of the chunks that hold any of the weighted terms, by chunk row, best first."""
        return self._chunk_terms.search(weights, limit)

    def matching_articles(self, weights: Mapping[str, float], limit: int) -> dict[int, float]:
        """Returns the BM25 score of the articles that hold any of the weighted terms, by article row, best first."""
        return self._article_terms.search(weights, limit)

    def inverse_frequency(self, term: str) -> float:
        """Returns the term's idf over the chunks, as BM25 counts it: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        n, total = self._chunk_terms.frequency(term), self._chunk_terms.texts
        return float(np.log1p((total - n + 0.5) / (n + 0.5)))

    def knows(self, term: str) -> bool:
        """Tells whether any article holds the term, its title included."""
        return self._article_terms.frequency(term) > 0

    def knows_word(self, word: str) -> bool:
        """Tells whether any article holds the folded word just so."""
        return self._words.frequency(word) > 0

    def similar_word(self, word: str) -> str | None:
        """Returns the word of the articles that a mistyped, folded one most likely means, if any is close."""
        return self._words.similar(word)

    def read(self, rows: Iterable[int]) -> dict[int, StoredChunk]:
        """Returns chunks by row."""
        return self._store.read_chunks(rows)

    def text(self, article_row: int) -> str:
        """Returns the whole text of an article."""
        return self._store.text(article_row)

    def ids(self) -> tuple[str, ...]:
        """Returns the ids of all chunks, sorted."""
        return self._store.ids()

    def is_whole(self) -> bool:
        """Tells whether the vector index holds the first chunk of every text, and no other."""
        return self._store.first_ids() == self._vectors.ids()

    def close(self) -> None:
        """Gives back memory and files."""
        self._opened.close()


def open_current(home: Path, fingerprint: str) -> Index:
    """Opens the published generation of a home.

    Raises:
        IndexNotFound: nothing has been published.
        WrongEmbedder: it was built with another embedder than the one with this fingerprint.
        IndexBroken: it cannot be opened.
    """
    name = generation.current(home)
    if name is None:
        raise IndexNotFound(f"no index in {home}; build it with: footnote ingest")
    index = Index(generation.folder_of(home, name))
    if index.manifest.fingerprint != fingerprint:
        index.close()
        raise WrongEmbedder(
            f"the index in {home} was built with embedder {index.manifest.fingerprint}, but {fingerprint} is set; "
            "set the same embedder again, or rebuild with: footnote ingest"
        )
    return index
