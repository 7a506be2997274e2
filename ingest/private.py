"""Whose the files are that this process writes. Knows permissions; knows nothing of what is in the files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

FOLDER, FILE = 0o700, 0o600


@contextmanager
def private_files() -> Iterator[None]:
    """Whatever is created within, by whatever library, is for its owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def private_folder(folder: Path) -> None:
    """Makes a folder that is for its owner alone, or makes an empty one so; one that is in use stays as it was set.

    It is of no version control, either.
    """
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        make_private(folder)
        with suppress(OSError):  # what cannot be written to is told by whoever needs it
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
            make_private(folder / ".gitignore")


def make_private(path: Path) -> None:
    """Leaves a file or folder to its owner alone, where the system keeps permissions and it is ours."""
    with suppress(PermissionError):
        path.chmod(FOLDER if path.is_dir() else FILE)


def open_as_its_folder(path: Path) -> None:
    """Lets those read who may read the folder that it is in: for what is written outside the data folder."""
    with suppress(PermissionError):
        path.chmod(path.parent.stat().st_mode & (0o777 if path.is_dir() else 0o666))


@contextmanager
def whole_file(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """Yields a file that stands under its name only when it is complete, for those who may read its folder."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as file:
            yield file
        if not private:
            open_as_its_folder(unfinished)
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink()
