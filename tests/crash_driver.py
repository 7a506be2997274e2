"""Runs ingests that are killed, or whose calls fail, each in a process of its own; see tests/faults.c.

Reads one JSON order a line, writes one JSON outcome a line. Every order runs in a fork of this process, which has
imported the libraries but never opened an index.
"""

import contextlib
import ctypes
import datetime
import hashlib
import io
import json
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np

from bot.live import LiveIndex
from ingest.embed.embedder import Vectors
from ingest.errors import IngestError
from ingest.index.apart import Run, run_over, serve
from ingest.index.generation import current, folder_of
from ingest.index.manifest import read_manifest
from ingest.index.open_index import Index
from ingest.index.verify import find_fault
from ingest.run import ingest
from ingest.split import split
from ingest.terms import terms

COUNT, KILL, FAIL_ONCE, FAIL_FROM = range(4)
_NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
_TIMEOUT_S = 60


class HashEmbedder:
    """A fixed random direction for each text: costs next to nothing."""

    dimensions = 16
    fingerprint = "hash-16"

    def __init__(self) -> None:
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        seeds = (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in texts)
        rows = np.stack([np.random.Generator(np.random.PCG64(seed)).standard_normal(self.dimensions) for seed in seeds])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def main() -> None:
    assert callable(split)  # what an ingest needs is imported once, here
    import llama_index.core.node_parser  # noqa: F401

    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(_in_child(partial(_obey, order), order.get("kill_after"))), flush=True)


def _obey(order: dict[str, Any]) -> dict[str, Any]:
    return {"ingest": _ingest, "look": _look, "serve": _serve, "search": _search}[order["do"]](order)


def _ingest(order: dict[str, Any]) -> dict[str, Any]:
    """Ingests as the command does, with its exit code and its message."""
    faults = ctypes.CDLL(os.environ["LD_PRELOAD"])
    embedder, said = HashEmbedder(), io.StringIO()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC) if "log" in order else -1
    below = os.path.realpath(order["home"]).encode()
    faults.fault_arm(below, order.get("mode", COUNT), ctypes.c_long(order.get("n", 0)), order.get("errno", 0), log)
    run = _process_apart()
    with contextlib.redirect_stderr(said):
        code = 0
        try:
            home = Path(order["home"])
            ingest(
                Path(order["corpus"]),
                home,
                open_embedder=lambda: embedder,
                now=_NOW,
                apart=lambda *_, **__: contextlib.nullcontext(run),
            )
        except IngestError as error:
            code = error.exit_code
            print(error, file=said)
    faults.fault_calls.restype = ctypes.c_long
    return {"code": code, "said": said.getvalue(), "calls": faults.fault_calls(), "embedded": embedder.embedded}


def _process_apart() -> Run:
    """Runs things in a process of its own, as the command does: what a failed write left may crash whoever opens it.

    The command starts a fresh one, which takes seconds. This one is forked before any index is open, waits until it is
    asked, and counts and fails its calls along with the ingest.
    """
    (asked, ask), (told, tell) = multiprocessing.Pipe(duplex=False), multiprocessing.Pipe(duplex=False)
    if os.fork() == 0:
        ask.close()
        told.close()
        serve(asked, tell)
        os._exit(0)
    asked.close()
    tell.close()
    return run_over(ask, told)


def _serve(order: dict[str, Any]) -> dict[str, Any]:
    """Starts a bot's index over the home, whatever state that is in, and reads all that it would quote from."""
    embedder = HashEmbedder()
    try:
        live = LiveIndex(Path(order["home"]), embedder.fingerprint)
    except IngestError as error:
        return {"refused": str(error)}
    with contextlib.closing(live), live.pinned() as index:
        found = index.nearest(embedder.embed([order["question"]])[0], 50)
        found |= index.matching(dict.fromkeys(terms(order["question"]), 1.0), 50)
        quoted = {stored.chunk.id: stored.chunk.text for stored in index.read(found).values()}
        texts = [index.text(row) for row in range(len(index.articles))]
        return {"generation": index.manifest.generation, "trouble": live.trouble, "quoted": quoted, "texts": texts}


def _look(order: dict[str, Any]) -> dict[str, Any]:
    """Opens what is published as a bot would; says what is wrong with it and the digests of what it holds."""
    home = Path(order["home"])
    name = current(home)
    if name is None:
        return {"generation": None}
    folder = folder_of(home, name)
    manifest = read_manifest(folder)
    return {"generation": name, "fault": find_fault(folder), "ids": manifest.ids, "content": manifest.content}


def _search(order: dict[str, Any]) -> dict[str, Any]:
    """Counts the chunks of what is published that are not found by their own vector."""
    home = Path(order["home"])
    with contextlib.closing(Index(folder_of(home, str(current(home))))) as index:
        stored = index.read(range(index.manifest.chunks))
        lost = [row for row in stored if row not in index.nearest(stored[row].vectors[0], 3)]
        return {"trouble": index.trouble, "lost": len(lost), "of": len(stored)}


def _in_child(work: Callable[[], dict[str, Any]], kill_after: float | None) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            outcome = work()
        except BaseException:
            outcome = {"code": 99, "said": traceback.format_exc()}
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(outcome).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        status, text = _wait(child, kill_after, pipe)
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, **json.loads(text or b"{}")}


def _wait(child: int, kill_after: float | None, pipe: IO[bytes]) -> tuple[int, bytes]:
    """Returns how the child ended and what it said; kills it when its time is up."""
    timer = threading.Timer(_TIMEOUT_S if kill_after is None else kill_after, os.kill, (child, signal.SIGKILL))
    timer.start()
    text = pipe.read()
    status = os.waitpid(child, 0)[1]
    timer.cancel()
    return status, text


if __name__ == "__main__":
    main()
