"""The vector index: which chunks lie near a vector. The home of chromadb; knows nothing of texts or articles.

Only ids and vectors go into Chroma; what a chunk says is in the store beside it. A folder is written once, by one
process, and only read afterwards: Chroma's files do not survive a second writer.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.config import Settings
from chromadb.errors import ChromaError

from ingest.embed import Vectors
from ingest.errors import IndexBroken, PublishFailed

COLLECTION = "chunks"
# Chroma accepts 5,461 records at once here and 300 in its cloud; more than a few hundred gains nothing.
_BATCH = 300
# AttributeError: what Chroma's own clean-up runs into when its store could not be opened at all.
_CHROMA_ERRORS = (ChromaError, ValueError, RuntimeError, OSError, AttributeError)


def write_vectors(folder: Path, ids: Sequence[str], vectors: Vectors) -> None:
    """Writes a new Chroma store; row i of `vectors`, shape (len(ids), dimensions), belongs to ids[i].

    Raises:
        PublishFailed: the folder cannot be written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        _write(folder, ids, vectors)
    except _CHROMA_ERRORS as error:
        raise PublishFailed(
            f"the vector index cannot be written in {folder}: {error}; nothing was published. Free some space or mend "
            "the permissions, then run the ingest again"
        ) from error


def _write(folder: Path, ids: Sequence[str], vectors: Vectors) -> None:
    client = _client(folder)
    try:
        # Synced once, when all are in: what is not synced, Chroma writes anew into the folder whenever it is opened.
        last = max(len(ids), 2)
        collection = client.create_collection(
            COLLECTION,
            configuration={"hnsw": {"space": "cosine", "sync_threshold": last, "batch_size": min(last, 100)}},
            embedding_function=None,
        )
        for batch in _batches(len(ids)):
            collection.add(ids=list(ids[batch]), embeddings=np.asarray(vectors[batch]))
    finally:
        client.close()


class VectorIndex:
    """An open Chroma store; read only."""

    def __init__(self, folder: Path) -> None:
        """Opens the store that `write_vectors` wrote.

        Raises:
            IndexBroken: it cannot be opened.
        """
        if not (folder / "chroma.sqlite3").is_file():  # Chroma would silently create an empty store
            raise IndexBroken(f"there is no vector index in {folder}")
        try:
            self._client = _client(folder)
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
            self.chunks = self._collection.count()
        except _CHROMA_ERRORS as error:
            raise IndexBroken(f"the vector index in {folder} cannot be opened: {error}") from error

    def search(self, vector: Vectors, limit: int) -> dict[str, float]:
        """Returns the cosine of the nearest `limit` chunks to one unit vector, by chunk id, best first.

        Raises:
            IndexBroken: the files are damaged.
        """
        if not self.chunks:
            return {}
        try:
            found: Any = self._collection.query(
                query_embeddings=vector.tolist(), n_results=min(limit, self.chunks), include=["distances"]
            )
        except _CHROMA_ERRORS as error:
            raise IndexBroken(f"the vector index cannot be searched: {error}; run: footnote ingest") from error
        return {
            id_: 1.0 - float(distance) for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        }

    def ids(self) -> tuple[str, ...]:
        """Returns the ids of all chunks, sorted."""
        return tuple(sorted(self._collection.get(include=[])["ids"]))

    def close(self) -> None:
        """Gives back the memory and files that Chroma holds."""
        self._client.close()


def _client(folder: Path) -> Client:
    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    assert isinstance(client, Client)  # its close() is not part of the interface that chromadb declares
    return client


def _batches(count: int) -> Iterator[slice]:
    for start in range(0, count, _BATCH):
        yield slice(start, start + _BATCH)
