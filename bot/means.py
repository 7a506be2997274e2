"""All that an answer is made with, opened together and closed together. Knows settings and parts; asks nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.live import LiveIndex
from bot.model.connect import open_writer
from bot.model.settings import ModelSettings
from bot.model.write import Writer
from ingest.embed.embedder import Embedder, Language
from ingest.embed.minilm import MiniLM
from ingest.index.address import ServerAddress
from ingest.index.open_index import Index


@dataclass(frozen=True)
class Means:
    """One open generation, what compares texts and words in it, and the model that writes, if one does."""

    index: Index
    embedder: Embedder
    language: Language
    writer: Writer | None = None


Pinned = Callable[[], AbstractContextManager[Means]]
"""Holds the means of one answer: the generation in it stays the same from search to quote."""


@contextmanager
def opened(
    home: Path,
    embedder: Embedder,
    settings: ModelSettings,
    *,
    minilm: Path | None,
    server: ServerAddress | None,
    warn: Callable[[str], object],
) -> Iterator[Pinned]:
    """Yields what pins the means of a home, now and after later ingests; `warn` is told what is wrong with the index.

    An endpoint's embedder knows no single words, so MiniLM (from the folder `minilm`, if given) stands beside it.
    Raises IngestError: nothing has been published, or nothing of it can be opened.
    """
    language = embedder if isinstance(embedder, MiniLM) else MiniLM(minilm)
    writer = open_writer(settings, home, warn=warn)

    @contextmanager
    def pinned() -> Iterator[Means]:
        with live.pinned() as index:
            yield Means(index, embedder, language, writer)

    with closing(LiveIndex(home, embedder.fingerprint, server=server)) as live:
        if live.trouble:
            warn(live.trouble)
        yield pinned
