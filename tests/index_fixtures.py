"""What the index tests share: a small true embedder, and corpora made of plain words."""

import datetime
import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ingest.embed.embedder import Vectors
from ingest.index.apart import Run
from ingest.index.fill import Changes, fill, refill
from ingest.index.graph import ids_in
from ingest.index.record import Record
from ingest.outcome import Report
from ingest.run import ingest

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
_WORDS = (
    "river bridge market island harbour winter garden engine letter copper violin desert school planet basket"
    " thunder castle orchard lantern compass meadow furnace pepper silver anchor marble falcon saddle willow ladder"
).split()


class WordEmbedder:
    """Embeds a text as the mean of one fixed random direction a word: fast, and alike texts get alike vectors."""

    dimensions = 32
    fingerprint = "words-32"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        sums = np.stack([np.sum([_direction(word) for word in text.lower().split()], axis=0) for text in texts])
        return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)


def fill_with(
    folder: Path,
    ids: Sequence[str],
    vectors_of: Callable[[Sequence[str]], Vectors],
    base: Path | None = None,
    **how: Any,
) -> float:
    """Writes texts of which nothing is known but their vectors; returns what share of the nearest is found."""

    def records_of(some: Sequence[str]) -> list[Record]:
        return [Record(id_, vector, id_, {"start": 0}) for id_, vector in zip(some, vectors_of(some), strict=True)]

    if base is not None:
        there = frozenset(ids_in(base))
        changes = Changes(sorted(there.difference(ids)), sorted(frozenset(ids) - there))
        refill(folder, ids, vectors_of, records_of, changes=changes, base=base)
        return 1.0
    return fill(folder, ids, vectors_of, records_of, **how)


_KNOWN: dict[str, Any] = {}


def _direction(word: str) -> Any:
    if word not in _KNOWN:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
        _KNOWN[word] = np.random.default_rng(seed).standard_normal(WordEmbedder.dimensions)
    return _KNOWN[word]


def write_articles(corpus: Path, count: int, *, sentences: int = 6, words: int = 9, edition: str = "first") -> None:
    """Writes `count` articles; the same edition gives the same texts."""
    corpus.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        write_article(corpus, number, sentences=sentences, words=words, edition=edition)


def write_article(
    corpus: Path,
    number: int,
    *,
    sentences: int = 6,
    words: int = 9,
    edition: str = "first",
    footer: str = "",
    title: str = "",
) -> Path:
    corpus.mkdir(parents=True, exist_ok=True)
    chooser = random.Random(f"{edition} {number}")
    lines = [f"The {edition} report of place{number} speaks of it."]
    lines += [
        f"The {' '.join(chooser.choices(_WORDS, k=words))} of place{number} is old." for _ in range(sentences - 1)
    ]
    path = corpus / f"article-{number:05d}.md"
    head = f"---\ntitle: {title or f'Place {number}'}\npublished: 2025-01-02\n---\n"
    path.write_text(head + " ".join([*lines, footer]).strip() + "\n", encoding="utf-8")
    return path


def run_here(work: Callable[..., Any], *args: object, within: float | None = None) -> Any:
    """Runs in this process, which is faster, what the command runs in another."""
    return work(*args)


@contextmanager
def in_process(*_: object, **__: object) -> Iterator[Run]:
    """Starts no process."""
    yield run_here


def run_ingest(corpus: Path, home: Path, **options: Any) -> Report:
    """Ingests as the command does, but all in this process."""
    embedder = options.pop("embedder", None) or WordEmbedder()
    return ingest(corpus, home, open_embedder=lambda: embedder, now=NOW, **{"apart": in_process, **options})
