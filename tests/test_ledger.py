import datetime
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.articles.article import Article
from ingest.articles.blocks import Block, Link
from ingest.errors import IndexBroken
from ingest.ledger import Failure, Ledger
from ingest.split import Chunk
from ingest.units import Unit
from tests.conftest import NOW

ARTICLE = Article(
    "a.txt",
    "A",
    "https://a.example",
    datetime.date(2026, 2, 14),
    "Ana",
    "Costs\n\nOne.\n\n• Two.",
    inferred=("title", "url"),
    blocks=(
        Block("heading", 0, 5, level=2),
        Block("paragraph", 7, 11, ("Costs",), page=3),
        Block("item", 13, 19, ("Costs",), level=1, label="•", group=2, leans_on=1, page=4),
    ),
    links=(Link(7, 10, "https://a.example/one"),),
    warnings=("date 'soon' is no date; it was passed over",),
    left_out={"navigation": 3},
)
BARE = Article("b.txt", "B", None, None, None, "Two.")
CHUNKS = (
    Chunk("id1", "a.txt", 7, 11, "One.", (Unit(7, 11, "paragraph", 1),), ("Costs",), 3, ("",)),
    Chunk("id2", "a.txt", 15, 19, "Two.", (Unit(15, 19, "item", 2),), ("Costs",), 4, ("One.",)),
)
VECTORS = np.array([[0.6, 0.8], [1, 0]], dtype=np.float32)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "new" / "ledger.sqlite")
    yield opened
    opened.close()


def test_articles_and_their_chunks_come_back_as_they_were(ledger: Ledger) -> None:
    ledger.save_article(BARE, "h2", ())
    ledger.save_article(ARTICLE, "h1", CHUNKS)
    assert ledger.articles() == (ARTICLE, BARE)
    assert ledger.hashes() == {"a.txt": "h1", "b.txt": "h2"}
    assert (ledger.chunks(ARTICLE), ledger.chunks(BARE)) == (CHUNKS, ())


def test_a_new_version_takes_the_place_of_the_old_with_its_chunks(ledger: Ledger) -> None:
    ledger.save_article(ARTICLE, "h1", CHUNKS)
    ledger.save_article(ARTICLE, "h2", CHUNKS[:1])
    assert ledger.hashes() == {"a.txt": "h2"}
    assert ledger.chunks(ARTICLE) == CHUNKS[:1]


def test_what_is_forgotten_leaves_no_chunks(ledger: Ledger) -> None:
    ledger.save_article(ARTICLE, "h1", CHUNKS)
    ledger.forget("a.txt")
    assert (ledger.articles(), ledger.chunks(ARTICLE)) == ((), ())


def test_vectors_are_kept_per_fingerprint(ledger: Ledger) -> None:
    ledger.save_vectors(["x", "y"], VECTORS, "one")
    ledger.save_vectors(["x"], VECTORS[1:], "other")
    assert set(ledger.vectors(["x", "y", "z"], "one")) == {"x", "y"}
    assert ledger.vectors(["x"], "one")["x"] == pytest.approx(VECTORS[0], abs=1e-3)
    assert ledger.vectors(["x"], "other")["x"] == pytest.approx(VECTORS[1], abs=1e-3)


def test_a_failure_is_remembered_until_the_file_is_read_or_gone(ledger: Ledger) -> None:
    for article_id in ("a.txt", "b.txt", "c.txt"):
        ledger.save_failure(article_id, "h", "bad", now=NOW)
    ledger.save_article(ARTICLE, "h1", CHUNKS)
    assert ledger.failures() == {"b.txt": Failure("h", "bad", 1), "c.txt": Failure("h", "bad", 1)}
    ledger.forget_failures(but=["c.txt"])
    assert ledger.failures() == {"c.txt": Failure("h", "bad", 1)}


def test_runs_are_listed_the_newest_first(ledger: Ledger) -> None:
    ledger.save_run(NOW, "000001", {"added": 2})
    ledger.save_run(NOW, None, {"added": 0})
    assert [(run.number, run.generation, run.counts) for run in ledger.runs()] == [
        (2, None, {"added": 0}),
        (1, "000001", {"added": 2}),
    ]
    assert ledger.runs()[0].started == "2026-03-09T12:00:00+00:00"


def test_a_transaction_that_fails_leaves_nothing(ledger: Ledger) -> None:
    with pytest.raises(sqlite3.IntegrityError), ledger.transaction():
        ledger.save_article(ARTICLE, "h1", (CHUNKS[0], replace(CHUNKS[1], id=None)))  # type: ignore[arg-type]
    assert ledger.articles() == ()


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    for _ in range(2):
        opened = Ledger(tmp_path / "ledger.sqlite")
        opened.save_article(ARTICLE, "h1", CHUNKS)
        opened.close()
    opened = Ledger(tmp_path / "ledger.sqlite")
    assert opened.articles() == (ARTICLE,)
    opened.close()


def test_a_file_that_is_no_ledger_is_broken_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"my only copy of something" * 100)
    with pytest.raises(IndexBroken, match="move it away and run the ingest again"):
        Ledger(path)
    assert path.read_bytes().startswith(b"my only copy")


def test_a_second_writer_does_not_write_in_between(ledger: Ledger, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "new" / "ledger.sqlite", timeout=0)
    with ledger.transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("DELETE FROM article")
    other.close()


def test_a_ledger_of_an_older_schema_forgets_what_was_read_and_keeps_vectors_and_runs(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(Ledger(path)) as ledger, ledger.transaction():
        ledger.save_article(ARTICLE, "h1", CHUNKS)
        ledger.save_vectors(["text", "other"], VECTORS, "fp")
        ledger.save_run(NOW, "000001", {})
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("ALTER TABLE article DROP COLUMN about")
        raw.execute("PRAGMA user_version=1")
    with closing(Ledger(path)) as ledger:
        assert ledger.hashes() == {}
        assert ledger.known_vectors(["text", "other"], "fp") == {"text", "other"}
        assert [run.generation for run in ledger.runs()] == ["000001"]
