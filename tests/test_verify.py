import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ingest import generation
from ingest.errors import PublishFailed
from ingest.lexical import write_lexical
from ingest.vectors import VectorIndex, write_vectors
from ingest.verify import find_fault, find_fault_apart, verify


@pytest.fixture
def folder(home: Path) -> Path:
    return generation.folder_of(home, "000001")


def change(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "store.sqlite") as connection:
        connection.execute(statement)
    connection.close()


def lose_a_vector(folder: Path) -> None:
    index = VectorIndex(folder / "chroma")
    ids = index.ids()[1:]
    index.close()
    write_vectors(folder / "chroma", ids, np.eye(len(ids), 64, dtype=np.float32))


def swap_vectors(folder: Path) -> None:
    index = VectorIndex(folder / "chroma")
    ids = index.ids()
    index.close()
    write_vectors(folder / "chroma", ids, np.eye(len(ids), 64, dtype=np.float32))


def test_a_whole_generation_has_no_fault(published_home: Path) -> None:
    assert find_fault(generation.folder_of(published_home, "000001")) is None


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda folder: shutil.rmtree(folder / "chroma"), "no vector index"),
        (lambda folder: shutil.rmtree(folder / "lexical" / "chunks"), "lexical index .* cannot be opened"),
        (lambda folder: (folder / "store.sqlite").write_bytes(b"x" * 5000), "store.sqlite cannot be read"),
        (lambda folder: change(folder, "DELETE FROM chunk WHERE row = 1"), "stored chunks are not those of the man"),
        (lambda folder: change(folder, "DELETE FROM article WHERE row = 1"), "stored articles are not those"),
        (lambda folder: change(folder, "UPDATE chunk SET start = start + 1"), "does not stand in its article"),
        (lambda folder: write_lexical(folder / "lexical" / "chunks", [["other"]] * 5), "lexical index does not find"),
        (lose_a_vector, "vector index holds other chunks"),
        (swap_vectors, "vector index does not find chunk"),
    ],
    ids=["chroma", "lexical", "store", "chunk", "article", "offset", "terms", "vector", "swapped"],
)
def test_each_kind_of_damage_is_found(folder: Path, damage: Callable[[Path], object], fault: str) -> None:
    damage(folder)
    found = find_fault(folder)
    assert found is not None
    assert re.search(fault, found)


def test_a_process_of_its_own_finds_the_fault_too(folder: Path) -> None:
    change(folder, "UPDATE chunk SET start = start + 1")
    assert "does not stand in its article" in (find_fault_apart(folder) or "")


def test_what_is_wrong_stops_the_publishing(folder: Path) -> None:
    with pytest.raises(PublishFailed, match=r"did not pass its check: it is torn; nothing was published, run the"):
        verify(folder, lambda _: "it is torn")
    verify(folder, lambda _: None)
