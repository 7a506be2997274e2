"""How much of what lies nearest a vector index finds: recall@100 against a comparison with every vector.

A graph of neighbours (HNSW) need not lead to every text, above all among many that are nearly the same. So each index
is looked at when it is built, and what no search came upon is put in again. Knows vectors; knows no Chroma.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.embed.embedder import Vectors

NEAREST = 100
# Below this share the index is not searched: every vector is compared instead.
LEAST = 0.99
_SAMPLE = 200
_ROUNDS = 2
# Cosines that differ by less are the same: float32 sums depend on their order. A hit whose cosine is off by more than
# the second has another vector in the index than in the store.
_SAME, _OFF = 1e-5, 1e-3
_AT_ONCE = 50

Search = Callable[[Vectors, int], Mapping[str, float]]
Insert = Callable[[Sequence[str], Vectors], object]


@dataclass(frozen=True)
class Recall:
    """The share of the nearest texts that was found; those that never were; whether what was found is what it is said
    to be.
    """

    share: float
    unreached: tuple[str, ...]
    is_true: bool


def settle(search: Search, insert: Insert, ids: Sequence[str], vectors: Vectors, *, enough: float = 1.0) -> float:
    """Measures an index, puts in again what is not reached, and returns the share of the nearest that it finds then.

    An index that finds `enough` is left as it is.
    """
    found = measure(search, ids, vectors)
    rows = {id_: row for row, id_ in enumerate(ids)} if found.unreached else {}
    for _ in range(_ROUNDS):
        if not found.unreached or found.share >= enough:
            break
        insert(found.unreached, vectors[[rows[id_] for id_ in found.unreached]])
        found = measure(search, ids, vectors)
    return found.share


def measure(search: Search, ids: Sequence[str], vectors: Vectors) -> Recall:
    """Looks for the NEAREST texts of up to _SAMPLE of these, and compares with every vector.

    Row i of `vectors`, shape (len(ids), dimensions), is of unit length as far as 16 bits allow and belongs to ids[i].
    Of texts that lie equally near, any may be found.
    """
    rows = {id_: row for row, id_ in enumerate(ids)}
    limit = min(NEAREST, len(ids))
    due, reached = np.zeros(len(ids), dtype=bool), np.zeros(len(ids), dtype=bool)
    hits, asked, is_true = 0, 0, True
    for row, cosines in _compared(vectors):
        asked += 1
        found = search(vectors[row], limit)
        known = np.array([rows[id_] for id_ in found if id_ in rows], dtype=int)
        told = np.array([cosine for id_, cosine in found.items() if id_ in rows])
        is_true &= len(known) == len(found) and bool((np.abs(cosines[known] - told) < _OFF).all())
        least = np.partition(cosines, -limit)[-limit]
        hits += min(int((cosines[known] >= least - _SAME).sum()), limit)
        due |= cosines > least + _SAME
        reached[known] = True
    unreached = tuple(ids[row] for row in np.flatnonzero(due & ~reached).tolist())
    return Recall(hits / max(asked * limit, 1) if asked else 1.0, unreached, is_true)


def _compared(vectors: Vectors) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
    """Yields evenly spread rows, each with the cosines of all rows to it."""
    lengths = np.maximum(np.linalg.norm(vectors, axis=1), 1e-12)
    sample = np.unique(np.linspace(0, len(vectors) - 1, min(_SAMPLE, len(vectors))).astype(int))
    for start in range(0, len(sample), _AT_ONCE):
        rows = sample[start : start + _AT_ONCE]
        cosines = vectors[rows] @ vectors.T / lengths / lengths[rows, None]
        yield from zip(rows.tolist(), cosines, strict=True)
