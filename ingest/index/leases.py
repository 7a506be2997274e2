"""Leases: which generations live processes read from. Knows files and locks; knows nothing of what a generation holds.

HOME/leases/lock           held while a lease is taken, and while old generations are removed
HOME/leases/<pid>-<n>      names a generation; its holder keeps it locked, so that a killed holder leaves no lease
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from ingest.private import FOLDER

_FOLDER, _LOCK = "leases", "lock"


@dataclass(frozen=True)
class Lease:
    """One process's claim on one generation; until it is released, the generation is not removed.

    Who may not write into the home can claim nothing: that lease has no file.
    """

    generation: str
    path: Path | None = None
    descriptor: int = -1

    def release(self) -> None:
        """Gives up the claim."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
            os.close(self.descriptor)


def take_lease(home: Path, choose: Callable[[], str | None]) -> Lease | None:
    """Leases the generation that `choose` names, or none if it names none.

    Nothing is removed between the choice and the lease. Where nothing can be written, on a full disk or without the
    right to, there is nothing to keep others from removing it with, and it is read all the same.
    """
    try:
        with lease_lock(home):
            name = choose()
            return _leased(home, name) if name is not None else None
    except OSError:
        name = choose()
        return Lease(name) if name is not None else None


def leased(home: Path) -> frozenset[str]:
    """Returns the leased generations; removes the leases of dead processes. To be called under `lease_lock`."""
    return frozenset(_names(home))


def lease_files(home: Path) -> tuple[Path, ...]:
    """Returns the files of all leases, also those of dead processes: nobody holds these any more."""
    folder = home / _FOLDER
    return tuple(sorted(path for path in folder.iterdir() if path.name != _LOCK)) if folder.is_dir() else ()


@contextmanager
def lease_lock(home: Path) -> Iterator[None]:
    """Keeps others from taking a lease, or from removing generations, for a moment."""
    (home / _FOLDER).mkdir(mode=FOLDER, parents=True, exist_ok=True)
    descriptor = os.open(home / _FOLDER / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _leased(home: Path, name: str) -> Lease:
    path, descriptor = _new_file(home / _FOLDER)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.pwrite(descriptor, name.encode("ascii"), 0)
    except OSError:
        path.unlink(missing_ok=True)
        os.close(descriptor)
        raise
    return Lease(name, path, descriptor)


def _new_file(folder: Path) -> tuple[Path, int]:
    """A file that did not exist: containers that share a home may share process ids too."""
    for number in count():
        path = folder / f"{os.getpid()}-{number}"
        try:
            return path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
    raise AssertionError  # count() never ends


def _names(home: Path) -> Iterator[str]:
    for path in lease_files(home):
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            continue  # just released
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except BlockingIOError:
            yield os.pread(descriptor, 64, 0).decode("ascii", "replace")
        finally:
            os.close(descriptor)
