"""How much of what lies nearest a vector index finds: recall@100 against a comparison with every vector.

A graph of neighbours (HNSW) need not lead to every text, above all among many that are nearly the same. So each index
is looked at when it is built, and what no search came upon is put in again. Knows vectors; knows no Chroma.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from ingest.embed.embedder import Vectors

NEAREST = 100
# Below this share the index is not searched: every vector is compared instead.
LEAST = 0.99
_SAMPLE = 200
# So many texts, evenly spread, tell the recall of an index that has grown to a thousandth.
SOME = 10_000
_ROUNDS = 2
# Cosines that differ by less are the same: float32 sums depend on their order. A hit whose cosine is off by more than
# the second has another vector in the index than in the store.
_SAME, _OFF = 1e-5, 1e-3
_AT_ONCE, _ASKED_AT_ONCE = 2_000, 25

Search = Callable[[Vectors, int], Sequence[Mapping[str, float]]]
VectorsOf = Callable[[Sequence[str]], Vectors]
Insert = Callable[[Sequence[str], Vectors], object]


@dataclass(frozen=True)
class Recall:
    """The share of the nearest texts that was found; those that never were; whether what was found is what it is said
    to be.
    """

    share: float
    unreached: tuple[str, ...]
    is_true: bool


def settle(search: Search, insert: Insert, ids: Sequence[str], vectors_of: VectorsOf) -> float:
    """Measures an index, puts in again what is not reached, and returns the share of the nearest that it finds then."""
    sample = spread(ids)
    found = measure(search, sample, ids, vectors_of)
    for _ in range(_ROUNDS):
        if not found.unreached:
            break
        insert(found.unreached, vectors_of(found.unreached))
        found = measure(search, sample, ids, vectors_of)
    return found.share


def measure(
    search: Search, sample: Sequence[str], ids: Sequence[str], vectors_of: VectorsOf, *, compared: int | None = None
) -> Recall:
    """Looks for the NEAREST texts of each in the sample, and compares with every vector.

    `vectors_of` gives the vectors of texts, of unit length as far as 16 bits allow. Of texts that lie equally near, any
    may be found. With `compared`, so many evenly spread texts stand for all.
    """
    if not sample:
        return Recall(1.0, (), True)
    limit, asked = min(NEAREST, len(ids)), _unit(vectors_of(sample))
    parts = [asked[start : start + _ASKED_AT_ONCE] for start in range(0, len(asked), _ASKED_AT_ONCE)]
    with ThreadPoolExecutor() as pool:  # Chroma searches without holding Python's lock
        found = list(chain.from_iterable(pool.map(lambda part: search(part, limit), parts)))
    # What is no hit and yet nearer than the farthest hit has been missed.
    farthest = np.array([min(one.values()) if len(one) == limit else -2.0 for one in found])
    known = frozenset(ids)
    missed, unreached, is_true = np.zeros(len(sample)), [], all(known.issuperset(one) for one in found)
    reached = frozenset(id_ for one in found for id_ in one)
    others = spread(ids, compared or len(ids))
    rows = {id_: row for row, id_ in enumerate(others)}
    hits = [(rows[id_], one, cosine) for one, told in enumerate(found) for id_, cosine in told.items() if id_ in rows]
    table = np.array(sorted(hits)).reshape(-1, 3)
    places, whose, said = table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2]
    for start in range(0, len(others), _AT_ONCE):
        some = others[start : start + _AT_ONCE]
        cosines = asked @ _unit(vectors_of(some)).T
        part = slice(*np.searchsorted(places, (start, start + len(some))))
        told = np.full(cosines.shape, np.nan)
        told[whose[part], places[part] - start] = said[part]
        is_true &= not bool((np.abs(cosines - told) > _OFF).any())
        misses = np.isnan(told) & (cosines > farthest[:, None] + _SAME)
        missed += misses.sum(axis=1)
        unreached += [some[i] for i in np.flatnonzero(misses.any(axis=0)).tolist() if some[i] not in reached]
    share = 1 - np.minimum(missed * (len(ids) / len(others)) / limit, 1).mean()
    return Recall(float(share), tuple(unreached), is_true)


def spread(ids: Sequence[str], most: int = _SAMPLE) -> list[str]:
    """Returns evenly spread ids, at most so many."""
    return [ids[row] for row in np.unique(np.linspace(0, len(ids) - 1, min(most, len(ids))).astype(int))]


def _unit(vectors: Vectors) -> npt.NDArray[np.float32]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
