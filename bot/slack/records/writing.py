"""Rows that may be there already, in the words of either database. Knows ON CONFLICT; knows no table."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Values = Mapping[str, Any]


def add(c: Connection, table: Table, values: Values) -> bool:
    """Writes a row unless there is one with its key; returns whether it was new."""
    return bool(c.execute(_insert(c, table).values(values).on_conflict_do_nothing()).rowcount == 1)


def put(c: Connection, table: Table, *, key: Values, values: Values) -> None:
    """Writes a row, in place of the one with that key if there is one."""
    statement = _insert(c, table).values({**key, **values})
    c.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


def _insert(c: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if c.dialect.name == "postgresql" else sqlite.insert(table)
