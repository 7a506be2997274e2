"""A Chroma server that holds generations: a collection each, and a pointer. Knows collections; not what is in them.

footnote                    an empty collection; its metadata names the published one
footnote-000043-1a2b3c…     one generation; never written to once its metadata says that it is complete
"""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken, ServerUnavailable
from ingest.index.address import ServerAddress
from ingest.index.chroma import BATCH, GRAPH, NotFound, server_client, write_records
from ingest.index.generation import KEEP, way_back
from ingest.index.record import Facts, Record

_POINTER, _CURRENT, _COMPLETE, _BEFORE = "footnote", "current", "complete", "before"
_TWIN = "twin-"


def twin(chunk_id: str, dimensions: int) -> tuple[str, Vectors]:
    """Returns the id and the vector of the record of a chunk that says what another has said before it.

    Hundreds of equal vectors tear the graph by which Chroma finds neighbours, so that a twin lies at a place of its
    own, far from every text and from every other twin.
    """
    seed = int.from_bytes(hashlib.sha256(chunk_id.encode()).digest()[:8])
    vector = np.random.Generator(np.random.PCG64(seed)).standard_normal(dimensions).astype(np.float32)
    return _TWIN + chunk_id, np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


@functools.lru_cache(maxsize=8)
def connect(address: ServerAddress) -> "ChromaServer":
    """Returns this process's one connection to a server, for chromadb never gives back what a connection takes.

    Raises:
        ServerUnavailable: the server is not there, or does not let us in.
    """
    return ChromaServer(address)


