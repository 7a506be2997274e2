"""The process apart: what it gives back, what it holds, and that it does not outlive who started it."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import IndexBroken
from ingest.index.apart import Run, apart
from ingest.index.build import fill_vectors
from ingest.index.generation import folder_of
from ingest.index.manifest import read_manifest
from tests.conftest import REPOSITORY
from tests.index_fixtures import run_here, run_ingest, write_article, write_articles


def test_it_gives_back_what_a_function_returns_or_raises_and_goes_on(tmp_path: Path) -> None:
    with apart() as run:
        with pytest.raises(IndexBroken, match=r"manifest\.json"):
            run(read_manifest, tmp_path)
        assert run(os.getpid) not in (os.getpid(), os.getppid())


def test_that_it_dies_or_takes_too_long_is_an_error() -> None:
    with apart() as run, pytest.raises(IndexBroken, match="crashes"):
        run(os.abort)
    with apart() as run, pytest.raises(IndexBroken, match=r"longer than 0\.1 seconds"):
        run(signal.pause, within=0.1)


def test_a_lock_that_it_shares_is_held_until_it_ends(tmp_path: Path) -> None:
    held, other = (os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT) for _ in range(2))
    fcntl.flock(held, fcntl.LOCK_EX)
    with apart(held=held):
        os.close(held)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(other)


KILLED = """
import fcntl, os, signal, sys
from ingest.index.apart import apart
lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(lock, fcntl.LOCK_EX)
with apart(signal.pause, held=lock):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_ends_with_who_started_it_whatever_it_is_at(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path / "lock"], env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, check=False
    )
    assert ran.returncode == -signal.SIGKILL
    descriptor = os.open(tmp_path / "lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)  # waits as long as anybody holds it
    os.close(descriptor)


class CrashingFirst:
    """Starts nothing; what would run in the first process has crashed. `started` counts."""

    def __init__(self) -> None:
        self.started = 0

    @contextmanager
    def __call__(self, *_: object, **__: object) -> Iterator[Run]:
        self.started += 1
        number = self.started

        def run(work: Any, *args: object, within: float | None = None) -> Any:
            if number == 1 and work is fill_vectors:
                raise IndexBroken("opening it crashes")
            return run_here(work, *args)

        yield run


def test_an_ingest_whose_process_has_crashed_tries_again_in_another(tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 20)
    first, again = CrashingFirst(), CrashingFirst()
    run_ingest(tmp_path / "corpus", tmp_path / "home", apart=first)
    write_article(tmp_path / "corpus", 4, edition="second")
    report = run_ingest(tmp_path / "corpus", tmp_path / "home", apart=again)
    assert (report.published, first.started, again.started) == (True, 2, 2)
    assert not (folder_of(tmp_path / "home", str(report.generation)) / "base").exists()


def test_that_none_can_be_started_is_an_error_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(IndexBroken, match=r"no process of its own can be started.*; allow more"), apart():
        pass


def test_it_is_heard_where_the_standard_streams_are_closed() -> None:
    code = "import os; from ingest.process import set_up; from ingest.index.apart import apart\n"
    code += "with set_up(os.environ), apart() as run: assert run(os.getpid) != os.getpid()"
    closed = f"exec {sys.executable} -c '{code}' <&- >&-"
    ran = subprocess.run(["sh", "-c", closed], env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, check=False)
    assert ran.returncode == 0


def test_an_ingest_with_nothing_to_do_starts_none(tmp_path: Path) -> None:
    def nobody(*_: object, **__: object) -> Any:
        raise AssertionError

    write_articles(tmp_path / "corpus", 3)
    (tmp_path / "corpus" / "scan.txt").write_bytes(b"\0")
    for _ in range(3):
        run_ingest(tmp_path / "corpus", tmp_path / "home")
    report = run_ingest(tmp_path / "corpus", tmp_path / "home", apart=nobody)
    assert (report.published, list(report.failed)) == (False, ["scan.txt"])
