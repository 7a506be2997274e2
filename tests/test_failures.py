"""One bad file never stops the good ones: it is named and counted, and its last good version stays served."""

import datetime
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import footnote
from ingest.articles.blocks import block_at
from ingest.articles.corpus import list_corpus
from ingest.embed.embedder import Vectors
from ingest.index.open_index import open_current
from ingest.ledger import Failure, Ledger
from ingest.outcome import Report, report_as_json
from ingest.plan import given_up
from ingest.report import print_report
from ingest.run import ingest
from tests.formats_fixtures import docx, paragraph, pdf
from tests.index_fixtures import in_process

pytestmark = pytest.mark.usefixtures("by_index")

NOW = datetime.datetime(2026, 3, 9, 12, 0, tzinfo=datetime.UTC)
GOOD = "The bridge is 640 metres long."
BROKEN = b"%PDF-1.7\nnothing follows"


class Hashing:
    """An embedder without a model: a vector for each text, from its hash."""

    fingerprint, dimensions = "hashing-for-failures", 16

    def embed(self, texts: Sequence[str]) -> Vectors:
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") for text in texts]
        vectors = np.stack([np.random.default_rng(seed).normal(size=16) for seed in seeds]).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def run(folder: Path, *, retry: bool = False, dry_run: bool = False) -> Report:
    home = folder / "home"
    return ingest(
        folder / "corpus", home, open_embedder=Hashing, now=NOW, retry=retry, dry_run=dry_run, apart=in_process
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/good.txt").write_text(GOOD)
    return tmp_path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A corpus with nothing in it but one bad file, so that nothing is built."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/bad.pdf").write_bytes(BROKEN)
    return tmp_path


def failures(folder: Path) -> dict[str, Failure]:
    with closing(Ledger(folder / "home/ledger.sqlite")) as ledger:
        return ledger.failures()


def test_a_bad_file_is_named_and_the_good_ones_are_published(folder: Path) -> None:
    (folder / "corpus/bad.pdf").write_bytes(BROKEN)
    report = run(folder)
    assert "damaged PDF" in report.failed["bad.pdf"]
    assert (report.published, report.plan.add, report.stale) == (True, ("good.txt",), ())


def test_the_last_good_version_stays_served_and_is_called_stale(folder: Path) -> None:
    path = folder / "corpus/paper.pdf"
    path.write_bytes(pdf([["The tram runs every six minutes."]]))
    run(folder)
    path.write_bytes(BROKEN)
    report = run(folder)
    index = open_current(folder / "home", Hashing.fingerprint)
    texts = {article.id: index.text(row) for row, article in enumerate(index.articles)}
    index.close()
    assert report.stale == ("paper.pdf",)
    assert texts["paper.pdf"] == "The tram runs every six minutes."


def test_attempts_at_the_same_content_are_counted_and_anew_when_it_changes(bad: Path) -> None:
    counts = [run(bad).attempts["bad.pdf"] for _ in range(2)]
    (bad / "corpus/bad.pdf").write_bytes(BROKEN + b" at all")
    assert [*counts, run(bad).attempts["bad.pdf"]] == [1, 2, 1]


def test_after_three_attempts_a_file_is_left_alone_but_still_counts_as_failed(bad: Path) -> None:
    reports = [run(bad) for _ in range(5)]
    assert [report.attempts["bad.pdf"] for report in reports] == [1, 2, 3, 3, 3]
    assert reports[-1].counts["failed"] == 1
    assert reports[-1].failed == reports[0].failed


def test_retry_tries_it_once_more(bad: Path) -> None:
    for _ in range(3):
        run(bad)
    assert run(bad, retry=True).attempts["bad.pdf"] == 4


def test_a_file_that_was_given_up_is_read_again_when_it_changes(bad: Path) -> None:
    for _ in range(4):
        run(bad)
    (bad / "corpus/bad.pdf").write_bytes(pdf([["The tram runs every six minutes."]]))
    report = run(bad)
    assert (report.failed, report.plan.add, failures(bad)) == ({}, ("bad.pdf",), {})


def test_a_dry_run_counts_no_attempt(bad: Path) -> None:
    run(bad)
    run(bad, dry_run=True)
    assert failures(bad)["bad.pdf"].attempts == 1


