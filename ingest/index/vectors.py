"""The vector index: which texts lie near a vector. Knows Chroma's files; knows nothing of texts or articles.

Only ids and vectors go into Chroma; what they belong to is in the store beside it. `ingest.index.fill` writes it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken
from ingest.index.chroma import COLLECTION, SQLITE, disk_client

FOLDER = "chroma"


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
        """Opens the store that `fill` wrote.

        Raises:
            IndexBroken: it cannot be opened.
        """
        if not (folder / SQLITE).is_file():  # Chroma would silently create an empty store
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
    return path.name.startswith(SQLITE) or not (path.parent / "index_metadata.pickle").is_file()


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # Chroma's Rust half raises types that it does not export, panics among them
        raise IndexBroken(f"the vector index in {folder} cannot be used: {error}; run: footnote ingest") from error
