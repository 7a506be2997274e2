"""Generations: complete, immutable indexes on disk, and the pointer to the one in use. Knows folders, not contents.

HOME/CURRENT                     the name of the published generation
HOME/generations/000042/         one generation; never written to once it has its name
HOME/generations/000042/BEFORE   the name of the one that was in use when it was published
HOME/generations/000043.tmp/     one being built; thrown away by the next ingest if it stays unfinished

What lives in a folder is described by `ingest.index.manifest`; who reads from one, by `ingest.index.leases`.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ingest.errors import IndexBroken, IndexNotFound
from ingest.index.leases import Lease, lease_lock, leased, take_lease
from ingest.private import make_private

KEEP = 3
_POINTER, _BEFORE, _FOLDER, _UNFINISHED = "CURRENT", "BEFORE", "generations", ".tmp"


def digest(parts: Iterable[str]) -> str:
    """Returns one sha256 over the parts in their order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def current(home: Path) -> str | None:
    """Returns the name of the published generation, or None if nothing has been published or the pointer is damaged.

    Raises:
        IndexBroken: the pointer may not be read.
    """
    try:
        name = (home / _POINTER).read_text(encoding="ascii", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise IndexBroken(f"{home / _POINTER} cannot be read: {error}", "mend its permissions") from error
    return name if name.isascii() and name.isdigit() else None


def published(home: Path) -> str:
    """Returns the name of the published generation.

    Raises:
        IndexNotFound: nothing has been published.
        IndexBroken: the pointer may not be read.
    """
    name = current(home)
    if name is None:
        raise _nothing(home)
    return name


def lease_published(home: Path) -> Lease:
    """Leases the published generation.

    Raises:
        IndexNotFound: nothing has been published.
        IndexBroken: the pointer may not be read.
    """
    lease = take_lease(home, lambda: current(home)) if home.is_dir() else None
    if lease is None:
        raise _nothing(home)
    return lease


def pointer_state(home: Path) -> tuple[int, int] | None:
    """Returns what changes whenever something is published, or None if nothing has been; cheap enough to ask often."""
    try:
        found = (home / _POINTER).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def folder_of(home: Path, name: str) -> Path:
    """Returns the folder of a generation."""
    return home / _FOLDER / name


def building_folder(home: Path) -> Path:
    """Makes the empty folder in which the next generation is built, and returns it."""
    names = [int(name) for name in generations(home)]
    folder = folder_of(home, f"{max(names, default=0) + 1:06d}{_UNFINISHED}")
    folder.mkdir(parents=True)
    return folder


def name_of(building: Path) -> str:
    """Returns the name that a generation being built will have."""
    return building.name.removesuffix(_UNFINISHED)


def generations(home: Path) -> tuple[str, ...]:
    """Returns the names of the complete generations, oldest first."""
    folder = home / _FOLDER
    return tuple(sorted(path.name for path in folder.iterdir() if path.name.isdigit())) if folder.is_dir() else ()


def publish(home: Path, building: Path) -> str:
    """Makes a built and verified generation durable, gives it its name and points to it; returns the name."""
    (building / _BEFORE).unlink(missing_ok=True)  # that of an imported generation, or of a copied one
    (building / _BEFORE).write_text(current(home) or "", encoding="ascii")
    for path in [*building.rglob("*"), building]:
        make_private(path)
        sync(path)
    name = name_of(building)
    building.rename(folder_of(home, name))
    sync(home / _FOLDER)
    point_to(home, name)
    return name


def point_to(home: Path, name: str) -> None:
    """Makes a complete generation the published one, in one atomic step."""
    new = home / (_POINTER + _UNFINISHED)
    new.write_text(name + "\n", encoding="ascii")
    sync(new)
    new.replace(home / _POINTER)
    sync(home)


def roll_back(home: Path) -> tuple[str, str]:
    """Points to the generation that was in use before the published one; returns (from, to).

    Raises:
        IndexNotFound: nothing is published, or nothing older is kept.
    """
    now, *older = way_back_in(home) or (None,)
    if now is None or not older:
        raise IndexNotFound(f"no older generation is kept in {home}", "build one with: footnote ingest")
    point_to(home, older[0])
    return now, older[0]


def way_back_in(home: Path) -> tuple[str, ...]:
    """Returns the generation in use, the one that was in use before it, and so on; see `way_back`."""
    return way_back(current(home), generations(home), lambda name: _before(folder_of(home, name)))


def way_back(name: str | None, kept: Sequence[str], before: Callable[[str], str | None]) -> tuple[str, ...]:
    """Returns what is in use, what was in use before it, and so on as far as it is kept: at most KEEP, in that order.

    What was gone back from is on no way back, so that a rollback after an ingest never leads to it again. `kept` are
    names from the oldest on; where `before` knows nothing (None), it was the next older one.
    """
    found: list[str] = []
    while name and name in kept and len(found) < KEEP:
        found.append(name)
        told, older = before(name), [other for other in kept if other < name]
        name = told if told is not None else max(older, default=None)
    return tuple(found)


def unfinished(home: Path) -> list[str]:
    """Returns the names of what is half built or half removed; while no ingest runs, nobody will finish it."""
    folders = (home, home / _FOLDER)
    return sorted(path.name for folder in folders if folder.is_dir() for path in folder.glob(f"*{_UNFINISHED}"))


def discard_unfinished(home: Path) -> None:
    """Removes what an interrupted ingest left: folders half built or half removed, and one named but never published.

    A damaged pointer is no sign of that: what it pointed to may be in use.
    """
    folder = home / _FOLDER
    if not folder.is_dir():
        return
    with lease_lock(home):
        never = not (home / _POINTER).exists()
        held = leased(home)
    for path in folder.iterdir():
        if path.name.endswith(_UNFINISHED) or (path.name.isdigit() and never and path.name not in held):
            shutil.rmtree(path, ignore_errors=True)


def discard_old(home: Path) -> None:
    """Removes all but those on the way back; never the published one, nor one that a live process reads from."""
    with lease_lock(home):
        kept = {*way_back_in(home), *leased(home)}
        dropped = [folder_of(home, name) for name in generations(home) if name not in kept]
        for folder in dropped:
            folder.rename(folder.with_name(folder.name + _UNFINISHED))  # gone for readers in one step
    for folder in dropped:
        shutil.rmtree(folder.with_name(folder.name + _UNFINISHED), ignore_errors=True)


def sync(path: Path) -> None:
    """Returns when what the file or folder holds has reached the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _before(folder: Path) -> str | None:
    try:
        return (folder / _BEFORE).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None


def _nothing(home: Path) -> IndexNotFound:
    return IndexNotFound(f"no index in {home}", "build it with: footnote ingest")