def test_only_what_failed_three_times_and_has_not_changed_is_given_up() -> None:
    known = {"a": Failure("1", "bad", 3), "b": Failure("1", "bad", 2), "c": Failure("1", "bad", 3)}
    assert given_up(known, {"a": "1", "b": "1", "c": "2"}) == {"a": "bad"}


def test_the_report_tells_attempts_and_what_is_stale(folder: Path) -> None:
    path = folder / "corpus/paper.pdf"
    path.write_bytes(pdf([["The tram runs every six minutes."]]))
    run(folder)
    path.write_bytes(BROKEN)
    for _ in range(3):
        report = run(folder)
    console = Console(record=True, width=200, quiet=True)
    console.quiet = False
    with console.capture() as shown:
        print_report(report, console, dry_run=False)
    assert "stale: its last good version stays in the index (3 attempts" in shown.get()
    values = report_as_json(report, dry_run=False)
    assert (values["attempts"], values["stale"]) == ({"paper.pdf": 3}, ["paper.pdf"])


def test_headings_and_pages_are_kept_from_the_file_to_the_open_index(folder: Path) -> None:
    (folder / "corpus/a.pdf").write_bytes(pdf([["The tram is new."], ["It runs every six minutes."]]))
    (folder / "corpus/b.docx").write_bytes(
        docx(paragraph("Costs", "Deep") + paragraph("Two euros."), core="<dc:title>Tram</dc:title>")
    )
    run(folder)
    index = open_current(folder / "home", Hashing.fingerprint)
    rows = {article.id: row for row, article in enumerate(index.articles)}
    places = {}
    for name, quote in (("a.pdf", "It runs"), ("b.docx", "Two euros")):
        article = index.read_article(rows[name])
        block = block_at(article.blocks, article.text.index(quote))
        places[name] = (block.heading, block.page) if block else None
    index.close()
    assert places == {"a.pdf": (None, 2), "b.docx": ("Costs", None)}


def test_after_a_change_of_the_ledger_articles_are_read_again_and_no_text_is_embedded_twice(folder: Path) -> None:
    run(folder)
    with closing(sqlite3.connect(folder / "home/ledger.sqlite")) as connection:
        connection.execute("PRAGMA user_version=0")
        connection.execute("ALTER TABLE article DROP COLUMN blocks")
        connection.execute("ALTER TABLE article ADD COLUMN marks TEXT")
    report = run(folder)
    assert (report.plan.add, report.embedded, report.generation) == (("good.txt",), 0, "000001")


def test_the_command_ends_with_1_if_a_file_failed(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--home", str(bad / "home"), "ingest", str(bad / "corpus"), "--dry-run", "--json"]
    assert footnote.main(where) == footnote.FAILED
    assert "bad.pdf" in json.loads(capsys.readouterr().out)["failed"]


def test_links_that_lead_out_are_refused_be_it_an_article_or_a_sidecar(folder: Path) -> None:
    (folder / "secret.txt").write_text("title: a secret\n")
    (folder / "corpus/out.txt").symlink_to(folder / "secret.txt")
    (folder / "corpus/good.txt.meta.yaml").symlink_to(folder / "secret.txt")
    refused = dict(list_corpus(folder / "corpus").refused)
    assert "leads out of the corpus" in refused["out.txt"]
    assert "its sidecar is a link that leads out" in refused["good.txt"]


def test_a_link_in_a_circle_and_a_file_too_large_are_refused_unread(folder: Path) -> None:
    (folder / "corpus/round.txt").symlink_to("round.txt")
    with (folder / "corpus/huge.txt").open("wb") as file:
        file.truncate(3_000_000_000)
    refused = dict(list_corpus(folder / "corpus").refused)
    assert "larger than 20 MB" in refused["huge.txt"]
    assert "round.txt" in refused


def test_a_name_that_is_no_text_or_hides_something_is_refused(folder: Path) -> None:
    (folder / "corpus" / b"caf\xe9.txt".decode("utf-8", "surrogateescape")).write_text(GOOD)
    (folder / "corpus/pay\u202etxt.exe.txt").write_text(GOOD)
    report = run(folder)
    assert sorted(report.failed) == ["caf\\xe9.txt", "pay\\u202etxt.exe.txt"]
    assert report.published
