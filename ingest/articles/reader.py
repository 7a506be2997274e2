"""Reads files in a process of its own, within limits. Knows processes and signals; knows nothing of formats.

One child serves many files, for starting it takes longer than most files do. It is started with the first file, and
anew when it has died, when it has run out of a limit, and after so many files, for libraries keep more than they need.
"""

import signal
import subprocess
import sys
import sysconfig
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import ingest
from ingest.articles.article import Article
from ingest.articles.child import OUT_OF_MEMORY, REPLY, pack_request, unpack_reply
from ingest.articles.decode import load, load_sidecar
from ingest.errors import UnreadableArticle

FILES_PER_CHILD = 500
_MAX_REPLY = 64_000_000


@dataclass(frozen=True)
class SandboxLimits:
    """What one file may cost: bytes of memory (of the process that reads it), seconds of processor and clock."""

    memory: int = 1 << 30
    processor_s: int = 20
    clock_s: float = 30.0


LIMITS = SandboxLimits()


class Reader:
    """A child process that reads files, while it is needed. Not for several threads at once."""

    def __init__(self, limits: SandboxLimits = LIMITS) -> None:
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """The child's process id, or None while there is no child."""
        return self._child.pid if self._child else None

    def read(self, path: Path, article_id: str) -> Article:
        """Reads one file, with its sidecar if there is one; the suffix of the id says which kind it is.

        Raises UnreadableArticle: it cannot be read or parsed, has no text, or costs more than the limits allow.
        """
        request = pack_request(article_id, load(path), load_sidecar(path))
        if self._served >= FILES_PER_CHILD:
            self.close()
        fresh = self._served == 0
        started = time.monotonic()
        reply = self._ask(request, self._limits.clock_s)
        if isinstance(reply, _Death) and not (fresh or reply.of_time):
            # What earlier files left behind may be to blame.
            reply = self._ask(request, self._limits.clock_s - (time.monotonic() - started))
        if isinstance(reply, _Death):
            raise UnreadableArticle(reply.reason, "save its text in a simpler file")
        return unpack_reply(reply)

    def close(self) -> None:
        """Ends the child."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
        self._child, self._served = None, 0

    def _ask(self, request: bytes, clock_s: float) -> "bytes | _Death":
        """Returns the child's reply, or what it died of."""
        child = self._child = self._child or _start(self._limits)
        self._served += 1
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(clock_s, stop)
        clock.start()
        try:
            reply = _exchange(child, request)
        finally:
            clock.cancel()
        if reply is not None:
            return reply
        child.kill()
        code = child.wait()
        self.close()
        return _death(code, self._limits, late=late.is_set())


@dataclass(frozen=True)
class _Death:
    reason: str
    of_time: bool


def _death(code: int, limits: SandboxLimits, *, late: bool) -> _Death:
    if late:
        what = f"took longer than {limits.clock_s:g} seconds to read"
    elif code == -signal.SIGXCPU:
        what = f"took more than {limits.processor_s} seconds of processor time to read"
    elif code == OUT_OF_MEMORY:
        what = f"needs more than {limits.memory >> 20} MB of memory to read"
    else:
        what = f"broke the process that read it ({_name(code)})"
    return _Death(what, of_time=late or code == -signal.SIGXCPU)


def _start(limits: SandboxLimits) -> "subprocess.Popen[bytes]":
    """Starts the child with an environment of its own: foreign files are not read beside anybody's keys."""
    environment = {
        "PYTHONPATH": str(Path(ingest.__path__[0]).parent),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):  # where a Python built that way finds itself
        environment["LD_LIBRARY_PATH"] = sysconfig.get_config_var("LIBDIR")
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "ingest.articles.child", str(limits.memory), str(limits.processor_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _exchange(child: "subprocess.Popen[bytes]", request: bytes) -> bytes | None:
    assert child.stdin
    assert child.stdout
    try:
        child.stdin.write(request)
        child.stdin.flush()
        header = child.stdout.read(REPLY.size)
        length = REPLY.unpack(header)[0] if len(header) == REPLY.size else _MAX_REPLY + 1
        reply = child.stdout.read(length) if length <= _MAX_REPLY else b""
    except BrokenPipeError:
        return None
    return reply if reply and len(reply) == length else None


def _name(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
