"""How much may wait and how often one may ask. Knows counts; knows nothing of Slack."""

from sqlalchemy import Connection, func, or_, select

from bot.slack.policy import Quota
from bot.slack.records.question import PostedQuestion
from bot.slack.records.tables import question

OPEN = ("received", "answering")
_DAY = 86_400.0


def over_limit(c: Connection, asked: PostedQuestion, limits: Quota) -> tuple[str | None, int]:
    """Returns the sentence for a question that is one too many, None if there is room; and how many stood before it.

    The question has its row already. What only gets a notice does not count against anybody.
    """
    user, state, received = question.c.asker == asked.asker, question.c.state, question.c.received
    last_minute, last_day = received > asked.received - 60, received > asked.received - _DAY
    counted = select(
        func.count().filter(state.in_(OPEN)),
        func.count().filter(user, state == "received"),
        func.count().filter(user, last_minute),
        func.count().filter(user, last_day),
        func.count().filter(last_minute),
    ).where(
        question.c.kind != "deleted",
        state != "ignored",
        question.c.notice.is_(None),
        or_(state.in_(OPEN), last_day),
        question.c.id != asked.id,
    )
    waiting, own_waiting, own_minute, own_day, minute = map(int, c.execute(counted).one())
    notice = None
    if waiting >= limits.queue:
        notice = f"I am busy: {waiting} questions are waiting. Please ask again in a minute."
    elif own_waiting >= limits.waiting_per_user:
        notice = f"You have {limits.waiting_per_user} questions waiting already. Please ask again after the answers."
    elif own_minute >= limits.per_user_minute:
        notice = f"I answer {limits.per_user_minute} questions a minute for each person. Please ask again in a minute."
    elif own_day >= limits.per_user_day:
        notice = f"I answer {limits.per_user_day} questions a day for each person. Please ask again tomorrow."
    elif minute >= limits.per_team_minute:
        notice = f"I answer {limits.per_team_minute} questions a minute here. Please ask again in a minute."
    return notice, waiting
