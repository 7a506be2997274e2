"""The store of a generation: its articles and chunks, in one SQLite file. Knows rows; knows nothing of ranking.

Chunks and articles are numbered from 0 in the order they are written; the lexical index counts by the same numbers.
Each chunk keeps its own vector and those of its sentences, so that candidates can be compared exactly. Chunks of the
same text are twins: they share a text id, under which the vector index holds one vector for all of them.
"""

import datetime
import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ingest.articles import blocks
from ingest.articles.article import Article
from ingest.context import section_of
from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken
from ingest.split import Chunk
from ingest.units import units_as_json, units_from_json

_TABLES = """
CREATE TABLE article (row INTEGER PRIMARY KEY, id TEXT UNIQUE, hash TEXT, title TEXT, url TEXT, published TEXT,
    author TEXT, text TEXT, blocks TEXT, links TEXT, terms TEXT, words TEXT);
CREATE TABLE chunk (row INTEGER PRIMARY KEY, id TEXT UNIQUE, article INTEGER, start INTEGER, end INTEGER, text_id TEXT,
    text TEXT, units TEXT, path TEXT, page INTEGER, leads TEXT, terms TEXT, vectors BLOB);
CREATE TEMP TABLE wanted (row INTEGER PRIMARY KEY, id TEXT UNIQUE);
CREATE TEMP TABLE added AS SELECT * FROM chunk;
"""
# What the base has of the articles that are wanted and are not among the entries, then every chunk numbered anew.
_COPY_ARTICLES = """
INSERT INTO article SELECT wanted.row, id, hash, title, url, published, author, text, blocks, links, terms, words
    FROM wanted JOIN base.article USING (id) WHERE id NOT IN (SELECT id FROM main.article) ORDER BY wanted.row"""
_PLACES = """
SELECT article.row AS article, start, chunk.row AS old, 1 AS kept FROM main.article
    JOIN base.article AS was USING (id) JOIN base.chunk ON chunk.article = was.row
    WHERE article.row NOT IN (SELECT article FROM added)"""
_PLACE = """
CREATE TEMP TABLE place AS SELECT row_number() OVER (ORDER BY article, start) - 1 AS row, article, old, kept
    FROM (SELECT article, start, rowid AS old, 0 AS kept FROM added {});"""
_COPY_CHUNKS = """
INSERT INTO chunk
    SELECT place.row, id, place.article, start, end, text_id, text, units, path, page, leads, terms, vectors
    FROM place JOIN {} AS source ON source.rowid = old WHERE kept = ? ORDER BY place.row"""
_ARTICLE = "article.id, title, url, published, author"
_CHUNK = "chunk.row, chunk.id, chunk.article, article.id, start, end, chunk.text, units, path, page, leads, vectors"


@dataclass(frozen=True)
class StoredChunk:
    """A chunk as it stands in a generation.

    `vectors` has shape (2 + len(chunk.units), dimensions): the chunk's own, its section's, then one per unit; all of
    unit length.
    """

    row: int
    article_row: int
    chunk: Chunk
    vectors: Vectors


@dataclass(frozen=True)
class Entry:
    """An article on its way into a store.

    `hash` is its content hash; `terms` what it is found by and `words` what it is written in, separated by spaces;
    `chunks` are (chunk, its terms, vectors of the chunk and its sentences).
    """

    article: Article
    hash: str
    terms: str
    words: str
    chunks: tuple[tuple[Chunk, str, Vectors], ...]


def write_store(path: Path, order: Sequence[str], *, entries: Iterable[Entry], base: Path | None = None) -> None:
    """Writes a store of the articles whose ids `order` lists; those that `entries` lacks are copied from a base store.

    Copying leaves the same rows as writing every article anew.
    """
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, uri=True, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;")
        if base is not None:
            connection.execute("ATTACH ? AS base", (_read_only(base),))
        connection.executescript("BEGIN;" + _TABLES)
        connection.executemany("INSERT INTO wanted VALUES (?, ?)", enumerate(order))
        for entry in entries:
            _add(connection, entry)
        if base is not None:
            connection.execute(_COPY_ARTICLES)
        connection.execute(_PLACE.format("UNION ALL" + _PLACES if base is not None else ""))
        connection.execute(_COPY_CHUNKS.format("added"), (0,))
        if base is not None:
            connection.execute(_COPY_CHUNKS.format("base.chunk"), (1,))
        connection.execute("CREATE INDEX chunk_article ON chunk (article)")
        connection.execute("CREATE INDEX chunk_text ON chunk (text_id)")
        connection.execute("COMMIT")
    finally:
        connection.close()


