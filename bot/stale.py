"""Which articles may have had their day: old ones, and ones that nobody is told of. Knows dates and counts only."""

import datetime
import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from bot.cited import Cited, citations
from ingest.articles.article import Article
from ingest.errors import IndexNotFound
from ingest.ledger import Ledger


@dataclass(frozen=True)
class Aged:
    """An article with its age in days (None: it has no date) and how often, and when last, it was cited."""

    id: str
    title: str
    days: int | None
    times: int
    last: datetime.date | None


def by_age(articles: Iterable[Article], cited: Mapping[str, Cited], *, today: datetime.date) -> tuple[Aged, ...]:
    """Returns the articles, those least often cited first, and of these the oldest first; undated ones come last."""
    aged = []
    for article in articles:
        days = (today - article.published).days if article.published else None
        count = cited.get(article.id)
        aged.append(Aged(article.id, article.title, days, count.times if count else 0, count.last if count else None))
    return tuple(sorted(aged, key=lambda one: (one.times, one.days is None, -(one.days or 0), one.id)))


def show_aged(home: Path, *, today: datetime.date, json_wanted: bool) -> None:
    """Prints the articles of a home in the order of `by_age`, or one JSON object a line.

    Raises IndexNotFound: nothing has been ingested into it.
    """
    if not (home / "ledger.sqlite").is_file():
        raise IndexNotFound(f"no articles in {home}", "bring them in with: footnote ingest")
    with closing(Ledger(home / "ledger.sqlite")) as ledger:
        aged = by_age(ledger.articles(), citations(home), today=today)
    if json_wanted:
        print("\n".join(json.dumps(as_json(one), ensure_ascii=False) for one in aged))
    else:
        print_aged(aged, Console())


def print_aged(aged: Iterable[Aged], console: Console) -> None:
    """Prints one line an article."""
    table = Table(Column("Article", overflow="fold"), "Days old", "Cited", "Last cited")
    for one in aged:
        days, last = "-" if one.days is None else f"{one.days:,}", one.last.isoformat() if one.last else "-"
        table.add_row(Text.assemble(one.title, "\n", (one.id, "dim")), days, str(one.times), last)
    console.print(table)
    console.print("Citations are counted by the bot that answers from this data folder, as it answers.")


def as_json(one: Aged) -> dict[str, object]:
    """Returns one article as plain values."""
    last = one.last.isoformat() if one.last else None
    return {"article_id": one.id, "title": one.title, "days_old": one.days, "cited": one.times, "last_cited": last}
