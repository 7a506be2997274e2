import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.doctor.published import judge_recall
from ingest.embed.embedder import Vectors
from ingest.index.chroma import GRAPH, Graph
from ingest.index.chroma_vectors import ChromaVectors
from ingest.index.generation import folder_of
from ingest.index.graph import find_torn
from ingest.index.manifest import read_manifest, write_manifest
from ingest.index.open_index import Index
from ingest.index.recall import LEAST, Recall, VectorsOf, measure, settle, spread
from ingest.index.store import text_id
from ingest.index.vectors import ExactVectors
from ingest.split import Chunk
from ingest.units import Unit
from tests.index_fixtures import fill_with


def unit(rows: Any) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def scattered(count: int) -> tuple[list[str], Vectors]:
    return [str(i) for i in range(count)], unit(np.random.default_rng(5).standard_normal((count, 16)))


def by_id(ids: Sequence[str], vectors: Vectors) -> VectorsOf:
    return lambda some: vectors[[ids.index(id_) for id_ in some]]


class Forgetful:
    """Compares with every vector but those it has forgotten; what is inserted is remembered again."""

    def __init__(self, ids: Sequence[str], vectors: Vectors, forgotten: set[str]) -> None:
        self._exact, self.forgotten, self.inserted = ExactVectors(ids, vectors), forgotten, ""

    def search(self, vectors: Vectors, limit: int) -> list[dict[str, float]]:
        found = self._exact.search(vectors, limit + len(self.forgotten))
        return [dict([pair for pair in one.items() if pair[0] not in self.forgotten][:limit]) for one in found]

    def insert(self, ids: Sequence[str], vectors: Vectors) -> None:
        self.inserted += ",".join(ids)
        self.forgotten -= set(ids) - {"stubborn"}


def test_an_index_that_compares_with_every_vector_finds_all_of_what_is_nearest() -> None:
    ids, vectors = scattered(300)
    found = measure(ExactVectors(ids, vectors).search, spread(ids), ids, by_id(ids, vectors))
    assert (found.share, found.unreached, found.is_true) == (1.0, (), True)


def test_what_no_search_comes_upon_lowers_the_share_and_is_named() -> None:
    ids, vectors = scattered(50)
    found = measure(Forgetful(ids, vectors, {"7"}).search, spread(ids), ids, by_id(ids, vectors))
    assert (found.share, found.unreached, found.is_true) == (49 / 50, ("7",), True)


def test_of_equal_texts_any_may_be_found() -> None:
    ids, vectors = [str(i) for i in range(400)], np.repeat(unit(np.eye(2, 16, dtype=np.float32)), 200, axis=0)
    found = measure(Forgetful(ids, vectors, set(ids[:90])).search, spread(ids), ids, by_id(ids, vectors))
    assert (found.share, found.unreached) == (1.0, ())


def test_a_text_with_another_vector_than_its_own_is_noticed() -> None:
    ids, vectors = scattered(50)
    assert not measure(ExactVectors(ids, vectors[::-1]).search, spread(ids), ids, by_id(ids, vectors)).is_true
    assert not measure(ExactVectors(["x", *ids[1:]], vectors).search, spread(ids), ids, by_id(ids, vectors)).is_true


def test_what_is_not_reached_is_put_in_again() -> None:
    ids, vectors = scattered(50)
    index = Forgetful(ids, vectors, {"7", "8"})
    assert settle(index.search, index.insert, ids, by_id(ids, vectors)) == 1.0
    assert index.inserted == "7,8"


def test_what_stays_out_of_reach_lowers_the_recall_for_good() -> None:
    ids, vectors = scattered(50)
    index = Forgetful([*ids[:-1], "stubborn"], vectors, {"stubborn"})
    assert (
        settle(index.search, index.insert, [*ids[:-1], "stubborn"], by_id([*ids[:-1], "stubborn"], vectors)) == 49 / 50
    )


def test_some_texts_stand_for_all_and_what_is_asked_for_beside_them_counts() -> None:
    ids, vectors = scattered(3_000)
    index, of = Forgetful(ids, vectors, {str(number) for number in range(300)}), by_id(ids, vectors)
    exactly, nearly = (measure(index.search, spread(ids), ids, of, compared=some).share for some in (None, 1_000))
    assert exactly == pytest.approx(0.9, abs=0.02)
    assert nearly == pytest.approx(exactly, abs=0.02)
    one = Forgetful(ids, vectors, {"7"})
    assert measure(one.search, ("7",), ids, of).unreached == ("7",)


def test_of_no_texts_nothing_is_missed() -> None:
    assert measure(lambda *_: [], [], [], by_id([], np.zeros((0, 16), dtype=np.float32))).share == 1.0


def chunk(text: str) -> Chunk:
    return Chunk(text, "a.txt", 0, len(text), text, (Unit(0, len(text), "paragraph", 0),))


def near_copies(groups: int, size: int, spread: float) -> dict[str, Vectors]:
    """Texts that hardly differ, as the release notes of a program do, group by group."""
    chooser = np.random.default_rng(3)
    centres = np.repeat(chooser.standard_normal((groups, 16)), size, axis=0)
    vectors = unit(centres + spread * chooser.standard_normal(centres.shape))
    return {text_id("", chunk(str(number))): vector for number, vector in enumerate(vectors)}


def filled(folder: Path, texts: Mapping[str, Vectors], graph: Graph = GRAPH) -> tuple[float, Recall]:
    """What was said of the index when it was written, and what is found in it when it is read."""

    def vectors_of(ids: Sequence[str]) -> Vectors:
        return np.stack([texts[id_] for id_ in ids])

    written = fill_with(folder, list(texts), vectors_of, graph=graph)
    with closing(ChromaVectors(folder)) as index:
        return written, measure(index.search, spread(list(texts)), list(texts), vectors_of)


def test_what_a_weak_graph_of_chroma_does_not_lead_to_is_put_in_again(tmp_path: Path) -> None:
    """Without that, 100 and more of them stay out of reach."""
    weak: Graph = {"space": "cosine", "max_neighbors": 4, "ef_search": 20, "ef_construction": 10}
    written, found = filled(tmp_path, near_copies(20, 100, 0.004), weak)
    assert len(found.unreached) < 50
    assert written == pytest.approx(found.share, abs=0.06)  # of ties another is found once it is read back
    assert find_torn(tmp_path) is None


@pytest.mark.parametrize(("groups", "size", "spread"), [(20, 100, 0.004), (100, 20, 0.001), (4, 500, 0.0001)])
def test_the_graph_finds_nearly_all_even_among_near_copies(
    tmp_path: Path, groups: int, size: int, spread: float
) -> None:
    written, found = filled(tmp_path, near_copies(groups, size, spread))
    assert written >= LEAST
    assert found.share >= LEAST


def test_where_the_graph_finds_too_little_every_vector_is_compared_and_the_doctor_says_so(home: Path) -> None:
    folder = folder_of(home, "000001")
    write_manifest(folder, replace(read_manifest(folder), recall=0.97))
    shutil.rmtree(folder / "chroma")  # it is not even opened
    with closing(Index(folder)) as index:
        assert index.recall().share == 1.0
        finding = judge_recall(index.manifest)
    assert (finding.state, "97.0% of the hundred nearest" in finding.text) == ("note", True)


def test_a_generation_says_how_much_is_found(home: Path) -> None:
    assert read_manifest(folder_of(home, "000001")).recall == 1.0
