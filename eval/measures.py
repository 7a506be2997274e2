"""Measures, as pure functions: what is found, what is cited, what is refused, and how sure a difference is.

Finding: what is ranked are the passages of an answer, best first; each is right or not. The measures over ranks are
trec_eval's: nDCG with gain 1 discounted by log2(rank + 1), reciprocal rank of the first that is right. Citing: after
ALCE (Gao et al. 2023, section 3); whether some quotes carry a statement is decided by a function that comes in.
Differences: the paired bootstrap, with questions about one article drawn together.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bot.answer import Answer, Passage
from eval.cases import Case, Evidence
from eval.wording import plain

BUDGETS = (1000, 3000)
_DEPTHS, _DEPTH_OF_GAIN = (1, 5, 10), 10
Carries = Callable[[Sequence[str], str], bool]
"""Tells whether some quotes, together, carry a statement."""
Statement = tuple[str, Sequence[str]]
"""A sentence of an answer and the quotes that its markers name."""
_BINS = 10
_RESAMPLES, _SEED = 10_000, 0


def finding(case: Case, answer: Answer) -> Mapping[str, float]:
    """Returns the measures by name; nothing where there is no evidence to find."""
    if not case.evidence:
        return {}
    firsts = [_rank(group, answer.passages) for group in case.evidence]
    ranks = {rank for rank in firsts if rank is not None}
    return by_rank(ranks, wanted=len(ranks) + firsts.count(None)) | in_budget(case, answer)


def by_rank(ranks: Collection[int], *, wanted: int) -> dict[str, float]:
    """Returns recall, reciprocal rank and nDCG of what stands at these ranks, the best being 1, of so much wanted."""
    recall = {f"recall@{depth}": sum(rank <= depth for rank in ranks) / wanted for depth in _DEPTHS}
    gain = _gain(rank for rank in ranks if rank <= _DEPTH_OF_GAIN) / _gain(range(1, min(wanted, _DEPTH_OF_GAIN) + 1))
    return recall | {"mrr": 1 / min(ranks) if ranks else 0.0, f"ndcg@{_DEPTH_OF_GAIN}": gain}


def _gain(ranks: Iterable[int]) -> float:
    return sum(1 / math.log2(rank + 1) for rank in ranks)


def in_budget(case: Case, answer: Answer) -> dict[str, float]:
    """Returns which share of the evidence stands in the first characters found, for each budget.

    A budget of characters, not of passages, so that ways with passages of different lengths compare fairly.
    """
    texts = {budget: plain("\n".join(p.text for p in answer.passages)[:budget]) for budget in BUDGETS}
    groups = [[plain(e.quote) for e in group if e.quote] for group in case.evidence]
    asked = [group for group in groups if group]
    return {
        f"evidence@{budget}": sum(any(quote in text for quote in group) for group in asked) / len(asked)
        for budget, text in texts.items()
        if asked
    }


def _rank(group: Sequence[Evidence], passages: Sequence[Passage]) -> int | None:
    """The rank of the first passage that holds one of these quotes; each is as good as the others."""
    found = (
        rank
        for rank, passage in enumerate(passages, 1)
        if any(one.article_id == passage.article.id and one.quote in passage.text for one in group)
    )
    return next(found, None)


def citation_recall(statements: Sequence[Statement], carries: Carries) -> float | None:
    """Returns the share of statements that cite and are carried by what they cite; None of none."""
    return mean([_is_carried(one, carries) for one in statements])


def citation_precision(statements: Sequence[Statement], carries: Carries) -> float | None:
    """Returns the share of citations that are of use; None of none.

    One is if its statement is carried and the citation alone carries it, or the statement is not carried without it.
    """
    return mean([_is_of_use(one, i, carries) for one in statements for i in range(len(one[1]))])


def _is_carried(statement: Statement, carries: Carries) -> bool:
    text, quotes = statement
    return bool(quotes) and carries(quotes, text)


def _is_of_use(statement: Statement, at: int, carries: Carries) -> bool:
    text, quotes = statement
    others = [*quotes[:at], *quotes[at + 1 :]]
    return carries(quotes, text) and (carries([quotes[at]], text) or not (others and carries(others, text)))


def mean(values: Sequence[float]) -> float | None:
    """Returns the mean; None of none."""
    return sum(values) / len(values) if values else None


class Bin(NamedTuple):
    """Cases of about the same confidence: how many, their mean confidence, and the share that came true."""

    cases: int
    confidence: float
    share: float


def calibration(confidence: Sequence[float], true: Sequence[bool]) -> tuple[Bin, ...]:
    """Returns the bins of equal width that hold anything, the least confident first."""
    bins = defaultdict[int, list[tuple[float, bool]]](list)
    for sure, is_true in zip(confidence, true, strict=True):
        bins[min(int(sure * _BINS), _BINS - 1)].append((sure, is_true))
    halves = [list(zip(*bins[place], strict=True)) for place in sorted(bins)]
    return tuple(Bin(len(sure), sum(sure) / len(sure), sum(came) / len(came)) for sure, came in halves)


def calibration_error(bins: Sequence[Bin]) -> float:
    """Returns the expected calibration error: how far confidence is from truth, weighed by cases (Guo et al. 2017)."""
    total = sum(one.cases for one in bins)
    return sum(one.cases * abs(one.confidence - one.share) for one in bins) / total if total else 0.0


def risk_coverage(confidence: Sequence[float], wrong: Sequence[bool]) -> tuple[tuple[float, float], ...]:
    """Returns (coverage, risk) for every number of most confident answers: their share of all, and how many are wrong.

    Answers of the same confidence come in together, for no threshold parts them (El-Yaniv and Wiener 2010).
    """
    order = sorted(zip(confidence, wrong, strict=True), key=lambda one: -one[0])
    points, errors = [], 0
    for i, (sure, is_wrong) in enumerate(order, 1):
        errors += is_wrong
        if i == len(order) or order[i][0] != sure:
            points.append((i / len(order), errors / i))
    return tuple(points)


def area_under_roc(confidence: Sequence[float], true: Sequence[bool]) -> float | None:
    """Returns how often a true case is more confident than a false one, ties counted half; None if either lacks."""
    pairs = list(zip(confidence, true, strict=True))
    yes, no = [sure for sure, is_true in pairs if is_true], [sure for sure, is_true in pairs if not is_true]
    if not yes or not no:
        return None
    return sum((a > b) + (a == b) / 2 for a in yes for b in no) / (len(yes) * len(no))


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
