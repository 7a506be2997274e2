"""An ingest on a terminal: its progress, the closing table, the past. The one place of ingest that knows rich."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from ingest.articles.corpus import IGNORE_FILE
from ingest.index.recall import LEAST
from ingest.ledger import Run
from ingest.outcome import Report, notes
from ingest.plan import MAX_ATTEMPTS
from ingest.publish import Progress

_STAGES = {"read": "Reading", "embed": "Embedding", "build": "Building", "verify": "Verifying"}
_MOST = 20
_SHOWN = ("added", "changed", "removed", "unchanged", "failed")


@contextmanager
def shown_progress(console: Console) -> Iterator[Progress]:
    """Yields a progress callback: bars on a terminal, one plain line a stage elsewhere."""
    if not console.is_terminal:
        yield _plain(console)
        return
    columns = (TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if total and stage not in tasks:
                tasks[stage] = bar.add_task(_STAGES[stage])
            if total:
                bar.update(tasks[stage], completed=done, total=total)

        yield show


def _plain(console: Console) -> Progress:
    def show(stage: str, done: int, total: int) -> None:
        if total and done == total:
            console.print(f"{_STAGES[stage]}: {total} done", highlight=False)

    return show


def print_report(report: Report, console: Console, *, dry_run: bool, verbose: bool = False) -> None:
    """Prints what failed and why, then a line a kind of note, the closing table and the generation.

    What the last ingest said already is left out; with `verbose` it is said again, with all that was inferred.
    """
    for article_id, reason in report.failed.items():
        _line(console, f"{article_id}: failed, {reason}{_history_of(article_id, report)}", style="red")
    if report.failed:
        _line(console, f"Mend what failed, or name it in {IGNORE_FILE} in the folder of articles.")
    found = [line for line in notes(report) if verbose or line not in report.said]
    for line in found if verbose else found[:_MOST]:
        _line(console, line)
    if len(found) > _MOST and not verbose:
        _line(console, f"and {len(found) - _MOST} more notes; --verbose prints them all")
    for change in report.changes:
        _line(console, f"What changes for readers: {change}.", style="bold")
    if verbose and report.left_out:
        counts = ", ".join(f"{rule} {count:,}" for rule, count in report.left_out.items())
        _line(console, f"Left out, by rule: {counts}.")
    if verbose:
        for article_id, fields in report.inferred.items():
            told = ", ".join(f"{name} {value!r}" for name, value in fields.items())
            _line(console, f"{article_id}: inferred {told}")
    table = Table(*(name.capitalize() for name in _SHOWN))
    table.add_row(*(str(report.counts[name]) for name in _SHOWN))
    console.print(table)
    _line(console, _outcome(report, dry_run=dry_run), style="bold")


def print_history(runs: Sequence[Run], current: str | None, console: Console) -> None:
    """Prints the past ingests, the newest first, and which generation is in use: the last to have its name."""
    heads = ("Started", "Generation", *(name.capitalize() for name in _SHOWN))
    table = Table(*heads, box=SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    in_use = next((run for run in runs if run.generation == current), None)
    for run in runs:
        name = f"{run.generation or '-'}{' (in use)' if run is in_use else ''}"
        started = run.started[:16].replace("T", " ")
        table.add_row(started, name, *(str(run.counts.get(count, 0)) for count in _SHOWN))
    console.print(table)


def _history_of(article_id: str, report: Report) -> str:
    stays = "; stale: its last good version stays in the index" if article_id in report.stale else ""
    attempts = report.attempts.get(article_id, 1)
    if attempts >= MAX_ATTEMPTS:
        return f"{stays} ({attempts} attempts; it is left alone until it changes or --retry is given)"
    return f"{stays} ({attempts} attempts)" if attempts > 1 else stays


def _outcome(report: Report, *, dry_run: bool) -> str:
    if dry_run:
        return "Dry run: nothing was embedded or published."
    if report.generation is None:
        return "Nothing was published: no article could be read."
    state = "published" if report.published else "is up to date; nothing was published"
    return f"Generation {report.generation} {state} ({report.embedded} texts embedded).{_search_of(report)}"


def _search_of(report: Report) -> str:
    if report.recall >= LEAST:
        return ""
    return f" The vector index finds {report.recall:.1%} of what is nearest; every text is compared instead."


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style), soft_wrap=True)
