"""The Python and the platform underneath. Knows versions; opens nothing."""

import platform
import sys

from ingest.distribution import version
from ingest.doctor.finding import Check, Finding

# As pyproject.toml says; a test holds the two together.
OLDEST, TOO_NEW = (3, 11), (3, 15)
_PLATFORMS = ("Linux", "Darwin")


def judge_machine(python: tuple[int, int], system: str, *, said: str) -> Finding:
    """Returns whether Footnote runs on this Python and this system; `said` is how they are named."""
    if not OLDEST <= python < TOO_NEW:
        remedy = f"use Python {'.'.join(map(str, OLDEST))} up to, not including, {'.'.join(map(str, TOO_NEW))}"
        return Finding("machine", "failed", f"{said}: this Python is not supported", remedy)
    if system not in _PLATFORMS:
        return Finding("machine", "failed", f"{said}: this system has no file locks", "use Linux or macOS")
    return Finding("machine", "well", said)


def machine_check() -> Check:
    """Returns the check of this machine."""
    python, system = platform.python_version(), platform.system()
    said = f"Footnote {version()}, Python {python} in {sys.prefix}, {system} {platform.release()} {platform.machine()}"
    return Check("machine", lambda: (judge_machine(sys.version_info[:2], system, said=said),))
