"""Is there a baseline to hold answers against? Knows the files; measures nothing."""

from eval.flags import Place
from eval.saved import load_baseline
from ingest.doctor.finding import Check, Finding

_ABOUT = "baseline"


def baseline_check(place: Place) -> Check:
    """Returns the check of the baseline of a corpus."""
    return Check(_ABOUT, lambda: (_finding(place),))


def _finding(place: Place) -> Finding:
    """What the baseline holds; cases without one are never lost, and a corpus need not have any."""
    held = load_baseline(place.baseline).held
    if held:
        passed = sum(one.passed for one in held.values())
        return Finding(_ABOUT, "well", f"{passed} of {len(held)} cases pass in {place.baseline}")
    if not place.cases.exists():
        return Finding(_ABOUT, "well", f"no cases in {place.cases}; write a first set with: footnote eval init")
    remedy = "make one with: footnote eval run, then footnote eval promote"
    return Finding(
        _ABOUT, "note", f"none in {place.baseline}: a change that makes answers worse is not noticed", remedy
    )