def _add(connection: sqlite3.Connection, entry: Entry) -> None:
    article = entry.article
    published = article.published.isoformat() if article.published else None
    row = connection.execute("SELECT row FROM wanted WHERE id = ?", (article.id,)).fetchone()[0]
    values = (row, article.id, entry.hash, article.title, article.url, published, article.author, article.text)
    connection.execute(
        "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*values, blocks.as_json(article.blocks), blocks.links_as_json(article.links), entry.terms, entry.words),
    )
    connection.executemany(
        "INSERT INTO added VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (chunk.id, row, chunk.start, chunk.end, text_id(article.title, chunk), *_about(chunk), terms, pack(vectors))
            for chunk, terms, vectors in entry.chunks
        ),
    )


def _about(chunk: Chunk) -> tuple[str, str, str, int | None, str]:
    """Text, units, headings, page and leads; what introduces several units is written once."""
    unique = list(dict.fromkeys(chunk.leads))
    leads = json.dumps([unique, [unique.index(lead) for lead in chunk.leads]], ensure_ascii=False)
    path = json.dumps(chunk.path, ensure_ascii=False)
    return chunk.text, units_as_json(chunk.units), path, chunk.page, leads


def _leads(line: str) -> tuple[str, ...]:
    unique, of_units = json.loads(line)
    return tuple(unique[number] for number in of_units)


def text_id(title: str, chunk: Chunk) -> str:
    """Returns what names a text in the vector index: the same for every chunk that says just this in such a section."""
    return hashlib.sha256(f"{section_of(title, chunk.path)}\0{chunk.text}".encode()).hexdigest()[:32]


def pack(vectors: Vectors) -> bytes:
    """Returns the vectors as 16-bit floats: half the space at a cosine of 0.9999998 or better."""
    return vectors.astype("<f2").tobytes()


def unpack(blob: bytes, dimensions: int) -> Vectors:
    """Returns what `pack` packed, as shape (n, dimensions)."""
    return np.frombuffer(blob, dtype="<f2").astype(np.float32).reshape(-1, dimensions)


