"""What a check comes to, and how checks are run. Knows no check.

No check may hold up the others or bring them down: each has its time, and whatever it raises is a finding.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.errors import FootnoteError

State = Literal["well", "note", "off", "failed", "wrong"]
"""As it should be; worth knowing; not set up; something does not work; something is set wrongly."""
_WRONG_SETTINGS = 78


@dataclass(frozen=True)
class Finding:
    """What was found about one thing, and what can be done about it ("" if nothing has to be)."""

    about: str
    state: State
    text: str
    remedy: str = ""


@dataclass(frozen=True)
class Check:
    """One thing to look at; `look` returns what it finds, or raises it, within so many seconds."""

    about: str
    look: Callable[[], Iterable[Finding]]
    seconds: float = 30.0


def run_checks(checks: Iterable[Check]) -> Iterator[Finding]:
    """Yields what each check finds, one check after the other."""
    for check in checks:
        yield from _run(check)


def exit_code(findings: Iterable[Finding]) -> int:
    """Returns 78 if anything is set wrongly, else 1 if anything failed, else 0."""
    states = {finding.state for finding in findings}
    return _WRONG_SETTINGS if "wrong" in states else int("failed" in states)


def finding_of(about: str, error: Exception) -> Finding:
    """Returns an error as a finding."""
    if isinstance(error, OSError):
        return Finding(about, "failed", str(error) or type(error).__name__, "check the disk and the permissions")
    if not isinstance(error, FootnoteError):
        return Finding(about, "failed", f"this check broke off: {type(error).__name__}: {error}", "report it")
    state: State = "wrong" if error.exit_code == _WRONG_SETTINGS else "failed"
    return Finding(about, state, error.text, error.remedy)


def listed(names: Sequence[str], *, most: int = 3) -> str:
    """Returns the first few names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _run(check: Check) -> tuple[Finding, ...]:
    """In a thread of its own, which is left behind if it does not end: nothing else bounds every library's waiting."""
    found: list[Finding] = []
    ended = threading.Event()

    def look() -> None:
        try:
            found.extend(check.look())
        except Exception as error:  # a check that breaks off must not hide what the others find
            found.append(finding_of(check.about, error))
        ended.set()

    threading.Thread(target=look, name=f"doctor: {check.about}", daemon=True).start()
    if not ended.wait(check.seconds):
        late = f"nothing was found out within {check.seconds:g} seconds"
        return (Finding(check.about, "failed", late, "look at what it waits for, then try again"),)
    return tuple(found)
