"""All that an answer is made with, opened together and closed together. Knows settings and parts; asks nothing."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.model.connect import open_writer
from bot.model.settings import ModelSettings
from bot.model.write import Writer
from ingest.embed import Embedder, Language, MiniLM
from ingest.index import Index, open_current


@dataclass(frozen=True)
class Means:
    """The open generation, what compares texts and words in it, and the model that writes, if one does."""

    index: Index
    embedder: Embedder
    language: Language
    writer: Writer | None


@contextmanager
def opened(home: Path, embedder: Embedder, settings: ModelSettings, *, minilm: Path | None) -> Iterator[Means]:
    """Yields the means of a home; an endpoint's embedder knows no single words, so that MiniLM stands beside it."""
    language = embedder if isinstance(embedder, MiniLM) else MiniLM(minilm)
    with closing(open_current(home, embedder.fingerprint)) as index:
        yield Means(index, embedder, language, open_writer(settings, home))
