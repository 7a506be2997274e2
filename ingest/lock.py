"""One ingest at a time. Knows a lock file; knows nothing of what it guards."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ingest.errors import AnotherIngest, PublishFailed
from ingest.private import private_files, private_folder

_MOMENT_S = 0.05


@contextmanager
def ingest_lock(home: Path) -> Iterator[int]:
    """Holds the home's ingest lock, and yields its descriptor: whatever process has that open holds it too.

    The operating system releases it even if they are killed. What is written meanwhile is for this user alone. Raises
    AnotherIngest: another process holds it; PublishFailed: the home cannot be written to.
    """
    try:
        private_folder(home)
        descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise PublishFailed(f"cannot write to {home}: {error.strerror}", "name another folder with --home") from error
    try:
        try:
            _take(descriptor)
        except BlockingIOError as error:
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
            raise AnotherIngest(f"another ingest into {home} is running (process {holder})", "wait for it") from error
        with suppress(OSError):  # on a full disk the lock still holds, it only cannot say who has it
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        with private_files():
            yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    """Takes the lock, on the second try if need be: `footnote doctor` holds it for a moment to look at it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(_MOMENT_S)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
