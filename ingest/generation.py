"""Generations: complete, immutable indexes on disk, and the pointer to the one in use. Knows folders, not contents.

HOME/CURRENT                     the name of the published generation
HOME/generations/000042/         one generation; never written to once it has its name
HOME/generations/000043.tmp/     one being built; thrown away by the next ingest if it stays unfinished
"""

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import IndexBroken, IndexNotFound

SCHEMA = 3
KEEP = 3
MANIFEST = "manifest.json"
_POINTER, _FOLDER, _UNFINISHED = "CURRENT", "generations", ".tmp"


@dataclass(frozen=True)
class Manifest:
    """What a generation says about itself.

    `content` is the digest of the articles and versions it was built from; `ids` the digest of its chunk ids.
    """

    generation: str
    created: str
    articles: int
    chunks: int
    sentences: int
    fingerprint: str
    dimensions: int
    analyzer: str
    content: str
    ids: str
    schema: int = SCHEMA


def digest(parts: Iterable[str]) -> str:
    """Returns one sha256 over the parts in their order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def current(home: Path) -> str | None:
    """Returns the name of the published generation, or None if nothing has been published.

    Raises:
        IndexBroken: the pointer cannot be read.
    """
    try:
        return (home / _POINTER).read_text(encoding="ascii").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexBroken(f"{home / _POINTER} cannot be read: {error}; remove it, then run: footnote ingest") from error


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
    for path in [*building.rglob("*"), building]:
        _sync(path)
    name = name_of(building)
    building.rename(folder_of(home, name))
    _sync(home / _FOLDER)
    point_to(home, name)
    return name


def point_to(home: Path, name: str) -> None:
    """Makes a complete generation the published one, in one atomic step."""
    new = home / (_POINTER + _UNFINISHED)
    new.write_text(name + "\n", encoding="ascii")
    _sync(new)
    new.replace(home / _POINTER)
    _sync(home)


def roll_back(home: Path) -> tuple[str, str]:
    """Points to the generation before the published one; returns (from, to).

    Raises:
        IndexNotFound: nothing is published, or nothing older is kept.
    """
    now = current(home)
    older = [name for name in generations(home) if now and name < now]
    if now is None or not older:
        raise IndexNotFound(f"no older generation is kept in {home}; build one with: footnote ingest")
    point_to(home, older[-1])
    return now, older[-1]


def discard_unfinished(home: Path) -> None:
    """Removes what an interrupted ingest left: folders being built, and one named but never published."""
    folder, published = home / _FOLDER, current(home)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.endswith(_UNFINISHED) or (path.name.isdigit() and published is None):
            shutil.rmtree(path, ignore_errors=True)


def discard_old(home: Path) -> None:
    """Removes all but the newest KEEP generations; never the published one."""
    for name in generations(home)[:-KEEP]:
        if name != current(home):
            shutil.rmtree(folder_of(home, name), ignore_errors=True)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest into a generation being built."""
    text = json.dumps(dataclasses.asdict(manifest), indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Reads a generation's manifest.

    Raises:
        IndexBroken: it is missing, damaged, or of a newer schema than this program knows.
    """
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**values)
    except (OSError, ValueError, TypeError) as error:
        raise IndexBroken(
            f"the index in {folder} is damaged: {error}; run: footnote rollback, or footnote ingest"
        ) from error
    if manifest.schema != SCHEMA:
        raise IndexBroken(
            f"the index in {folder} has format {manifest.schema}, this program reads {SCHEMA}; run: footnote ingest"
        )
    return manifest


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
