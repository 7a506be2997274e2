"""Whether a generation is fit to be served. Opens it as a bot would, but in another process: a torn store can crash."""

import concurrent.futures
import multiprocessing
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from ingest import generation
from ingest.address import ServerAddress
from ingest.errors import IndexBroken, IndexNotFound, PublishFailed
from ingest.index import Index
from ingest.leases import take_lease
from ingest.manifest import Manifest, read_manifest
from ingest.terms import terms

_SAMPLE = 200
_TIMEOUT_S = 300


def verify(folder: Path, server: ServerAddress | None = None) -> None:
    """Checks, in a fresh process, that the parts of a generation are whole and belong together.

    Raises:
        PublishFailed: it is not fit to be served, with the reason.
    """
    _refuse(fault_of(folder, server))


def verify_here(folder: Path, server: ServerAddress | None = None) -> None:
    """Makes the same checks in this process: faster, where a crash is no concern.

    Raises:
        PublishFailed: it is not fit to be served, with the reason.
    """
    _refuse(find_fault(folder, server))


def verify_published(home: Path, server: ServerAddress | None = None) -> Manifest:
    """Checks what is published, in a fresh process; returns what it says about itself.

    Raises:
        IndexNotFound: nothing has been published.
        IndexBroken: it is damaged.
    """
    lease = take_lease(home, lambda: generation.current(home)) if home.is_dir() else None
    if lease is None:
        raise IndexNotFound(f"no index in {home}; build it with: footnote ingest")
    try:
        folder = generation.folder_of(home, lease.generation)
        fault = fault_of(folder, server)
        if fault:
            raise IndexBroken(f"generation {lease.generation} is damaged: {fault}")
        return read_manifest(folder)
    finally:
        lease.release()


def fault_of(folder: Path, server: ServerAddress | None = None) -> str | None:
    """Opens the generation in a fresh process and returns what is wrong with it, or None."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        try:
            return pool.submit(find_fault, folder, server).result(timeout=_TIMEOUT_S)
        except BrokenProcessPool:
            return "opening it crashes"
        except TimeoutError:
            return f"opening it takes longer than {_TIMEOUT_S} seconds"


def _refuse(fault: str | None) -> None:
    if fault:
        raise PublishFailed(
            f"the new index did not pass its check: {fault}; nothing was published, run the ingest again"
        )


def find_fault(folder: Path, server: ServerAddress | None = None) -> str | None:
    """Returns what is wrong with a generation, or None."""
    try:
        index = Index(folder, server=server)
    except IndexBroken as error:
        return str(error)
    try:
        return _fault_of(index)
    finally:
        index.close()


def _fault_of(index: Index) -> str | None:
    manifest = index.manifest
    if index.trouble:
        return index.trouble
    stored, in_vectors = index.ids()
    if generation.digest(stored) != manifest.ids or len(stored) != manifest.chunks:
        return "the stored chunks are not those of the manifest"
    if in_vectors != stored:
        return "the vector index holds other chunks than the store"
    if len(index.articles) != manifest.articles:
        return "the stored articles are not those of the manifest"
    step = max(manifest.chunks // _SAMPLE, 1)
    for row, stored_chunk in index.read(range(0, manifest.chunks, step)).items():
        chunk = stored_chunk.chunk
        if index.text(stored_chunk.article_row)[chunk.start : chunk.end] != chunk.text:
            return f"chunk {chunk.id} does not stand in its article"
        cosines = index.nearest(stored_chunk.vectors[0], 3)
        if not cosines or max(cosines.values()) < 0.999:
            return f"the vector index does not find chunk {chunk.id}"
        if not _finds(index, chunk.text, row):
            return f"the lexical index does not find chunk {chunk.id}"
    return None


def _finds(index: Index, text: str, row: int) -> bool:
    """Whether a chunk is found by its own terms: among the first hits, or, if many say the same, anywhere."""
    weights = dict.fromkeys(terms(text)[:20], 1.0)
    return not weights or any(row in index.matching(weights, limit) for limit in (100, index.manifest.chunks))
