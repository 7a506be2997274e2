"""The manifest: what a generation says about itself, and the digest of every file. Knows JSON; opens no index.

Native libraries can crash on a torn file, so a file is compared with its digest before any of them reads it.
"""

import dataclasses
import functools
import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import IndexBroken

SCHEMA = 8
ON_DISK = "chroma"
NAME = "manifest.json"
# So many digests are kept.
_KEPT = 1_000


@dataclass(frozen=True)
class Manifest:
    """What a generation says about itself.

    `content` is the digest of the articles and versions it was built from; `ids` the digest of its chunk ids; `dead`
    counts the texts that were deleted from the vector index since that was last built whole; `recall` is the share of
    the nearest texts that the vector index finds (`ingest.index.recall`); `vectors` is the name of the collection on a
    Chroma server that holds the vectors, or ON_DISK; `files` are the sha256 of every file that no reader changes, by
    path inside the generation.
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
    dead: int = 0
    recall: float = 1.0
    vectors: str = ON_DISK
    files: Mapping[str, str] = field(default_factory=dict)
    schema: int = SCHEMA


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest into a generation being built."""
    values = dataclasses.asdict(manifest)
    text = json.dumps({**values, "seal": _seal(values)}, indent=2) + "\n"
    (folder / NAME).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Reads a generation's manifest.

    Raises:
        IndexBroken: it is missing, damaged, or of another schema than this program knows.
    """
    try:
        values = json.loads((folder / NAME).read_text(encoding="utf-8"))
        seal, schema = values.pop("seal", None), values.get("schema")
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise _damaged(folder, str(error)) from error
    if schema != SCHEMA:
        raise IndexBroken(
            f"the index in {folder} has format {schema}, this program reads {SCHEMA}", "run: footnote ingest"
        )
    if seal != _seal(values):
        raise _damaged(folder, f"{NAME} was changed")
    try:
        return Manifest(**values)
    except TypeError as error:
        raise _damaged(folder, str(error)) from error


def file_digests(folder: Path, changes: Callable[[str], bool], like: Path | None = None) -> dict[str, str]:
    """Returns the sha256 of the files in the folder, by relative path, except those that `changes` names.

    A file that is one with a file of the generation in the folder `like` has the digest that its manifest says.
    """
    before = {like / name: digest for name, digest in read_manifest(like).files.items()} if like else {}
    known = {_file(path): digest for path, digest in before.items() if path.is_file()}
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    files = {name: _file(path) for name, path in paths.items() if not changes(name)}
    return {name: known.get(file) or _digest(file) for name, file in files.items()}


def damaged_files(folder: Path, manifest: Manifest, *, below: tuple[str, ...] = ("",)) -> tuple[str, ...]:
    """Returns the files that are missing or are not what was published, by relative path; those `below` such names."""
    files = {name: digest for name, digest in manifest.files.items() if name.startswith(below)}
    with ThreadPoolExecutor() as pool:  # what digests does not hold Python's lock
        found = pool.map(_digest_or_none, (folder / name for name in files))
        return tuple(name for name, digest in zip(files, found, strict=True) if digest != files[name])


@dataclass(frozen=True)
class _File:
    """What tells whether two names are of one file, and whether it has been written to."""

    device: int
    inode: int
    size: int
    written_ns: int
    path: Path = field(compare=False)


def _file(path: Path) -> _File:
    found = path.stat()
    return _File(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, path)


def _digest_or_none(path: Path) -> str | None:
    try:
        return _digest(_file(path))
    except OSError:
        return None


@functools.lru_cache(maxsize=_KEPT)
def _digest(file: _File) -> str:
    """What this process has digested it does not digest again: generations share their largest files."""
    with file.path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _seal(values: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _damaged(folder: Path, reason: str) -> IndexBroken:
    return IndexBroken(f"the index in {folder} is damaged: {reason}", "run: footnote rollback, or footnote ingest")
