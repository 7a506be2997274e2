"""What the results of a run come to, and how two runs differ: shares, means, curves. Pure functions over results."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from eval.errors import BadRun
from eval.measures import (
    Bin,
    Interval,
    area_under_roc,
    calibration,
    calibration_error,
    mean,
    paired_interval,
    percentile,
    risk_coverage,
    share,
)
from eval.run import Result, Run

# The order in which measures are shown; each is a mean over the cases that it applies to.
_MEANS = (
    *("recall@1", "recall@5", "recall@10", "mrr", "ndcg@10", "evidence@1000", "evidence@3000"),
    *("facts held", "lists and steps whole", "token f1", "citation recall", "citation precision"),
)
_COMPARED = ("recall@5", "mrr", "ndcg@10", "evidence@1000", "facts held", "token f1", "citation recall")
Row = tuple[str, float, float, Interval]
"""A measure: its name, its mean in A and in B over the cases that both have, and the difference."""


@dataclass(frozen=True)
class Slice:
    """Cases that have something in common: how many, and how many passed."""

    name: str
    cases: int
    passed: int


@dataclass(frozen=True)
class Comparison:
    """How run B differs from run A, over the cases that both hold; `alone` are those that only one does."""

    rows: tuple[Row, ...]
    lost: tuple[str, ...]
    won: tuple[str, ...]
    alone: tuple[str, ...]
    about: str


def totals(results: Sequence[Result]) -> dict[str, float]:
    """Returns shares and means from 0 to 1, by name, in the order in which they are shown."""
    can = [result.outcome for result in results if result.case.answerable]
    cannot = [result.outcome for result in results if not result.case.answerable]
    outcomes, sure = [result.outcome for result in results], _confidence(results)
    found = {
        "passed": share([outcome.passed for outcome in outcomes]),
        "answered": share([outcome.answered for outcome in can]),
        "holds the fact": share([outcome.holds for outcome in can]),
        "holds it, right article cited": share([outcome.passed for outcome in can]),
        "refused": share([not outcome.answered for outcome in cannot]),
        "refusals that are right": mean([not r.case.answerable for r in results if not r.outcome.answered]),
        "citations valid": share([outcome.valid for outcome in outcomes]),
        **{name: mean([r.scores[name] for r in results if name in r.scores]) for name in _MEANS},
        "calibration error": calibration_error(bins_of(results)),
        "confidence tells answerable": area_under_roc(sure, [r.case.answerable for r in results]),
    }
    return {name: value for name, value in found.items() if value is not None}


def speeds(times: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Returns the median and the 95th percentile in milliseconds, and tokens a question where a model was asked."""
    totals_ms = [one["total"] for one in times.values() if "total" in one]
    spent = {
        f"tokens {name}": mean([one[name] for one in times.values() if name in one]) for name in ("read", "written")
    }
    found = {"median ms": percentile(totals_ms, 0.5), "p95 ms": percentile(totals_ms, 0.95), **spent}
    return {name: value for name, value in found.items() if value is not None}


def slices(results: Sequence[Result]) -> tuple[Slice, ...]:
    """Returns every group of cases, in the order of their names."""
    cases = Counter(name for result in results for name in result.slices)
    passed = Counter(name for result in results if result.outcome.passed for name in result.slices)
    return tuple(Slice(name, cases[name], passed[name]) for name in sorted(cases))


def table_of(results: Sequence[Result]) -> Counter[tuple[bool, bool]]:
    """Returns how often it could be answered and was, could and was not, could not and was, could not and was not."""
    return Counter((result.case.answerable, result.outcome.answered) for result in results)


def bins_of(results: Sequence[Result]) -> tuple[Bin, ...]:
    """Returns how often the articles do answer, by how sure it was that they do."""
    return calibration(_confidence(results), [result.case.answerable for result in results])


def risk_of(results: Sequence[Result]) -> tuple[tuple[float, float], ...]:
    """Returns the share of wrong answers among the surest, for every share of the answers that were given."""
    given = [result for result in results if result.outcome.answered]
    return risk_coverage(_confidence(given), [not result.outcome.passed for result in given])


def cluster_of(result: Result) -> Hashable:
    """Returns what a case is right or wrong together with: the article that answers it; else nothing but itself."""
    return result.case.evidence[0][0].article_id if result.case.evidence else ("case", result.case.id)


def compare_runs(first: Run, second: Run) -> Comparison:
    """Compares by case; questions about one article are drawn together.

    Raises BadRun: the runs have no case in common.
    """
    before, after = first.by_id, second.by_id
    pairs = [(before[id_], after[id_]) for id_ in before if id_ in after]
    if not pairs:
        raise BadRun("the two runs have no case in common", "compare runs of the same set")
    measures: dict[str, Callable[[Result], float | None]] = {
        "passed": lambda result: float(result.outcome.passed),
        "passed, answerable": lambda result: float(result.outcome.passed) if result.case.answerable else None,
        "passed, not answerable": lambda result: None if result.case.answerable else float(result.outcome.passed),
        **{name: lambda result, name=name: result.scores.get(name) for name in _COMPARED},  # type: ignore[misc]
    }
    moved = second.prints.changed_from(first.prints)
    return Comparison(
        rows=tuple(row for name, value in measures.items() for row in _row(name, pairs, value)),
        lost=tuple(a.case.id for a, b in pairs if a.outcome.passed and not b.outcome.passed),
        won=tuple(a.case.id for a, b in pairs if b.outcome.passed and not a.outcome.passed),
        alone=tuple(sorted(set(before) ^ set(after))),
        about=f"{len(pairs)} cases; what differs between the runs: {', '.join(moved) or 'nothing'}",
    )


def _row(name: str, pairs: Sequence[tuple[Result, Result]], value: Callable[[Result], float | None]) -> list[Row]:
    found = [(a, x, y) for a, b in pairs if (x := value(a)) is not None and (y := value(b)) is not None]
    theirs, ours = [x for _, x, _ in found], [y for _, _, y in found]
    interval = paired_interval(ours, theirs, clusters=[cluster_of(result) for result, _, _ in found])
    return [(name, sum(theirs) / len(theirs), sum(ours) / len(ours), interval)] if found else []


def _confidence(results: Sequence[Result]) -> list[float]:
    return [float(result.answer["confidence"]) for result in results]
