"""The bytes of a file and of its sidecar, and never more of them than is good. Knows paths; parses nothing."""

import os
import stat
from pathlib import Path

from ingest.articles.decode import MAX_BYTES
from ingest.errors import UnreadableArticle

SIDECAR_SUFFIX = ".meta.yaml"
MAX_SIDECAR_BYTES = 200_000


def sidecar_of(path: Path) -> Path:
    """Returns where the sidecar of a file is, if it has one."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def load(path: Path, *, most: int = MAX_BYTES) -> bytes:
    """Returns the content of a regular file of at most `most` bytes.

    Raises UnreadableArticle: it is no such file, or cannot be read.
    """
    try:
        # Whatever the name may lead to now (a pipe, say), opening it does not wait.
        descriptor = os.open(path.resolve(), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnreadableArticle("is not a regular file", "remove it")
            content = file.read(most + 1)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableArticle(f"cannot be read: {reason}", "check its permissions") from error
    if len(content) > most:
        raise UnreadableArticle(f"larger than {most / 1_000_000:g} MB", "split it into several articles")
    return content


def load_sidecar(path: Path) -> bytes | None:
    """Returns the content of the file's sidecar, or None if it has none.

    Raises UnreadableArticle: there is one, but it cannot be read.
    """
    sidecar = sidecar_of(path)
    return load(sidecar, most=MAX_SIDECAR_BYTES) if sidecar.is_file() else None
