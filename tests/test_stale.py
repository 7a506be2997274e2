"""Which articles may have had their day."""

import datetime
import io
from pathlib import Path

from rich.console import Console

from bot.cited import Cited, citations, count_citations
from bot.stale import Aged, by_age, print_aged
from ingest.articles.article import Article

DAY = datetime.date(2026, 1, 10)


def article(id_: str, published: datetime.date | None) -> Article:
    return Article(id_, id_.upper(), None, published, None, "")


def test_the_least_cited_come_first_then_the_oldest_then_the_undated() -> None:
    articles = [
        article("new", datetime.date(2026, 1, 1)),
        article("undated", None),
        article("old", datetime.date(2025, 1, 10)),
        article("cited", datetime.date(2020, 1, 1)),
    ]
    aged = by_age(articles, {"cited": Cited(3, DAY)}, today=DAY)
    assert [one.id for one in aged] == ["old", "new", "undated", "cited"]
    assert aged[0] == Aged("old", "OLD", 365, 0, None)
    assert (aged[3].times, aged[3].last) == (3, DAY)


def test_an_id_stays_in_one_line_of_80_columns() -> None:
    console = Console(width=80, record=True, file=io.StringIO())
    id_ = "policies/people/leave-and-holidays.md"
    print_aged([Aged(id_, "What everybody may take off, when, and whom to ask", 1_204, 12, DAY)], console)
    assert id_ in console.export_text()


def test_an_answer_counts_an_article_once(tmp_path: Path) -> None:
    count_citations(tmp_path, ["a", "a", "b"], day=datetime.date(2026, 1, 1))
    count_citations(tmp_path, ["a"], day=DAY)
    assert citations(tmp_path) == {"a": Cited(2, DAY), "b": Cited(1, datetime.date(2026, 1, 1))}


def test_what_cannot_be_counted_holds_nothing_up(tmp_path: Path) -> None:
    (tmp_path / "cited.sqlite").write_bytes(b"not a database, but long enough to be taken for one" * 100)
    count_citations(tmp_path, ["a"], day=DAY)
    count_citations(tmp_path / "no folder", ["a"], day=DAY)
    assert citations(tmp_path) == {}
