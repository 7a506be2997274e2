"""Is there a baseline to hold answers against? Knows the file; measures nothing."""

from pathlib import Path

from eval.baseline import Baseline, load_baseline
from ingest.doctor.finding import Check, Finding

_ABOUT = "baseline"


def baseline_check(path: Path) -> Check:
    """Returns the check of the baseline."""
    return Check(_ABOUT, lambda: (judge_baseline(path, load_baseline(path)),))


def judge_baseline(path: Path, baseline: Baseline) -> Finding:
    """Returns what the baseline holds; without one `footnote eval run` finds nothing lost."""
    if not baseline.held:
        remedy = "make one with: footnote eval run, then footnote eval promote"
        return Finding(_ABOUT, "note", f"none in {path}: a change that makes answers worse is not noticed", remedy)
    return Finding(
        _ABOUT,
        "well",
        f"{sum(one.passed for one in baseline.held.values())} of {len(baseline.held)} cases pass in {path}",
    )
