"""An evaluation on a terminal: totals, what failed, what changed, and what the gate says. Knows rich."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.gate import Verdict
from eval.report.words import change, flips, measure
from eval.run import Run
from eval.totals import Comparison, slices, speeds, totals

# More cases than this are counted rather than named.
_NAMED = 20


def named(ids: Sequence[str]) -> str:
    """Returns the first of the ids."""
    return f"{', '.join(ids[:_NAMED])}{f' and {len(ids) - _NAMED} more' if len(ids) > _NAMED else ''}"


def print_run(run: Run, console: Console) -> None:
    """Prints the totals, the passes by type of case, and each case that failed with the reason."""
    measures = Table("Measure", "Value")
    for name, value in {**totals(run.results), **speeds(run.times)}.items():
        measures.add_row(name, measure(name, value))
    console.print(measures)
    groups = Table("Type", "Cases", "Passed")
    for one in slices(run.results):
        what, _, which = one.name.partition(": ")
        if what == "type":
            groups.add_row(which, str(one.cases), str(one.passed))
    console.print(groups)
    failed = [result for result in run.results if not result.outcome.passed]
    for result in failed[:_NAMED]:
        told = f"failed: {result.case.id} ({result.case.type}): {result.outcome.reason}"
        console.print(Text(told), soft_wrap=True)
    if len(failed) > _NAMED:
        console.print(f"… and {len(failed) - _NAMED} more failed; the report has them all")


def print_verdict(verdict: Verdict, console: Console, *, report: Path | None) -> None:
    """Prints how a run differs from the baseline, and whether the gate is green."""
    lines = [
        *change(verdict),
        *(f"{name}: {named(ids)}" for name, ids in flips(verdict)),
        *(f"explained: {id_}: {reason}" for id_, reason in verdict.allowed.items()),
        *(f"red ({red.rule}): {red.text}{': ' if red.ids else ''}{named(red.ids)}" for red in verdict.reds),
        *(["The gate is green."] if verdict.is_green else []),
        *([f"The report: {report}"] if report else []),
    ]
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Prints the paired difference of two runs with its interval, and the cases that flipped."""
    rows = Table("Measure", "A", "B", "B - A [95 %]")
    for name, before, after, interval in comparison.rows:
        rows.add_row(name, f"{before:.3f}", f"{after:.3f}", interval.in_points)
    console.print(rows)
    console.print(Text(comparison.about), soft_wrap=True)
    flipped = {"lost from A to B": comparison.lost, "won from A to B": comparison.won}
    told = {name: ", ".join(ids) for name, ids in flipped.items()} | {"only in one of them": named(comparison.alone)}
    for (name, ids), count in zip(told.items(), map(len, (*flipped.values(), comparison.alone)), strict=True):
        if ids:
            console.print(Text(f"{count} {name}: {ids}"), soft_wrap=True)
