"""Writing the vector index of a generation. Knows how Chroma keeps its graph; knows nothing of texts or articles.

A folder is written by one process and only read afterwards: Chroma's files do not survive a second writer, nor a kill
while they are written.
"""

import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken, PublishFailed
from ingest.index.chroma import BATCH, COLLECTION, GRAPH, Client, Graph, disk_client, write_records
from ingest.index.graph import find_torn
from ingest.index.recall import settle
from ingest.index.record import Record
from ingest.index.vectors import SQLITE


@dataclass(frozen=True)
class Filled:
    """What writing came to: how many texts had to be deleted, and the share of the nearest that is found."""

    dead: int
    recall: float


def fill(
    folder: Path,
    ids: Sequence[str],
    vectors_of: Callable[[Sequence[str]], Vectors],
    records_of: Callable[[Sequence[str]], Sequence[Record]],
    *,
    base: Path | None = None,
    moved: Collection[str] = (),
    enough: float = 1.0,
    graph: Graph = GRAPH,
) -> Filled:
    """Writes the Chroma store of a generation into the folder, and puts in again what its graph does not lead to.

    `vectors_of` gives the unit vectors of texts by their ids, `records_of` all that is kept of them. With a base, the
    folder of another Chroma store, that is copied first and only what differs is deleted, added, or, where the texts
    that it has stand elsewhere now (`moved`), written over. What is not reached is put in again unless `enough` of what
    is nearest is found.

    Raises:
        PublishFailed: the folder cannot be written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        there = _start(folder, len(ids), graph) if base is None else _start_from(base, folder, ids, len(moved))
        # Ids are digests, so this is a shuffle: texts that are alike and come one after the other make islands.
        dead, fresh = sorted(there.difference(ids)), sorted(set(ids) - there)
        with closing(_Open(folder)) as index:
            index.change(dead, fresh, sorted(there.intersection(moved).intersection(ids)), records_of)
            return Filled(len(dead), settle(index.search, index.insert, ids, vectors_of(ids), enough=enough))
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

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open()

    def change(
        self,
        dead: Sequence[str],
        fresh: Sequence[str],
        moved: Sequence[str],
        records_of: Callable[[Sequence[str]], Sequence[Record]],
    ) -> None:
        for batch in batches(dead):
            self._collection.delete(ids=batch)
        for change, ids in ((self._collection.update, moved), (self._collection.add, fresh)):
            for batch in batches(ids):
                write_records(change, records_of(batch))

    def search(self, vector: Vectors, limit: int) -> dict[str, float]:
        found = self._collection.query(query_embeddings=vector.tolist(), n_results=limit, include=["distances"])
        return {id_: 1.0 - float(far) for id_, far in zip(found["ids"][0], found["distances"][0], strict=True)}

    def insert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Links texts anew that are there already."""
        self.close()
        torn = find_torn(self._folder)  # opening what a failed write left may end this process
        if torn:
            raise IndexBroken(torn)
        _expect(self._folder, len(ids))
        self._open()
        for start in range(0, len(ids), BATCH):
            part = slice(start, start + BATCH)
            self._collection.update(ids=list(ids[part]), embeddings=vectors[part])

    def close(self) -> None:
        self._client.close()

    def _open(self) -> None:
        self._client = disk_client(self._folder)
        self._collection = _collection(self._client)


def _start(folder: Path, changes: int, graph: Graph) -> set[str]:
    """Makes an empty store to which so many texts will be added."""
    configuration: Any = {"hnsw": {**graph, **_synced_after(changes)}}
    with closing(disk_client(folder)) as client:
        client.create_collection(COLLECTION, configuration=configuration, embedding_function=None)
    return set()


def _start_from(base: Path, folder: Path, ids: Sequence[str], moved: int) -> set[str]:
    """Copies a store to bring it up to these ids; returns those that it has."""
    _copy(base, folder)
    with closing(disk_client(folder)) as client:
        there = set(_collection(client).get(include=[])["ids"])
    _expect(folder, len(there.symmetric_difference(ids)) + moved)
    return there


def _expect(folder: Path, changes: int) -> None:
    """Prepares a closed store for so many changes: what is open goes by the configuration it was opened with."""
    with closing(disk_client(folder)) as client:
        _collection(client).modify(configuration={"hnsw": _synced_after(changes)})


def _synced_after(changes: int) -> Any:
    """Synced once, with the last change: what is not synced, Chroma does anew whenever the store is opened."""
    last = max(changes, 2)
    return {"sync_threshold": last, "batch_size": min(last, 100)}


def _copy(base: Path, folder: Path) -> None:
    """Copies a store that others may have open: they write into its SQLite file, so SQLite copies that."""
    shutil.copytree(base, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(SQLITE + "*"))
    with closing(sqlite3.connect(base / SQLITE)) as source, closing(sqlite3.connect(folder / SQLITE)) as copy:
        source.backup(copy)


def _collection(client: Client) -> Any:
    return client.get_collection(COLLECTION, embedding_function=None)