class ChromaServer:
    """An open connection; safe to use from several threads."""

    def __init__(self, address: ServerAddress) -> None:
        """Connects.

        Raises:
            ServerUnavailable: the server is not there, or does not let us in.
        """
        self._address, self._client = address, server_client(address)
        self._handles: dict[str, Any] = {}

    def version(self) -> str:
        """Returns which Chroma it is."""
        with self._translated():
            return str(self._client.get_version())

    def current(self) -> str | None:
        """Returns the name of the published collection, or None if nothing has been published."""
        with self._translated():
            try:
                metadata = self._client.get_collection(_POINTER, embedding_function=None).metadata or {}
            except NotFound:
                return None
            return str(metadata.get(_CURRENT) or "") or None

    def point_to(self, name: str) -> None:
        """Makes a complete collection the published one, in one request."""
        with self._translated():
            pointer = self._client.get_or_create_collection(_POINTER, embedding_function=None)
            pointer.modify(metadata={_CURRENT: name})

    def generations(self) -> tuple[str, ...]:
        """Returns the names of the complete collections, oldest first."""
        return tuple(name for name, complete in self._collections() if complete)

    def facts(self, name: str) -> dict[str, Any]:
        """Returns what was written about a complete collection.

        Raises:
            IndexBroken: there is no such collection, or it is not complete.
        """
        metadata = dict(self._collection(name).metadata or {})
        if not metadata.pop(_COMPLETE, False):
            raise IndexBroken(f"collection {name} of {self._address} is not complete", "run: footnote ingest")
        return metadata

    def write(self, name: str, batches: Iterable[Sequence[Record]]) -> None:
        """Writes a collection, in place of an unfinished one of the same name; it counts only when it is complete."""
        with self._translated():
            if name in {collection for collection, _ in self._collections()}:
                self._client.delete_collection(name)
            self._handles = {}
            collection = self._client.create_collection(name, configuration={"hnsw": GRAPH}, embedding_function=None)
            for batch in batches:
                write_records(collection.add, batch)

    def link_anew(self, name: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Puts texts that are there already into the graph again."""
        collection = self._collection(name)
        with self._translated():
            for start in range(0, len(ids), BATCH):
                part = slice(start, start + BATCH)
                collection.update(ids=list(ids[part]), embeddings=vectors[part])

    def complete(self, name: str, facts: Facts) -> None:
        """Says that a collection is whole, and what there is to know about it."""
        collection = self._collection(name)
        with self._translated():
            collection.modify(metadata={**facts, _BEFORE: self.current() or "", _COMPLETE: True})

    def way_back(self) -> tuple[str, ...]:
        """Returns the published collection, the one that was before it, and so on; see `generation.way_back`."""
        return way_back(self.current(), self.generations(), lambda name: self.facts(name).get(_BEFORE))

    def read(self, name: str) -> Iterator[Record]:
        """Yields the chunks of a collection, in no particular order."""
        collection = self._collection(name)
        total = self.count(name)
        for start in range(0, total, BATCH):
            with self._translated():
                page: Any = collection.get(limit=BATCH, offset=start, include=["documents", "metadatas", "embeddings"])
            for values in zip(page["ids"], page["embeddings"], page["documents"], page["metadatas"], strict=True):
                yield Record(values[0], np.asarray(values[1], dtype=np.float32), values[2], values[3])

    def nearest(self, name: str, vector: Vectors, limit: int) -> dict[str, float]:
        """Returns the cosine of the nearest `limit` texts to one unit vector, by text id, best first."""
        with self._translated():
            found: Any = self._collection(name).query(
                query_embeddings=vector.tolist(), n_results=limit, include=["distances"]
            )
        cosines = {id_: 1.0 - float(far) for id_, far in zip(found["ids"][0], found["distances"][0], strict=True)}
        return {id_: cosine for id_, cosine in cosines.items() if not id_.startswith(_TWIN)}

    def count(self, name: str) -> int:
        """Returns the number of chunks of a collection."""
        with self._translated():
            return int(self._collection(name).count())

    def ids(self, name: str) -> tuple[str, ...]:
        """Returns the ids of all records of a collection, sorted."""
        collection, found = self._collection(name), []
        for start in range(0, self.count(name), BATCH):
            with self._translated():
                found += collection.get(limit=BATCH, offset=start, include=[])["ids"]
        return tuple(sorted(found))

    def discard_old(self) -> None:
        """Deletes all but the collections on the way back, and what older unfinished ones there are."""
        published, kept = self.current(), self.way_back()
        for name, is_complete in self._collections():
            abandoned = not is_complete and published is not None and name < published
            if name not in kept and (is_complete or abandoned):
                with self._translated():
                    self._client.delete_collection(name)

    def _collection(self, name: str) -> Any:
        found = self._handles.get(name)
        if found is None:
            with self._translated():
                found = self._client.get_collection(name, embedding_function=None)
            self._handles = {**dict(list(self._handles.items())[-KEEP:]), name: found}
        return found

    def _collections(self) -> list[tuple[str, bool]]:
        with self._translated():
            found = self._client.list_collections()
        marks = {collection.name: bool((collection.metadata or {}).get(_COMPLETE)) for collection in found}
        return sorted((name, mark) for name, mark in marks.items() if name.startswith(_POINTER + "-"))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (IndexBroken, ServerUnavailable):
            raise
        except NotFound as error:
            self._handles = {}  # of a collection that was made again, the handle has to be fetched again
            raise IndexBroken(f"{error} at {self._address}", "run: footnote ingest") from error
        except Exception as error:  # chromadb lets everything through that its transport raises
            raise ServerUnavailable(
                f"the Chroma server at {self._address} failed: {error or type(error).__name__}", "look at its log"
            ) from error


class ServerVectors:
    """The vectors of one collection; read only."""

    def __init__(self, address: ServerAddress, name: str) -> None:
        """Connects.

        Raises:
            IndexBroken: the server is not there, or has no such collection.
        """
        self._name = name
        with _as_broken():
            self._server = connect(address)
            self._server.facts(name)

    def search(self, vector: Vectors, limit: int) -> dict[str, float]:
        """Returns the cosine of the nearest `limit` texts to one unit vector, by text id, best first."""
        with _as_broken():
            return self._server.nearest(self._name, vector, limit)

    def ids(self) -> tuple[str, ...]:
        """Returns the ids of all texts, sorted."""
        with _as_broken():
            return tuple(id_ for id_ in self._server.ids(self._name) if not id_.startswith(_TWIN))

    def close(self) -> None:
        """Leaves the connection open, for the next generation."""


@contextmanager
def _as_broken() -> Iterator[None]:
    """A server that is away is to the index what a damaged file is: something to do without."""
    try:
        yield
    except ServerUnavailable as error:
        raise IndexBroken(str(error)) from error
