"""The vector index in Chroma's files, open for reading. `ingest.index.fill` writes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken
from ingest.index.chroma import COLLECTION, disk_client, nearest
from ingest.index.graph import ids_in
from ingest.index.vectors import SQLITE


class ChromaVectors:
    """An open Chroma store; read only."""

    def __init__(self, folder: Path) -> None:
        """Opens the store that `fill` wrote.

        Raises:
            IndexBroken: it cannot be opened.
        """
        if not (folder / SQLITE).is_file():  # Chroma would silently create an empty store
            raise IndexBroken(f"there is no vector index in {folder}", "run: footnote ingest")
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

    def search(self, vectors: Vectors, limit: int) -> list[dict[str, float]]:
        """Returns, for each unit vector, the cosine of the nearest `limit` texts, by text id, best first."""
        if not self.texts:
            return [{} for _ in vectors]
        with _translated(self._folder):
            return nearest(self._collection, vectors, min(limit, self.texts))

    def ids(self) -> Iterator[str]:
        """Yields the ids of all texts."""
        with _translated(self._folder):
            yield from ids_in(self._folder)

    def close(self) -> None:
        """Gives back the memory and files that Chroma holds."""
        self._client.close()


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # Chroma's Rust half raises types that it does not export, panics among them
        raise IndexBroken(f"the vector index in {folder} cannot be used: {error}", "run: footnote ingest") from error
