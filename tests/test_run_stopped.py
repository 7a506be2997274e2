"""What keeps an ingest from its end: kills, full disks, other ingests, corpora that vanish. What is published stays."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import AnotherIngest, CorpusMissing, IngestError, MassDelete, PublishFailed
from ingest.index import generation
from ingest.index.apart import Run
from ingest.index.verify import find_fault
from ingest.run import ingest
from tests.conftest import ARTICLES, EELS, NOW, REPOSITORY, HashEmbedder, build
from tests.index_fixtures import in_process
from tests.run_fixtures import append, published, snapshot


def test_an_interrupted_ingest_goes_on_where_it_stopped_and_its_rest_is_discarded(corpus: Path, home: Path) -> None:
    class Interrupted(HashEmbedder):
        def embed(self, texts: object) -> object:  # type: ignore[override]
            raise KeyboardInterrupt

    before = snapshot(home)
    (home / "generations" / "000002.tmp").mkdir()
    append(corpus / EELS, "\nMore stands here.\n")
    with pytest.raises(KeyboardInterrupt):
        build(corpus, home, Interrupted())
    assert snapshot(home) == before
    report = build(corpus, home)
    assert (report.plan.keep, report.published) == (tuple(sorted(ARTICLES)), True)
    assert "More stands here." in published(home)[EELS]
    assert {path.name for path in (home / "generations").iterdir()} == {"000001", "000002"}


def test_what_was_left_unfinished_is_discarded_even_if_nothing_changed(corpus: Path, home: Path) -> None:
    (home / "generations" / "000002.tmp").mkdir()
    assert not build(corpus, home).published
    assert generation.generations(home) == ("000001",)
    assert not (home / "generations" / "000002.tmp").exists()


@contextmanager
def torn(*_: object, **__: object) -> Iterator[Run]:
    def run(work: Callable[..., Any], *args: object, within: float | None = None) -> Any:
        return "it is torn" if work is find_fault else work(*args)

    yield run


def test_what_does_not_pass_its_check_is_not_published(corpus: Path, home: Path) -> None:
    before = snapshot(home)
    append(corpus / EELS, "\nMore stands here.\n")
    with pytest.raises(PublishFailed, match="it is torn"):
        ingest(corpus, home, open_embedder=HashEmbedder, now=NOW, apart=torn)
    assert snapshot(home) == before
    assert generation.generations(home) == ("000001",)


def test_while_another_process_ingests_this_one_does_not_and_says_so(corpus: Path, home: Path) -> None:
    hold = "import sys, pathlib\nfrom ingest.lock import ingest_lock\n"
    hold += "with ingest_lock(pathlib.Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(AnotherIngest, match=rf"\(process {other.pid}\); wait for it"):
            build(corpus, home)
        other.kill()
    assert not build(corpus, home).published


def test_most_of_a_corpus_vanishing_is_refused_unless_it_is_meant(tmp_path: Path) -> None:
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    corpus.mkdir()
    for i in range(15):
        (corpus / f"{i:02d}.txt").write_text(f"Article number {i} says something.")
    build(corpus, home)
    for i in range(11):
        (corpus / f"{i:02d}.txt").unlink()
    with pytest.raises(MassDelete, match="11 of 15 articles have vanished"):
        build(corpus, home)
    assert len(published(home)) == 15
    ingest(
        corpus,
        home,
        open_embedder=HashEmbedder,
        now=NOW,
        allow_mass_delete=True,
        apart=in_process,
    )
    assert len(published(home)) == 4


@pytest.mark.parametrize("state", ["missing", "empty"])
def test_a_corpus_that_is_gone_does_not_empty_the_index(corpus: Path, home: Path, state: str) -> None:
    before = snapshot(home)
    shutil.rmtree(corpus)
    if state == "empty":
        corpus.mkdir()
    with pytest.raises(CorpusMissing):
        build(corpus, home)
    assert snapshot(home) == before


def test_where_no_article_can_be_read_nothing_is_published(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_bytes(b"\0")
    report = build(tmp_path / "corpus", tmp_path / "home")
    assert (set(report.failed), report.generation, report.published) == ({"a.txt"}, None, False)


def test_a_home_that_is_no_folder_names_its_remedy(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishFailed, match="name another folder with --home"):
        build(corpus, tmp_path / "file")


FULL_DISK = """
import resource, sys
from pathlib import Path
from ingest.errors import PublishFailed
from tests.conftest import build

def try_with(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        build(Path(sys.argv[1]), Path(sys.argv[2]))
    except PublishFailed as error:
        print(error, flush=True)

if __name__ == "__main__":
    for limit in sys.argv[3:]:
        try_with(int(limit))
"""


def test_a_disk_that_fills_up_leaves_the_published_generation_as_it_was(corpus: Path, home: Path) -> None:
    before = snapshot(home)
    append(corpus / EELS, "\nMore stands here. " + "And more of it. " * 400)
    # The file that may grow no further is the lock or the ledger, then the store, then Chroma's.
    sizes = {path.name: path.stat().st_size for path in home.rglob("*") if path.is_file()}
    limits = [0, sizes["store.sqlite"] + 10_000, sizes["chroma.sqlite3"] - 1]
    (corpus.parent / "full.py").write_text(FULL_DISK)
    ran = subprocess.run(
        [sys.executable, corpus.parent / "full.py", corpus, home, *map(str, limits)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("run the ingest again") == len(limits)
    assert snapshot(home) == before


def test_every_error_of_ingest_leads_to_an_exit_code() -> None:
    codes = {kind.__name__: kind.exit_code for kind in IngestError.__subclasses__()}
    assert codes["AnotherIngest"] == 75
    assert {name for name, code in codes.items() if code == 78} == {
        "WrongSetting",
        "EmbedderUnavailable",
        "WrongEmbedder",
    }
    assert {name for name, code in codes.items() if code == 2} == {"ArticleNotFound", "CorpusMissing", "IndexNotFound"}


def test_articles_that_vanish_and_leave_only_unreadable_files_stay_served(corpus: Path, home: Path) -> None:
    before = published(home)
    for path in corpus.rglob("*"):
        if path.is_file():
            path.unlink()
    (corpus / "new.txt").write_bytes(b"\0")
    with pytest.raises(MassDelete, match=r"no article would be left.*new\.txt: a binary file"):
        build(corpus, home)
    assert published(home) == before
