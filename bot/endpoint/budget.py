"""What may be spent on a model: tokens and dollars, by user and day, in one SQLite file. Knows sums, not questions.

Tokens are set aside before a call and settled after it, so that calls at the same time cannot overspend together.
"""

import datetime
import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from operator import gt
from pathlib import Path
from typing import TypeVar

from ingest.settings import setting

_TABLE = """
CREATE TABLE IF NOT EXISTS spent (day TEXT NOT NULL, user TEXT NOT NULL, tokens INTEGER NOT NULL, usd REAL NOT NULL,
    PRIMARY KEY (day, user)) WITHOUT ROWID
"""
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Allowance:
    """The most that may be spent a day, and what a million tokens cost."""

    user_tokens_per_day: int = setting(
        500_000, help="tokens one user may spend a day; past it answers are quoted", least=0
    )
    tokens_per_day: int = setting(5_000_000, help="tokens all users together may spend a day", least=0)
    usd_per_day: float = setting(10.0, help="dollars all users together may spend a day", least=0)
    usd_per_million_read: float = setting(0.0, help="price of a million tokens the model reads", least=0)
    usd_per_million_written: float = setting(0.0, help="price of a million tokens the model writes", least=0)

    def cost(self, read: int, written: int) -> float:
        """Returns the price of a call in dollars."""
        return (read * self.usd_per_million_read + written * self.usd_per_million_written) / 1_000_000


@dataclass(frozen=True)
class Reserved:
    """What has been set aside for one call."""

    user: str
    day: datetime.date
    tokens: int
    usd: float


class Budget:
    """The ledger of spending of one home; safe to use from several threads and processes."""

    def __init__(self, path: Path, allowance: Allowance, *, warn: Callable[[str], object] = _log.warning) -> None:
        """Opens or creates the file; where it cannot be used, `warn` is told, and this process counts for itself."""
        self._path, self.allowance, self._warn, self._lock = path, allowance, warn, threading.Lock()
        self._instead: sqlite3.Connection | None = None
        self._do(lambda connection: None)

    def reserve(self, user: str, day: datetime.date, *, read: int, written: int) -> Reserved | None:
        """Sets aside what a call may take at most; None if the day's allowance does not reach."""
        most, tokens, usd = self.allowance, read + written, self.allowance.cost(read, written)

        def reserve(connection: sqlite3.Connection) -> Reserved | None:
            mine, all_tokens, all_usd = connection.execute(
                "SELECT coalesce(sum(CASE WHEN user = ? THEN tokens END), 0), coalesce(sum(tokens), 0),"
                " coalesce(sum(usd), 0) FROM spent WHERE day = ?",
                (user, day.isoformat()),
            ).fetchone()
            spent = (mine + tokens, all_tokens + tokens, all_usd + usd)
            if any(map(gt, spent, (most.user_tokens_per_day, most.tokens_per_day, most.usd_per_day))):
                return None
            _add(connection, user, day, tokens, usd)
            return Reserved(user, day, tokens, usd)

        return self._do(reserve)

    def settle(self, reserved: Reserved, *, read: int, written: int) -> None:
        """Replaces what was set aside by what the call took."""
        tokens, usd = read + written - reserved.tokens, self.allowance.cost(read, written) - reserved.usd
        self._do(lambda connection: _add(connection, reserved.user, reserved.day, tokens, usd))

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Does some work in one transaction: in the file or, once that has failed, in memory."""
        with self._lock:
            if self._instead is None:
                try:
                    self._path.parent.mkdir(parents=True, exist_ok=True)
                    with closing(_connect(str(self._path))) as connection:
                        return _in_transaction(connection, work)
                except (OSError, sqlite3.Error) as error:
                    why = f"{self._path} cannot be used ({error})"
                    self._warn(f"{why}; what the model spends counts until this process ends")
                    self._instead = _connect(":memory:")
            return _in_transaction(self._instead, work)


def _connect(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=5, check_same_thread=False)


def _in_transaction(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(_TABLE)
    found = work(connection)
    connection.execute("COMMIT")
    return found


def _add(connection: sqlite3.Connection, user: str, day: datetime.date, tokens: int, usd: float) -> None:
    connection.execute(
        "INSERT INTO spent VALUES (?, ?, ?, ?) ON CONFLICT (day, user) DO UPDATE SET"
        " tokens = tokens + excluded.tokens, usd = usd + excluded.usd",
        (day.isoformat(), user, tokens, usd),
    )
