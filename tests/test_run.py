import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ingest.errors import AnotherIngest, CorpusMissing, IngestError, MassDelete, PublishFailed
from ingest.index import generation
from ingest.index.open_index import open_current
from ingest.index.verify import find_fault
from ingest.ledger import Ledger
from ingest.run import ingest
from tests.conftest import ARTICLES, BRIDGE, EELS, NOW, OBSERVATORY, REPOSITORY, TRAIN, HashEmbedder, build

FINGERPRINT = HashEmbedder().fingerprint


def published(home: Path) -> dict[str, str]:
    """The articles of the published generation: id -> text."""
    index = open_current(home, FINGERPRINT)
    texts = {article.id: index.text(row) for row, article in enumerate(index.articles)}
    index.close()
    return texts


def snapshot(home: Path) -> Mapping[str, bytes]:
    """Every file of the published generation, and the pointer, byte for byte."""
    folder = generation.folder_of(home, generation.current(home) or "")
    files = [home / "CURRENT", *(path for path in folder.rglob("*") if path.is_file())]
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


def insert(path: Path, text: str) -> None:
    """Puts a text before the last line, which may be an address."""
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    path.write_text("\n".join([*lines[:-1], text, "", lines[-1]]) + "\n", encoding="utf-8")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def failures(home: Path) -> set[str]:
    ledger = Ledger(home / "ledger.sqlite")
    found = set(ledger.failures())
    ledger.close()
    return found


def test_the_first_run_adds_embeds_and_publishes_everything(corpus: Path, tmp_path: Path) -> None:
    stages: list[tuple[str, int, int]] = []
    embedder = HashEmbedder()
    report = ingest(
        corpus,
        tmp_path / "home",
        open_embedder=lambda: embedder,
        now=NOW,
        progress=lambda stage, done, total: stages.append((stage, done, total)),
    )
    assert report.plan.add == tuple(sorted(ARTICLES))
    assert (report.generation, report.published, report.failed) == ("000001", True, {})
    assert report.embedded == len(embedder.embedded) == len(set(embedder.embedded))
    assert set(report.inferred) == {EELS, OBSERVATORY}
    assert [stage for stage, done, total in stages if done == total] == ["read", "embed", "build", "verify"]
    assert set(published(tmp_path / "home")) == set(ARTICLES)


def test_a_second_run_embeds_nothing_publishes_nothing_and_keeps_the_generation(corpus: Path, home: Path) -> None:
    embedder, before = HashEmbedder(), snapshot(home)
    report = build(corpus, home, embedder)
    assert (report.embedded, embedder.embedded, report.published, report.generation) == (0, [], False, "000001")
    assert report.plan.keep == tuple(sorted(ARTICLES))
    assert snapshot(home) == before


def test_touching_one_article_embeds_only_its_new_texts(corpus: Path, home: Path) -> None:
    insert(corpus / EELS, "A new sentence stands here now.")
    embedder = HashEmbedder()
    report = build(corpus, home, embedder)
    assert report.plan.change == (EELS,)
    assert (report.generation, report.published) == ("000002", True)
    assert report.embedded == 1
    assert all("A new sentence stands here now." in text for text in embedder.embedded)
    assert "A new sentence" in published(home)[EELS]


def test_a_new_title_in_the_sidecar_is_a_change_that_embeds_no_text_anew(corpus: Path, home: Path) -> None:
    (corpus / f"{TRAIN}.meta.yaml").write_text("title: Another title\n")
    report = build(corpus, home)
    index = open_current(home, FINGERPRINT)
    titles = {article.id: article.title for article in index.articles}
    index.close()
    assert (report.plan.change, report.embedded, titles[TRAIN]) == (
        (TRAIN,),
        1,
        "Another title",
    )  # its section, by name


def test_an_article_that_fails_keeps_its_last_good_version_and_stops_no_other(corpus: Path, home: Path) -> None:
    before = published(home)
    (corpus / BRIDGE).write_bytes(b"\xfa broken")
    (corpus / "new.txt").write_text("A new article came in.")
    report = build(corpus, home)
    assert (report.plan.add, report.plan.change, set(report.failed)) == (("new.txt",), (), {BRIDGE})
    assert published(home) == before | {"new.txt": "A new article came in."}
    assert failures(home) == {BRIDGE}


