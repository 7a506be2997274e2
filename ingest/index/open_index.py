"""The index of one generation, open for reading. Knows its parts; knows nothing of questions.

manifest.json       what it was built from, and the digest of every file
store.sqlite        articles, chunks and the vectors of their sentences
base/               store and lexical index of an earlier generation, if this one holds only what differs from it
chroma/             chunk vectors, one for each text
lexical/chunks/     terms of chunks
lexical/words/      words of whole articles as they are written, for mistyped questions

`ingest.index.build` writes it.
"""

import functools
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from ingest.articles.article import Article
from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken, WrongEmbedder
from ingest.index import generation
from ingest.index.address import ServerAddress
from ingest.index.chroma_vectors import ChromaVectors
from ingest.index.graph import is_shared
from ingest.index.leases import Lease, take_lease
from ingest.index.lexical import Lexical
from ingest.index.manifest import ON_DISK, damaged_files, read_manifest
from ingest.index.nearest import Nearest
from ingest.index.recall import LEAST, Recall, measure, spread
from ingest.index.server import ServerVectors
from ingest.index.store import BASE, Store, StoredChunk
from ingest.index.vectors import VectorIndex
from ingest.terms import ANALYZER_VERSION

__all__ = ["BASE", "CHUNK_TERMS", "STORE", "VECTORS", "WORDS", "Index", "open_current", "open_older"]

STORE, VECTORS = "store.sqlite", "chroma"
CHUNK_TERMS, WORDS = "lexical/chunks", "lexical/words"
# Of chunks with the same text, so many are found by its vector; more would crowd out all others.
_TWINS = 3
# So many texts are looked for in a check, and as many that are new; fewer in a graph that was looked at before. In an
# index that has grown, so many times as many, evenly spread, stand for all: that tells its recall to a thousandth.
_SAMPLE, _FEW_SAMPLE, _COMPARED = 200, 25, 50
# Of so few texts every vector is compared in a millisecond; loading Chroma takes half a second, a server a round trip.
FEW = 1_000
# So many articles stay in memory whole: answers come from a few again and again.
_WHOLE_ARTICLES = 64


