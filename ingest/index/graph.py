"""Whether the files that Chroma wrote are whole, and what is in them. Knows their layout; opens no index.

So it cannot crash.

Chroma's C++ half does not look whether its writes succeed (`persistDirty` in chroma-core/hnswlib, hnswalg.h): when one
fails, that file silently gets nothing more. Read back, what is missing is whatever the memory held, and following it
as a link ends the process. So each file has to be as long as its header says, each text that Chroma knows has to have
its place, and each link has to lead to one.
"""

import pickle
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.index.vectors import SQLITE

_VERSION = 1
# Version, where a place's links begin, places allocated, places used, bytes of a place, where its label and its vector
# begin, levels, entry, links on the upper levels, links on the lowest, M, 1 / ln M, efConstruction.
_HEADER = struct.Struct("=iQQQQQQiIQQQdQ")
_LIST_SIZE, _LINK, _LABEL, _LENGTH, _DELETED = 4, 4, 8, 4, 1


@dataclass(frozen=True)
class _Header:
    places: int
    place_size: int
    label_at: int
    entry: int
    most_upper: int
    most_lowest: int


def find_torn(folder: Path) -> str | None:
    """Returns what is wrong with the graph files of a Chroma store, or None; also None for layouts it does not know."""
    faults = (_fault_of(path.parent) for path in sorted(folder.glob("*/header.bin")))
    return next((fault for fault in faults if fault), None)


def is_shared(folder: Path) -> bool:
    """Tells whether a Chroma store has the graph of a generation before it, which was looked at when it was written."""
    files = [*folder.glob("*/*.bin")]
    return bool(files) and all(file.stat().st_nlink > 1 for file in files)


def ids_in(folder: Path) -> Iterator[str]:
    """Yields the ids of all texts of a Chroma store, which Chroma itself would take seconds to tell."""
    with closing(sqlite3.connect(f"{(folder / SQLITE).resolve().as_uri()}?mode=ro", uri=True)) as connection:
        yield from (id_ for (id_,) in connection.execute("SELECT embedding_id FROM embeddings"))


def changes_behind(folder: Path) -> int:
    """Returns how many changes are in Chroma's log and not in its graph: it makes them again whenever it is opened."""
    with closing(sqlite3.connect(f"{(folder / SQLITE).resolve().as_uri()}?mode=ro", uri=True)) as connection:
        states = [state for (state,) in connection.execute("SELECT seq_id FROM max_seq_id")]
        return int(max(states) - min(states)) if len(states) > 1 else 0


def _fault_of(folder: Path) -> str | None:
    raw = (folder / "header.bin").read_bytes()
    if len(raw) >= _LINK and raw[:_LINK] != struct.pack("=i", _VERSION):
        return None
    if len(raw) < _HEADER.size:
        return "header.bin of the vector index is cut short"
    header = _header(raw)
    if header.places and not _holds_together(header):
        return "header.bin of the vector index does not hold together"
    sizes = {"data_level0.bin": header.place_size, "length.bin": _LENGTH, "link_lists.bin": _LIST_SIZE}
    for name, size in sizes.items():
        if (folder / name).stat().st_size < header.places * size:
            return f"{name} of the vector index is cut short"
    return _fault_within(folder, header) if header.places else None


def _header(raw: bytes) -> _Header:
    values = _HEADER.unpack_from(raw)
    places, place_size, label_at, entry, most_upper, most_lowest = (values[i] for i in (3, 4, 5, 8, 9, 10))
    return _Header(places, place_size, label_at, entry, most_upper, most_lowest)


def _holds_together(header: _Header) -> bool:
    """Whether links, vector and label have room in a place, in this order."""
    lists = _LIST_SIZE + _LINK * max(header.most_lowest, header.most_upper)
    return lists < header.label_at == header.place_size - _LABEL and header.entry < header.places


def _fault_within(folder: Path, header: _Header) -> str | None:
    shape = (header.places, header.place_size)
    places = np.memmap(folder / "data_level0.bin", dtype=np.uint8, mode="r", shape=shape)
    labels = _column(places, header.label_at, _LABEL).view("<u8").ravel()
    alive = places[:, 2] & _DELETED == 0
    if _known_labels(folder / "index_metadata.pickle") not in (None, sorted(labels[alive].tolist())):
        return "data_level0.bin of the vector index lacks texts"
    lowest = _column(places, 0, _LIST_SIZE + _LINK * header.most_lowest)
    upper = _upper_lists((folder / "link_lists.bin").read_bytes(), header)
    if upper is None:
        return "link_lists.bin of the vector index is cut short"
    if not _leads_to_places(lowest, header.places):
        return "data_level0.bin of the vector index has links that lead nowhere"
    if not _leads_to_places(upper, header.places):
        return "link_lists.bin of the vector index has links that lead nowhere"
    return None


def _column(places: npt.NDArray[np.uint8], start: int, size: int) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(places[:, start : start + size])


def _known_labels(path: Path) -> list[int] | None:
    """The labels of the texts that Chroma knows, sorted; None where it has not written them, none if they are torn."""
    try:
        with path.open("rb") as file:
            return sorted(_PlainUnpickler(file).load()["id_to_label"].values())
    except FileNotFoundError:
        return None
    except Exception:  # a torn pickle raises whatever its bytes happen to ask for
        return []


class _PlainUnpickler(pickle.Unpickler):
    """Reads plain values only, as Chroma writes them: nothing in the file can name code to run."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} has no business in an index")


def _upper_lists(raw: bytes, header: _Header) -> npt.NDArray[np.uint8] | None:
    """All link lists above the lowest level, one a row, or None if the file does not hold as many as there are."""
    width = _LIST_SIZE + _LINK * header.most_upper
    spans = list(_spans(raw, header.places))
    if len(spans) < header.places or any((end - start) % width for start, end in spans):
        return None
    return np.frombuffer(b"".join(raw[start:end] for start, end in spans), np.uint8).reshape(-1, width)


def _spans(raw: bytes, places: int) -> Iterator[tuple[int, int]]:
    """Where in the file the lists of each place stand, without their size; ends where the file ends too early."""
    position = 0
    for _ in range(places):
        if position + _LIST_SIZE > len(raw):
            return
        start = position + _LIST_SIZE
        position = start + int.from_bytes(raw[position:start], "little")
        if position > len(raw):
            return
        yield start, position


def _leads_to_places(lists: npt.NDArray[np.uint8], places: int) -> bool:
    """Whether no list, of a length and so many links, is too long, and each of its links names a place."""
    lengths = _column(lists, 0, 2).view("<u2").ravel()
    links = _column(lists, _LIST_SIZE, lists.shape[1] - _LIST_SIZE).view("<u4")
    used = np.arange(links.shape[1]) < lengths[:, None]
    return bool((lengths <= links.shape[1]).all() and (links[used] < places).all())
