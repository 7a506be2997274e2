"""Two runs side by side: the paired difference of what they measure, and the cases that flipped. Pure functions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.errors import BadRun
from eval.gate import cluster_of
from eval.measures import Interval, paired_interval
from eval.run import Result, Run

_SCORES = ("recall@5", "mrr", "ndcg@10", "evidence@1000", "facts held", "token f1", "citation recall")
Row = tuple[str, float, float, Interval]
"""A measure: its name, its mean in A and in B over the cases that both have, and the difference."""


@dataclass(frozen=True)
class Comparison:
    """How run B differs from run A, over the cases that both hold; `alone` are those that only one does."""

    rows: tuple[Row, ...]
    lost: tuple[str, ...]
    won: tuple[str, ...]
    alone: tuple[str, ...]
    about: str


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
        **{name: _score(name) for name in _SCORES},
    }
    rows = [row for name, value in measures.items() if (row := _row(name, pairs, value))]
    moved = second.prints.changed_from(first.prints)
    return Comparison(
        rows=tuple(rows),
        lost=tuple(a.case.id for a, b in pairs if a.outcome.passed and not b.outcome.passed),
        won=tuple(a.case.id for a, b in pairs if b.outcome.passed and not a.outcome.passed),
        alone=tuple(sorted(set(before) ^ set(after))),
        about=f"{len(pairs)} cases; what differs between the runs: {', '.join(moved) or 'nothing'}",
    )


def _score(name: str) -> Callable[[Result], float | None]:
    return lambda result: result.scores.get(name)


def _row(name: str, pairs: Sequence[tuple[Result, Result]], value: Callable[[Result], float | None]) -> Row | None:
    found = [(a, x, y) for a, b in pairs if (x := value(a)) is not None and (y := value(b)) is not None]
    if not found:
        return None
    theirs, ours = [x for _, x, _ in found], [y for _, _, y in found]
    interval = paired_interval(ours, theirs, clusters=[cluster_of(result) for result, _, _ in found])
    return name, sum(theirs) / len(theirs), sum(ours) / len(ours), interval
