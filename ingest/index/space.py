"""Is there room for another generation? Knows sizes of files; knows nothing of what is in them."""

import shutil
from collections.abc import Callable
from pathlib import Path

from ingest.errors import PublishFailed
from ingest.index import generation

# What SQLite, tantivy and Chroma need while they write, and what should be left to the rest of the machine.
_MARGIN_BYTES = 64 * 2**20


def free_bytes(folder: Path) -> int:
    """Returns how much may still be written to the disk that the folder is on."""
    return shutil.disk_usage(folder).free


def check_space(home: Path, free: Callable[[Path], int] = free_bytes) -> None:
    """Checks, before anything is built, that the next generation will fit.

    It is taken to need as much as the larger of the published generation and the ledger, which holds all texts and
    vectors, and half as much again.

    Raises:
        PublishFailed: it does not.
    """
    name = generation.current(home)
    published = _size(generation.folder_of(home, name)) if name else 0
    needed = _MARGIN_BYTES + max(published, _size(home / "ledger.sqlite")) * 3 // 2
    there = free(home)
    if there < needed:
        raise PublishFailed(
            f"the next index needs about {_megabytes(needed)} in {home}, but only {_megabytes(there)} are free",
            "the published index is untouched. Free some space, then run the ingest again: what is embedded is kept",
        )


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _megabytes(size: int) -> str:
    return f"{max(size // 2**20, 1):,} MB"
