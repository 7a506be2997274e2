"""A process of its own for Chroma, which may crash and takes a second to load. Knows pipes; knows nothing of indexes.

It is started early and gets ready while this one reads and embeds. It ends with this one; and a lock that it holds
along with this one holds until then: nobody else writes where it still may.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar

from ingest.errors import FootnoteError, IndexBroken
from ingest.index.chroma import load

T = TypeVar("T")


class Run(Protocol):
    """Runs a function in a process of its own: gives back what it returns, raises what it raises.

    Raises IndexBroken: the process crashed, or took longer than `within` seconds.
    """

    def __call__(self, work: Callable[..., T], *args: object, within: float | None = None) -> T:
        """Runs it; the function is one of a module, and what it takes and gives can be sent."""


class Apart(Protocol):
    """Starts such a process."""

    def __call__(self, *first: Any, held: int | None = None) -> AbstractContextManager[Run]:
        """It does `first`, a function and its arguments, before anything else; it holds the descriptor of a lock."""


@contextmanager
def apart(*first: Any, held: int | None = None) -> Iterator[Run]:
    """Starts a fresh process, which loads Chroma meanwhile, and yields what has it run functions. See `Apart`."""
    asked, ask = Pipe(duplex=False)  # not of two ways: sockets may be blocked
    told, tell = Pipe(duplex=False)
    process = _start(asked.fileno(), tell.fileno(), *(() if held is None else (held,)))
    asked.close()
    tell.close()
    try:
        if first:
            ask.send((first[0], first[1:], False))
        yield run_over(ask, told)
    finally:
        process.kill()
        process.communicate()
        ask.close()
        told.close()


def run_over(ask: Connection, told: Connection) -> Run:
    """Returns what has functions run by whoever serves at the other ends of two pipes."""

    def run(work: Callable[..., T], *args: object, within: float | None = None) -> T:
        _give_back_memory()
        try:
            ask.send((work, args, True))
            if not told.poll(within):
                raise IndexBroken(f"opening it takes longer than {within:g} seconds")
            answer = told.recv()
        except (EOFError, OSError) as error:  # it ended before it had said anything, or in the middle
            raise IndexBroken("opening it crashes") from error
        if isinstance(answer, FootnoteError):
            raise answer
        found: T = answer
        return found

    return run


def serve(asked: Connection, tell: Connection) -> None:
    """Runs what it is asked to until nobody asks any more."""
    with suppress(EOFError):
        while True:
            work, args, is_awaited = asked.recv()
            answer = _answer(work, args)
            _give_back_memory()
            if is_awaited:
                tell.send(answer)


def _answer(work: Callable[..., object], args: tuple[object, ...]) -> object:
    try:
        return work(*args)
    except FootnoteError as error:
        return error


def _start(asked: int, tell: int, *held: int) -> "subprocess.Popen[bytes]":
    code = f"import sys; sys.path[:] = {[*map(str, sys.path)]!r}; from {__name__} import main; main({asked}, {tell})"
    # Ctrl-C is for this process, which ends that one.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            stdin=subprocess.PIPE,  # nothing is said there; it ends when this process does
            pass_fds=(asked, tell, *held),
        )
    except OSError as error:
        remedy = "allow more processes, or mend the installation of Python"
        raise IndexBroken(f"no process of its own can be started for it: {error}", remedy) from error
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def main(asked: int, tell: int) -> None:
    """Serves over two pipes, by their descriptors."""
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    threading.Thread(target=load).start()
    serve(Connection(asked, writable=False), Connection(tell, readable=False))


def _end_with_the_other() -> None:
    while os.read(0, 1):  # not through sys.stdin, whose lock would keep an interpreter from ending
        pass
    os._exit(1)


def _give_back_memory() -> None:
    """Gives what has been freed back to the machine, where the other process needs it; glibc keeps it for later."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
