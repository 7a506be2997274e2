"""Findings on a terminal, a line each as they are made, or as JSON. Knows no check."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from ingest.doctor.finding import Check, Finding, State, exit_code, run_checks

_MARKS: Mapping[State, tuple[str, str]] = {
    "well": ("✓", "green"),
    "note": ("!", "yellow"),
    "off": ("-", "dim"),
    "failed": ("✗", "red"),
    "wrong": ("✗", "red"),
}
_WIDTH = 13


def tell(checks: Iterable[Check], *, json_wanted: bool) -> int:
    """Runs the checks and prints what they find; returns the exit code."""
    findings = run_checks(checks)
    if not json_wanted:
        return show_findings(findings, Console())
    found = tuple(findings)
    values = {"exit_code": exit_code(found), "findings": [dict(vars(finding)) for finding in found]}
    print(json.dumps(values, indent=1, ensure_ascii=False))
    return exit_code(found)


def show_findings(findings: Iterable[Finding], console: Console) -> int:
    """Prints each finding as it comes, with its remedy, and at last what it comes to; returns the exit code."""
    seen = []
    for finding in findings:
        seen.append(finding)
        mark, style = _MARKS[finding.state]
        line = Text.assemble((mark, style), f" {finding.about:{_WIDTH}} {finding.text}")
        console.print(line, soft_wrap=True)
        if finding.remedy:
            console.print(Text(f"{'':{_WIDTH + 3}}-> {finding.remedy}"), soft_wrap=True)
    console.print(Text(summary(seen), style="bold"), soft_wrap=True)
    return exit_code(seen)


def summary(findings: Sequence[Finding]) -> str:
    """Returns one line: what is not as it should be, or that all is well."""
    counts = Counter(finding.state for finding in findings)
    bad = dict.fromkeys(finding.about for finding in findings if finding.state in ("failed", "wrong"))
    said = f"{counts['wrong']} set wrongly, {counts['failed']} failed: {', '.join(bad)}." if bad else "All well."
    return f"{said} {counts['note']} to note." if counts["note"] else said