class Store:
    """An open store; read only, safe to use from several threads, which take turns at its one connection."""

    def __init__(self, path: Path, dimensions: int) -> None:
        """Opens the file that `write_store` wrote.

        Raises:
            IndexBroken: it is missing or damaged.
        """
        self._path, self._dimensions, self._turn = path, dimensions, threading.Lock()
        try:
            self._connection = sqlite3.connect(_read_only(path), uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise self._broken(error) from error
        try:
            self.articles = self._read_articles()
            self.chunks = int(self._query("SELECT count(*) FROM chunk")[0][0])
        except IndexBroken:
            self.close()
            raise

    def twins(self, text_ids: Iterable[str]) -> dict[str, list[int]]:
        """Returns the rows of the chunks that say a text, in order, by its id; texts that none says are left out."""
        rows: dict[str, list[int]] = {}
        for id_, row in self._query(
            "SELECT text_id, row FROM chunk WHERE text_id IN (SELECT value FROM json_each(?)) ORDER BY row",
            list(text_ids),
        ):
            rows.setdefault(id_, []).append(row)
        return rows

    def read_chunks(self, rows: Iterable[int]) -> dict[int, StoredChunk]:
        """Returns chunks by row."""
        found = self._query(
            f"SELECT {_CHUNK} FROM chunk JOIN article ON article.row = chunk.article"
            " WHERE chunk.row IN (SELECT value FROM json_each(?))",
            list(rows),
        )
        return {values[0]: self._chunk(values) for values in found}

    def text(self, article_row: int) -> str:
        """Returns the whole text of one article."""
        return str(self._query("SELECT text FROM article WHERE row = ?", article_row)[0][0])

    def read_article(self, article_row: int) -> Article:
        """Returns one article whole: its text, blocks and links too."""
        text, found, links = self._query("SELECT text, blocks, links FROM article WHERE row = ?", article_row)[0]
        article = self.articles[article_row]
        return replace(
            article,
            text=text,
            blocks=blocks.from_json(found, text, title=article.title),
            links=blocks.links_from_json(links),
        )

    def ids(self) -> tuple[str, ...]:
        """Returns the ids of all chunks, sorted."""
        return tuple(id_ for (id_,) in self._query("SELECT id FROM chunk ORDER BY id"))

    def text_ids(self) -> tuple[str, ...]:
        """Returns the ids of all texts that chunks say, each once, in the order in which they come first."""
        return tuple(id_ for (id_,) in self._query("SELECT text_id FROM chunk GROUP BY text_id ORDER BY min(row)"))

    def hashes(self) -> dict[str, str]:
        """Returns the content hash of every article, by id."""
        return dict(self._query("SELECT id, hash FROM article ORDER BY row"))

    def article_terms(self) -> Iterator[str]:
        """Yields the terms of each article, by row, separated by spaces; for one thread, as the two below."""
        return (terms for (terms,) in self._connection.execute("SELECT terms FROM article ORDER BY row"))

    def article_words(self) -> Iterator[str]:
        """Yields the words of each article, by row, separated by spaces."""
        return (words for (words,) in self._connection.execute("SELECT words FROM article ORDER BY row"))

    def chunk_terms(self) -> Iterator[str]:
        """Yields the terms of each chunk, by row, separated by spaces."""
        return (terms for (terms,) in self._connection.execute("SELECT terms FROM chunk ORDER BY row"))

    def counts(self) -> tuple[int, int]:
        """Returns the number of chunks, and of their sentences."""
        size = 2 * self._dimensions
        found = self._query(f"SELECT count(*), sum(length(vectors) / {size} - 2) FROM chunk")[0]
        return int(found[0]), int(found[1] or 0)

    def vectors_of(self, text_ids: Sequence[str]) -> Vectors:
        """Returns the texts' own vectors in the order of the ids, shape (len(text_ids), dimensions)."""
        found = {
            id_: vector
            for id_, vector, _ in self._query(
                f"SELECT text_id, substr(vectors, 1, {2 * self._dimensions}), min(row) FROM chunk"
                " WHERE text_id IN (SELECT value FROM json_each(?)) GROUP BY text_id",
                list(text_ids),
            )
        }
        return unpack(b"".join(found[id_] for id_ in text_ids), self._dimensions)

    def text_vectors(self) -> tuple[tuple[str, ...], Vectors]:
        """Returns the ids of all texts in the order in which they come first, and their vectors, one row for each."""
        ids = self.text_ids()
        return ids, self.vectors_of(ids)

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def _read_articles(self) -> tuple[Article, ...]:
        """All articles by row, without texts, blocks and links: those are read when they are needed."""
        return tuple(
            Article(
                id=id_,
                title=title,
                url=url,
                published=datetime.date.fromisoformat(published) if published else None,
                author=author,
                text="",
            )
            for id_, title, url, published, author in self._query(f"SELECT {_ARTICLE} FROM article ORDER BY row")
        )

    def _chunk(self, values: tuple[Any, ...]) -> StoredChunk:
        row, chunk_id, article_row, article_id, start, end, text, units, path, page, leads, vectors = values
        found, above = units_from_json(units), tuple(json.loads(path))
        chunk = Chunk(chunk_id, article_id, start, end, text, found, above, page, _leads(leads))
        return StoredChunk(row, article_row, chunk, unpack(vectors, self._dimensions))

    def _query(self, statement: str, value: object = None) -> list[tuple[Any, ...]]:
        values = () if value is None else (json.dumps(value) if isinstance(value, list) else value,)
        try:
            with self._turn:
                return list(self._connection.execute(statement, values))
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def _broken(self, error: sqlite3.Error) -> IndexBroken:
        return IndexBroken(f"{self._path} cannot be read: {error}; run: footnote rollback, or footnote ingest")


def _read_only(path: Path) -> str:
    """The address under which SQLite opens a file that nobody writes to any more."""
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"
