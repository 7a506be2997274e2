"""An ingest from the folder to the published index, and what the next one finds to do."""

import shutil
from pathlib import Path

import pytest

from ingest.index import generation
from ingest.index.open_index import open_current
from ingest.ledger import Ledger
from ingest.run import ingest
from tests.conftest import ARTICLES, BRIDGE, EELS, NOW, OBSERVATORY, TRAIN, HashEmbedder, build
from tests.run_fixtures import FINGERPRINT, append, published, snapshot


def insert(path: Path, text: str) -> None:
    """Puts a text before the last line, which may be an address."""
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    path.write_text("\n".join([*lines[:-1], text, "", lines[-1]]) + "\n", encoding="utf-8")


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


def test_a_damaged_generation_is_replaced_by_a_new_one(corpus: Path, home: Path) -> None:
    (home / "generations" / "000001" / "manifest.json").write_text("{")
    report = build(corpus, home)
    assert (report.generation, report.embedded) == ("000002", 0)


def test_articles_that_an_older_reader_read_are_read_again_and_nothing_that_says_the_same_is_embedded(
    corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.articles.make.READER_VERSION", "an older one")
    build(corpus, home)
    monkeypatch.undo()
    report = build(corpus, home)
    assert (len(report.plan.change), report.embedded, report.published) == (len(ARTICLES), 0, True)
