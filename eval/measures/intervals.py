"""How sure a difference is: the paired bootstrap, with questions about one article drawn together. Pure functions."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

_RESAMPLES, _SEED = 10_000, 0


class Interval(NamedTuple):
    """A mean difference and its 95 % interval."""

    low: float
    mean: float
    high: float

    @property
    def in_points(self) -> str:
        """A difference of shares in points, in words."""
        return f"{100 * self.mean:+z.1f} points [{100 * self.low:+z.1f}, {100 * self.high:+z.1f}]"


def paired_interval(
    ours: Sequence[float], theirs: Sequence[float], *, clusters: Sequence[Hashable] | None = None
) -> Interval:
    """Returns the mean difference over the same questions with its interval.

    By 10,000 resamples with a fixed seed (percentile bootstrap; Efron and Tibshirani 1993, chapter 13). Questions of
    one cluster are drawn together, for they are right or wrong together; without clusters each is one of its own.
    """
    differences = np.asarray(ours, dtype=float) - np.asarray(theirs, dtype=float)
    if not len(differences):
        return Interval(0.0, 0.0, 0.0)
    names = {name: i for i, name in enumerate(dict.fromkeys(clusters or range(len(differences))))}
    of = np.array([names[name] for name in (clusters or range(len(differences)))])
    sums, sizes = np.bincount(of, weights=differences), np.bincount(of)
    draws = np.random.default_rng(_SEED).integers(len(sums), size=(_RESAMPLES, len(sums)))
    low, high = np.percentile(sums[draws].sum(axis=1) / sizes[draws].sum(axis=1), [2.5, 97.5])
    return Interval(float(low), float(differences.mean()), float(high))


def share(values: Sequence[bool]) -> float:
    """Returns the share of true values; 1.0 of none, for nothing went wrong."""
    return sum(values) / len(values) if values else 1.0


def percentile(values: Sequence[float], part: float) -> float:
    """Returns the smallest value that at least this part of the values do not exceed; 0.0 of none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0
