"""Questions as a bot writes them down, and the records of one, over the real SQLite."""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from bot.slack.records import inbox
from bot.slack.records.database import Records
from bot.slack.records.feedback import Opinion
from bot.slack.records.tables import PostedQuestion, feedback, question
from bot.slack.settings import SlackSettings

LEASE, DAY = 20.0, 86_400.0


def opened(folder: Path) -> Iterator[Records]:
    records = Records(f"sqlite:///{folder / 'slack.sqlite'}")
    yield records
    records.close()


def asked(ts: str, **changes: object) -> PostedQuestion:
    whole = PostedQuestion("T1", "C1", ts, ts, "U1", "T1", "mention", f"question {ts}?", 1_000 + float(ts), id=f"q{ts}")
    return dataclasses.replace(whole, **changes)  # type: ignore[arg-type]


DEFAULTS = SlackSettings()


def limited(**limits: int) -> SlackSettings:
    return SlackSettings(**{f"slack_{name}": most for name, most in limits.items()})  # type: ignore[arg-type]


def accept(c: Connection, one: PostedQuestion, limits: SlackSettings = DEFAULTS, /) -> int | None:
    return inbox.accept(c, one, limits)


def claimed(records: Records, owner: str = "bot", *, now: float = 2_000.0) -> str | None:
    found = records.run(inbox.claim, owner, now=now, lease=LEASE)
    return found.id if found else None


def states(c: Connection) -> dict[str, int]:
    """How many questions are in each state; what was deleted is none any more."""
    counted = select(question.c.state, func.count().label("number")).group_by(question.c.state)
    return {row.state: row.number for row in c.execute(counted.where(question.c.state != "erased"))}


def state(c: Connection, id_: str) -> str | None:
    return c.execute(select(question.c.state).where(question.c.id == id_)).scalar()


def opinions(c: Connection) -> tuple[tuple[Opinion, Mapping[str, Any]], ...]:
    """Every opinion with the question and answer it is about, oldest first."""
    rows = c.execute(select(feedback).order_by(feedback.c.at, feedback.c.id))
    return tuple(
        (
            Opinion(row.id, row.asker, row.value, row.reason, row.right_answer),
            {"question": row.question, "answer": row.answer, "at": row.at},
        )
        for row in rows
    )
