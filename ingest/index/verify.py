"""Whether a generation is fit to be served. Opens it as a bot would, but in another process: a torn store can crash."""

import importlib
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from ingest.errors import IndexBroken, NotFit
from ingest.index import generation
from ingest.index.address import ServerAddress
from ingest.index.graph import find_torn
from ingest.index.manifest import Manifest, read_manifest
from ingest.index.open_index import VECTORS, Index
from ingest.terms import terms

_SAMPLE = 200
_TIMEOUT_S = 300
# How much less of what is nearest may be found than when the index was written.
_LESS = 0.01


FindFault = Callable[[Path, ServerAddress | None], str | None]
"""Returns what is wrong with a generation, or None; the server is where its vectors are if not in its folder."""

Checks = Callable[[], AbstractContextManager[FindFault]]
"""Makes ready what will look at a generation: `apart` in a process of its own."""


def verify(folder: Path, server: ServerAddress | None, find: FindFault) -> None:
    """Checks that a generation's parts are whole and belong together.

    Raises:
        NotFit: it is not fit to be served, with the reason.
    """
    fault = find(folder, server)
    if fault:
        raise NotFit(f"the new index did not pass its check: {fault}", "nothing was published, run the ingest again")


def verify_published(home: Path, server: ServerAddress | None = None) -> Manifest:
    """Checks what is published, in a fresh process; returns what it says about itself.

    Raises:
        IndexNotFound: nothing has been published.
        IndexBroken: it is damaged.
    """
    lease = generation.lease_published(home)
    try:
        folder = generation.folder_of(home, lease.generation)
        fault = find_fault_apart(folder, server)
        if fault:
            raise IndexBroken(f"generation {lease.generation} is damaged: {fault}")
        return read_manifest(folder)
    finally:
        lease.release()


def find_fault_apart(folder: Path, server: ServerAddress | None = None) -> str | None:
    """Returns what a fresh process finds wrong with a generation, or None; that it crashes or hangs is a fault too."""
    with apart() as find:
        return find(folder, server)


@contextmanager
def apart() -> Iterator[FindFault]:
    """Starts a fresh process, which loads Chroma meanwhile, and yields what has it look at one generation."""
    context = multiprocessing.get_context("spawn")  # not forkserver, nor pipes of two ways: sockets may be blocked
    asked, ask = context.Pipe(duplex=False)
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=_look, args=(asked, tell), daemon=True)
    # Ctrl-C is for this process, which ends that one.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    asked.close()
    tell.close()

    def find(folder: Path, server: ServerAddress | None) -> str | None:
        try:
            ask.send((folder, server))
            if not told.poll(_TIMEOUT_S):
                return f"opening it takes longer than {_TIMEOUT_S} seconds"
            fault: str | None = told.recv()
            return fault
        except (EOFError, OSError):  # it ended before it had said anything, or in the middle
            return "opening it crashes"

    try:
        yield find
    finally:
        process.kill()
        process.join()
        process.close()
        ask.close()
        told.close()


def _look(asked: Connection, tell: Connection) -> None:
    importlib.import_module("ingest.index.chroma_vectors")
    try:
        folder, server = asked.recv()
    except EOFError:
        return  # nobody asks any more
    tell.send(find_fault(folder, server))


def find_fault(folder: Path, server: ServerAddress | None = None) -> str | None:
    """Returns what this process finds wrong with a generation, or None; a torn store may crash it."""
    torn = find_torn(folder / VECTORS)
    if torn:
        return torn
    try:
        with closing(Index(folder, server=server, by_index=True)) as index:
            return _fault_of(index) or _fault_of_vectors(index)
    except IndexBroken as error:
        return str(error)


def _fault_of(index: Index) -> str | None:
    manifest = index.manifest
    if index.trouble:
        return index.trouble
    if len(index.articles) != manifest.articles:
        return "the stored articles are not those of the manifest"
    stored = index.ids()
    if generation.digest(stored) != manifest.ids or len(stored) != manifest.chunks:
        return "the stored chunks are not those of the manifest"
    for row, stored_chunk in index.read(index.sample(_SAMPLE)).items():
        chunk = stored_chunk.chunk
        if index.text(stored_chunk.article_row)[chunk.start : chunk.end] != chunk.text:
            return f"chunk {chunk.id} does not stand in its article"
        if not _finds(index, chunk.text, row):
            return f"the lexical index does not find chunk {chunk.id}"
    return None


def _fault_of_vectors(index: Index) -> str | None:
    """Whether every text is there, with its own vector, and is found as often as when the index was written."""
    if not index.is_whole():
        return "the vector index holds other texts than the store"
    found = index.recall()
    if index.trouble:
        return index.trouble
    if not found.is_true:
        return "the vector index holds other vectors than the store"
    if found.share < index.manifest.recall - _LESS:
        return f"the vector index finds {found.share:.1%} of what is nearest, not {index.manifest.recall:.1%}"
    return None


def _finds(index: Index, text: str, row: int) -> bool:
    """Whether a chunk is found by its own terms: among the first hits, or, if many say the same, anywhere."""
    weights = dict.fromkeys(terms(text)[:20], 1.0)
    return not weights or any(row in index.matching(weights, limit) for limit in (100, index.manifest.chunks))
