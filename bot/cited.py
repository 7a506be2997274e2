"""How often each article was cited. Knows articles and days; never a question, an answer or a person.

HOME/cited.sqlite is written by whatever answers people, one row for each article and day, and read by `footnote stale`.
It is a convenience: an answer is never held up or lost because it cannot be counted.
"""

import contextlib
import datetime
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

_FILE = "cited.sqlite"
_TABLE = "CREATE TABLE IF NOT EXISTS cited (article TEXT, day TEXT, times INTEGER, PRIMARY KEY (article, day))"
_ADD = "INSERT INTO cited VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1"
# Another bot may be counting at this moment; beyond this, the count is given up rather than the answer delayed.
_WAIT_S = 0.2


@dataclass(frozen=True)
class Cited:
    """How often an article was cited, and on which day last."""

    times: int
    last: datetime.date


def count_citations(home: Path, article_ids: Iterable[str], *, day: datetime.date) -> None:
    """Counts each article once for one answer."""
    rows = [(article_id, day.isoformat()) for article_id in dict.fromkeys(article_ids)]
    if not rows:
        return
    with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(home / _FILE, timeout=_WAIT_S)) as file, file:
        file.execute("PRAGMA synchronous = OFF")  # a lost count is no harm, and SQLite keeps the file whole if we die
        file.execute(_TABLE)
        file.executemany(_ADD, rows)


def citations(home: Path) -> dict[str, Cited]:
    """Returns what has been counted, by article id; nothing if nothing has been."""
    if not (home / _FILE).is_file():
        return {}
    try:
        with closing(sqlite3.connect(home / _FILE, timeout=_WAIT_S)) as file:
            found = list(file.execute("SELECT article, sum(times), max(day) FROM cited GROUP BY article"))
    except sqlite3.Error:
        return {}
    return {id_: Cited(times, datetime.date.fromisoformat(last)) for id_, times, last in found}
