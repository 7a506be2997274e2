"""The store of a generation: its articles and chunks, in one SQLite file. Knows rows; knows nothing of ranking.

Chunks and articles are numbered from 0 in the order they are written; the lexical index counts by the same numbers.
Each chunk keeps its own vector and those of its sentences, so that candidates can be compared exactly. Chunks of the
same text are twins of the first of them, which alone stands for them in the vector index.
"""

import datetime
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest.article import Article
from ingest.embed import Vectors
from ingest.errors import IndexBroken
from ingest.split import Chunk

_TABLES = """
CREATE TABLE article (row INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, url TEXT, published TEXT,
    author TEXT, text TEXT);
CREATE TABLE chunk (row INTEGER PRIMARY KEY, id TEXT UNIQUE, article INTEGER, start INTEGER, end INTEGER, text TEXT,
    sentences TEXT, vectors BLOB, twin INTEGER);
CREATE INDEX chunk_article ON chunk (article);
CREATE INDEX chunk_twin ON chunk (twin);
"""
_ARTICLE = "article.id, title, url, published, author"
_CHUNK = "chunk.row, chunk.id, chunk.article, article.id, start, end, chunk.text, sentences, vectors"


@dataclass(frozen=True)
class StoredChunk:
    """A chunk as it stands in a generation.

    `vectors` has shape (1 + len(chunk.sentences), dimensions): the chunk's own, then one per sentence; unit length.
    """

    row: int
    article_row: int
    chunk: Chunk
    vectors: Vectors


def write_store(path: Path, articles: Sequence[Article], chunks: Iterable[tuple[int, Chunk, Vectors]]) -> None:
    """Writes the articles, and the chunks as (article's row, chunk, vectors of the chunk and its sentences)."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
        connection.executemany("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?)", _article_rows(articles))
        first: dict[str, int] = {}
        for row, (article_row, chunk, vectors) in enumerate(chunks):
            values = (row, chunk.id, article_row, chunk.start, chunk.end, chunk.text, json.dumps(chunk.sentences))
            twin = first.setdefault(chunk.text, row)
            connection.execute("INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*values, pack(vectors), twin))
        connection.commit()
    finally:
        connection.close()


def pack(vectors: Vectors) -> bytes:
    """Returns the vectors as 16-bit floats: half the space at a cosine of 0.9999998 or better."""
    return vectors.astype("<f2").tobytes()


def unpack(blob: bytes, dimensions: int) -> Vectors:
    """Returns what `pack` packed, as shape (n, dimensions)."""
    return np.frombuffer(blob, dtype="<f2").astype(np.float32).reshape(-1, dimensions)


class Store:
    """An open store; read only, one connection per thread."""

    def __init__(self, path: Path, dimensions: int) -> None:
        """Opens the file that `write_store` wrote.

        Raises:
            IndexBroken: it is missing or damaged.
        """
        self._path, self._dimensions, self._local = path, dimensions, threading.local()
        self._connections: list[sqlite3.Connection] = []
        try:
            self.articles = self._read_articles()
            self.chunks = int(self._query("SELECT count(*) FROM chunk")[0][0])
        except IndexBroken:
            self.close()
            raise

    def twins(self, ids: Iterable[str]) -> dict[str, list[int]]:
        """Returns the rows of the chunks that have the text of a first one, in order, by the id of that one."""
        found = self._query(
            "SELECT first.id, chunk.row FROM chunk AS first JOIN chunk ON chunk.twin = first.row"
            " WHERE first.id IN (SELECT value FROM json_each(?)) ORDER BY chunk.row",
            list(ids),
        )
        rows: dict[str, list[int]] = {}
        for id_, row in found:
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

    def ids(self) -> tuple[str, ...]:
        """Returns the ids of all chunks, sorted."""
        return tuple(id_ for (id_,) in self._query("SELECT id FROM chunk ORDER BY id"))

    def first_ids(self) -> tuple[str, ...]:
        """Returns the ids of the chunks that are the first of their text, sorted."""
        return tuple(id_ for (id_,) in self._query("SELECT id FROM chunk WHERE twin = row ORDER BY id"))

    def close(self) -> None:
        """Closes the file."""
        for connection in self._connections:
            connection.close()

    def _read_articles(self) -> tuple[Article, ...]:
        """All articles by row, without their texts: those are read when they are needed."""
        return tuple(
            Article(id_, title, url, datetime.date.fromisoformat(published) if published else None, author, text="")
            for id_, title, url, published, author in self._query(f"SELECT {_ARTICLE} FROM article ORDER BY row")
        )

    def _chunk(self, values: tuple[Any, ...]) -> StoredChunk:
        row, chunk_id, article_row, article_id, start, end, text, sentences, vectors = values
        spans = tuple((begin, stop) for begin, stop in json.loads(sentences))
        chunk = Chunk(chunk_id, article_id, start, end, text, spans)
        return StoredChunk(row, article_row, chunk, unpack(vectors, self._dimensions))

    def _query(self, statement: str, value: object = None) -> list[tuple[Any, ...]]:
        values = () if value is None else (json.dumps(value) if isinstance(value, list) else value,)
        try:
            return list(self._connection().execute(statement, values))
        except sqlite3.Error as error:
            raise IndexBroken(
                f"{self._path} cannot be read: {error}; run: footnote rollback, or footnote ingest"
            ) from error

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            address = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
            self._local.connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._connections.append(self._local.connection)
        connection: sqlite3.Connection = self._local.connection
        return connection


def _article_rows(articles: Sequence[Article]) -> Iterator[tuple[object, ...]]:
    for row, article in enumerate(articles):
        published = article.published.isoformat() if article.published else None
        yield row, article.id, article.title, article.url, published, article.author, article.text
