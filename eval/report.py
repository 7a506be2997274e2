"""An evaluation on a terminal: totals, what failed, what changed. The one place of eval that knows rich."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.check import Result as Checked
from eval.check import table
from eval.metrics import Outcome
from eval.run import Comparison, Result
from eval.talk import Heard
from eval.talk import table as talked

# More cases than this are counted rather than named.
_NAMED = 20


def print_result(result: Result, console: Console) -> None:
    """Prints the totals, the passes by kind of case, and each case that failed with the reason."""
    table = Table("Measure", "Value")
    for name, value in result.totals.items():
        table.add_row(name, f"{value:.1f}" if name.endswith(" ms") else f"{value:.3f}")
    console.print(table)
    kinds = Table("Kind", "Cases", "Passed")
    cases, passed = _by_kind(result)
    for kind, count in cases.items():
        kinds.add_row(kind, str(count), str(passed[kind]))
    console.print(kinds)
    for outcome in result.outcomes.values():
        if not outcome.passed:
            console.print(Text(f"failed: {outcome.id} ({outcome.kind}): {_reason(outcome)}"), soft_wrap=True)


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Prints which cases were lost, won, are new or gone since the baseline."""
    if not any((comparison.lost, comparison.won, comparison.new, comparison.gone)):
        console.print("The same as the baseline.")
    for name, ids in vars(comparison).items():
        if ids:
            named = ", ".join(ids[:_NAMED]) + (" …" if len(ids) > _NAMED else "")
            console.print(Text(f"{len(ids)} {name} since the baseline: {named}"), soft_wrap=True)


def _by_kind(result: Result) -> tuple[Counter[str], Counter[str]]:
    outcomes = result.outcomes.values()
    return Counter(o.kind for o in outcomes), Counter(o.kind for o in outcomes if o.passed)


def _reason(outcome: Outcome) -> str:
    if not outcome.valid:
        return "a citation is not valid"
    if not outcome.answerable:
        return "answered, though the articles do not say it"
    if not outcome.answered:
        return "refused"
    return "the right article is not cited" if outcome.holds else "the answer lacks a fact"


def print_check(name: str, results: Sequence[Checked], console: Console, *, unknown: int) -> None:
    """Prints what became of the pairs of one set, by kind, and the sums of the true and of the false."""
    rows = Table(
        "", "kind", "pairs", "facts stand", "own words, no judge", "own words, judge", "quoted, judge", title=name
    )
    for row in (*table(results), *table([replace(r, case=replace(r.case, kind="all")) for r in results])):
        rows.add_row(*row)
    console.print(rows)
    if unknown:
        console.print(
            f"{unknown} pairs have no verdict: set FOOTNOTE_MODEL (and FOOTNOTE_JUDGE), and record with --record"
        )


def print_talk(heard: Sequence[Heard], console: Console) -> None:
    """Prints what became of the turns of conversations, by kind, and each that was not answered rightly."""
    rows = Table("turns that", "", "right", "taken for a follow-up", "old answer repeated")
    for row in talked(heard):
        rows.add_row(*row)
    for one in heard:
        if not one.right or one.taken or one.repeated:
            marks = "".join(f"{name}, " for name in ("right", "taken", "repeated") if getattr(one, name))
            console.print(Text(f"{one.said.kind}: {one.said.question} ({marks[:-2] or 'wrong'}): {one.text}"))
    console.print(rows)
