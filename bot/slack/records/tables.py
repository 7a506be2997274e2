"""The tables, and the open database. SQLite in the data folder or any PostgreSQL; the same code for both.

No tokens and no names of people are kept; `response_url` is a key for thirty minutes and is dropped with the answer.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.types import TypeEngine

from bot.errors import AnotherBot, InboxUnavailable
from ingest.distribution import remedy_for
from ingest.private import private_files, private_folder

_META = MetaData()


def _key(*names: str) -> Iterator[Column[Any]]:
    return (Column(name, String, primary_key=True) for name in names)


def _filled(kind: type[TypeEngine[Any]], *names: str) -> Iterator[Column[Any]]:
    return (Column(name, kind, nullable=False) for name in names)


question = Table(
    "slack_question",
    _META,
    *_key("team", "channel", "ts"),
    Column("id", String, nullable=False, unique=True),
    Column("thread_ts", String),  # None until the root of a slash command stands
    *_filled(String, "asker", "actor_team", "kind"),
    *_filled(Text, "text"),
    Column("notice", Text),  # what to say instead of an answer
    Column("response_url", Text),
    *_filled(String, "state"),
    *_filled(Float, "received"),
    Column("finished", Float),
    *_filled(Float, "not_before"),
    *_filled(Integer, "attempts"),
    Column("owner", String),
    Column("lease", Float),
    *_filled(Boolean, "stop"),
    Column("answer", JSON),
    Index("slack_question_state", "state", "received"),
    Index("slack_question_received", "received"),
    Index("slack_question_thread", "team", "channel", "thread_ts"),
)
shown = Table(
    "slack_shown",
    _META,
    *_key("id"),
    Column("part", Integer, primary_key=True),
    *_filled(String, "channel"),
    Column("ts", String),  # None: it was about to be posted
)
thread = Table(
    "slack_thread",
    _META,
    *_key("team", "channel", "thread_ts"),
    *_filled(JSON, "askers"),
    *_filled(Boolean, "stopped", "chatter"),
    *_filled(Float, "last"),
)
# Whom a refusal was told where: `asker` holds the place and the person, "C1 U3".
refused = Table("slack_refused", _META, *_key("team", "asker"), *_filled(Float, "at"))
channel = Table(
    "slack_channel",
    _META,
    *_key("team", "channel"),
    *_filled(String, "answers"),
    *_filled(JSON, "folders"),
    *_filled(String, "editors"),
    *_filled(JSON, "listed"),
)
feedback = Table(
    "slack_feedback",
    _META,
    *_key("id", "asker"),
    *_filled(String, "value"),
    Column("reason", String),
    Column("right_answer", Text),
    *_filled(Text, "question"),
    *_filled(JSON, "answer"),
    *_filled(Float, "at"),
)


def table_names() -> tuple[str, ...]:
    """Returns the names of all tables."""
    return tuple(sorted(_META.tables))


def without_driver() -> InboxUnavailable:
    """Returns the error of a database whose driver is not installed."""
    return InboxUnavailable(
        "FOOTNOTE_DATABASE_URL names a driver that is not installed",
        f"for postgresql+psycopg://… {remedy_for('postgres')}",
    )


class Database:
    """An open database; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        """Opens it and creates what is missing. Raises InboxUnavailable: it cannot be opened."""
        try:
            self._engine = _engine(url)
            with private_files():
                _META.create_all(self._engine)
        except ImportError as error:
            raise without_driver() from error
        except (SQLAlchemyError, ArgumentError) as error:
            raise InboxUnavailable(
                f"cannot open the bot's database ({type(error).__name__})",
                "check FOOTNOTE_DATABASE_URL, as in "
                "postgresql+psycopg://user:password@host/name, or leave it out to keep SQLite in the data folder",
            ) from error
        self.is_shared = self._engine.dialect.name != "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Makes everything inside durable together; on SQLite one writer at a time.

        Raises InboxUnavailable: the database fails.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise InboxUnavailable(
                f"the bot's database fails ({type(error).__name__})", "check its disk and server"
            ) from error

    def scrub(self) -> None:
        """Takes what was erased out of SQLite's log of changes, too; a server has its own ways."""
        if not self.is_shared:
            with self._engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Closes it."""
        self._engine.dispose()


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