def test_a_failed_article_is_tried_again_and_forgotten_when_it_is_mended(corpus: Path, home: Path) -> None:
    good = (corpus / BRIDGE).read_bytes()
    (corpus / BRIDGE).write_bytes(b"\0")
    assert [set(build(corpus, home).failed) for _ in range(2)] == [{BRIDGE}] * 2
    (corpus / BRIDGE).write_bytes(good)
    report = build(corpus, home)
    assert (report.failed, report.published, failures(home)) == ({}, False, set())


def test_a_removed_article_leaves_the_index(corpus: Path, home: Path) -> None:
    (corpus / EELS).unlink()
    report = build(corpus, home)
    assert (report.plan.remove, report.embedded) == ((EELS,), 0)
    assert set(published(home)) == set(ARTICLES) - {EELS}


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(corpus: Path, home: Path) -> None:
    before = snapshot(home)
    append(corpus / EELS, "\nMore.\n")
    (corpus / TRAIN).unlink()

    def no_embedder() -> HashEmbedder:
        raise AssertionError("a dry run needs no embedder")

    report, again = (ingest(corpus, home, open_embedder=no_embedder, now=NOW, dry_run=True) for _ in range(2))
    assert (report.plan.change, report.plan.remove, report.published) == ((EELS,), (TRAIN,), False)
    assert snapshot(home) == before
    assert again == report


def test_the_same_text_under_two_names_is_reported_and_embedded_once(corpus: Path, home: Path) -> None:
    shutil.copy(corpus / EELS, corpus / "copy of eels.txt")
    report = build(corpus, home)
    assert report.duplicates == (("copy of eels.txt", EELS),)
    assert (report.embedded, len(published(home))) == (0, 5)


def test_a_rollback_goes_back_and_the_next_ingest_publishes_the_corpus_as_it_is(corpus: Path, home: Path) -> None:
    before = published(home)
    append(corpus / EELS, "\nMore stands here.\n")
    build(corpus, home)
    generation.roll_back(home)
    assert published(home) == before
    report = build(corpus, home)
    assert (report.generation, report.published, report.embedded) == ("000003", True, 0)
    assert "More stands here." in published(home)[EELS]


def test_another_embedder_builds_a_new_generation_from_the_same_articles(corpus: Path, home: Path) -> None:
    report = build(corpus, home, HashEmbedder("other", 32))
    index = open_current(home, "hash-other-32")
    assert (report.plan.keep, index.manifest.dimensions) == (tuple(sorted(ARTICLES)), 32)
    index.close()


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


def test_what_does_not_pass_its_check_is_not_published(corpus: Path, home: Path) -> None:
    before = snapshot(home)
    append(corpus / EELS, "\nMore stands here.\n")
    with pytest.raises(PublishFailed, match="it is torn"):
        ingest(corpus, home, open_embedder=HashEmbedder, now=NOW, find_fault=lambda *_: "it is torn")
    assert snapshot(home) == before
    assert generation.generations(home) == ("000001",)


def test_a_damaged_generation_is_replaced_by_a_new_one(corpus: Path, home: Path) -> None:
    (home / "generations" / "000001" / "manifest.json").write_text("{")
    report = build(corpus, home)
    assert (report.generation, report.embedded) == ("000002", 0)


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
    ingest(corpus, home, open_embedder=HashEmbedder, now=NOW, allow_mass_delete=True, find_fault=find_fault)
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


def test_articles_that_an_older_reader_read_are_read_again_and_nothing_that_says_the_same_is_embedded(
    corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.articles.make.READER_VERSION", "an older one")
    build(corpus, home)
    monkeypatch.undo()
    report = build(corpus, home)
    assert (len(report.plan.change), report.embedded, report.published) == (len(ARTICLES), 0, True)
