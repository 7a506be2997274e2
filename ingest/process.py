"""What a command's process is to its machine: whose its files are, where its user lives, how its memory is kept.

Knows permissions, HOME, glibc's allocator and where output goes; knows no command. Libraries do most of the writing and
allocating, so it is said to the whole process, once, before anything heavy is loaded.
"""

import ctypes
import errno
import os
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path

from ingest.private import private_files

# What systems set for a user who has no home; libraries ask for one when they are loaded.
_NO_HOME = "/nonexistent"
# M_ARENA_MAX of malloc.h, and how many arenas serve as well as the eight per processor that are the default.
_ARENA_MAX, _ARENAS = -8, 2

_STDERR = 2


@contextmanager
def set_up(environment: MutableMapping[str, str]) -> Iterator[None]:
    """Makes what is written within private, gives a user without a home one that is nowhere, and spares the machine.

    Every index that is opened brings new threads, and each arena that they leave behind keeps what was freed in it: the
    first hundred swaps took 45 MB, with two arenas 9 (eval/RESULTS.md).
    """
    _fill_standard_streams()
    try:
        Path.home()
    except RuntimeError:
        environment["HOME"] = _NO_HOME
    # The products of a question are small: threads for them cost more than they bring, and more where many ask.
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc has it
    if mallopt is not None:
        mallopt(_ARENA_MAX, _ARENAS)
    with private_files():
        yield


def _fill_standard_streams() -> None:
    """A file that takes the place of a standard stream that was closed would not reach other processes as it is."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


def reader_has_left(error: OSError) -> bool:
    """Returns True if nobody reads the output any more; False, having said so, if there is no space for it.

    Raises OSError: it is about something else.
    """
    if error.errno not in (errno.EPIPE, errno.ENOSPC):
        raise error
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more can be said there
    if error.errno == errno.EPIPE:
        return True
    print("footnote: the output cannot be written: no space is left; free some", file=sys.stderr)
    return False
