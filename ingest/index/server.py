"""A Chroma server that holds generations, and a pointer to one. Knows collections; not what is in them.

footnote                          an empty collection; its metadata names the published one
footnote-000043-1a2b3c…           the texts of a generation; never written to once its metadata says that it is complete
footnote-000043-1a2b3c…-files     what else a bot needs: its files, in pieces that any Chroma takes as a document
"""

import base64
import functools
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken, ServerUnavailable
from ingest.index.address import ServerAddress
from ingest.index.chroma import BATCH, GRAPH, is_not_found, link_anew, nearest, server_client, write_records
from ingest.index.generation import KEEP, way_back
from ingest.index.record import Facts, Record

_POINTER, _CURRENT, _COMPLETE, _BEFORE = "footnote", "current", "complete", "before"
_FILES = "-files"
# Of a file so many bytes are one document: 16,000 characters, and Chroma Cloud takes 16,384 bytes.
_PIECE = 12_000


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
            except Exception as error:
                if is_not_found(error):
                    return None
                raise
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
        """Writes the texts of a generation, in place of an unfinished one; it counts only when it is complete."""
        self._delete(name)
        with self._translated():
            self._handles = {}
            graph: Any = {"hnsw": GRAPH}
            collection = self._client.create_collection(name, configuration=graph, embedding_function=None)
            for batch in batches:
                write_records(collection.add, batch)

    def write_files(self, name: str, files: Mapping[str, Path]) -> None:
        """Writes files beside the texts of a generation, each under its name."""
        with self._translated():
            space: Any = {"hnsw": {"space": "l2"}}
            collection = self._client.create_collection(name + _FILES, configuration=space, embedding_function=None)
            for file, path in files.items():
                for start, pieces in _pieces(path):
                    ids = [_piece_id(file, start + number) for number in range(len(pieces))]
                    places = np.arange(start, start + len(pieces), dtype=np.float32)[:, None]  # nobody searches by them
                    collection.add(ids=ids, documents=pieces, embeddings=places)

    def read_file(self, name: str, file: str) -> Iterator[bytes]:
        """Yields the bytes of a file that is kept beside a generation; none if it is empty, or not there."""
        collection = self._collection(name + _FILES)
        for start in count(0, BATCH):
            ids = [_piece_id(file, number) for number in range(start, start + BATCH)]
            with self._translated():
                found = collection.get(ids=ids, include=["documents"])
            pieces = dict(zip(found["ids"], found["documents"], strict=True))
            yield from (_bytes_of(name, pieces[id_]) for id_ in ids if id_ in pieces)
            if len(pieces) < BATCH:
                return

    def link_anew(self, name: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Puts texts that are there already into the graph again."""
        collection = self._collection(name)
        with self._translated():
            link_anew(collection, ids, vectors)

    def complete(self, name: str, facts: Facts) -> None:
        """Says that a collection is whole, and what there is to know about it."""
        collection = self._collection(name)
        with self._translated():
            collection.modify(metadata={**facts, _BEFORE: self.current() or "", _COMPLETE: True})

    def way_back(self) -> tuple[str, ...]:
        """Returns the published collection, the one that was before it, and so on; see `generation.way_back`."""
        return way_back(self.current(), self.generations(), lambda name: self.facts(name).get(_BEFORE))

    def nearest(self, name: str, vectors: Vectors, limit: int) -> list[dict[str, float]]:
        """Returns, for each unit vector, the cosine of the nearest `limit` texts, by text id, best first."""
        with self._translated():
            return nearest(self._collection(name), vectors, limit)

    def count(self, name: str) -> int:
        """Returns the number of texts of a generation."""
        with self._translated():
            return int(self._collection(name).count())

    def ids(self, name: str) -> Iterator[str]:
        """Yields the ids of all texts of a generation."""
        collection = self._collection(name)
        for start in range(0, self.count(name), BATCH):
            with self._translated():
                found: list[str] = collection.get(limit=BATCH, offset=start, include=[])["ids"]
            yield from found

    def discard_old(self) -> None:
        """Deletes all but the collections on the way back, and what older unfinished ones there are."""
        published, kept = self.current(), self.way_back()
        for name, is_complete in self._collections():
            abandoned = not is_complete and published is not None and name < published
            if name not in kept and (is_complete or abandoned):
                self._delete(name)

    def _delete(self, name: str) -> None:
        """Its texts last: while they are there, it will be tried again."""
        with self._translated():
            there = {collection.name for collection in self._client.list_collections()}
            for part in (name + _FILES, name):
                if part in there:
                    self._client.delete_collection(part)

    def _collection(self, name: str) -> Any:
        found = self._handles.get(name)
        if found is None:
            with self._translated():
                found = self._client.get_collection(name, embedding_function=None)
            self._handles = {**dict(list(self._handles.items())[-2 * KEEP :]), name: found}
        return found

    def _collections(self) -> list[tuple[str, bool]]:
        with self._translated():
            found = self._client.list_collections()
        marks = {collection.name: bool((collection.metadata or {}).get(_COMPLETE)) for collection in found}
        return sorted(found for found in marks.items() if _is_generation(found[0]))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (IndexBroken, ServerUnavailable):
            raise
        except Exception as error:  # chromadb lets everything through that its transport raises
            if is_not_found(error):
                self._handles = {}  # of a collection that was made again, the handle has to be fetched again
                raise IndexBroken(f"{error} at {self._address}", "run: footnote ingest") from error
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

    def search(self, vectors: Vectors, limit: int) -> list[dict[str, float]]:
        """Returns, for each unit vector, the cosine of the nearest `limit` texts, by text id, best first."""
        with _as_broken():
            return self._server.nearest(self._name, vectors, limit)

    def ids(self) -> Iterator[str]:
        """Yields the ids of all texts."""
        with _as_broken():
            yield from self._server.ids(self._name)

    def close(self) -> None:
        """Leaves the connection open, for the next generation."""


@contextmanager
def _as_broken() -> Iterator[None]:
    """A server that is away is to the index what a damaged file is: something to do without."""
    try:
        yield
    except ServerUnavailable as error:
        raise IndexBroken(str(error)) from error


def _is_generation(name: str) -> bool:
    return name.startswith(_POINTER + "-") and not name.endswith(_FILES)


def _bytes_of(name: str, piece: str) -> bytes:
    """What a document holds of a file: no more than one may, whatever a server says."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(piece), _PIECE)
    except (ValueError, zlib.error) as error:
        raise IndexBroken(f"the files of collection {name} are damaged: {error}", "run: footnote ingest") from error


def _piece_id(file: str, number: int) -> str:
    return f"{file}:{number:06d}"


def _pieces(path: Path) -> Iterator[tuple[int, list[str]]]:
    """A file as batches of documents, each batch with the number of its first."""
    with path.open("rb") as file:
        for start in count(0, BATCH):
            parts = [part for part in (file.read(_PIECE) for _ in range(BATCH)) if part]
            if not parts:
                return
            yield start, [base64.b64encode(zlib.compress(part)).decode("ascii") for part in parts]
