"""A run as JUnit XML, which any CI shows case by case. Knows that format; decides nothing."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from eval.gate import Red, Verdict
from eval.outcome import Outcome
from eval.run import Run

# What XML 1.0 cannot hold, escaped or not.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(run: Run, verdict: Verdict) -> str:
    """Returns one test for each case: it fails if the gate is red because of it.

    What failed in the baseline already counts as skipped; reasons that name no case, and cases that were not asked,
    fail as tests of their own.
    """
    red = {id_: one for one in verdict.reds for id_ in one.ids}
    tests = [
        _test(result.case.type, id_, run.times.get(id_, {}).get("total", 0.0), _inside(result.outcome, red.get(id_)))
        for id_, result in run.by_id.items()
    ]
    whole = [(one.rule, one) for one in verdict.reds if not one.ids]
    unasked = [(id_, one) for id_, one in red.items() if id_ not in run.by_id]
    tests += [_test("gate", name, 0.0, f"<failure message={_attribute(one.text)}/>") for name, one in whole + unasked]
    skipped = sum(not result.outcome.passed and id_ not in red for id_, result in run.by_id.items())
    return _suite(tests, failures=len(red) + len(whole), skipped=skipped)


def unmade_junit(reason: str) -> str:
    """Returns one test, which has an error, for a run that could not be made."""
    return _suite([_test("gate", "run", 0.0, f"<error message={_attribute(reason)}/>")], errors=1)


def _suite(tests: Sequence[str], *, failures: int = 0, skipped: int = 0, errors: int = 0) -> str:
    counts = f'tests="{len(tests)}" failures="{failures}" skipped="{skipped}" errors="{errors}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}><testsuite name="footnote eval" {counts}>\n'
        + "\n".join(tests)
        + "\n</testsuite></testsuites>\n"
    )


def _test(group: str, name: str, milliseconds: float, inside: str) -> str:
    head = f"<testcase classname={_attribute('footnote.' + group)} name={_attribute(name)}"
    return f'{head} time="{milliseconds / 1000:.3f}">{inside}</testcase>'


def _inside(outcome: Outcome, red: Red | None) -> str:
    if red is not None:
        return f"<failure message={_attribute(f'{red.rule}: {outcome.reason}')}>{escape(_fit(red.text))}</failure>"
    return "" if outcome.passed else f"<skipped message={_attribute(f'as in the baseline: {outcome.reason}')}/>"


def _attribute(text: str) -> str:
    return quoteattr(_fit(text))


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
