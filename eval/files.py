"""Files that people review and that two may write at once: written whole or not at all, one after the other."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eval.errors import CannotWrite
from ingest.private import whole_file


def write_whole(path: Path, text: str) -> None:
    """Puts a file in its place when it is complete; folders are made as needed.

    Raises CannotWrite: the disk or its permissions do not allow it; what was there before is still there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(text.encode())
    except OSError as error:
        raise CannotWrite(f"cannot write {path}: {error.strerror}", "mend its permissions or name another") from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Waits until nobody else changes the folder, so that what is read within is still true when it is written.

    Raises CannotWrite: the folder cannot be locked.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise CannotWrite(f"cannot write to {folder}: {error.strerror}", "mend its permissions") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
