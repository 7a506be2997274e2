"""The corpus folder: which files are articles. Knows names and links; opens nothing but folders."""

import os
from dataclasses import dataclass
from pathlib import Path

from ingest.article import SIDECAR_SUFFIX, SUFFIXES
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
        article_id = os.fsencode(relative.as_posix()).decode("utf-8", "backslashreplace")
        reason = _refusal(path, root) if article_id == relative.as_posix() else "its name is not UTF-8; rename it"
        if reason:
            refused.append((article_id, reason))
        else:
            files.append((article_id, path))
    if not files and not refused:
        raise CorpusMissing(f"no articles in {corpus}; put files there that end in {', '.join(SUFFIXES)}")
    return Listing(tuple(files), tuple(refused))


def _refusal(path: Path, root: Path) -> str | None:
    try:
        target = path.resolve()
    except (OSError, RuntimeError):  # Python 3.11 and 3.12 raise RuntimeError for a loop
        return "is a link that leads in a circle; remove it"
    if not target.is_relative_to(root):
        return "is a link that leads out of the corpus; copy the file into the folder instead"
    if not target.is_file():
        return "is not a regular file; remove it"
    return None
