"""Figures and changes in words, the same on every surface. Pure functions."""

from collections.abc import Iterator

from eval.gate import Verdict
from eval.run import Run
from eval.saved import Baseline
from eval.totals import totals
from ingest.articles.corpus import IGNORE_FILE

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
