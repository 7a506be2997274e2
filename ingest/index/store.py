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
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ingest.articles import blocks
from ingest.articles.article import Article
from ingest.context import section_of
from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken
from ingest.index.record import Record, facts_of
from ingest.split import Chunk
from ingest.units import units_from_json

_FIRST = """
SELECT text_id, article.id, url, published, page, start, end, units, min(chunk.row)
    FROM {0}.chunk JOIN {0}.article ON article.row = chunk.article GROUP BY text_id"""
_MOVED = f"""
SELECT text_id FROM ({_FIRST.format("main")}) AS now JOIN ({_FIRST.format("base")}) AS was USING (text_id)
    WHERE (now.id, now.url, now.published, now.page, now.start, now.end, now.units)
    IS NOT (was.id, was.url, was.published, was.page, was.start, was.end, was.units)"""
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
            self._connection = sqlite3.connect(read_only(path), uri=True, check_same_thread=False)
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

    def article_words(self) -> Iterator[str]:
        """Yields the words of each article, by row, separated by spaces; for one thread, as what follows."""
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

    def records_of(self, text_ids: Sequence[str]) -> tuple[Record, ...]:
        """Returns the first chunks that say the texts, in the order of the ids, as the vector index holds them."""
        rows = {id_: rows[0] for id_, rows in self.twins(text_ids).items()}
        found = self.read_chunks(rows.values())
        return tuple(self._record(id_, found[rows[id_]]) for id_ in text_ids)

    def moved_since(self, base: Path) -> frozenset[str]:
        """Returns the ids of the texts that another store has too, but in another article or place, or of another day.

        Title and headings are the same where the id of a text is.
        """
        with closing(sqlite3.connect(read_only(self._path), uri=True)) as connection:
            connection.execute("ATTACH ? AS base", (read_only(base),))
            return frozenset(id_ for (id_,) in connection.execute(_MOVED))

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

    def _record(self, text_id: str, stored: StoredChunk) -> Record:
        facts = facts_of(self.articles[stored.article_row], stored.chunk)
        return Record(text_id, stored.vectors[0], stored.chunk.text, facts)

    def _query(self, statement: str, value: object = None) -> list[tuple[Any, ...]]:
        values = () if value is None else (json.dumps(value) if isinstance(value, list) else value,)
        try:
            with self._turn:
                return list(self._connection.execute(statement, values))
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def _broken(self, error: sqlite3.Error) -> IndexBroken:
        return IndexBroken(f"{self._path} cannot be read: {error}", "run: footnote rollback, or footnote ingest")


def read_only(path: Path) -> str:
    """The address under which SQLite opens a file that nobody writes to any more."""
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"
