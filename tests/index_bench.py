"""How fast and how large an index is, by its number of chunks: `make bench-index`. Vectors and words are synthetic.

Words follow Zipf's law over 60,000; vectors lie in clusters, 384 wide. Each size is built, then one article of it is
changed and the next index written and checked, then it is opened and searched, each in a process of its own, so that
its memory is its own. A search is what a question costs without its embedding: by vector
and by terms, 100 candidates each, read, compared exactly and ranked.
"""

import datetime
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bot.question.understand import Question, understand
from bot.retrieve import retrieve
from ingest.articles.article import Article
from ingest.embed.embedder import Reading, Vectors
from ingest.index.build import About, Base, entry_of, write_index
from ingest.index.manifest import read_manifest
from ingest.index.open_index import Index
from ingest.index.verify import find_fault
from ingest.index.write_store import Entry
from ingest.split import Chunk
from ingest.units import Unit
from tests.index_fixtures import run_here

SIZES, WORDS, CHUNKS_OF_ARTICLE, DIMENSIONS, QUESTIONS = (1_000, 10_000, 100_000), 20, 10, 384, 200


class Given:
    """Embeds a question as the next of the prepared vectors; takes every word for a rare one, which may be mistyped."""

    dimensions, fingerprint = DIMENSIONS, "synthetic"

    def __init__(self, vectors: Vectors) -> None:
        self._rows = iter(vectors)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.stack([next(self._rows) for _ in texts])

    def rarity(self, word: str) -> float:
        return 1.0

    def word_vectors(self, texts: Sequence[str]) -> tuple[tuple[tuple[str, ...], Vectors], ...]:
        raise NotImplementedError  # a search compares no words

    def read(self, question: str, texts: Sequence[Reading], *, said: Sequence[str] = ()) -> Vectors:
        raise NotImplementedError  # and reads nothing


def main(sizes: Sequence[int]) -> None:
    table = Table(
        "Chunks",
        "Build s",
        "On disk MB",
        "One change s",
        "check s",
        "MB",
        "Open s",
        "Search p50 ms",
        "p95 ms",
        "Memory MB",
    )
    for size in sizes:
        folder = Path(tempfile.mkdtemp()) / "000001.tmp"
        folder.mkdir()
        try:
            with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
                figures = [figure for step in (build, change, search) for figure in pool.apply(step, (folder, size))]
                table.add_row(f"{size:,}", *(f"{value:,.3g}" for value in figures))
        finally:
            shutil.rmtree(folder.parent)
    Console().print(table)


def build(folder: Path, size: int) -> tuple[float, float]:
    """Returns seconds, and megabytes on disk."""
    start = time.perf_counter()
    order = [f"article-{number:06d}" for number in range(size // CHUNKS_OF_ARTICLE)]
    about = About("synthetic", DIMENSIONS, "", "")
    write_index(folder, order, entries=_entries(order), about=about, run=run_here)
    seconds = time.perf_counter() - start
    return seconds, sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def change(folder: Path, size: int) -> tuple[float, float, float]:
    """Returns the seconds that the next index takes for one changed article, and its check, and megabytes at most."""
    order = [f"article-{number:06d}" for number in range(size // CHUNKS_OF_ARTICLE)]
    base, before = Base(folder, 0, read_manifest(folder).recall), _resident()
    start = time.perf_counter()
    (folder.parent / "000002.tmp").mkdir()
    write_index(
        folder.parent / "000002.tmp",
        order,
        entries=_entries(order[:1], seed=4),
        about=About("synthetic", DIMENSIONS, "", ""),
        run=run_here,
        base=base,
    )
    seconds, most = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    start = time.perf_counter()
    assert find_fault(folder.parent / "000002.tmp") is None
    return seconds, time.perf_counter() - start, (most - before) / 1e6


def search(folder: Path, _: int) -> tuple[float, float, float, float]:
    """Returns seconds to open, the median and the 95th percentile of a search in milliseconds, and megabytes."""
    chooser = np.random.default_rng(9)
    before = _resident()
    start = time.perf_counter()
    with closing(Index(folder)) as index:
        opened = time.perf_counter() - start
        embedder = Given(_vectors(chooser, 2 * QUESTIONS))
        times = []
        for text in _texts(chooser, 2 * QUESTIONS, words=6):
            start = time.perf_counter()
            question: Question = understand(f"What about {text}?", index, embedder, today=datetime.date(2026, 1, 1))
            assert retrieve(question, index, embedder.embed([question.text])[0])
            times.append(1000 * (time.perf_counter() - start))
        p50, p95 = np.percentile(times[QUESTIONS:], [50, 95])
        return opened, float(p50), float(p95), (_resident() - before) / 1e6


def _entries(order: Sequence[str], seed: int = 3) -> Iterator[Entry]:
    chooser = np.random.default_rng(seed)
    for id_ in order:
        texts = _texts(chooser, 6 * CHUNKS_OF_ARTICLE, words=WORDS)
        yield _entry(id_, [texts[i : i + 6] for i in range(0, len(texts), 6)], chooser)


def _entry(id_: str, groups: list[list[str]], chooser: np.random.Generator) -> Entry:
    chunks, at = [], 0
    for number, sentences in enumerate(groups):
        units = []
        for sentence in sentences:
            units.append(Unit(at, at + len(sentence), "paragraph", 0))
            at += len(sentence) + 1
        chunk = Chunk(f"{id_}-{number}", id_, units[0].start, units[-1].end, " ".join(sentences), tuple(units))
        chunks.append((chunk, _vectors(chooser, 7)))
    text = " ".join(" ".join(sentences) for sentences in groups)
    return entry_of(Article(id_, id_, None, None, None, text), "", chunks)


def _texts(chooser: np.random.Generator, count: int, *, words: int) -> list[str]:
    ranks = np.minimum(chooser.zipf(1.2, size=(count, words)), 60_000)
    return [" ".join(_letters(rank) for rank in row) for row in ranks]


def _letters(rank: int) -> str:
    """A word that is never a number; first letters are as mixed as in a language."""
    return "abcdefghijklmnopqrstuvwxyz"[rank % 26] + "".join(chr(97 + int(digit)) for digit in str(rank))


_CENTRES: Any = np.random.default_rng(1).standard_normal((500, DIMENSIONS))


def _vectors(chooser: np.random.Generator, count: int) -> Vectors:
    rows = _CENTRES[chooser.integers(500, size=count)] + chooser.standard_normal((count, DIMENSIONS))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
