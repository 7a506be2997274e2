"""Figures and changes in words, the same on every surface, and all of them on a terminal. Knows rich."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.gate import Verdict
from eval.run import Run
from eval.saved import Baseline
from eval.totals import Comparison, slices, speeds, totals
from ingest.articles.corpus import IGNORE_FILE

# More cases than this are counted rather than named.
_NAMED = 20
_WHAT = {
    "corpus": "the articles",
    "index": "the index",
    "cases": "the cases",
    "settings": "the settings",
    "model": "who writes",
    "code": "the program",
}


def measure(name: str, value: float) -> str:
    """Returns a figure as it is shown: shares with three places, milliseconds with one, tokens with none."""
    if name.startswith("tokens "):
        return f"{value:.0f}"
    return f"{value:.1f}" if name.endswith(" ms") else f"{value:z.3f}"


def figures(run: Run, baseline: Baseline) -> Iterator[tuple[str, ...]]:
    """Yields each total in words: its name, its value, the baseline's, the difference from it, and the floor."""
    for name, value in totals(run.results).items():
        before, floor = baseline.totals.get(name), baseline.floors.get(name)
        old = ("", "") if before is None else (measure(name, before), f"{value - before:+z.3f}")
        yield name, measure(name, value), *old, "" if floor is None else measure(name, floor)


def flips(verdict: Verdict) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yields how many cases are not as in the baseline, and which, by how they differ."""
    found = {
        "lost": verdict.lost,
        "won": verdict.won,
        "new": verdict.new,
        "gone from the set": verdict.gone,
        "rewritten since the baseline": verdict.edited,
        "changed: another answer, same outcome": verdict.changed,
        "not asked": verdict.unasked,
    }
    yield from ((f"{len(ids)} {name}", ids) for name, ids in found.items() if ids)


def change(verdict: Verdict) -> Iterator[str]:
    """Yields what is another than in the baseline, so that a change of the articles is told from one of the program."""
    if verdict.unread:
        yield (
            f"Not measured, for they cannot be read: {', '.join(verdict.unread)}; mend them, or name them in "
            f"{IGNORE_FILE}."
        )
    if verdict.is_first:
        yield "There is no baseline yet; make this run it with: footnote eval promote, and commit it with the cases"
        return
    if verdict.moved:
        same = [name for key, name in _WHAT.items() if key not in verdict.moved]
        moved = ", ".join(_WHAT[name] for name in verdict.moved)
        yield f"Changed since the baseline: {moved}." + (f" Unchanged: {', '.join(same)}." if same else "")
    if verdict.articles:
        yield f"Articles of the evidence that changed: {', '.join(verdict.articles)}."
    if verdict.interval is not None:
        yield f"Difference from the baseline: {verdict.interval.in_points}."
    if verdict.unasked:
        yield "A part of the set was asked, so that floors, which are of the whole, were not held against it."
    if not any(flips(verdict)):
        yield "Every case is answered as in the baseline."


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
