"""One accepted question as a row. Knows its fields; knows nothing of when it is taken up."""

import secrets
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import ColumnElement, Row, and_

from bot.slack.records.tables import question


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


FIELDS = tuple(one.name for one in fields(PostedQuestion))


def from_row(row: Row[Any]) -> PostedQuestion:
    """Returns the question of a row of the table."""
    return PostedQuestion(**{name: getattr(row, name) for name in FIELDS})


def keyed(team: str, channel: str, ts: str) -> ColumnElement[bool]:
    """Returns the condition for one question."""
    return and_(question.c.team == team, question.c.channel == channel, question.c.ts == ts)


def in_thread(team: str, channel: str, thread_ts: str) -> ColumnElement[bool]:
    """Returns the condition for the questions of one thread."""
    return and_(question.c.team == team, question.c.channel == channel, question.c.thread_ts == thread_ts)