class Index:
    """One open generation, safe to use from several threads; the same call gives the same result while it is open."""

    def __init__(
        self,
        folder: Path,
        *,
        server: ServerAddress | None = None,
        by_index: bool = False,
        when_closed: Callable[[], object] = lambda: None,
    ) -> None:
        """Opens a complete generation; `server` is where its vectors are if they are not in the folder.

        Of few texts, and where the vector index finds less than LEAST of what is nearest, every vector is compared,
        unless it is to be found `by_index`, whatever it finds.

        Raises:
            IndexBroken: a part is damaged, other than the vector index: `trouble` says that every vector is compared.
        """
        self.manifest, self._folder = read_manifest(folder), folder
        if self.manifest.analyzer != ANALYZER_VERSION:
            raise IndexBroken("the index was built by another version of Footnote", "rebuild it with: footnote ingest")
        damaged = damaged_files(folder, self.manifest)
        if any(not name.startswith(VECTORS) for name in damaged):
            raise IndexBroken(
                f"the index in {folder} is damaged ({', '.join(damaged)})", "run: footnote rollback, or footnote ingest"
            )
        with ExitStack() as parts:
            self._store = Store(folder / STORE, self.manifest.dimensions)
            parts.callback(self._store.close)
            self._read_article = functools.lru_cache(maxsize=_WHOLE_ARTICLES)(self._store.read_article)
            self._chunk_terms = Lexical(folder / CHUNK_TERMS)
            self._words = Lexical(folder / WORDS)
            self._nearest = Nearest(
                lambda: _open_vectors(folder, self.manifest.vectors, damaged, server),
                lambda: (self._texts, self._store.vectors_of(self._texts)),
                exact=not by_index and (self.manifest.chunks <= FEW or self.manifest.recall < LEAST),
            )
            parts.callback(self._nearest.close)
            self._parts = parts.pop_all()
        self._parts.callback(when_closed)
        self.articles: tuple[Article, ...] = self._store.articles
        self.newest = max((a.published for a in self.articles if a.published), default=None)

    @functools.cached_property
    def _texts(self) -> tuple[str, ...]:
        return self._store.text_ids()

    @functools.cached_property
    def has_old_graph(self) -> bool:
        """Tells whether its graph is that of an earlier generation, which was looked at when it was written."""
        return is_shared(self._folder / VECTORS)

    @property
    def _sampled(self) -> int:
        return _FEW_SAMPLE if self.has_old_graph else _SAMPLE

    @property
    def trouble(self) -> str | None:
        """What is wrong with it although it answers, or None."""
        return self._nearest.trouble

    def hashes(self) -> dict[str, str]:
        """Returns the content hash of every article when it was read, by id."""
        return self._store.hashes()

    def nearest(self, vector: Vectors, limit: int) -> dict[int, float]:
        """Returns the cosine of the chunks nearest to one unit vector, by chunk row, best first.

        `limit` counts texts: of chunks with the same text there may be a few.
        """
        (found,) = self._nearest.search(vector[None], limit)
        rows = self._store.twins(found)
        return {row: cosine for id_, cosine in found.items() for row in rows.get(id_, ())[:_TWINS]}

    def matching(self, weights: Mapping[str, float], limit: int) -> dict[int, float]:
        """Returns the BM25 score of the chunks that hold any of the weighted terms, by chunk row, best first."""
        found = self._chunk_terms.search(weights, limit)
        scores = dict(zip(self._store.rows_of(list(found)), found.values(), strict=True))
        return dict(sorted(scores.items(), key=lambda hit: (-hit[1], hit[0])))

    def inverse_frequency(self, term: str) -> float:
        """Returns the term's idf over the chunks, as BM25 counts it: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        return self._chunk_terms.inverse_frequency(term)

    def knows(self, term: str) -> bool:
        """Tells whether any article holds the term, in its title, a heading or its text."""
        return self._chunk_terms.frequency(term) > 0 or self._words.frequency(term) > 0

    def similar_word(self, word: str) -> str | None:
        """Returns the word of the articles that a mistyped, folded one most likely means, if any is close."""
        return self._words.similar(word)

    def read(self, rows: Iterable[int]) -> dict[int, StoredChunk]:
        """Returns chunks by row."""
        return self._store.read_chunks(rows)

    def opening(self, article_row: int, most: int) -> range:
        """Returns the rows of the chunks with which an article begins."""
        return self._store.opening(article_row, most)

    def text(self, article_row: int) -> str:
        """Returns the whole text of an article."""
        return self._store.text(article_row)

    def read_article(self, article_row: int) -> Article:
        """Returns an article whole: its text, blocks and links too."""
        return self._read_article(article_row)

    def ids(self) -> tuple[str, ...]:
        """Returns the ids of all chunks, sorted."""
        return self._store.ids()

    def is_whole(self) -> bool:
        """Tells whether the vector index holds every text that chunks say, and no other."""
        wanted = frozenset(self._texts)
        return Counter(map(wanted.__contains__, self._nearest.ids())) == Counter({True: len(wanted)})

    def sample(self) -> list[int]:
        """Returns the rows of some chunks, evenly spread, and of those that were written last."""
        step = max(self._store.chunks // self._sampled, 1)
        return sorted({*range(0, self._store.chunks, step), *self._store.latest(self._sampled)})

    def recall(self) -> Recall:
        """Measures what the search by vector finds of what is nearest; in a grown index, of some and of what is new."""
        latest = sorted(set(self._store.latest(self._sampled).values()))
        sample = [*dict.fromkeys((*latest, *spread(self._texts, self._sampled)))]
        some = _COMPARED * self._sampled if self._store.is_grown else None
        return measure(self._nearest.search, sample, self._texts, self._store.vectors_of, compared=some)

    def close(self) -> None:
        """Gives back memory and files."""
        self._parts.close()


def open_current(home: Path, fingerprint: str, server: ServerAddress | None = None) -> Index:
    """Opens the published generation of a home; it is leased until the index is closed.

    Raises:
        IndexNotFound: nothing has been published.
        WrongEmbedder: it was built with another embedder than the one with this fingerprint.
        IndexBroken: it cannot be opened.
    """
    return _open(home, generation.lease_published(home), fingerprint, server)


def open_older(home: Path, fingerprint: str, server: ServerAddress | None = None) -> Index:
    """Opens what was in use last and can be opened, or else the newest that can; it is leased until it is closed.

    Raises:
        IndexBroken: none can be opened.
    """
    for name in dict.fromkeys((*generation.way_back_in(home), *reversed(generation.generations(home)))):
        lease = take_lease(home, lambda name=name: name)  # type: ignore[misc]
        assert lease is not None
        try:
            return _open(home, lease, fingerprint, server)
        except (IndexBroken, WrongEmbedder):
            continue
    raise IndexBroken(f"no index in {home} can be opened", "build one with: footnote ingest")


def _open(home: Path, lease: Lease, fingerprint: str, server: ServerAddress | None) -> Index:
    try:
        index = Index(generation.folder_of(home, lease.generation), server=server, when_closed=lease.release)
    except BaseException:
        lease.release()
        raise
    if index.manifest.fingerprint == fingerprint:
        return index
    index.close()
    raise WrongEmbedder(
        f"the index in {home} was built with embedder {index.manifest.fingerprint}, but {fingerprint} is set",
        "set the same embedder again, or rebuild with: footnote ingest",
    )


def _open_vectors(folder: Path, where: str, damaged: Iterable[str], server: ServerAddress | None) -> VectorIndex:
    if where != ON_DISK:
        if server is None:
            raise IndexBroken(f"the vectors are in collection {where} of a Chroma server", "set FOOTNOTE_CHROMA_HOST")
        return ServerVectors(server, where)
    if any(damaged):
        raise IndexBroken(f"the vector index in {folder} is damaged ({', '.join(damaged)})")
    if (folder / VECTORS).is_dir() and not os.access(folder / VECTORS, os.W_OK):
        raise IndexBroken(f"Chroma writes even to read, and {folder} cannot be written to", "give this user that right")
    return ChromaVectors(folder / VECTORS)
