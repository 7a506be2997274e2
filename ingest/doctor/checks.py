"""All that is looked at of articles and indexes, in the order in which it is told. Knows who looks; judges nothing."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ingest.doctor.chroma import chroma_findings
from ingest.doctor.corpus import corpus_findings
from ingest.doctor.embedding import embedder_findings
from ingest.doctor.finding import Check, Finding
from ingest.doctor.machine import machine_check
from ingest.doctor.place import place_findings
from ingest.doctor.published import published_findings
from ingest.embed.embedder import Embedder
from ingest.index.address import ChromaSettings, server_address
from ingest.index.verify import FindFault, find_fault_apart

_LONG_S = 400.0  # opening a large index in another process may take five minutes
_NETWORK_S = 60.0


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
    corpus = partial(corpus_findings, place.corpus, place.home, follows=place.chroma.chroma_host is not None)
    index = partial(
        published_findings,
        place.home,
        partial(server_address, place.chroma),
        place.open_embedder,
        find_fault=find_fault,
        now=now,
    )
    return (
        machine_check(),
        Check("settings", lambda: settings),
        Check("embedder", partial(embedder_findings, place.open_embedder), _NETWORK_S),
        Check("articles", corpus, _LONG_S),
        Check("data folder", partial(place_findings, place.home)),
        Check("index", index, _LONG_S),
        Check("Chroma server", partial(_chroma, place), _NETWORK_S),
    )


def _chroma(place: Place) -> tuple[Finding, ...]:
    return chroma_findings(server_address(place.chroma), place.home)
