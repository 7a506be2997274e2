"""The bot's database, open: one step at a time, each a transaction of its own. SQLite in the data folder or PostgreSQL.

Knows engines, threads and files. What a step reads and writes stands in the modules beside it, as functions that take
a connection first.
"""

import asyncio
import fcntl
import functools
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import AnotherBot, InboxUnavailable
from bot.slack.records.tables import META
from ingest.distribution import remedy_for
from ingest.private import private_files, private_folder
from ingest.readonly import address_to_read

P = ParamSpec("P")
T = TypeVar("T")
_SERVER_THREADS = 8
_CONNECT_S = 5
_SCRUBS = "scrub"


class Records:
    """The open database; safe to use from several threads, and from an event loop without blocking it."""

    def __init__(self, url: str) -> None:
        """Opens it and creates what is missing. Raises InboxUnavailable: it cannot be opened."""
        with _opening():
            self._engine = _engine(url)
            with private_files():
                META.create_all(self._engine)
        self.is_shared = self._engine.dialect.name != "sqlite"
        # SQLite has one writer: a line before it is fairer, and faster, than its own busy waiting.
        self._threads = ThreadPoolExecutor(_SERVER_THREADS if self.is_shared else 1, thread_name_prefix="records")

    def run(self, step: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Does a step and makes all of it durable together; on SQLite one writer at a time.

        Raises InboxUnavailable: the database fails.
        """
        try:
            with self._engine.begin() as connection:
                found = step(connection, *args, **kwargs)
                scrubs = connection.info.pop(_SCRUBS, False)
            if scrubs and not self.is_shared:
                with self._engine.connect() as connection:
                    connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return found
        except SQLAlchemyError as error:
            raise InboxUnavailable(
                f"the bot's database fails ({type(error).__name__})", "check its disk and server"
            ) from error

    async def call(self, step: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Does the same in a thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, functools.partial(self.run, step, *args, **kwargs)
        )

    def close(self) -> None:
        """Waits for what is under way and closes the database."""
        self._threads.shutdown()
        self._engine.dispose()


def scrub(connection: Connection) -> None:
    """Takes what the step erases out of SQLite's log of changes, too, once it is durable; a server has its own ways."""
    connection.info[_SCRUBS] = True


@contextmanager
def only_bot(home: Path) -> Iterator[None]:
    """Holds the home for one bot, since SQLite serves one; the operating system lets go even after a kill.

    Raises AnotherBot: another process holds it.
    """
    private_folder(home)
    descriptor = os.open(home / "slack.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise AnotherBot(
            f"another bot runs in {home}", "stop it, or give all of them one PostgreSQL with FOOTNOTE_DATABASE_URL"
        ) from error
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class Look:
    """What was seen of a database: which and which version, the tables it lacks, and whether they could be made."""

    server: str
    missing: tuple[str, ...]
    can_make: bool


def look(url: str) -> Look | None:
    """Opens a database for a moment, creates and changes nothing; None means an SQLite file that is not there yet.

    Raises InboxUnavailable: it cannot be opened.
    """
    with reading(url) as connection:
        return _look(connection) if connection else None


@contextmanager
def reading(url: str) -> Iterator[Connection | None]:
    """Yields a connection that writes nothing; None for an SQLite file that is not there yet.

    Raises InboxUnavailable: it cannot be opened, or what is asked of it fails.
    """
    with _opening():
        file = make_url(url).database if url.startswith("sqlite") else None
        if file and not Path(file).is_file():
            yield None
            return
        engine = _engine_of_file(Path(file)) if file else _engine_to_look(url)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


@contextmanager
def _opening() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise InboxUnavailable(
            "FOOTNOTE_DATABASE_URL names a driver that is not installed",
            f"for postgresql+psycopg://… {remedy_for('postgres')}",
        ) from error
    except SQLAlchemyError as error:
        reason = type(getattr(error, "orig", None) or error).__name__  # not its text, which may hold the password
        raise InboxUnavailable(
            f"the bot's database cannot be opened ({reason})",
            "check FOOTNOTE_DATABASE_URL, as in postgresql+psycopg://user:password@host/name, "
            "or leave it out to keep SQLite in the data folder",
        ) from None


def _look(connection: Connection) -> Look:
    there = set(inspect(connection).get_table_names())
    missing = tuple(name for name in sorted(META.tables) if name not in there)
    if connection.dialect.name == "sqlite":
        return Look(f"SQLite {sqlite3.sqlite_version}", missing, can_make=True)
    version = str(connection.execute(text("SHOW server_version")).scalar())
    can_make = connection.execute(text("SELECT has_schema_privilege(current_schema(), 'CREATE')")).scalar()
    return Look(f"PostgreSQL {version}", missing, can_make=bool(can_make))


def _engine_of_file(path: Path) -> Engine:
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(address_to_read(path), uri=True))


def _engine_to_look(url: str) -> Engine:
    return create_engine(url, hide_parameters=True, connect_args={"connect_timeout": _CONNECT_S})


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True, pool_size=8, max_overflow=8, pool_pre_ping=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN is the only one
    # A commit survives kill -9 in either mode; NORMAL may lose the last moments to a power cut, after which Slack
    # delivers again what was not acknowledged.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten
