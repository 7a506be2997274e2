"""How well it is known what cannot be answered, and how well the confidence tells. Pure functions over numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

_BINS = 10


@dataclass(frozen=True)
class TwoByTwo:
    """Answerable and unanswerable questions, answered and refused."""

    answered: int
    refused: int
    wrongly_answered: int
    rightly_refused: int

    @property
    def precision(self) -> float | None:
        """The share of refusals that are right; None of none."""
        refusals = self.refused + self.rightly_refused
        return self.rightly_refused / refusals if refusals else None

    @property
    def recall(self) -> float | None:
        """The share of unanswerable questions that are refused; None of none."""
        unanswerable = self.wrongly_answered + self.rightly_refused
        return self.rightly_refused / unanswerable if unanswerable else None


@dataclass(frozen=True)
class Bin:
    """Cases of about the same confidence: how many, their mean confidence, and the share that came true."""

    count: int
    confidence: float
    share: float


def two_by_two(answerable: Sequence[bool], answered: Sequence[bool]) -> TwoByTwo:
    """Counts the four ways a question and its answer can meet."""
    pairs = list(zip(answerable, answered, strict=True))
    return TwoByTwo(
        answered=pairs.count((True, True)),
        refused=pairs.count((True, False)),
        wrongly_answered=pairs.count((False, True)),
        rightly_refused=pairs.count((False, False)),
    )


def calibration(confidence: Sequence[float], true: Sequence[bool]) -> tuple[Bin, ...]:
    """Returns the bins of equal width that hold anything, the least confident first."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for sure, is_true in zip(confidence, true, strict=True):
        bins[min(int(sure * _BINS), _BINS - 1)].append((sure, is_true))
    return tuple(
        Bin(len(held), sum(sure for sure, _ in held) / len(held), sum(is_true for _, is_true in held) / len(held))
        for held in bins
        if held
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Returns the expected calibration error: how far confidence is from truth, weighed by cases (Guo et al. 2017)."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.share) for one in bins) / total if total else 0.0


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
