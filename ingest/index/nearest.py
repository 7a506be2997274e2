"""The nearest texts, whatever happens: the vector index, or a comparison with every vector while that is out of order.

Knows when to fall back and when to try again; knows neither Chroma nor SQLite.
"""

import threading
import time
from collections.abc import Callable, Iterator

from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken
from ingest.index.vectors import ExactVectors, VectorIndex

# A server may come back; a question should not wait for it each time.
_RETRY_S = 30.0


class Nearest:
    """A vector index that cannot fail; safe to use from several threads."""

    def __init__(
        self,
        open_vectors: Callable[[], VectorIndex],
        read_vectors: Callable[[], tuple[tuple[str, ...], Vectors]],
        *,
        exact: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Opens the vector index; `read_vectors` yields the ids and vectors to compare with if that fails.

        An index that is known to miss too much is not opened: with `exact`, every vector is compared from the start.
        """
        self.trouble: str | None = None
        self._open_vectors, self._read_vectors, self._clock = open_vectors, read_vectors, clock
        self._lock = threading.Lock()
        self._vectors: VectorIndex | None = None
        self._exact: ExactVectors | None = None
        self._retry_at = 0.0
        if exact:
            self._vectors = self._exactly()
        else:
            self._try_open()

    def search(self, vectors: Vectors, limit: int) -> list[dict[str, float]]:
        """Returns, for each unit vector, the cosine of the nearest `limit` texts, by text id, best first."""
        index = self._usable()
        if index is not None:
            try:
                return index.search(vectors, limit)
            except IndexBroken as error:
                self._give_up(error)
        return self._exactly().search(vectors, limit)

    def ids(self) -> Iterator[str]:
        """Yields the ids of all texts."""
        return (self._vectors or self._exactly()).ids()

    def close(self) -> None:
        """Gives back memory, files and connections."""
        if self._vectors is not None:
            self._vectors.close()

    def _usable(self) -> VectorIndex | None:
        if self.trouble is None:
            return self._vectors
        with self._lock:
            if self._clock() < self._retry_at:
                return None
            self._retry_at = self._clock() + _RETRY_S
            self._try_open()
            return self._vectors if self.trouble is None else None

    def _try_open(self) -> None:
        try:
            self._vectors = self._vectors or self._open_vectors()
            self.trouble = None
        except IndexBroken as error:
            self._give_up(error)

    def _give_up(self, error: IndexBroken) -> None:
        self.trouble = f"{error}; every vector is compared instead, which is slower but finds the same"
        self._retry_at = self._clock() + _RETRY_S

    def _exactly(self) -> ExactVectors:
        if self._exact is None:
            self._exact = ExactVectors(*self._read_vectors())
        return self._exact
