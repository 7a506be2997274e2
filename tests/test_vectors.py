from pathlib import Path

import numpy as np
import pytest

from ingest.embed import Vectors
from ingest.errors import IndexBroken, PublishFailed
from ingest.vectors import VectorIndex, write_vectors

IDS = ["north", "east", "south", "north-east"]
VECTORS = np.array([[1, 0], [0, 1], [-1, 0], [0.6, 0.8]], dtype=np.float32)


def opened(folder: Path, ids: list[str], vectors: Vectors) -> VectorIndex:
    write_vectors(folder, ids, vectors)
    return VectorIndex(folder)


def test_the_nearest_come_first_with_their_cosines(tmp_path: Path) -> None:
    index = opened(tmp_path, IDS, VECTORS)
    found = index.search(VECTORS[0], 3)
    index.close()
    assert list(found) == ["north", "north-east", "east"]
    assert list(found.values()) == pytest.approx([1, 0.6, 0], abs=1e-5)


def test_more_than_there_are_may_be_asked_for(tmp_path: Path) -> None:
    index = opened(tmp_path, IDS, VECTORS)
    assert len(index.search(VECTORS[0], 100)) == index.chunks == 4
    assert index.ids() == tuple(sorted(IDS))
    index.close()


def test_many_batches_are_found_again(tmp_path: Path) -> None:
    vectors = np.random.default_rng(7).normal(size=(700, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = opened(tmp_path, [str(i) for i in range(700)], vectors)
    assert [next(iter(index.search(vectors[i], 1))) for i in (0, 299, 300, 699)] == ["0", "299", "300", "699"]
    index.close()


def test_reading_rewrites_none_of_the_vectors(tmp_path: Path) -> None:
    write_vectors(tmp_path, IDS, VECTORS)
    files = [path for path in tmp_path.rglob("*.*") if path.name != "chroma.sqlite3" and path.is_file()]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in files]
    index = VectorIndex(tmp_path)
    index.search(VECTORS[0], 3)
    index.close()
    assert before
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in files] == before


def test_a_missing_or_damaged_store_is_broken_and_not_created(tmp_path: Path) -> None:
    with pytest.raises(IndexBroken, match="no vector index"):
        VectorIndex(tmp_path)
    assert not list(tmp_path.iterdir())
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database" * 1000)
    with pytest.raises(IndexBroken, match="cannot be opened"):
        VectorIndex(tmp_path)


def test_a_store_without_the_collection_is_broken(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").touch()
    with pytest.raises(IndexBroken, match="cannot be opened"):
        VectorIndex(tmp_path)


def test_a_folder_that_cannot_be_written_names_its_remedy() -> None:
    with pytest.raises(PublishFailed, match="Free some space"):
        write_vectors(Path("/dev/null/chroma"), IDS, VECTORS)
