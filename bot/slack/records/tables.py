"""The tables of what the bot keeps, and a question as a row of one. The same for SQLite and any PostgreSQL.

No tokens and no names of people are kept; `response_url` is a key for thirty minutes and is dropped with the answer.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    and_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

META = MetaData()
Values = Mapping[str, Any]


def _key(*names: str) -> Iterator[Column[Any]]:
    return (Column(name, String, primary_key=True) for name in names)


def _filled(kind: type[TypeEngine[Any]], *names: str) -> Iterator[Column[Any]]:
    return (Column(name, kind, nullable=False) for name in names)


question = Table(
    "slack_question",
    META,
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
    META,
    *_key("id"),
    Column("part", Integer, primary_key=True),
    *_filled(String, "channel"),
    Column("ts", String),  # None: it was about to be posted
)
thread = Table(
    "slack_thread",
    META,
    *_key("team", "channel", "thread_ts"),
    *_filled(JSON, "askers"),
    *_filled(Boolean, "stopped", "chatter"),
    *_filled(Float, "last"),
)
# Whom a refusal was told where: `asker` holds the place and the person, "C1 U3".
refused = Table("slack_refused", META, *_key("team", "asker"), *_filled(Float, "at"))
channel = Table(
    "slack_channel",
    META,
    *_key("team", "channel"),
    *_filled(String, "answers"),
    *_filled(JSON, "folders"),
    *_filled(String, "editors"),
    *_filled(JSON, "listed"),
)
feedback = Table(
    "slack_feedback",
    META,
    *_key("id", "asker"),
    *_filled(String, "value"),
    Column("reason", String),
    Column("right_answer", Text),
    *_filled(Text, "question"),
    *_filled(JSON, "answer"),
    *_filled(Float, "at"),
)


@dataclass(frozen=True)
class PostedQuestion:
    """One accepted question.

    `ts` is Slack's for a message, made up for a command. `thread_ts` is None until a root for the answer is posted.
    `notice`: say this instead of an answer. `id` is a short reference that nobody can guess, since buttons carry it;
    the first row that is written for a message gives it its id.
    """

    team: str
    channel: str
    ts: str
    thread_ts: str | None
    asker: str
    actor_team: str
    kind: str
    text: str
    received: float
    notice: str | None = None
    response_url: str | None = None
    attempts: int = 0
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def place(self) -> tuple[str, str, str]:
        """The thread of the question: its team, its channel and the ts of its root."""
        return self.team, self.channel, str(self.thread_ts)


FIELDS = tuple(one.name for one in fields(PostedQuestion))


def from_row(row: Row[Any]) -> PostedQuestion:
    """Returns the question of a row of the table."""
    return PostedQuestion(**{name: getattr(row, name) for name in FIELDS})


def in_thread(table: Table, team: str, channel: str, thread_ts: str) -> ColumnElement[bool]:
    """Returns the condition for the rows of one thread."""
    return and_(table.c.team == team, table.c.channel == channel, table.c.thread_ts == thread_ts)


def add(c: Connection, table: Table, values: Values) -> bool:
    """Writes a row unless there is one with its key; returns whether it was new."""
    return bool(c.execute(_insert(c, table).values(values).on_conflict_do_nothing()).rowcount == 1)


def put(c: Connection, table: Table, *, key: Values, values: Values) -> None:
    """Writes a row, in place of the one with that key if there is one."""
    statement = _insert(c, table).values({**key, **values})
    c.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


def _insert(c: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if c.dialect.name == "postgresql" else sqlite.insert(table)
