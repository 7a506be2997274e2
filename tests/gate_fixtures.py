"""The gate of this repository, run here: its sets ingested once, asked, and held against their committed baselines."""

import dataclasses
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path

from bot.means import Means
from bot.model.write import Writer
from eval.asking import at_desk, run_cases
from eval.flags import Place, place_of
from eval.gate import Verdict, decide
from eval.proof import load_cases
from eval.run import Run
from eval.saved import load_baseline
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import open_current
from ingest.run import ingest
from tests.conftest import NOW, REPOSITORY
from tests.index_fixtures import in_process

OWN, ENSING = REPOSITORY / "corpus", REPOSITORY / "eval" / "corpora" / "ensing" / "corpus"
Changed = Callable[[Means], Means]
"""Puts something else in the place of a part of the bot's means."""


def build(corpus: Path, home: Path, model: MiniLM) -> None:
    """Ingests a set into a home; what the home has embedded already is not embedded again."""
    ingest(corpus, home, open_embedder=lambda: model, now=NOW, apart=in_process)


def same(means: Means) -> Means:
    """Changes nothing."""
    return means


def ask_all(place: Place, model: MiniLM, *, changed: Changed = same, writer: Writer | None = None) -> Run:
    """Asks every case of a place once."""
    with closing(open_current(place.home, model.fingerprint)) as index:
        means = changed(Means(index, model, model, None))
        with at_desk(lambda: nullcontext(lambda: nullcontext(means)), lambda _, heard: writer) as desk:
            cases = load_cases(place.cases, desk.texts)
            return run_cases(cases, desk, desk.prints(cases, None))


def gate(corpus: Path, home: Path, model: MiniLM, *, changed: Changed = same) -> Verdict:
    """Decides about a set as `footnote eval run` does."""
    place = place_of(corpus, home)
    return decide(ask_all(place, model, changed=changed), load_baseline(place.baseline))


class Shuffled:
    """The embedding model with the numbers of every vector in another order than those of the index."""

    def __init__(self, model: MiniLM) -> None:
        self._model, self.fingerprint, self.dimensions = model, model.fingerprint, model.dimensions

    def embed(self, texts: list[str]) -> object:
        return self._model.embed(texts)[:, ::-1].copy()


def shuffled(means: Means) -> Means:
    """The means with an embedder that does not fit the index."""
    return dataclasses.replace(means, embedder=Shuffled(means.embedder))  # type: ignore[arg-type]
