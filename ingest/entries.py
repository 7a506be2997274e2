"""What a tar says that it holds, looked at before anything is taken out of it. Knows headers; writes nothing.

An export is a plain tar of plain files. Every header is read here first, with little memory: a tar may claim names that
lead elsewhere, sizes that fill the disk, headers that fill the memory, or be a small packed file that unpacks to all of
these. Extended headers, which may give a file another name and size, are passed over: an export needs none.
"""

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.errors import BackupFailed

# More files than any generation has; a part of a name; the times and long names that a header of its own may hold.
_MOST_ENTRIES, _MOST_HEADER = 10_000, 64_000
_PART = re.compile(r"(?!\.\.?$)[\w.-]{1,100}", re.ASCII)
_MOST_PARTS = 6
_PLAIN, _MORE = (tarfile.REGTYPE, tarfile.AREGTYPE), (tarfile.XHDTYPE,)


@dataclass(frozen=True)
class Entry:
    """A file in a tar: its name, where its bytes begin, and how many there are."""

    name: str
    start: int
    size: int


def entries(file: Path) -> tuple[Entry, ...]:
    """Returns the files of an export.

    Raises BackupFailed: it is no plain tar, or holds something else than plain files under plain names, each once;
    OSError, tarfile.TarError: it cannot be read.
    """
    if not file.is_file():
        raise BackupFailed(f"{file} is not a file that footnote export has written", "name another")
    found: dict[str, Entry] = {}
    for header, start in _headers(file):
        if header.type not in _PLAIN or header.name in found or not is_plain(header.name):
            raise _foreign(file, header.name)
        found[header.name] = Entry(header.name, start, header.size)
        if len(found) > _MOST_ENTRIES:
            raise _foreign(file, f"more than {_MOST_ENTRIES:,} files")
    return tuple(found.values())


def is_plain(name: str) -> bool:
    """Tells whether a name, that others have chosen, leads to a place below a folder and nowhere else."""
    parts = PurePosixPath(name).parts
    return 0 < len(parts) <= _MOST_PARTS and "/".join(parts) == name and all(map(_PART.fullmatch, parts))


def _headers(file: Path) -> Iterator[tuple[tarfile.TarInfo, int]]:
    """The headers, each with where in the tar its bytes begin."""
    end = file.stat().st_size
    with file.open("rb") as tar:
        while (block := tar.read(tarfile.BLOCKSIZE)).strip(b"\0"):
            try:
                header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            except tarfile.HeaderError as error:
                raise _foreign(file, str(error)) from error
            size = -(-header.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
            if header.size < 0 or tar.tell() + header.size > end:
                raise BackupFailed(f"{file} is cut short ({header.name[:100]})", "import another export")
            if header.type not in _MORE:
                yield header, tar.tell()
            elif header.size > _MOST_HEADER:
                raise _foreign(file, "a header of its own size")
            tar.seek(size, 1)


def _foreign(file: Path, what: str) -> BackupFailed:
    return BackupFailed(f"{file} is not a file that footnote export has written ({what[:100]!r})", "name another")
