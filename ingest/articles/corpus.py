"""The corpus folder: which files are articles. Knows names and links; opens nothing but folders."""

import os
from dataclasses import dataclass
from pathlib import Path

from ingest.articles.decode import MAX_BYTES
from ingest.articles.formats.table import SUFFIXES
from ingest.articles.load import SIDECAR_SUFFIX, sidecar_of
from ingest.errors import CorpusMissing

# A readme explains the folder, it is not an article of it.
_NOT_ARTICLES = frozenset({"readme.md", "readme.txt", "license.txt", "licence.txt"})


@dataclass(frozen=True)
class Listing:
    """What a corpus folder holds, in the order of the ids.

    `files` are (article id, path); `refused` are (article id, reason): things that look like articles but are not read.
    """

    files: tuple[tuple[str, Path], ...]
    refused: tuple[tuple[str, str], ...]


def list_corpus(corpus: Path) -> Listing:
    """Lists the articles under the folder; hidden files and folders, readmes and unknown kinds are passed over.

    Raises:
        CorpusMissing: there is no such folder, or nothing in it could be an article.
    """
    if not corpus.is_dir():
        raise CorpusMissing(f"no folder {corpus}; create it and put articles in it, or name another with --corpus")
    root = corpus.resolve()
    files, refused = [], []
    for path in sorted(corpus.rglob("*")):
        relative = path.relative_to(corpus)
        if path.suffix.lower() not in SUFFIXES or path.is_dir() or any(part.startswith(".") for part in relative.parts):
            continue
        if path.name.lower() in _NOT_ARTICLES or path.name.endswith(SIDECAR_SUFFIX):
            continue
        reason = _name_refusal(relative.as_posix()) or _refusal(path, root) or _sidecar_refusal(path, root)
        if reason:
            refused.append((_shown(relative.as_posix()), reason))
        else:
            files.append((relative.as_posix(), path))
    if not files and not refused:
        raise CorpusMissing(f"no articles in {corpus}; put files there that end in {', '.join(SUFFIXES)}")
    return Listing(tuple(files), tuple(refused))


def _name_refusal(name: str) -> str | None:
    """A name is shown, stored and sent on: it must be text, and look like what it is."""
    return None if _shown(name) == name else "has a name with invisible or unreadable characters; rename it"


def _shown(name: str) -> str:
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _sidecar_refusal(path: Path, root: Path) -> str | None:
    sidecar = sidecar_of(path)
    reason = _refusal(sidecar, root) if sidecar.is_symlink() or sidecar.exists() else None
    return f"its sidecar {reason}" if reason else None


def _refusal(path: Path, root: Path) -> str | None:
    try:
        target = path.resolve()
    except (OSError, RuntimeError):
        return "is a link that leads in a circle; remove it"
    if not target.is_relative_to(root):
        return "is a link that leads out of the corpus; copy the file into the folder instead"
    if not target.is_file():
        return "is not a regular file; remove it"
    if target.stat().st_size > MAX_BYTES:
        return f"is larger than {MAX_BYTES // 1_000_000} MB; split it into several articles"
    return None
