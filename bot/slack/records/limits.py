"""How much may wait and how often one may ask. Knows counts; knows nothing of Slack."""

from sqlalchemy import ColumnElement, Connection, func, select

from bot.slack.policy import Limits
from bot.slack.records.question import Question
from bot.slack.records.tables import question

OPEN = ("received", "answering")
_DAY = 86_400.0


def count_open(c: Connection, owner: str | None = None) -> int:
    """Returns how many questions wait or are being answered, by anybody or by one owner."""
    mine = [question.c.owner == owner] if owner else []
    return _count(c, question.c.state.in_(OPEN), *mine)


def over_limit(c: Connection, asked: Question, limits: Limits) -> str | None:
    """Returns the sentence for a question that is one too many; None if there is room for it."""
    team, user = question.c.team == asked.team, question.c.asker == asked.asker
    last_minute, last_day = question.c.received > asked.received - 60, question.c.received > asked.received - _DAY
    waiting = count_open(c)
    if waiting >= limits.queue:
        return f"I am busy: {waiting} questions are waiting. Please ask again in a minute."
    if _count(c, team, user, question.c.state == "received") >= limits.waiting_per_user:
        return f"You have {limits.waiting_per_user} questions waiting already. Please ask again when they are answered."
    if _count(c, team, user, last_minute) >= limits.per_user_minute:
        return f"I answer {limits.per_user_minute} questions a minute for each person. Please ask again in a minute."
    if _count(c, team, user, last_day) >= limits.per_user_day:
        return f"I answer {limits.per_user_day} questions a day for each person. Please ask again tomorrow."
    if _count(c, team, last_minute) >= limits.per_team_minute:
        return f"I answer {limits.per_team_minute} questions a minute here. Please ask again in a minute."
    return None


def _count(c: Connection, *where: ColumnElement[bool]) -> int:
    """Counts questions; what only gets a notice does not count against anybody."""
    return int(
        c.execute(select(func.count()).select_from(question).where(question.c.notice.is_(None), *where)).scalar_one()
    )
