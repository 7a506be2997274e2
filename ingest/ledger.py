"""The ledger: what has been read, embedded and tried. The source of truth from which any index can be rebuilt.

Knows SQLite; knows nothing of Chroma. One writer (the ingest lock sees to that), durable after every `with` block.
"""

import datetime
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.article_rows import COLUMNS, about, article_of
from ingest.articles import blocks
from ingest.articles.article import Article
from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken, IndexNotFound
from ingest.hashes import Seen
from ingest.index.store import pack
from ingest.readonly import address_to_read
from ingest.split import Chunk, chunk_of
from ingest.units import units_as_json, units_from_json

_TABLES = """
CREATE TABLE IF NOT EXISTS article (id TEXT PRIMARY KEY, hash TEXT NOT NULL, title TEXT NOT NULL, url TEXT,
    published TEXT, author TEXT, text TEXT NOT NULL, blocks TEXT NOT NULL, links TEXT NOT NULL, about TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS chunk (article TEXT NOT NULL REFERENCES article ON DELETE CASCADE, position INTEGER NOT NULL,
    id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, units TEXT NOT NULL,
    PRIMARY KEY (article, position)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vector (text TEXT NOT NULL, fingerprint TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (text, fingerprint)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failure (id TEXT PRIMARY KEY, hash TEXT NOT NULL, reason TEXT NOT NULL,
    attempts INTEGER NOT NULL, last TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS signature (article TEXT PRIMARY KEY, hash TEXT NOT NULL, signature BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS likeness (pair BLOB PRIMARY KEY, share REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (number INTEGER PRIMARY KEY, started TEXT NOT NULL, generation TEXT,
    counts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS said (line TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, look TEXT NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID;
"""
_AT_ONCE = 50
# Articles that were read by an earlier schema are read again; vectors and past runs stay.
_SCHEMA = 2
_FORGET = "".join(f"DROP TABLE IF EXISTS {table};" for table in ("chunk", "signature", "failure", "article"))


@dataclass(frozen=True)
class Run:
    """One past ingest: when, the generation it published (None if nothing had changed), and its counts."""

    number: int
    started: str
    generation: str | None
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Failure:
    """A file that could not be read: its content hash then, why, and how often that same content has been tried."""

    hash: str
    reason: str
    attempts: int


