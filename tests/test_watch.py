"""Waiting for the corpus to change."""

import threading
import time
from pathlib import Path

import pytest

from ingest.errors import CorpusMissing
from ingest.watch import changes


def test_a_burst_of_changes_is_one_change_and_a_later_one_another(tmp_path: Path) -> None:
    seen: list[float] = []
    stop, twice = threading.Event(), threading.Event()

    def follow() -> None:
        for _ in changes(tmp_path, stop, quiet_ms=200):
            seen.append(time.monotonic())
            if len(seen) == 2:
                twice.set()

    watcher = threading.Thread(target=follow)
    watcher.start()
    threading.Event().wait(0.5)  # until the operating system watches the folder
    for number in range(20):
        (tmp_path / f"{number}.txt").write_text("x")
    deadline = time.monotonic() + 10
    while not seen and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    (tmp_path / "later.txt").write_text("x")
    assert twice.wait(10)
    stop.set()
    watcher.join(10)
    assert len(seen) == 2


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing, match="no folder"):
        next(changes(tmp_path / "nothing"))
