"""What the tests of the `footnote` command look at: the files of a home, one plain line, another process."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import REPOSITORY, Outcome


def snapshot(home: Path) -> Mapping[str, bytes]:
    """Every published file of a home, byte for byte, but the one in which Chroma notes that it was opened."""
    files = [home / "CURRENT", *(path for path in (home / "generations").rglob("*") if path.is_file())]
    files = [path for path in files if path.name != "chroma.sqlite3"]
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


def is_one_plain_line(outcome: Outcome) -> bool:
    """Whether a failure is told in one line on standard error, and nowhere else."""
    return outcome.out == "" and outcome.err.startswith("footnote: ") and outcome.err.count("\n") == 1


def run_apart(*arguments: object, stdout: int, home: Path) -> "subprocess.CompletedProcess[str]":
    """Runs the command in a process of its own, with its output going to the file descriptor."""
    return subprocess.run(
        [sys.executable, "-m", "footnote", "--home", str(home), *map(str, arguments)],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        timeout=60,
        check=False,
    )
