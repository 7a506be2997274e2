"""What the results of a run come to: shares, means, tables and curves. Pure functions over results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.measures import (
    Bin,
    TwoByTwo,
    area_under_roc,
    calibration,
    calibration_error,
    percentile,
    risk_coverage,
    share,
    two_by_two,
)
from eval.run import Result, Run

# The order in which measures are shown; each is a mean over the cases that it applies to.
_MEANS = (
    "recall@1",
    "recall@5",
    "recall@10",
    "mrr",
    "ndcg@10",
    "evidence@1000",
    "evidence@3000",
    "facts held",
    "lists and steps whole",
    "token f1",
    "citation recall",
    "citation precision",
)
_TOKENS = ("read", "written")


@dataclass(frozen=True)
class Slice:
    """Cases that have something in common: how many, how many passed, and how many of them are refused."""

    name: str
    cases: int
    passed: int


def totals(results: Sequence[Result]) -> dict[str, float]:
    """Returns shares and means from 0 to 1, by name, in the order in which they are shown."""
    can = [result.outcome for result in results if result.case.answerable]
    cannot = [result.outcome for result in results if not result.case.answerable]
    outcomes = [result.outcome for result in results]
    table = table_of(results)
    found = {
        "passed": share([outcome.passed for outcome in outcomes]),
        "answered": share([outcome.answered for outcome in can]),
        "holds the fact": share([outcome.holds for outcome in can]),
        "holds it, right article cited": share([outcome.passed for outcome in can]),
        "refused": share([not outcome.answered for outcome in cannot]),
        "refusals that are right": table.precision,
        "citations valid": share([outcome.valid for outcome in outcomes]),
        **{name: _mean([r.scores[name] for r in results if name in r.scores]) for name in _MEANS},
        "calibration error": calibration_error(bins_of(results)),
        "confidence tells answerable": area_under_roc(_confidence(results), [r.case.answerable for r in results]),
    }
    return {name: value for name, value in found.items() if value is not None}


def speeds(times: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Returns the median and the 95th percentile in milliseconds, and tokens a question where a model was asked."""
    totals_ms = [one["total"] for one in times.values() if "total" in one]
    spent = {f"tokens {name}": [one[name] for one in times.values() if name in one] for name in _TOKENS}
    return {
        "median ms": percentile(totals_ms, 0.5),
        "p95 ms": percentile(totals_ms, 0.95),
        **{name: sum(values) / len(values) for name, values in spent.items() if values},
    }


def cost(times: Mapping[str, Mapping[str, float]], *, read: float, written: float) -> float:
    """Returns the dollars that a run's tokens cost at these prices of a million."""
    prices = {"read": read, "written": written}
    return sum(one.get(name, 0.0) * price for one in times.values() for name, price in prices.items()) / 1e6


def slices(results: Sequence[Result]) -> tuple[Slice, ...]:
    """Returns every group of cases, in the order of their names."""
    names = sorted({name for result in results for name in result.slices})
    held = {name: [result.outcome.passed for result in results if name in result.slices] for name in names}
    return tuple(Slice(name, len(passed), sum(passed)) for name, passed in held.items())


def table_of(results: Sequence[Result]) -> TwoByTwo:
    """Returns the four ways in which questions and answers met."""
    return two_by_two([r.case.answerable for r in results], [r.outcome.answered for r in results])


def bins_of(results: Sequence[Result]) -> tuple[Bin, ...]:
    """Returns how often the articles do answer, by how sure it was that they do."""
    return calibration(_confidence(results), [result.case.answerable for result in results])


def risk_of(results: Sequence[Result]) -> tuple[tuple[float, float], ...]:
    """Returns the share of wrong answers among the surest, for every share of the answers that were given."""
    given = [result for result in results if result.outcome.answered]
    return risk_coverage(_confidence(given), [not result.outcome.passed for result in given])


def passed_of(run: Run) -> Mapping[str, bool]:
    """Returns which case passed, by id."""
    return {result.case.id: result.outcome.passed for result in run.results}


def _confidence(results: Sequence[Result]) -> list[float]:
    return [float(result.answer["confidence"]) for result in results]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
