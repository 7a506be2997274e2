"""The files of a report: report.html, summary.md and junit.xml beside the run. Knows where they go."""

from collections.abc import Sequence
from pathlib import Path

from eval.baseline import Baseline
from eval.files import write_whole
from eval.gate import Verdict
from eval.report.junit import junit, unmade_junit
from eval.report.markdown import markdown, unmade_summary
from eval.report.page import page, unmade_page
from eval.run import Run
from eval.saved import load_history


def write_reports(run: Run, baseline: Baseline, verdict: Verdict, folder: Path) -> tuple[Path, ...]:
    """Writes the report for people, for a pull request and for a CI; returns the paths in that order.

    Raises CannotWrite: the folder cannot be written to.
    """
    now = (page(run, baseline, verdict, load_history(folder)), markdown(run, baseline, verdict), junit(run, verdict))
    return _written(now, folder)


def write_unmade(reason: str, folder: Path) -> None:
    """Puts why there is no run in the place of an earlier run's reports, which would pass for this one's.

    Raises CannotWrite: the folder cannot be written to.
    """
    _written((unmade_page(reason), unmade_summary(reason), unmade_junit(reason)), folder)


def _written(texts: Sequence[str], folder: Path) -> tuple[Path, ...]:
    paths = tuple(folder / name for name in ("report.html", "summary.md", "junit.xml"))
    for path, text in zip(paths, texts, strict=True):
        write_whole(path, text)
    return paths
