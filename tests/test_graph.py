import pickle
import shutil
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest.embed.embedder import Vectors
from ingest.index import generation
from ingest.index.graph import find_torn
from ingest.index.manifest import file_digests, read_manifest, write_manifest
from ingest.index.vectors import readers_change
from ingest.index.verify import find_fault
from tests.index_fixtures import fill_with

_ELEMENT = 332  # 64 links and their number, 16 floats, a label


def vectors_of(ids: Sequence[str]) -> Vectors:
    rows = np.stack([np.random.default_rng(int(id_)).standard_normal(16) for id_ in ids])
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def ids(first: int, last: int) -> list[str]:
    return [str(number) for number in range(first, last)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph") / "chroma"
    fill_with(folder, ids(0, 400), vectors_of)
    return folder


@pytest.fixture
def store(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "chroma"))


def cut(store: Path, name: str, bytes_: int) -> None:
    path = next(store.glob(f"*/{name}"))
    path.write_bytes(path.read_bytes()[:-bytes_])


def put(store: Path, name: str, at: int, data: bytes) -> None:
    path = next(store.glob(f"*/{name}"))
    raw = bytearray(path.read_bytes())
    at %= len(raw)
    raw[at : at + len(data)] = data
    path.write_bytes(raw)


def test_what_chroma_writes_is_whole(written: Path) -> None:
    assert list(written.glob("*/data_level0.bin"))
    assert find_torn(written) is None


def test_so_is_a_copy_that_was_changed(written: Path, tmp_path: Path) -> None:
    for number, wanted in enumerate((ids(5, 403), ids(5, 404), ids(0, 404), ids(9, 404))):
        base = tmp_path / str(number - 1) if number else written
        fill_with(tmp_path / str(number), wanted, vectors_of, base=base)
        assert find_torn(tmp_path / str(number)) is None


@pytest.mark.parametrize("count", [1, 2, 3, 99, 101])
def test_so_is_a_small_one(count: int, tmp_path: Path) -> None:
    fill_with(tmp_path / "chroma", ids(0, count), vectors_of)
    assert find_torn(tmp_path / "chroma") is None


@pytest.mark.parametrize(
    ("tear", "fault"),
    [
        (lambda store: cut(store, "header.bin", 1), "header.bin .* cut short"),
        (lambda store: cut(store, "header.bin", 100), "header.bin .* cut short"),
        (lambda store: cut(store, "data_level0.bin", 1), "data_level0.bin .* cut short"),
        (lambda store: cut(store, "length.bin", 4), "length.bin .* cut short"),
        (lambda store: cut(store, "link_lists.bin", 4), "link_lists.bin .* cut short"),
        (lambda store: put(store, "header.bin", 60, b"\xff\xff\xff\x7f"), "header.bin .* does not hold together"),
        (lambda store: put(store, "header.bin", 36, b"\xff"), "header.bin .* does not hold together"),
        (lambda store: put(store, "data_level0.bin", -_ELEMENT, bytes(_ELEMENT)), "lacks texts"),
        (lambda store: put(store, "data_level0.bin", 2, b"\x01"), "lacks texts"),
        (lambda store: put(store, "index_metadata.pickle", 40, b"\xff\xff"), "lacks texts"),
        (lambda store: put(store, "data_level0.bin", 0, b"\x41"), "data_level0.bin .* lead nowhere"),
        (lambda store: put(store, "data_level0.bin", 4, struct.pack("<I", 400)), "data_level0.bin .* lead nowhere"),
    ],
)
def test_each_kind_of_tear_is_found(store: Path, tear: Callable[[Path], None], fault: str) -> None:
    tear(store)
    with pytest.raises(AssertionError, match=fault):
        assert find_torn(store) is None


def test_an_upper_link_that_leads_nowhere_is_found(store: Path) -> None:
    path = next(store.glob("*/link_lists.bin"))
    raw = path.read_bytes()
    start = next(at for at in range(0, len(raw), 4) if raw[at : at + 4] != bytes(4))
    put(store, "link_lists.bin", start + 4, struct.pack("<II", 1, 400))
    assert "link_lists.bin of the vector index has links that lead nowhere" in (find_torn(store) or "")


def test_a_layout_of_another_version_is_not_judged(store: Path) -> None:
    put(store, "header.bin", 0, struct.pack("<i", 2))
    assert find_torn(store) is None


def test_a_pickle_cannot_name_code_to_run(store: Path, tmp_path: Path) -> None:
    path = next(store.glob("*/index_metadata.pickle"))
    path.write_bytes(pickle.dumps({"id_to_label": (tmp_path / "x").touch}))
    assert "lacks texts" in (find_torn(store) or "")
    assert not (tmp_path / "x").exists()


def test_a_generation_whose_graph_was_torn_when_it_was_written_is_not_fit_to_be_served(home: Path) -> None:
    """Its digests are those of the torn files."""
    folder = generation.folder_of(home, "000001")
    cut(folder / "chroma", "length.bin", 400)
    manifest = read_manifest(folder)
    (folder / "manifest.json").unlink()
    digests = file_digests(folder, changes=lambda name: readers_change(folder, name))
    write_manifest(folder, type(manifest)(**{**vars(manifest), "files": digests}))
    assert find_fault(folder) == "length.bin of the vector index is cut short"
