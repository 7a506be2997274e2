"""The files of a report: report.html, summary.md and junit.xml beside the run. Knows where they go."""

from pathlib import Path

from eval.baseline import Baseline
from eval.files import write_whole
from eval.gate import Verdict
from eval.report.junit import junit
from eval.report.markdown import markdown
from eval.report.page import page
from eval.run import Run
from eval.saved import load_history


def write_reports(run: Run, baseline: Baseline, verdict: Verdict, folder: Path) -> tuple[Path, ...]:
    """Writes the report for people, for a pull request and for a CI; returns the paths in that order.

    Raises:
        CannotWrite: the folder cannot be written to.
    """
    texts = {
        "report.html": page(run, baseline, verdict, load_history(folder)),
        "summary.md": markdown(run, baseline, verdict),
        "junit.xml": junit(run, verdict),
    }
    for name, text in texts.items():
        write_whole(folder / name, text)
    return tuple(folder / name for name in texts)