class Ledger:
    """The open ledger of a home."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the file. Raises IndexBroken: it is not a ledger."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
            self._connection.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; BEGIN IMMEDIATE;"
                f"{_FORGET if version < _SCHEMA else ''}{_TABLES}PRAGMA user_version={_SCHEMA}; COMMIT;"
            )
        except sqlite3.DatabaseError as error:
            self._connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise IndexBroken(f"{path} is damaged: {error}", "move it away and run the ingest again") from error

    @classmethod
    def to_read(cls, path: Path) -> "Ledger":
        """Opens a ledger that is there for reading only; nothing beside it is written either.

        Raises sqlite3.Error: it cannot be read.
        """
        ledger = cls.__new__(cls)
        ledger._connection = sqlite3.connect(address_to_read(path), uri=True)
        return ledger

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """Makes everything written inside durable together, or none of it; to try something out, do not `keep` it."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT" if keep else "ROLLBACK")

    def hashes(self) -> dict[str, str]:
        """Returns the content hash of every article that is known, by id, in the order of the ids."""
        return dict(self._connection.execute("SELECT id, hash FROM article ORDER BY id"))

    def articles(self, ids: Sequence[str] | None = None) -> tuple[Article, ...]:
        """Returns every known article, or those with these ids, in the order of the ids."""
        some = "" if ids is None else "WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM article {some} ORDER BY id",
            () if ids is None else (json.dumps(list(ids)),),
        )
        return tuple(map(article_of, rows))

    def each_article(self, ids: Sequence[str]) -> Iterator[Article]:
        """Yields the articles with these ids, some at a time, for all of them may not fit into memory."""
        for start in range(0, len(ids), _AT_ONCE):
            yield from self.articles(ids[start : start + _AT_ONCE])

    def chunks(self, article: Article) -> tuple[Chunk, ...]:
        """Returns the article's chunks in reading order."""
        rows = self._connection.execute(
            "SELECT id, units FROM chunk WHERE article = ? ORDER BY position", (article.id,)
        )
        return tuple(chunk_of(article, id_, units_from_json(units)) for id_, units in rows)

    def save_article(self, article: Article, content_hash: str, chunks: Sequence[Chunk]) -> None:
        """Records an article that was read, in place of what was known under its id, and forgets its failures."""
        self.forget(article.id)
        published = article.published.isoformat() if article.published else None
        values = (article.id, content_hash, article.title, article.url, published, article.author, article.text)
        self._connection.execute(
            "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, blocks.as_json(article.blocks), blocks.links_as_json(article.links), about(article)),
        )
        self._connection.executemany(
            "INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?)",
            [
                (article.id, i, chunk.id, chunk.start, chunk.end, units_as_json(chunk.units))
                for i, chunk in enumerate(chunks)
            ],
        )

    def forget(self, article_id: str) -> None:
        """Removes an article and its failures; cached vectors stay, for texts come back."""
        self._connection.execute("DELETE FROM article WHERE id = ?", (article_id,))
        self._connection.execute("DELETE FROM failure WHERE id = ?", (article_id,))

    def save_failure(self, article_id: str, content_hash: str, reason: str, *, now: datetime.datetime) -> None:
        """Records that a file could not be read; counts attempts at the same content."""
        self._connection.execute(
            "INSERT INTO failure VALUES (?, ?, ?, 1, ?) ON CONFLICT (id) DO UPDATE SET reason = excluded.reason,"
            " attempts = iif(hash = excluded.hash, attempts + 1, 1), hash = excluded.hash, last = excluded.last",
            (article_id, content_hash, reason, now.isoformat()),
        )

    def failures(self) -> dict[str, Failure]:
        """Returns every file that failed when it was last tried, by id."""
        rows = self._connection.execute("SELECT id, hash, reason, attempts FROM failure ORDER BY id")
        return {id_: Failure(hash_, reason, attempts) for id_, hash_, reason, attempts in rows}

    def forget_failures(self, but: Iterable[str]) -> None:
        """Removes the failures of all files but these: the others are gone, or can be read again."""
        self._connection.execute(
            "DELETE FROM failure WHERE id NOT IN (SELECT value FROM json_each(?))", (json.dumps(list(but)),)
        )

    def signatures(self) -> dict[str, bytes]:
        """Returns the signature of every article whose present text has one, by id, in the order of the ids."""
        return dict(
            self._connection.execute(
                "SELECT id, signature FROM article JOIN signature ON article = id AND signature.hash = article.hash"
                " ORDER BY id"
            )
        )

    def save_signature(self, article_id: str, value: bytes) -> None:
        """Records what an article is compared by."""
        self._connection.execute(
            "INSERT OR REPLACE INTO signature SELECT id, hash, ? FROM article WHERE id = ?", (value, article_id)
        )

    def likeness(self) -> dict[bytes, float]:
        """Returns how alike the texts are that had to be compared; see `ingest.alike`."""
        return dict(self._connection.execute("SELECT pair, share FROM likeness"))

    def save_likeness(self, compared: Mapping[bytes, float]) -> None:
        """Records how alike texts are, in place of what was known."""
        self._connection.execute("DELETE FROM likeness")
        self._connection.executemany("INSERT INTO likeness VALUES (?, ?)", compared.items())

    def vectors(self, texts: Sequence[str], fingerprint: str) -> dict[str, Vectors]:
        """Returns the cached vectors by text hash; hashes that have none are left out."""
        rows = self._connection.execute(
            "SELECT text, vector FROM vector WHERE fingerprint = ? AND text IN (SELECT value FROM json_each(?))",
            (fingerprint, json.dumps(list(texts))),
        )
        return {text: np.frombuffer(blob, dtype="<f2").astype(np.float32) for text, blob in rows}

    def known_vectors(self, texts: Sequence[str], fingerprint: str) -> frozenset[str]:
        """Returns which of the text hashes have a cached vector."""
        rows = self._connection.execute(
            "SELECT text FROM vector WHERE fingerprint = ? AND text IN (SELECT value FROM json_each(?))",
            (fingerprint, json.dumps(list(texts))),
        )
        return frozenset(text for (text,) in rows)

    def save_vectors(self, texts: Sequence[str], vectors: Vectors, fingerprint: str) -> None:
        """Caches one vector per text hash."""
        rows = ((text, fingerprint, pack(vector)) for text, vector in zip(texts, vectors, strict=True))
        self._connection.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)

    def seen(self) -> dict[str, Seen]:
        """Returns how each file looked from outside when it was last read, by id."""
        rows = self._connection.execute("SELECT id, look, hash FROM seen")
        return {id_: Seen(look, hash_) for id_, look, hash_ in rows}

    def save_seen(self, seen: Mapping[str, Seen]) -> None:
        """Records how files look in place of what was known; writes only what differs."""
        before = self.seen()
        gone = [(id_,) for id_ in before if id_ not in seen]
        self._connection.executemany("DELETE FROM seen WHERE id = ?", gone)
        rows = [(id_, one.look, one.hash) for id_, one in seen.items() if before.get(id_) != one]
        self._connection.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", rows)

    def save_run(self, started: datetime.datetime, generation: str | None, counts: Mapping[str, int]) -> None:
        """Records a finished ingest."""
        self._connection.execute(
            "INSERT INTO run (started, generation, counts) VALUES (?, ?, ?)",
            (started.isoformat(timespec="seconds"), generation, json.dumps(dict(counts))),
        )

    def said(self) -> frozenset[str]:
        """Returns the notes of the last ingest, which need not be said again."""
        return frozenset(line for (line,) in self._connection.execute("SELECT line FROM said"))

    def save_said(self, lines: Iterable[str]) -> None:
        """Records the notes of an ingest in place of those before."""
        self._connection.execute("DELETE FROM said")
        self._connection.executemany("INSERT OR IGNORE INTO said VALUES (?)", [(line,) for line in lines])

    def runs(self) -> tuple[Run, ...]:
        """Returns the past ingests, the newest first."""
        rows = self._connection.execute("SELECT number, started, generation, counts FROM run ORDER BY number DESC")
        return tuple(
            Run(number, started, generation, json.loads(counts)) for number, started, generation, counts in rows
        )


def past_runs(home: Path) -> tuple[Run, ...]:
    """Returns the runs that a home's ledger tells of. Raises IndexNotFound: there is none."""
    if not (home / "ledger.sqlite").is_file():
        raise IndexNotFound(f"no index in {home}", "build it with: footnote ingest")
    with closing(Ledger(home / "ledger.sqlite")) as ledger:
        return ledger.runs()
