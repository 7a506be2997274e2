"""The vector index: which texts lie near a vector. Knows Chroma's files; knows nothing of texts or articles.

Only ids and vectors go into Chroma; what they belong to is in the store beside it. A folder is written by one process
and only read afterwards: Chroma's files do not survive a second writer, nor a kill while they are written.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken, PublishFailed
from ingest.index.chroma import BATCH, SPACE, Client, disk_client

FOLDER, COLLECTION = "chroma", "chunks"
_SQLITE = "chroma.sqlite3"


def write_vectors(
    folder: Path, ids: Sequence[str], vectors_of: Callable[[Sequence[str]], Vectors], *, base: Path | None = None
) -> int:
    """Writes the Chroma store of a generation into the folder; returns how many texts it had to delete.

    `vectors_of` gives the unit vectors of ids. With a base, the folder of another Chroma store, that is copied first
    and only what differs is deleted and added.

    Raises:
        PublishFailed: the folder cannot be written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        there = _start(folder, len(ids)) if base is None else _start_from(base, folder, ids)
        dead, fresh = sorted(there.difference(ids)), [id_ for id_ in ids if id_ not in there]
        with _opened(folder) as client:
            collection = client.get_collection(COLLECTION, embedding_function=None)
            for batch in batches(dead):
                collection.delete(ids=batch)
            for batch in batches(fresh):
                collection.add(ids=batch, embeddings=np.asarray(vectors_of(batch)))
        return len(dead)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # Chroma's Rust half raises types that it does not export, panics among them
        raise PublishFailed(
            f"the vector index cannot be written in {folder}: {error}; what is published is whole. Free some space or "
            "mend the permissions, then run the ingest again"
        ) from error


def _start(folder: Path, changes: int) -> set[str]:
    """Makes an empty store to which so many texts will be added."""
    with _opened(folder) as client:
        client.create_collection(
            COLLECTION, configuration={"hnsw": {**SPACE, **_synced_after(changes)}}, embedding_function=None
        )
    return set()


def _start_from(base: Path, folder: Path, ids: Sequence[str]) -> set[str]:
    """Copies a store to bring it up to these ids; returns those that it has."""
    _copy(base, folder)
    with _opened(folder) as client:  # and closed again: what is open goes by the configuration that it was opened with
        collection = client.get_collection(COLLECTION, embedding_function=None)
        there = set(collection.get(include=[])["ids"])
        collection.modify(configuration={"hnsw": _synced_after(len(there.symmetric_difference(ids)))})
    return there


def _synced_after(changes: int) -> Any:
    """Synced once, with the last change: what is not synced, Chroma does anew whenever the store is opened."""
    last = max(changes, 2)
    return {"sync_threshold": last, "batch_size": min(last, 100)}


def batches(ids: Sequence[str]) -> Iterator[list[str]]:
    """Yields the ids in batches of a size that every Chroma accepts."""
    for start in range(0, len(ids), BATCH):
        yield list(ids[start : start + BATCH])


def _copy(base: Path, folder: Path) -> None:
    """Copies a store that others may have open: they write into its SQLite file, so SQLite copies that."""
    shutil.copytree(base, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(_SQLITE + "*"))
    with closing(sqlite3.connect(base / _SQLITE)) as source, closing(sqlite3.connect(folder / _SQLITE)) as copy:
        source.backup(copy)


class VectorIndex(Protocol):
    """Anything that finds the texts whose vectors lie nearest to one."""

    def search(self, vector: Vectors, limit: int) -> dict[str, float]:
        """Returns the cosine of the nearest `limit` texts to one unit vector, by text id, best first."""

    def ids(self) -> tuple[str, ...]:
        """Returns the ids of all texts, sorted."""

    def close(self) -> None:
        """Gives back memory, files and connections."""


class ExactVectors:
    """Compares with every vector: slower than an index, but there are no files of its own that could be damaged."""

    def __init__(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Row i of `vectors`, shape (len(ids), dimensions), belongs to ids[i]."""
        self._ids, self._vectors = tuple(ids), vectors

    def search(self, vector: Vectors, limit: int) -> dict[str, float]:
        """Returns the cosine of the nearest `limit` texts to one unit vector, by text id, best first."""
        cosines = self._vectors @ vector
        nearest = np.argsort(-cosines, kind="stable")[:limit]
        return {self._ids[i]: float(cosines[i]) for i in nearest}

    def ids(self) -> tuple[str, ...]:
        """Returns the ids of all texts, sorted."""
        return tuple(sorted(self._ids))

    def close(self) -> None:
        """Has nothing to give back."""


class ChromaVectors:
    """An open Chroma store; read only."""

    def __init__(self, folder: Path) -> None:
        """Opens the store that `write_vectors` wrote.

        Raises:
            IndexBroken: it cannot be opened.
        """
        if not (folder / _SQLITE).is_file():  # Chroma would silently create an empty store
            raise IndexBroken(f"there is no vector index in {folder}; run: footnote ingest")
        with _translated(folder):
            self._client = disk_client(folder)
        try:
            with _translated(folder):
                self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
                self.texts = self._collection.count()
        except IndexBroken:
            self._client.close()
            raise
        self._folder = folder

    def search(self, vector: Vectors, limit: int) -> dict[str, float]:
        """Returns the cosine of the nearest `limit` texts to one unit vector, by text id, best first."""
        if not self.texts:
            return {}
        with _translated(self._folder):
            found: Any = self._collection.query(
                query_embeddings=vector.tolist(), n_results=min(limit, self.texts), include=["distances"]
            )
        return {
            id_: 1.0 - float(distance) for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        }

    def ids(self) -> tuple[str, ...]:
        """Returns the ids of all texts, sorted."""
        with _translated(self._folder):
            return tuple(sorted(self._collection.get(include=[])["ids"]))

    def close(self) -> None:
        """Gives back the memory and files that Chroma holds."""
        self._client.close()


def readers_change(folder: Path, name: str) -> bool:
    """Tells whether opening the generation changes this file of its folder.

    Chroma writes into its SQLite file even to read, and keeps scratch files for vectors that it has not indexed yet.
    """
    path = folder / name
    if not path.is_relative_to(folder / FOLDER):
        return False
    return path.name.startswith(_SQLITE) or not (path.parent / "index_metadata.pickle").is_file()


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # Chroma's Rust half raises types that it does not export, panics among them
        raise IndexBroken(f"the vector index in {folder} cannot be used: {error}; run: footnote ingest") from error


@contextmanager
def _opened(folder: Path) -> Iterator[Client]:
    client = disk_client(folder)
    try:
        yield client
    finally:
        client.close()
