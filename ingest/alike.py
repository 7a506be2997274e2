"""Articles that say the same, or nearly. Knows word runs and their hashes; knows nothing of files or indexes.

Likeness is the share of common runs of five terms (Jaccard, over w-shingles: Broder 1997). Candidates are found by
MinHash in bands, so that not every pair has to be compared; each is then compared exactly. An article that is a small
part of another is not like it in this sense.
"""

import hashlib
import itertools
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.terms import terms

RUN = 5
# 16 bands of 4 rows find a pair of likeness 0.7 with probability 0.988, one of 0.8 with 0.9998.
_BANDS, _ROWS = 16, 4
_RANDOM = np.random.Generator(np.random.PCG64(5)).integers(1, 2**63, size=(2, _BANDS * _ROWS), dtype=np.uint64)
_FACTORS, _OFFSETS = _RANDOM[0] | np.uint64(1), _RANDOM[1]


@dataclass(frozen=True)
class Alike:
    """Two articles, by id, and their likeness: 1.0 means that they say the same in the same order."""

    first: str
    second: str
    likeness: float


def signature(text: str) -> bytes:
    """Returns what a text is compared by: 32 bytes that only the same words in the same order share, then MinHashes."""
    words = terms(text)
    runs = _runs(words)
    hashes = (runs[None, :] * _FACTORS[:, None] + _OFFSETS[:, None]).min(axis=1) if len(runs) else _OFFSETS
    return hashlib.sha256(" ".join(words).encode()).digest() + bytes(hashes.astype("<u8").tobytes())


def same(signatures: Mapping[str, bytes]) -> tuple[tuple[str, ...], ...]:
    """Returns the groups of articles with the same words in the same order, by their signatures."""
    return tuple(tuple(group) for group in _groups((s[:32], id_) for id_, s in signatures.items()) if len(group) > 1)


def alike(
    signatures: Mapping[str, bytes], text_of: Callable[[str], str], known: Mapping[bytes, float], *, least: float
) -> tuple[tuple[Alike, ...], dict[bytes, float]]:
    """Returns the pairs of a likeness of at least `least`, the most alike first; of articles that are the same, one.

    With them comes the likeness of all that had to be compared, to be `known` the next time: texts that have been
    compared are not read again.
    """
    different = {s[:32]: id_ for id_, s in sorted(signatures.items(), reverse=True)}
    pairs = sorted(_candidates({id_: signatures[id_] for id_ in sorted(different.values())}))
    compared: dict[bytes, float] = {}
    for a, b in pairs:
        key = signatures[a][:32] + signatures[b][:32]
        compared[key] = known[key] if key in known else likeness(text_of(a), text_of(b))
    found = (Alike(*pair, share) for pair, share in zip(pairs, compared.values(), strict=True) if share >= least)
    return tuple(sorted(found, key=lambda pair: -pair.likeness)), compared


def likeness(first: str, second: str) -> float:
    """Returns the share of runs that two texts have in common, from 0 to 1."""
    one, other = (set(_runs(terms(text)).tolist()) for text in (first, second))
    return len(one & other) / len(one | other) if one | other else 1.0


def _runs(words: list[str]) -> Any:
    """One 64-bit hash for each run of RUN terms; a shorter text is one run."""
    hashes = np.array([zlib.crc32(word.encode()) for word in words], dtype=np.uint64)
    length = max(len(words) - RUN + 1, min(len(words), 1))
    runs = np.zeros(length, dtype=np.uint64)
    for i in range(min(RUN, len(words))):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + hashes[i : i + length]
    return runs


def _candidates(signatures: Mapping[str, bytes]) -> set[tuple[str, str]]:
    ids = list(signatures)
    rows = np.frombuffer(b"".join(s[32:] for s in signatures.values()), "<u8").reshape(-1, _BANDS, _ROWS)
    pairs: set[tuple[str, str]] = set()
    for band in range(_BANDS):
        keys = (rows[:, band] * _FACTORS[:_ROWS]).sum(axis=1)
        _, which, counts = np.unique(keys, return_inverse=True, return_counts=True)
        shared = np.flatnonzero(counts[which] > 1).tolist()
        for group in _groups((keys[row], ids[row]) for row in shared):
            pairs.update(itertools.combinations(group[:_MOST], 2))
    return pairs


# Hundreds of articles that share a band are one template: reporting some of the pairs is enough.
_MOST = 20


def _groups(pairs: Iterable[tuple[Any, str]]) -> list[list[str]]:
    groups: dict[Any, list[str]] = {}
    for key, id_ in pairs:
        groups.setdefault(key, []).append(id_)
    return list(groups.values())
