"""Writing the store of a generation, or what differs from a base. Knows the tables that `ingest.index.store` reads.

A base is the store of an earlier generation that was written whole; it is never changed. What is written beside it are
the articles that it has not, or has otherwise, under numbers that come after its own, and which of its own are gone.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from ingest.articles import blocks
from ingest.articles.article import Article
from ingest.embed.embedder import Vectors
from ingest.index.store import base_of, pack, read_only, text_id
from ingest.split import Chunk
from ingest.units import units_as_json

_TABLES = """
CREATE TABLE article (row INTEGER PRIMARY KEY, id TEXT UNIQUE, hash TEXT, first INTEGER, chunks INTEGER, units INTEGER,
    title TEXT, url TEXT, published TEXT, author TEXT, text TEXT, blocks TEXT, links TEXT, words TEXT);
CREATE TABLE chunk (row INTEGER PRIMARY KEY, id TEXT UNIQUE, start INTEGER, end INTEGER, text_id TEXT, text TEXT,
    units TEXT, path TEXT, page INTEGER, leads TEXT, terms TEXT, vectors BLOB);
CREATE TABLE gone (article INTEGER PRIMARY KEY);
CREATE TEMP TABLE wanted (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_CARRIED = """
SELECT row, first, chunks FROM before.article
    WHERE id IN (SELECT id FROM wanted) AND id NOT IN (SELECT id FROM main.article) ORDER BY row"""
_CARRY_ARTICLE = """
INSERT INTO main.article SELECT ?, id, hash, ?, chunks, units, title, url, published, author, text, blocks, links, words
    FROM before.article WHERE row = ?"""
_CARRY_CHUNKS = """
INSERT INTO main.chunk SELECT row + ?, id, start, end, text_id, text, units, path, page, leads, terms, vectors
    FROM before.chunk WHERE row BETWEEN ? AND ?"""
_GONE = """
INSERT INTO main.gone SELECT row FROM base.article
    WHERE id IN (SELECT id FROM main.article) OR id NOT IN (SELECT id FROM wanted)"""


@dataclass(frozen=True)
class Entry:
    """An article on its way into a store.

    `hash` is its content hash; `words` what it is written in, separated by spaces; `chunks` are (chunk, its terms,
    vectors of the chunk and its sentences).
    """

    article: Article
    hash: str
    words: str
    chunks: tuple[tuple[Chunk, str, Vectors], ...]


def write_store(path: Path, order: Sequence[str], *, entries: Iterable[Entry], before: Path | None = None) -> None:
    """Writes a store of the articles whose ids `order` lists; those that `entries` lacks are as in a store `before`.

    With that, its base, or the store itself if it is whole, has to stand where `base_of` says.
    """
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, uri=True, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;")
        if before is not None:
            connection.execute("ATTACH ? AS base", (read_only(base_of(path)),))
            connection.execute("ATTACH ? AS before", (read_only(before),))
        connection.executescript("BEGIN;" + _TABLES)
        connection.executemany("INSERT INTO wanted VALUES (?)", ((id_,) for id_ in order))
        rows, chunk = count(_next(connection, "article", before)), _next(connection, "chunk", before)
        for entry in entries:
            chunk = _add(connection, entry, next(rows), chunk)
        if before is not None and base_of(before).is_file():
            for row, first, chunks in connection.execute(_CARRIED).fetchall():
                connection.execute(_CARRY_ARTICLE, (next(rows), chunk, row))
                connection.execute(_CARRY_CHUNKS, (chunk - first, first, first + chunks - 1))
                chunk += chunks
        if before is not None:
            connection.execute(_GONE)
        connection.execute("CREATE INDEX chunk_text ON chunk (text_id)")
        connection.execute("COMMIT")


def _next(connection: sqlite3.Connection, table: str, before: Path | None) -> int:
    """The number that comes after those of the base."""
    found = connection.execute(f"SELECT max(row) FROM base.{table}").fetchone()[0] if before is not None else None
    return 0 if found is None else int(found) + 1


def _add(connection: sqlite3.Connection, entry: Entry, row: int, first: int) -> int:
    """Writes an article and its chunks, the first of which gets this number; returns the next number."""
    article = entry.article
    published = article.published.isoformat() if article.published else None
    counts = len(entry.chunks), sum(len(chunk.units) for chunk, _, _ in entry.chunks)
    facts = (article.title, article.url, published, article.author, article.text)
    connection.execute(
        "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(row, article.id, entry.hash, first, *counts, *facts),
            *(blocks.as_json(article.blocks), blocks.links_as_json(article.links), entry.words),
        ),
    )
    connection.executemany(
        "INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                number,
                chunk.id,
                chunk.start,
                chunk.end,
                text_id(article.title, chunk),
                *_about(chunk),
                terms,
                pack(vectors),
            )
            for number, (chunk, terms, vectors) in enumerate(entry.chunks, first)
        ),
    )
    return first + len(entry.chunks)


def _about(chunk: Chunk) -> tuple[str, str, str, int | None, str]:
    """Text, units, headings, page and leads; what introduces several units is written once."""
    unique = list(dict.fromkeys(chunk.leads))
    leads = json.dumps([unique, [unique.index(lead) for lead in chunk.leads]], ensure_ascii=False)
    path = json.dumps(chunk.path, ensure_ascii=False)
    return chunk.text, units_as_json(chunk.units), path, chunk.page, leads
