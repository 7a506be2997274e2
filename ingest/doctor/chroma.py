"""The Chroma server: is it there, and does it publish what this machine answers from? Knows the pointer, no vector."""

from pathlib import Path

from ingest.doctor.finding import Finding
from ingest.errors import IndexBroken
from ingest.index import generation
from ingest.index.address import ServerAddress
from ingest.index.manifest import read_manifest

_ABOUT = "Chroma server"


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
