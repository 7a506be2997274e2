"""One accepted question as a row. Knows its fields; knows nothing of when it is taken up."""

import hashlib
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Row, and_

from bot.slack.records.tables import question


@dataclass(frozen=True)
class Question:
    """One accepted question.

    `ts` is Slack's for a message, made up for a command. `thread_ts` is None until a root for the answer is posted.
    `notice`: say this instead of an answer.
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

    @property
    def id(self) -> str:
        """A short reference, the same for the same message."""
        return hashlib.sha256("\0".join((self.team, self.channel, self.ts)).encode()).hexdigest()[:12]


FIELDS = tuple(field.name for field in fields(Question))


def from_row(row: Row[Any]) -> Question:
    """Returns the question of a row of the table."""
    return Question(**{name: getattr(row, name) for name in FIELDS})


def keyed(team: str, channel: str, ts: str) -> ColumnElement[bool]:
    """Returns the condition for one question."""
    return and_(question.c.team == team, question.c.channel == channel, question.c.ts == ts)


def in_thread(team: str, channel: str, thread_ts: str) -> ColumnElement[bool]:
    """Returns the condition for the questions of one thread."""
    return and_(question.c.team == team, question.c.channel == channel, question.c.thread_ts == thread_ts)
