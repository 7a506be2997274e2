"""What people thought of an answer, one row per answer and person; and what of all that was asked was not served."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, inspect, select

from bot.slack.records.database import reading
from bot.slack.records.tables import feedback, put, question

_DAY = 86_400.0


@dataclass(frozen=True)
class Opinion:
    """One person's opinion of one answer; a reason and a right answer come with a thumb down, if at all."""

    id: str
    asker: str
    value: Literal["up", "down"]
    reason: str | None = None
    right_answer: str | None = None


def save(c: Connection, opinion: Opinion, *, now: float) -> bool:
    """Keeps an opinion in place of an earlier one of the same person; returns False if the answer is gone."""
    # Locked, so that a deletion comes before this or after it, and then takes the opinion with it.
    pick = select(question.c.text, question.c.answer, question.c.state).where(question.c.id == opinion.id)
    row = c.execute(pick.with_for_update()).first()
    if row is None or row.state in ("erasing", "erased"):
        return False
    values = dataclasses.asdict(opinion) | {"question": row.text, "answer": row.answer or {}, "at": now}
    put(c, feedback, key={name: values.pop(name) for name in ("id", "asker")}, values=values)
    return True


@dataclass(frozen=True)
class Unmet:
    """A question that was not served: refused, or answered to somebody's displeasure, of which `reason` tells.

    `right_answer` is what a person said would be right. `is_private` tells that it was not asked in a channel.
    """

    id: str
    question: str
    asker: str
    at: float
    answer: Mapping[str, Any]
    reason: str
    right_answer: str | None = None
    is_private: bool = False


def unmet(url: str, *, now: float, days: float) -> tuple[Unmet, ...]:
    """Returns what is not older than the retention, oldest first; nothing where no bot has kept anything yet.

    What was deleted is not there any more: nothing is copied from the bot's own records. Raises InboxUnavailable: the
    database cannot be read.
    """
    with reading(url) as connection:
        if connection is None or not {feedback.name, question.name} <= set(inspect(connection).get_table_names()):
            return ()
        found = (*_refused(connection, now - days * _DAY), *_disliked(connection, now - days * _DAY))
    return tuple(sorted(found, key=lambda one: (one.at, one.id, one.asker)))


def _refused(c: Connection, since: float) -> list[Unmet]:
    """Refusals: answers that say nothing although something was searched, which small talk does not."""
    pick = select(question).where(question.c.state == "answered", question.c.received >= since)
    return [
        Unmet(row.id, row.text, row.asker, row.received, row.answer, "refused", is_private=_is_private(row.channel))
        for row in c.execute(pick)
        if row.answer and row.answer.get("answered") is False and row.answer.get("passages")
    ]


def _disliked(c: Connection, since: float) -> list[Unmet]:
    joined = feedback.outerjoin(question, feedback.c.id == question.c.id)
    pick = select(feedback, question.c.channel).select_from(joined)
    return [
        Unmet(
            row.id,
            row.question,
            row.asker,
            row.at,
            row.answer,
            row.reason or "thumb down",
            row.right_answer,
            is_private=_is_private(row.channel or "D"),
        )
        for row in c.execute(pick.where(feedback.c.value == "down", feedback.c.at >= since))
    ]


def _is_private(channel: str) -> bool:
    return not channel.startswith("C")
