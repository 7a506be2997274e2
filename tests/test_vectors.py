import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken, PublishFailed
from ingest.index import fill
from ingest.index.chroma import disk_client
from ingest.index.chroma_vectors import ChromaVectors
from ingest.index.vectors import readers_change
from tests.index_fixtures import fill_with

IDS = ["north", "east", "south", "north-east"]
VECTORS = np.array([[1, 0], [0, 1], [-1, 0], [0.6, 0.8]], dtype=np.float32)


def by_id(ids: Sequence[str], vectors: Vectors) -> Callable[[Sequence[str]], Vectors]:
    """What gives the vectors of some of the ids."""
    rows = {id_: row for row, id_ in enumerate(ids)}
    return lambda wanted: np.asarray(vectors[[rows[id_] for id_ in wanted]])


def opened(folder: Path, ids: Sequence[str], vectors: Vectors, base: Path | None = None) -> ChromaVectors:
    fill_with(folder, ids, by_id(ids, vectors), base=base)
    return ChromaVectors(folder)


def test_the_nearest_come_first_with_their_cosines(tmp_path: Path) -> None:
    index = opened(tmp_path, IDS, VECTORS)
    (found,) = index.search(VECTORS[:1], 3)
    index.close()
    assert list(found) == ["north", "north-east", "east"]
    assert list(found.values()) == pytest.approx([1, 0.6, 0], abs=1e-5)


def test_more_than_there_are_may_be_asked_for(tmp_path: Path) -> None:
    index = opened(tmp_path, IDS, VECTORS)
    assert len(index.search(VECTORS[:1], 100)[0]) == index.texts == 4
    assert sorted(index.ids()) == sorted(IDS)
    index.close()


def test_many_batches_are_found_again(tmp_path: Path) -> None:
    vectors = np.random.default_rng(7).normal(size=(700, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = opened(tmp_path, [str(i) for i in range(700)], vectors)
    assert [list(one) for one in index.search(vectors[[0, 299, 300, 699]], 1)] == [["0"], ["299"], ["300"], ["699"]]
    index.close()


@pytest.mark.parametrize("grown", [False, True], ids=["whole", "copied"])
def test_reading_rewrites_none_of_the_vectors(tmp_path: Path, grown: bool) -> None:
    vectors = np.random.default_rng(7).normal(size=(40, 16)).astype(np.float32)
    ids, folder = [str(i) for i in range(40)], tmp_path / "000002" / "chroma"
    base = tmp_path / "000001" / "chroma"
    fill_with(base, ids[:30], by_id(ids, vectors))
    fill_with(folder, ids[5:], by_id(ids, vectors), base=base if grown else None)
    names = [path.relative_to(folder.parent).as_posix() for path in folder.rglob("*") if path.is_file()]
    kept = [folder.parent / name for name in names if not readers_change(folder.parent, name)]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in kept]
    index = ChromaVectors(folder)
    assert next(iter(index.search(unit(vectors[35:36]), 3)[0])) == "35"
    index.close()
    assert "length.bin" in {path.name for path in kept}
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in kept] == before


def grown(tmp_path: Path, ids: Sequence[str], vectors: Vectors) -> None:
    """A store of all but the first five, made from one that lacks the last ten."""
    fill_with(tmp_path / "base", ids[:-10], by_id(ids, vectors))
    fill_with(tmp_path / "copy", ids[5:], by_id(ids, vectors), base=tmp_path / "base")


def graph_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_ino, path.read_bytes()) for path in folder.glob("*/*")}


def test_a_few_changes_are_left_to_who_opens_it_and_the_graph_is_shared(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(7).normal(size=(300, 16)))
    ids = [str(i) for i in range(300)]
    grown(tmp_path, ids, vectors)
    assert [behind(tmp_path / name) for name in ("base", "copy")] == [0, 15]
    assert graph_of(tmp_path / "copy") == graph_of(tmp_path / "base")
    with closing(ChromaVectors(tmp_path / "copy")) as index:
        assert [list(one) for one in index.search(vectors[[5, 150, 299]], 1)] == [["5"], ["150"], ["299"]]
        assert "3" not in index.search(vectors[3:4], 300)[0]
    assert graph_of(tmp_path / "copy") == graph_of(tmp_path / "base")


def test_whoever_adds_to_a_published_store_changes_no_graph_that_others_share(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(7).normal(size=(2_300, 16)))
    ids = [str(i) for i in range(300)]
    grown(tmp_path, ids, vectors[:300])
    before = graph_of(tmp_path / "base")
    with closing(disk_client(tmp_path / "copy")) as client:
        collection = client.get_collection("chunks", embedding_function=None)
        for start in range(300, 2_300, 500):
            collection.add(ids=[f"new{i}" for i in range(start, start + 500)], embeddings=vectors[start : start + 500])
    assert graph_of(tmp_path / "base") == before


def test_after_many_changes_every_vector_is_in_the_files_so_that_opening_them_adds_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "LEFT", 14)
    vectors = unit(np.random.default_rng(7).normal(size=(300, 16)))
    ids = [str(i) for i in range(300)]
    grown(tmp_path, ids, vectors)
    assert [behind(tmp_path / name) for name in ("base", "copy")] == [0, 0]
    inodes = [{inode for inode, _ in graph_of(tmp_path / name).values()} for name in ("base", "copy")]
    assert inodes[0].isdisjoint(inodes[1])


def unit(rows: Any) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def behind(folder: Path) -> int:
    """How many changes the graph in its files lacks: Chroma would make them again whenever the store is opened."""
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as connection:
        states = [state for (state,) in connection.execute("SELECT seq_id FROM max_seq_id")]
    assert len(states) == 2  # of the metadata, which is always up to date, and of the graph
    return int(max(states) - min(states))


def test_a_missing_or_damaged_store_is_broken_and_not_created(tmp_path: Path) -> None:
    with pytest.raises(IndexBroken, match="no vector index"):
        ChromaVectors(tmp_path)
    assert not list(tmp_path.iterdir())
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database" * 1000)
    with pytest.raises(IndexBroken, match="cannot be used"):
        ChromaVectors(tmp_path)


def test_a_store_without_the_collection_is_broken(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").touch()
    with pytest.raises(IndexBroken, match="cannot be used"):
        ChromaVectors(tmp_path)


def test_a_folder_that_cannot_be_written_names_its_remedy() -> None:
    with pytest.raises(PublishFailed, match="Free some space"):
        fill_with(Path("/dev/null/chroma"), IDS, by_id(IDS, VECTORS))
