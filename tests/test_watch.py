"""Waiting for the corpus to change."""

import threading
import time
from pathlib import Path

import pytest

from ingest.errors import CorpusMissing
from ingest.watch import changes


def test_the_start_a_burst_of_changes_and_a_later_one_are_three_reasons_to_ingest(tmp_path: Path) -> None:
    seen: list[float] = []
    stop, started, changed, twice = (threading.Event() for _ in range(4))

    def follow() -> None:
        for _ in changes(tmp_path, stop, quiet_ms=200):
            seen.append(time.monotonic())
            (started, changed, twice)[min(len(seen), 3) - 1].set()

    watcher = threading.Thread(target=follow)
    watcher.start()
    assert started.wait(10)
    for number in range(20):
        (tmp_path / f"{number}.txt").write_text("x")
    assert changed.wait(10)
    (tmp_path / "later.txt").write_text("x")
    assert twice.wait(10)
    stop.set()
    watcher.join(10)
    assert len(seen) == 3


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing, match="no folder"):
        next(changes(tmp_path / "nothing"))
