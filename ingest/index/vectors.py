"""Which texts lie near a vector. Knows how an index is asked and what Chroma's files are called; loads no Chroma."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from ingest.embed.embedder import Vectors

# Under this name in a generation, and in this file, Chroma keeps what is not its graph.
FOLDER, SQLITE = "chroma", "chroma.sqlite3"


class VectorIndex(Protocol):
    """Anything that finds the texts whose vectors lie nearest to others."""

    def search(self, vectors: Vectors, limit: int) -> list[dict[str, float]]:
        """Returns, for each unit vector, the cosine of the nearest `limit` texts, by text id, best first."""

    def ids(self) -> Iterator[str]:
        """Yields the ids of all texts."""

    def close(self) -> None:
        """Gives back memory, files and connections."""


class ExactVectors:
    """Compares with every vector: slower than an index, but there are no files of its own that could be damaged."""

    def __init__(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Row i of `vectors`, shape (len(ids), dimensions), belongs to ids[i]."""
        self._ids, self._vectors = tuple(ids), vectors

    def search(self, vectors: Vectors, limit: int) -> list[dict[str, float]]:
        """Returns, for each unit vector, the cosine of the nearest `limit` texts, by text id, best first."""
        return [self._nearest(self._vectors @ vector, limit) for vector in vectors]

    def ids(self) -> Iterator[str]:
        """Yields the ids of all texts."""
        yield from self._ids

    def close(self) -> None:
        """Has nothing to give back."""

    def _nearest(self, cosines: Vectors, limit: int) -> dict[str, float]:
        return {self._ids[i]: float(cosines[i]) for i in np.argsort(-cosines, kind="stable")[:limit]}


def readers_change(folder: Path, name: str) -> bool:
    """Tells whether opening the generation changes this file of its folder.

    Chroma writes into its SQLite file even to read, and keeps scratch files for vectors that it has not indexed yet.
    """
    path = folder / name
    if not path.is_relative_to(folder / FOLDER):
        return False
    return path.name.startswith(SQLITE) or not (path.parent / "index_metadata.pickle").is_file()
