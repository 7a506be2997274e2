import datetime
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from ingest.doctor.checks import judge_pointer, judge_vectors
from ingest.doctor.corpus import Known, corpus_findings, judge_corpus, known_of
from ingest.doctor.published import age_of, judge_generation, look_alike, published_findings
from ingest.errors import CorpusMissing, IndexBroken
from ingest.index.generation import folder_of
from ingest.index.manifest import Manifest, read_manifest
from ingest.index.verify import find_fault
from ingest.ledger import Failure, Ledger
from tests.conftest import EELS, NOW, HashEmbedder

MANIFEST = Manifest("000007", NOW.isoformat(), 3, 20, 90, "hash", 64, "1", "c0", "1234567890abcdef")
CORPUS = Path("corpus")


def test_what_a_ledger_knows_is_read_without_a_trace(home: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    assert EELS in known_of(home).hashes
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


def test_a_ledger_that_is_being_written_is_read_as_it_was_committed(home: Path) -> None:
    with closing(Ledger(home / "ledger.sqlite")) as ledger:
        with ledger.transaction():
            ledger.save_failure("late.pdf", "1", "is empty; fill it", now=NOW)
        assert "late.pdf" in known_of(home).failures


def test_a_damaged_ledger_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"nonsense" * 1000)
    with pytest.raises(IndexBroken, match="ledger"):
        known_of(tmp_path)


def test_articles_that_changed_since_are_due() -> None:
    known = Known({"a": "1", "b": "1", "c": "1"})
    total, due = judge_corpus(CORPUS, {"a": "1", "b": "2", "d": "1"}, refused={}, known=known)
    assert total.text == "3 in corpus can be read, as far as is known"
    assert (due.state, due.remedy) == ("note", "run: footnote ingest")
    assert due.text == "since the last ingest: 1 new (d), 1 changed (b), 1 removed (c)"


def test_failed_files_are_named_with_their_remedy_and_whether_an_old_version_is_served() -> None:
    failures = {"b": Failure("2", "is no text; convert it", 1), "gone": Failure("1", "was bad", 1)}
    known = Known({"a": "1", "b": "1"}, failures)
    found = judge_corpus(CORPUS, {"a": "1", "b": "2", "link": "leads out"}, refused={"link": "leads out"}, known=known)
    assert [(finding.state, finding.text, finding.remedy) for finding in found[1:]] == [
        ("failed", "b: is no text; convert it; its last good version is served", "mend it and run: footnote ingest"),
        ("failed", "link: leads out", "mend it and run: footnote ingest"),
    ]


def test_a_failed_file_that_has_changed_since_is_due_and_not_failed() -> None:
    known = Known({"a": "1"}, {"b": Failure("1", "is no text", 3)})
    _, due = judge_corpus(CORPUS, {"a": "1", "b": "2"}, refused={}, known=known)
    assert due.text == "since the last ingest: 1 new (b)"


def test_before_the_first_ingest_nothing_is_said_to_be_since_the_last() -> None:
    *_, due = judge_corpus(Path("corpus"), {"a": "1"}, refused={}, known=Known())
    assert due.text == "not ingested yet: 1 new (a)"


def test_many_failed_files_are_counted() -> None:
    refused = {f"{i}.txt": "is bad" for i in range(8)}
    found = judge_corpus(CORPUS, refused, refused=refused, known=Known())
    assert [finding.state for finding in found] == ["well", *["failed"] * 6]
    assert found[-1].text == "3 more files cannot be read"


def test_a_machine_that_follows_a_server_needs_no_articles(tmp_path: Path) -> None:
    (finding,) = corpus_findings(tmp_path / "none", tmp_path / "home", follows=True)
    assert finding.state == "off"
    with pytest.raises(CorpusMissing):
        corpus_findings(tmp_path / "none", tmp_path / "home", follows=False)


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0.01, "new"), (1, "60 minutes old"), (47, "47 hours old"), (72, "3 days old")],
)
def test_an_age_is_said_in_the_unit_that_fits(hours: float, said: str) -> None:
    assert age_of(NOW.isoformat(), NOW + datetime.timedelta(hours=hours)) == said


def test_a_generation_is_told_with_its_size_digest_and_age() -> None:
    finding = judge_generation(MANIFEST, None, kept=2, now=NOW)
    assert finding.state == "well"
    assert finding.text == ("generation 000007 is whole: 3 articles, 20 chunks, digest 1234567890ab, new, 2 more kept")
    assert judge_generation(MANIFEST, "torn", kept=2, now=NOW).remedy == "run: footnote rollback, or footnote ingest"
    assert judge_generation(MANIFEST, "torn", kept=0, now=NOW).remedy == "run: footnote ingest"


def test_looking_at_a_generation_opens_all_of_it_and_changes_no_byte(home: Path, embedder: HashEmbedder) -> None:
    before = {path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in home.rglob("*")}
    findings = published_findings(home, None, lambda: embedder, find_fault=find_fault, now=NOW)
    assert [finding.state for finding in findings] == ["well"] * 3
    assert {path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in home.rglob("*")} == before


@pytest.mark.parametrize("part", ["store.sqlite", "lexical/words/meta.json", "chroma/chroma.sqlite3"])
def test_a_damaged_part_is_found_under_its_own_name(home: Path, embedder: HashEmbedder, part: str) -> None:
    (folder_of(home, "000001") / part).write_bytes(b"damaged" * 1000)
    findings = published_findings(home, None, lambda: embedder, find_fault=find_fault, now=NOW)
    first = next(iter(findings))
    assert first.state == "failed"
    assert str(folder_of(home, "000001")) in first.text
    assert "footnote-doctor-" not in first.text


def test_the_copy_has_the_same_files(home: Path) -> None:
    folder = folder_of(home, "000001")
    with look_alike(folder) as copy:
        names = {path.relative_to(copy) for path in copy.rglob("*")}
        assert read_manifest(copy) == read_manifest(folder)
        with closing(sqlite3.connect(copy / "chroma" / "chroma.sqlite3")) as file:
            assert file.execute("SELECT count(*) FROM collections").fetchone() == (1,)
    assert {path.relative_to(folder) for path in folder.iterdir()} <= names
    assert not copy.exists()


def test_vectors_must_be_of_unit_length_and_of_the_right_number() -> None:
    embedder = HashEmbedder()
    good = embedder.embed(["a bridge"])
    assert judge_vectors(good, embedder, 1.0).state == "well"
    for bad in (good * 2, good[:, :3], np.full_like(good, np.nan)):
        assert judge_vectors(bad, embedder, 1.0).state == "failed"


def test_the_pointer_of_a_server_is_compared_with_what_is_here() -> None:
    assert judge_pointer("footnote-000002-ab", 5, "footnote-000002-ab").state == "well"
    behind = judge_pointer("footnote-000002-ab", 5, None)
    assert (behind.state, behind.text) == (
        "note",
        "it publishes footnote-000002-ab, 5 chunks, but this machine has nothing",
    )
