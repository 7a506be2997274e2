"""Reads files in a process of its own, within limits. Knows processes and signals; knows nothing of formats.

One child serves many files, for starting it takes longer than most files do. It is started with the first file, and
anew when it has died, when it has run out of a limit, and after so many files, for libraries keep more than they need.

The child, `main`, opens no files of its own. It limits itself before it reads anything: memory for good, processor time
anew for each file. A request is the lengths of three parts (id, file, sidecar; -1: no sidecar) and the parts; a reply
is a length and JSON.
"""

import datetime
import json
import os
import resource
import signal
import struct
import subprocess
import sys
import sysconfig
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import ingest
from ingest.articles import blocks
from ingest.articles.article import Article
from ingest.articles.decode import load, load_sidecar
from ingest.articles.make import make_article
from ingest.errors import NoText, UnreadableArticle

FILES_PER_CHILD = 500
_MAX_REPLY = 64_000_000
REQUEST, REPLY = struct.Struct(">qqq"), struct.Struct(">q")
OUT_OF_MEMORY = 3


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
        [sys.executable, "-P", "-m", "ingest.articles.reader", str(limits.memory), str(limits.processor_s)],
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


def main() -> None:
    """Serves requests on standard input until it ends; arguments: bytes of memory, seconds of processor time a file."""
    memory, seconds = (int(argument) for argument in sys.argv[1:3])
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no reply
    while header := requests.read(REQUEST.size):
        _limit_time(seconds)
        try:
            reply = json.dumps(_answer(requests, *REQUEST.unpack(header)), ensure_ascii=False).encode("utf-8")
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        replies.write(REPLY.pack(len(reply)) + reply)
        replies.flush()


def pack_request(article_id: str, raw: bytes, sidecar: bytes | None) -> bytes:
    """Returns the request to read one file."""
    id_ = article_id.encode("utf-8")
    return b"".join(
        (REQUEST.pack(len(id_), len(raw), -1 if sidecar is None else len(sidecar)), id_, raw, sidecar or b"")
    )


def unpack_reply(reply: bytes) -> Article:
    """Returns the article that a reply holds. Raises UnreadableArticle: it holds the reason why there is none."""
    values: dict[str, Any] = json.loads(reply)
    if "reason" in values:
        raise (NoText if values["is_empty"] else UnreadableArticle)(values["reason"])
    text, title = values["text"], values["title"]
    return Article(
        **{
            **values,
            "published": values["published"] and datetime.date.fromisoformat(values["published"]),
            "blocks": blocks.from_json(values["blocks"], text, title=title),
            "links": blocks.links_from_json(values["links"]),
            "inferred": tuple(values["inferred"]),
            "warnings": tuple(values["warnings"]),
        }
    )


def _answer(requests: IO[bytes], id_length: int, length: int, sidecar_length: int) -> dict[str, object]:
    article_id, raw = requests.read(id_length).decode("utf-8"), requests.read(length)
    sidecar = requests.read(sidecar_length) if sidecar_length >= 0 else None
    try:
        article = make_article(raw, sidecar, article_id=article_id)
    except UnreadableArticle as error:
        return {"reason": str(error), "is_empty": isinstance(error, NoText)}
    published = article.published.isoformat() if article.published else None
    return {
        **vars(article),
        "published": published,
        "blocks": blocks.as_json(article.blocks),
        "links": blocks.links_as_json(article.links),
    }


def _limit_time(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds)


def _limit(what: int, most: int) -> None:
    with suppress(ValueError, OSError):  # a system that knows no such limit has the reader's clock still
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


if __name__ == "__main__":
    main()
