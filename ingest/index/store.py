"""The store of a generation: its articles and chunks, in SQLite files. Knows rows; knows nothing of ranking.

Each chunk keeps its own vector and those of its sentences, so that candidates can be compared exactly. Chunks of the
same text are twins: they share a text id, under which the vector index holds one vector for all of them.
"""

import datetime
import functools
import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.articles import blocks
from ingest.articles.article import Article
from ingest.context import section_of
from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken
from ingest.index.record import Record, facts_of
from ingest.split import Chunk
from ingest.units import units_from_json

_ARTICLE = "row, first, chunks, units, id, title, url, published, author"
_CHUNK = "row, id, start, end, text, units, path, page, leads, vectors"
_GONE = "(SELECT article FROM main.gone)"
_AMONG = "IN (SELECT value FROM json_each(?))"
_AT_ONCE = 2_000
_as_table = functools.partial(np.fromiter, dtype=[("value", object), ("row", np.int64)])
BASE = "base"


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


def base_of(path: Path) -> Path:
    """Returns where the store is that a store builds on; where there is none, it is whole."""
    return path.parent / BASE / path.name


class Store:
    """An open store; read only, safe to use from several threads, which take turns at its one connection.

    Articles, and chunks, are numbered from 0 in the order of the articles' ids, whatever they are numbered by in the
    files; what counts by those numbers asks `rows_of`.
    """

    def __init__(self, path: Path, dimensions: int) -> None:
        """Opens the file that `write_store` wrote, and its base.

        Raises:
            IndexBroken: it is missing or damaged.
        """
        self._path, self.dimensions, self._turn = path, dimensions, threading.Lock()
        self._parts: tuple[str, ...] = ("main",)
        try:
            self._connection = sqlite3.connect(read_only(path), uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise self._broken(error) from error
        try:
            if base_of(path).is_file():
                self._query(f"ATTACH ? AS {BASE}", read_only(base_of(path)))
                self._parts = (BASE, "main")
            self._read_places()
        except IndexBroken:
            self.close()
            raise

    @functools.cached_property
    def articles(self) -> tuple[Article, ...]:
        """All articles by row, without texts, blocks and links: those are read when they are needed."""
        return tuple(
            Article(id_, title, url, datetime.date.fromisoformat(published) if published else None, author, text="")
            for id_, title, url, published, author in self._facts
        )

    def rows_of(self, numbers: Sequence[int]) -> list[int]:
        """Returns the rows of the chunks with these numbers in the files; -1 for those that are gone."""
        return [int(row) for row in self._rows_of(numbers)]

    def _rows_of(self, numbers: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        if not len(self._by_number):
            return np.full(len(numbers), -1)
        places = self._by_number[np.searchsorted(self._first[self._by_number], numbers, side="right") - 1]
        within = np.asarray(numbers, dtype=int) - self._first[places]
        there = (within >= 0) & (within < self._length[places])
        return np.where(there, self._start[places] + within, -1)

    def twins(self, text_ids: Iterable[str]) -> dict[str, list[int]]:
        """Returns the rows of the chunks that say a text, in order, by its id; texts that none says are left out."""
        found = self._each(f"SELECT row, text_id FROM {{}}.chunk WHERE text_id {_AMONG}", [*text_ids])
        rows: dict[str, list[int]] = {}
        for row, (_, id_) in sorted(zip(self.rows_of([number for number, _ in found]), found, strict=True)):
            if row >= 0:
                rows.setdefault(id_, []).append(row)
        return rows

    def read_chunks(self, rows: Iterable[int]) -> dict[int, StoredChunk]:
        """Returns chunks by row, in order."""
        numbers = self._numbers_of(rows)
        found = self._each(f"SELECT {_CHUNK} FROM {{}}.chunk WHERE row {_AMONG}", [*numbers])
        chunks = {numbers[values[0]]: values[1:] for values in found}
        return {row: self._chunk(row, chunks[row]) for row in sorted(chunks)}

    def opening(self, article_row: int, most: int) -> range:
        """Returns the rows of the chunks with which an article begins."""
        start = int(self._start[article_row])
        return range(start, start + min(int(self._length[article_row]), most))

    def text(self, article_row: int) -> str:
        """Returns the whole text of one article."""
        return str(self._of_article("text", article_row)[0])

    def read_article(self, article_row: int) -> Article:
        """Returns one article whole: its text, blocks and links too."""
        text, found, links = self._of_article("text, blocks, links", article_row)
        article = self.articles[article_row]
        return replace(
            article,
            text=text,
            blocks=blocks.from_json(found, text, title=article.title),
            links=blocks.links_from_json(links),
        )

    def ids(self) -> tuple[str, ...]:
        """Returns the ids of all chunks, sorted."""
        return tuple(sorted(self._column("id")[0]))

    def text_ids(self) -> tuple[str, ...]:
        """Returns the ids of all texts that chunks say, each once, in the order in which they come first."""
        ids, rows = self._column("text_id")
        return tuple(dict.fromkeys(ids[np.argsort(rows)]))

    def texts_of(self, article_ids: Iterable[str]) -> frozenset[str]:
        """Returns the ids of the texts that some articles say, as far as they are there."""
        wanted = frozenset(article_ids)
        places = zip(self._facts, self._start, self._length, strict=True)
        rows = (row for facts, start, length in places if facts[0] in wanted for row in range(start, start + length))
        found = self._each(f"SELECT text_id FROM {{}}.chunk WHERE row {_AMONG}", [*self._numbers_of(rows)])
        return frozenset(id_ for (id_,) in found)

    def hashes(self) -> dict[str, str]:
        """Returns the content hash of every article, by id."""
        return dict(sorted(self._each("SELECT id, hash FROM {}.article {where}")))

    @property
    def is_grown(self) -> bool:
        """Tells whether it builds on another."""
        return BASE in self._parts

    def latest(self, most: int) -> dict[int, str]:
        """Returns the rows of chunks that were written since the base, the latest first, and the ids of their texts."""
        if not self.is_grown:
            return {}
        found = self._query(f"SELECT row, text_id FROM main.chunk ORDER BY row LIMIT {most}")
        return dict(zip(self.rows_of([number for number, _ in found]), (id_ for _, id_ in found), strict=True))

    def written(self, table: str, column: str) -> tuple[int, Iterator[str]]:
        """Returns what the articles or chunks have of which the base knows nothing, and the first one's number.

        For one thread, as what follows; `table` and `column` are article and words, or chunk and terms.
        """
        first = (
            int(self._query(f"SELECT coalesce(max(row) + 1, 0) FROM {BASE}.{table}")[0][0])
            if (BASE in self._parts)
            else 0
        )
        return first, (
            value for (value,) in self._connection.execute(f"SELECT {column} FROM main.{table} ORDER BY row")
        )

    def gone(self, table: str, column: str) -> Iterator[tuple[int, str]]:
        """Yields number and value of what only the base has: see `written`."""
        if BASE in self._parts:
            rows = f"JOIN {BASE}.article AS a ON t.row BETWEEN a.first AND a.first + a.chunks - 1 WHERE a.row"
            which = rows if table == "chunk" else "WHERE t.row"
            yield from self._connection.execute(f"SELECT t.row, t.{column} FROM {BASE}.{table} AS t {which} IN {_GONE}")

    def counts(self) -> tuple[int, int]:
        """Returns the number of chunks, and of their sentences."""
        return self.chunks, self._units

    def vectors_of(self, text_ids: Sequence[str]) -> Vectors:
        """Returns the texts' own vectors in the order of the ids, shape (len(text_ids), dimensions)."""
        vectors = np.empty((len(text_ids), self.dimensions), dtype=np.float32)
        for start in range(0, len(text_ids), _AT_ONCE):
            some = text_ids[start : start + _AT_ONCE]
            own = f"substr(vectors, 1, {2 * self.dimensions})"
            found = dict(self._each(f"SELECT text_id, {own} FROM {{}}.chunk WHERE text_id {_AMONG}", [*some]))
            vectors[start : start + len(some)] = unpack(b"".join(found[id_] for id_ in some), self.dimensions)
        return vectors

    def records_of(self, text_ids: Sequence[str]) -> tuple[Record, ...]:
        """Returns the first chunks that say the texts, in the order of the ids, as the vector index holds them."""
        rows = {id_: rows[0] for id_, rows in self.twins(text_ids).items()}
        found = self.read_chunks(rows.values())
        return tuple(self._record(id_, found[rows[id_]]) for id_ in text_ids)

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def _read_places(self) -> None:
        found = sorted(self._each(f"SELECT {_ARTICLE} FROM {{}}.article {{where}}"), key=lambda values: str(values[4]))
        self._numbers = [values[0] for values in found]
        self._first = np.array([values[1] for values in found], dtype=int)
        self._length = np.array([values[2] for values in found], dtype=int)
        self._start = np.cumsum(self._length) - self._length
        self._by_number = np.argsort(self._first)[self._length[np.argsort(self._first)] > 0]
        self.chunks, self._units = int(self._length.sum()), sum(values[3] for values in found)
        self._facts = [values[4:] for values in found]

    def _numbers_of(self, rows: Iterable[int]) -> dict[int, int]:
        """The numbers of chunks in the files, each with its row; rows that do not exist are left out."""
        wanted = np.array([row for row in rows if 0 <= row < self.chunks], dtype=int)
        places = self._article_rows(wanted)
        return dict(zip((self._first[places] + wanted - self._start[places]).tolist(), wanted.tolist(), strict=True))

    def _article_rows(self, rows: Any) -> Any:
        """The last article that begins at each row or before it: one without chunks begins where the next does."""
        return np.searchsorted(self._start, rows, side="right") - 1

    def _column(self, column: str) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
        """A column of all chunks, in the order of its values as far as it is in one file, and their rows."""
        statements = (f"SELECT {column}, row FROM {part}.chunk ORDER BY {column}" for part in self._parts)
        found = np.concatenate([self._query(statement, take=_as_table) for statement in statements])
        rows = self._rows_of(found["row"])
        return found["value"][rows >= 0], rows[rows >= 0]

    def _of_article(self, columns: str, article_row: int) -> tuple[Any, ...]:
        return self._each(f"SELECT {columns} FROM {{}}.article WHERE row = ?", self._numbers[article_row])[0]

    def _chunk(self, row: int, values: tuple[Any, ...]) -> StoredChunk:
        chunk_id, start, end, text, units, path, page, leads, vectors = values
        article_row = int(self._article_rows(row))
        article_id, found, above = self.articles[article_row].id, units_from_json(units), tuple(json.loads(path))
        chunk = Chunk(chunk_id, article_id, start, end, text, found, above, page, _leads(leads))
        return StoredChunk(row, article_row, chunk, unpack(vectors, self.dimensions))

    def _record(self, text_id: str, stored: StoredChunk) -> Record:
        facts = facts_of(self.articles[stored.article_row], stored.chunk)
        return Record(text_id, stored.vectors[0], stored.chunk.text, facts)

    def _each(self, statement: str, value: object = None) -> list[tuple[Any, ...]]:
        """What a statement finds in the base and in what differs from it; {where} leaves out what is gone."""
        where = {part: f"WHERE row NOT IN {_GONE}" if part == BASE else "" for part in self._parts}
        return [row for part in self._parts for row in self._query(statement.format(part, where=where[part]), value)]

    def _query(self, statement: str, value: object = None, take: Callable[..., Any] = list) -> Any:
        values = () if value is None else (json.dumps(value) if isinstance(value, list) else value,)
        try:
            with self._turn:
                return take(self._connection.execute(statement, values))
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def _broken(self, error: sqlite3.Error) -> IndexBroken:
        return IndexBroken(f"{self._path} cannot be read: {error}", "run: footnote rollback, or footnote ingest")


def read_only(path: Path) -> str:
    """The address under which SQLite opens a file that nobody writes to any more."""
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"
