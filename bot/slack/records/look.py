"""A look at the bot's database: does it open, and are the tables there? Creates and changes nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.errors import InboxUnavailable
from bot.slack.records.tables import table_names, without_driver
from ingest.readonly import address_to_read

_CONNECT_S = 5


@dataclass(frozen=True)
class Look:
    """What was seen: which database and version, the tables it lacks, and whether they could be made."""

    server: str
    missing: tuple[str, ...]
    can_make: bool


def look(url: str) -> Look | None:
    """Opens a database for a moment; None means an SQLite file that is not there yet.

    Raises InboxUnavailable: it cannot be opened.
    """
    with reading(url) as connection:
        return _look(connection) if connection else None


@contextmanager
def reading(url: str) -> Iterator[Connection | None]:
    """Yields a connection that writes nothing; None for an SQLite file that is not there yet.

    Raises InboxUnavailable: it cannot be opened, or what is asked of it fails.
    """
    try:
        file = make_url(url).database if url.startswith("sqlite") else None
        if file and not Path(file).is_file():
            yield None
            return
        engine = _engine_of_file(Path(file)) if file else _engine_of_server(url)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
    except ImportError as error:
        raise without_driver() from error
    except (SQLAlchemyError, ArgumentError) as error:
        reason = type(getattr(error, "orig", None) or error).__name__  # not its text, which may hold the password
        raise InboxUnavailable(
            f"the bot's database cannot be opened ({reason})", "check FOOTNOTE_DATABASE_URL"
        ) from None


def _look(connection: Connection) -> Look:
    there = set(inspect(connection).get_table_names())
    missing = tuple(name for name in table_names() if name not in there)
    if connection.dialect.name == "sqlite":
        return Look(f"SQLite {sqlite3.sqlite_version}", missing, can_make=True)
    version = str(connection.execute(text("SHOW server_version")).scalar())
    can_make = connection.execute(text("SELECT has_schema_privilege(current_schema(), 'CREATE')")).scalar()
    return Look(f"PostgreSQL {version}", missing, can_make=bool(can_make))


def _engine_of_file(path: Path) -> Engine:
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(address_to_read(path), uri=True))


def _engine_of_server(url: str) -> Engine:
    return create_engine(url, hide_parameters=True, connect_args={"connect_timeout": _CONNECT_S})
