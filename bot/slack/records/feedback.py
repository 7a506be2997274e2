"""What people thought of an answer: one row per answer and person, with what was asked and answered. Knows rows."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from bot.slack.records.tables import Database, feedback, question
from bot.slack.records.writing import put


@dataclass(frozen=True)
class Opinion:
    """One person's opinion of one answer; a reason and a right answer come with a thumb down, if at all."""

    id: str
    asker: str
    value: Literal["up", "down"]
    reason: str | None = None
    right_answer: str | None = None


class Feedback:
    """The opinions in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, opinion: Opinion, *, now: float) -> bool:
        """Keeps an opinion in place of an earlier one of the same person; returns False if the answer is gone."""
        with self._database.transaction() as c:
            # Locked, so that a deletion comes before this or after it, and then takes the opinion with it.
            pick = select(question.c.text, question.c.answer, question.c.state).where(question.c.id == opinion.id)
            row = c.execute(pick.with_for_update()).first()
            if row is None or row.state in ("erasing", "erased"):
                return False
            values = dataclasses.asdict(opinion) | {"question": row.text, "answer": row.answer or {}, "at": now}
            key = {name: values.pop(name) for name in ("id", "asker")}
            put(c, feedback, key=key, values=values)
            return True

    def all(self) -> tuple[tuple[Opinion, Mapping[str, Any]], ...]:
        """Returns every opinion with the question and answer it is about, oldest first."""
        with self._database.transaction() as c:
            rows = c.execute(select(feedback).order_by(feedback.c.at, feedback.c.id)).all()
        return tuple(
            (
                Opinion(row.id, row.asker, row.value, row.reason, row.right_answer),
                {"question": row.question, "answer": row.answer, "at": row.at},
            )
            for row in rows
        )
