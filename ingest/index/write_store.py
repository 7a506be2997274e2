"""Writing the store of a generation, whole or from the one before. Knows the tables that `ingest.index.store` reads."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.articles import blocks
from ingest.articles.article import Article
from ingest.embed.embedder import Vectors
from ingest.index.store import pack, read_only, text_id
from ingest.split import Chunk
from ingest.units import units_as_json

_TABLES = """
CREATE TABLE article (row INTEGER PRIMARY KEY, id TEXT UNIQUE, hash TEXT, title TEXT, url TEXT, published TEXT,
    author TEXT, text TEXT, blocks TEXT, links TEXT, words TEXT);
CREATE TABLE chunk (row INTEGER PRIMARY KEY, id TEXT UNIQUE, article INTEGER, start INTEGER, end INTEGER, text_id TEXT,
    text TEXT, units TEXT, path TEXT, page INTEGER, leads TEXT, terms TEXT, vectors BLOB);
CREATE TEMP TABLE wanted (row INTEGER PRIMARY KEY, id TEXT UNIQUE);
CREATE TEMP TABLE added AS SELECT * FROM chunk;
"""
# What the base has of the articles that are wanted and are not among the entries, then every chunk numbered anew.
_COPY_ARTICLES = """
INSERT INTO article SELECT wanted.row, id, hash, title, url, published, author, text, blocks, links, words
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


def write_store(path: Path, order: Sequence[str], *, entries: Iterable[Entry], base: Path | None = None) -> None:
    """Writes a store of the articles whose ids `order` lists; those that `entries` lacks are copied from a base store.

    Copying leaves the same rows as writing every article anew.
    """
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, uri=True, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;")
        if base is not None:
            connection.execute("ATTACH ? AS base", (read_only(base),))
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
        "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*values, blocks.as_json(article.blocks), blocks.links_as_json(article.links), entry.words),
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
