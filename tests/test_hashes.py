"""Which files are read to know whether they have changed."""

import os
import time
from pathlib import Path

import pytest

from ingest.articles.corpus import list_corpus
from ingest.hashes import Seen, content_hashes, hashes_since


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that was written a while ago, as far as its own time tells."""
    path = tmp_path / "a.md"
    path.write_text("One bridge.")
    return path


def seen_of(path: Path, monkeypatch: pytest.MonkeyPatch, *, later_s: float = 10) -> dict[str, Seen]:
    """What is known of the corpus of a file some seconds after it was written."""
    now = time.time_ns() + int(later_s * 1e9)
    with monkeypatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: now)
        return hashes_since(list_corpus(path.parent), {})[1]


def test_a_file_that_looks_as_before_is_not_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = seen_of(path, monkeypatch)
    known = {"a.md": Seen(seen["a.md"].look, "what was found then")}
    assert hashes_since(list_corpus(path.parent), known)[0] == {"a.md": "what was found then"}


@pytest.mark.parametrize("change", ["content", "sidecar", "replaced"])
def test_a_changed_file_is_read_though_its_size_and_its_time_are_as_before(
    path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, before = seen_of(path, monkeypatch), path.stat()
    if change == "content":
        path.write_text("Two bridges")
    elif change == "sidecar":
        path.with_name("a.md.meta.yaml").write_text("title: Two")
    else:
        path.with_name("new").write_text("Two bridges")
        path.with_name("new").replace(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    found = hashes_since(list_corpus(path.parent), seen)[0]
    assert found == content_hashes(list_corpus(path.parent))
    assert found["a.md"] != seen["a.md"].hash


def test_a_file_that_was_written_just_now_is_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could be written again within the same tick of the clock, and look the same."""
    assert seen_of(path, monkeypatch, later_s=0.5) == {}
    assert list(seen_of(path, monkeypatch, later_s=3)) == ["a.md"]
