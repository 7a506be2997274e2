"""Writing the vector index of a generation. Knows how Chroma keeps its graph; knows nothing of texts or articles.

A folder is written by one process and only read afterwards: Chroma's files do not survive a second writer, nor a kill
while they are written.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken, PublishFailed
from ingest.index.chroma import BATCH, COLLECTION, GRAPH, Graph, disk_client, link_anew, nearest, write_records
from ingest.index.graph import changes_behind, find_torn
from ingest.index.link import copy_all, link_all
from ingest.index.recall import SOME, measure, settle
from ingest.index.record import Record
from ingest.index.vectors import SQLITE

# So many changes are left in Chroma's log, whence it makes them again whenever it is opened: a tenth of a second. With
# more, its graph is written anew, all of it.
LEFT = 100
_NEVER = 2**31 - 1
# So many new texts are looked for, and linked anew if they are not found.
_LOOKED_FOR = 200


@dataclass(frozen=True)
class Changes:
    """The ids of texts by what becomes of them: deleted, added, or written over, for they stand elsewhere now."""

    dead: Sequence[str] = ()
    fresh: Sequence[str] = ()
    moved: Sequence[str] = ()


def fill(
    folder: Path,
    ids: Sequence[str],
    vectors_of: Callable[[Sequence[str]], Vectors],
    records_of: Callable[[Sequence[str]], Sequence[Record]],
    *,
    graph: Graph = GRAPH,
) -> float:
    """Writes the Chroma store of a generation into the folder, and puts in again what its graph does not lead to.

    Returns the share of the nearest that is found. `vectors_of` gives the unit vectors of texts by their ids,
    `records_of` all that is kept of them.

    Raises:
        PublishFailed: the folder cannot be written.
    """
    with _translated(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with closing(_Open(folder, graph=graph, changes=len(ids))) as index:
            # Ids are digests, so this is a shuffle: texts that are alike and come one after the other make islands.
            index.change(Changes(fresh=sorted(ids)), records_of)
            recall = settle(index.search, index.insert, ids, vectors_of)
            index.expect(_NEVER)
        with closing(sqlite3.connect(folder / SQLITE)) as connection:
            connection.execute("VACUUM")  # of what went through the log, twice as much is left as is kept
        return recall


def refill(
    folder: Path,
    ids: Sequence[str],
    vectors_of: Callable[[Sequence[str]], Vectors],
    records_of: Callable[[Sequence[str]], Sequence[Record]],
    *,
    changes: Changes,
    base: Path,
) -> None:
    """Writes the Chroma store of a generation from that of another; links anew what is not found near what is new.

    The graph stays the one of the base, and is not copied, if there is little to change.

    Raises:
        PublishFailed: the folder cannot be written.
    """
    with _translated(folder):
        shutil.rmtree(folder, ignore_errors=True)
        count = changes_behind(base) + sum(map(len, (changes.dead, changes.fresh, changes.moved)))
        few = count <= LEFT and any(base.glob("*/index_metadata.pickle"))  # without that, nothing is in a graph yet
        _copy(base, folder, link=few)
        with closing(_Open(folder, changes=None if few else count)) as index:
            index.change(changes, records_of)
            found = measure(index.search, changes.fresh[:_LOOKED_FOR], ids, vectors_of, compared=SOME)
            if found.unreached:
                index.link_anew(found.unreached, vectors_of(found.unreached))
            if not few:
                index.expect(_NEVER)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # Chroma's Rust half raises types that it does not export, panics among them
        raise PublishFailed(
            f"the vector index cannot be written in {folder}: {error}",
            "what is published is whole. Free some space or mend the permissions, then run the ingest again",
        ) from error


def batches(ids: Sequence[str]) -> Iterator[list[str]]:
    """Yields the ids in batches of a size that every Chroma accepts."""
    for start in range(0, len(ids), BATCH):
        yield list(ids[start : start + BATCH])


class _Open:
    """A store that is being filled, open."""

    def __init__(self, folder: Path, *, changes: int | None, graph: Graph | None = None) -> None:
        """Opens the store for so many changes, a new one if it is told of a graph."""
        self._folder = folder
        self._open(changes, graph)

    def change(self, changes: Changes, records_of: Callable[[Sequence[str]], Sequence[Record]]) -> None:
        for batch in batches(changes.dead):
            self._collection.delete(ids=batch)
        for change, ids in ((self._collection.update, changes.moved), (self._collection.add, changes.fresh)):
            for batch in batches(ids):
                write_records(change, records_of(batch))

    def search(self, vectors: Vectors, limit: int) -> list[dict[str, float]]:
        return nearest(self._collection, vectors, limit)

    def insert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Links texts anew that are there already, and writes the graph again."""
        self.close()
        torn = find_torn(self._folder)  # opening what a failed write left may end this process
        if torn:
            raise IndexBroken(torn)
        self._open(len(ids))
        self.link_anew(ids, vectors)

    def link_anew(self, ids: Sequence[str], vectors: Vectors) -> None:
        link_anew(self._collection, ids, vectors)

    def expect(self, changes: int) -> None:
        """Prepares the store for so many changes: once its graph is loaded, that counts for who opens it next."""
        self._collection.modify(configuration={"hnsw": _synced_after(changes)})

    def close(self) -> None:
        self._client.close()

    def _open(self, changes: int | None, graph: Graph | None = None) -> None:
        self._client = disk_client(self._folder)
        if graph is not None:
            configuration: Any = {"hnsw": graph}
            self._client.create_collection(COLLECTION, configuration=configuration, embedding_function=None)
        self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        if changes is not None:
            self.expect(changes)


def _synced_after(changes: int) -> Any:
    """Synced once, with the last change: what is not synced, Chroma does anew whenever the store is opened."""
    last = max(changes, 2)
    return {"sync_threshold": last, "batch_size": min(last, 100)}


def _copy(base: Path, folder: Path, *, link: bool) -> None:
    """Copies a store that others may have open: they write into its SQLite file, but not while SQLite reads it.

    A graph that will not be written to is shared; nobody who opens it writes to it, see `_NEVER`.
    """
    copied = link_all if link else copy_all
    copied(base, folder, but=SQLITE + "*")
    with closing(sqlite3.connect(base / SQLITE, isolation_level=None)) as source:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()  # from here on nobody else writes
        shutil.copyfile(base / SQLITE, folder / SQLITE)
