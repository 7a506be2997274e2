import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.errors import PublishFailed
from ingest.index import generation
from ingest.index.chroma_vectors import ChromaVectors
from ingest.index.lexical import write_lexical
from ingest.index.manifest import read_manifest, write_manifest
from ingest.index.verify import find_fault, find_fault_apart, verify
from tests.index_fixtures import fill_with


@pytest.fixture
def folder(home: Path) -> Path:
    """A generation that does not know the digests of its files, so that only what is in them can give it away."""
    folder = generation.folder_of(home, "000001")
    write_manifest(folder, replace(read_manifest(folder), files={}))
    return folder


def change(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "store.sqlite") as connection:
        connection.execute(statement)
    connection.close()


def lose_a_vector(folder: Path) -> None:
    index = ChromaVectors(folder / "chroma")
    ids = sorted(index.ids())[1:]
    index.close()
    fill_with(folder / "chroma", ids, lambda some: np.eye(len(some), 64, dtype=np.float32))


def swap_vectors(folder: Path) -> None:
    index = ChromaVectors(folder / "chroma")
    ids = sorted(index.ids())
    index.close()
    fill_with(folder / "chroma", ids, lambda some: np.eye(len(some), 64, dtype=np.float32))


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
        (lambda folder: write_lexical(folder / "lexical" / "chunks", ["other"] * 5), "lexical index does not find"),
        (lose_a_vector, "vector index holds other texts"),
        (swap_vectors, "vector index holds other vectors"),
    ],
    ids=["chroma", "lexical", "store", "chunk", "article", "offset", "terms", "vector", "swapped"],
)
def test_each_kind_of_damage_is_found(folder: Path, damage: Callable[[Path], object], fault: str) -> None:
    damage(folder)
    found = find_fault(folder)
    assert found is not None
    assert re.search(fault, found)


@pytest.mark.parametrize("part", ["store.sqlite", "lexical/words/meta.json", "manifest.json", "chroma/*/length.bin"])
def test_a_changed_byte_in_any_file_is_found(home: Path, part: str) -> None:
    folder = generation.folder_of(home, "000001")
    path = next(folder.glob(part))
    content = path.read_bytes()
    path.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
    assert "damaged" in (find_fault(folder) or "")


def test_a_process_of_its_own_finds_the_fault_too(folder: Path) -> None:
    change(folder, "UPDATE chunk SET start = start + 1")
    assert "does not stand in its article" in (find_fault_apart(folder) or "")


class Deadly:
    """Ends the process that unpickles it, as a torn index ends the one that opens it."""

    def __reduce__(self) -> tuple[Callable[[], object], tuple[()]]:
        return os.abort, ()


def test_that_the_process_of_its_own_dies_is_a_fault() -> None:
    assert find_fault_apart(Deadly()) == "opening it crashes"  # type: ignore[arg-type]


def test_what_is_wrong_stops_the_publishing(folder: Path) -> None:
    def run(work: Callable[..., Any], *_: object, within: float | None = None) -> Any:
        return next(faults)

    faults = iter(("it is torn", None))
    with pytest.raises(PublishFailed, match=r"did not pass its check: it is torn; nothing was published, run the"):
        verify(folder, None, run)
    verify(folder, None, run)
