"""Foreign files: each ends as an article or as a named failure, within limits, and the next file is read as ever."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.articles.make import read_article
from ingest.articles.reader import Reader, SandboxLimits
from ingest.errors import UnreadableArticle
from tests.foreign_files import bombs
from tests.formats_fixtures import docx, paragraph, pdf_with_stream

GOOD = "The bridge is 640 metres long."
BOMBS = bombs()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(SandboxLimits(processor_s=2)) as one:
        yield one


def refused(reader: Reader, path: Path) -> str:
    with pytest.raises(UnreadableArticle) as caught:
        reader.read(path, path.name)
    return str(caught.value)


def crash(reader: Reader) -> None:
    assert reader.process_id
    os.kill(reader.process_id, signal.SIGSEGV)


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_file_is_a_named_failure_and_the_next_file_is_read(name: str, reader: Reader, tmp_path: Path) -> None:
    make, reason = BOMBS[name]
    bomb, good = tmp_path / name, tmp_path / "good.txt"
    bomb.write_bytes(make())
    good.write_text(GOOD)
    assert reason in refused(reader, bomb)
    assert reader.read(good, "good.txt").text == GOOD


def test_the_child_reads_what_this_process_would(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "bridge.md"
    path.write_text(f"---\ndate: 2026-02-14\nauthor: [Ana, Ole]\n---\n# Bridge\n\nIntro.\n\n## Costs\n\n{GOOD}")
    path.with_name("bridge.md.meta.yaml").write_text("url: https://gazette.example/x\n")
    assert reader.read(path, "news/bridge.md") == read_article(path, "news/bridge.md")


def test_a_file_that_needs_too_much_memory_is_named_and_takes_only_the_child_with_it(tmp_path: Path) -> None:
    path, good = tmp_path / "large.docx", tmp_path / "good.txt"
    path.write_bytes(docx("".join(paragraph(str(i**5)) for i in range(100_000))))
    good.write_text(GOOD)
    with Reader(SandboxLimits(memory=64 << 20)) as small:
        assert "needs more than 64 MB of memory" in refused(small, path)
        assert small.read(good, "good.txt").text == GOOD


def test_a_file_that_takes_too_long_by_the_clock_is_named(tmp_path: Path) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(pdf_with_stream(b"BT /F1 9 Tf " + b"(word) Tj 1 0 0 1 5 5 cm " * 1_000_000 + b"ET"))
    started = time.monotonic()
    with Reader(SandboxLimits(clock_s=0.5)) as hasty:
        assert "took longer than 0.5 seconds" in refused(hasty, path)
    assert time.monotonic() - started < 5


def test_a_file_is_not_blamed_for_a_child_that_somebody_else_killed(tmp_path: Path) -> None:
    path = tmp_path / "good.txt"
    path.write_text(GOOD)
    with Reader() as one:
        one.read(path, "good.txt")
        assert one.process_id
        os.kill(one.process_id, signal.SIGKILL)
        assert one.read(path, "good.txt").text == GOOD


def test_a_child_that_dies_at_its_first_file_is_told_of_by_its_signal(tmp_path: Path) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(pdf_with_stream(b"BT /F1 9 Tf " + b"(word) Tj 1 0 0 1 5 5 cm " * 1_000_000 + b"ET"))
    with Reader() as one:
        threading.Timer(0.5, crash, [one]).start()
        assert "broke the process that read it (SIGSEGV)" in refused(one, path)


def test_closing_leaves_no_process(tmp_path: Path) -> None:
    path = tmp_path / "good.txt"
    path.write_text(GOOD)
    with Reader() as one:
        one.read(path, "good.txt")
        process_id = one.process_id
    assert process_id
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


def test_the_child_sees_nothing_of_the_environment(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "good.txt"
    path.write_text(GOOD)
    reader.read(path, "good.txt")
    environment = Path(f"/proc/{reader.process_id}/environ")
    if not environment.exists():
        pytest.skip("this system does not show the environment of a process")
    names = {entry.split(b"=")[0] for entry in environment.read_bytes().split(b"\0") if entry}
    assert names <= {b"PYTHONPATH", b"PYTHONUTF8", b"PYTHONDONTWRITEBYTECODE", b"LD_LIBRARY_PATH"}


def test_a_thousand_small_texts_are_read_within_seconds(tmp_path: Path) -> None:
    for i in range(1000):
        (tmp_path / f"{i}.txt").write_text(f"Title {i}\n\n{GOOD} It is number {i}.")
    started = time.monotonic()
    with Reader() as one:
        for i in range(1000):
            one.read(tmp_path / f"{i}.txt", f"{i}.txt")
    assert time.monotonic() - started < 10
