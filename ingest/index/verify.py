"""Whether a generation is fit to be served. Opens it as a bot would, but in another process: a torn store can crash."""

from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread

from ingest.errors import IndexBroken, NotFit
from ingest.index import generation
from ingest.index.address import ServerAddress
from ingest.index.apart import Run, apart
from ingest.index.graph import find_torn, is_shared
from ingest.index.manifest import Manifest, damaged_files, read_manifest
from ingest.index.open_index import VECTORS, Index
from ingest.terms import terms

_TIMEOUT_S = 300
# How much less of what is nearest may be found than when the index was written.
_LESS = 0.01


FindFault = Callable[[Path, ServerAddress | None], str | None]
"""Returns what is wrong with a generation, or None; the server is where its vectors are if not in its folder."""


def verify(folder: Path, server: ServerAddress | None, run: Run) -> None:
    """Checks, in the process that `run` runs things in, that a generation's parts are whole and belong together.

    Raises:
        NotFit: it is not fit to be served, with the reason.
    """
    fault = _find_fault(folder, server, run)
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
    with apart() as run:
        return _find_fault(folder, server, run)


def _find_fault(folder: Path, server: ServerAddress | None, run: Run) -> str | None:
    try:
        return run(find_fault, folder, server, within=_TIMEOUT_S)
    except IndexBroken as error:
        return str(error)


def look_ahead(home: Path) -> None:
    """Digests what is published, at leisure: what the next generation shares with it is not digested again."""
    name = generation.current(home)
    with suppress(IndexBroken):
        if name:
            folder = generation.folder_of(home, name)
            Thread(target=damaged_files, args=(folder, read_manifest(folder))).start()


def find_fault(folder: Path, server: ServerAddress | None = None) -> str | None:
    """Returns what this process finds wrong with a generation, or None; a torn store may crash it."""
    torn = None if is_shared(folder / VECTORS) else find_torn(folder / VECTORS)
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
    for row, stored_chunk in index.read(index.sample()).items():
        chunk = stored_chunk.chunk
        if index.text(stored_chunk.article_row)[chunk.start : chunk.end] != chunk.text:
            return f"chunk {chunk.id} does not stand in its article"
        if not _finds(index, chunk.text, row):
            return f"the lexical index does not find chunk {chunk.id}"
    return None


def _fault_of_vectors(index: Index) -> str | None:
    """Whether every text is there, with its own vector, and is found as often as when the index was written.

    How often is not asked of a graph that an earlier generation shares: its digests say that it is as it was then.
    """
    if not index.is_whole():
        return "the vector index holds other texts than the store"
    found = index.recall()
    if index.trouble:
        return index.trouble
    if not found.is_true:
        return "the vector index holds other vectors than the store"
    if not index.has_old_graph and found.share < index.manifest.recall - _LESS:
        return f"the vector index finds {found.share:.1%} of what is nearest, not {index.manifest.recall:.1%}"
    return None


def _finds(index: Index, text: str, row: int) -> bool:
    """Whether a chunk is found by its own terms: among the first hits, or, if many say the same, anywhere."""
    weights = dict.fromkeys(terms(text)[:20], 1.0)
    return not weights or any(row in index.matching(weights, limit) for limit in (100, index.manifest.chunks))
