"""The published index: does it open, is it whole, how old is it, and does the embedder fit? Changes nothing in it.

Chroma writes into its files even to read them. So that the generation stays as it is, a copy of that part is opened,
beside links to all the others.
"""

import datetime
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.doctor.finding import Finding
from ingest.embed.embedder import Embedder
from ingest.errors import IndexBroken, IngestError
from ingest.index import generation
from ingest.index.address import ServerAddress
from ingest.index.manifest import Manifest, read_manifest
from ingest.index.open_index import VECTORS
from ingest.index.recall import LEAST
from ingest.index.verify import FindFault
from ingest.private import make_private

_ABOUT = "index"


def published_findings(
    home: Path,
    server: ServerAddress | None,
    open_embedder: Callable[[], Embedder],
    *,
    find_fault: FindFault,
    now: datetime.datetime,
) -> Iterator[Finding]:
    """Yields what there is to say about the published generation.

    Raises IndexNotFound: nothing is published; IndexBroken: it has no manifest that can be read.
    """
    folder = generation.folder_of(home, generation.published(home))
    manifest = read_manifest(folder)
    with look_alike(folder) as copy:
        found = find_fault(copy, server)
        fault = found.replace(str(copy), str(folder)) if found else None
    kept = generation.way_back_in(home)[1:]
    yield judge_generation(manifest, fault, kept=len(kept), now=now)
    yield judge_recall(manifest)
    built = f"built with embedder {manifest.fingerprint}"
    try:
        fingerprint = open_embedder().fingerprint
    except IngestError as error:
        yield Finding(_ABOUT, "failed", f"{built}, which is not there: {error}")
        return
    if fingerprint == manifest.fingerprint:
        yield Finding(_ABOUT, "well", "built with the embedder that is set")
    else:
        remedy = "set the same embedder again, or run: footnote ingest"
        yield Finding(_ABOUT, "wrong", f"{built}, but {fingerprint} is set", remedy)


def judge_generation(manifest: Manifest, fault: str | None, *, kept: int, now: datetime.datetime) -> Finding:
    """Returns what is published, or what is wrong with it; `kept` counts those before it."""
    name = f"generation {manifest.generation}"
    if fault:
        back = "footnote rollback, or " if kept else ""
        return Finding(_ABOUT, "failed", f"{name} does not pass its check: {fault}", f"run: {back}footnote ingest")
    size = f"{manifest.articles:,} articles, {manifest.chunks:,} chunks, digest {manifest.ids[:12]}"
    return Finding(_ABOUT, "well", f"{name} is whole: {size}, {age_of(manifest.created, now)}, {kept} more kept")


def judge_recall(manifest: Manifest) -> Finding:
    """Returns how much of what lies nearest the vector index finds, and what is done where that is too little."""
    text = f"the vector index finds {manifest.recall:.1%} of the hundred nearest texts"
    if manifest.recall >= LEAST:
        return Finding(_ABOUT, "well", text)
    return Finding(_ABOUT, "note", f"{text}; every text is compared instead, which misses none and is slower")


def age_of(created: str, now: datetime.datetime) -> str:
    """Returns how old something is, in the largest unit that counts at least two."""
    seconds = (now - datetime.datetime.fromisoformat(created)).total_seconds()
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit} old"
    return "new"


@contextmanager
def look_alike(folder: Path) -> Iterator[Path]:
    """Yields a folder that opens as a generation does: Chroma's part is copied, the others are linked to."""
    with tempfile.TemporaryDirectory(prefix="footnote-doctor-") as place:
        copy = Path(place).resolve() / folder.name
        copy.mkdir()
        try:
            for path in folder.iterdir():
                if path.name == VECTORS:
                    shutil.copytree(path, copy / VECTORS)
                    for copied in (copy / VECTORS, *(copy / VECTORS).rglob("*")):
                        make_private(copied)  # it may be written, whatever the original is
                else:
                    (copy / path.name).symlink_to(path.resolve())
        except OSError as error:
            raise IndexBroken(f"{folder} cannot be copied to be looked at: {error}", "free some space") from error
        yield copy
