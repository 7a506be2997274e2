"""The inbox: every accepted question, once, with its state. Knows rows and leases; knows nothing of what is posted.

    received -> answering -> answered | refused | stopped | failed | ignored
                    |  a deletion, at any time
                    v
                 erasing  ->  erased

`received` waits; `answering` is held by one process under a lease that it renews. A lease that has run out means that
the process died: the question is claimed again, and what it had shown stands in `posts`, so that it is changed and not
said a second time.

A deletion may come before the message itself, while it waits, while it is answered, or long after. Whenever it comes,
the words, the asker, the answer and all feedback go at once; what is left is the key, so that the message is never
taken for a new one. If an answer is under way its holder, or whoever takes it over, still has to remove what it has
shown: that is the state `erasing`.
"""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import Connection, FromClause, and_, delete, exists, func, or_, select, update

from bot.slack.records.database import scrub
from bot.slack.records.tables import (
    FIELDS,
    PostedQuestion,
    add,
    feedback,
    from_row,
    in_thread,
    question,
    refused,
    shown,
    thread,
)
from bot.slack.records.threads import disown, own
from bot.slack.settings import SlackSettings

Outcome = Literal["answered", "refused", "stopped", "failed", "ignored"]
OVERHEARD = "overheard"
"""The kind of a question that was not put to the bot: it is answered if the articles answer it, else dropped."""
_HELD, _OPEN = ("answering", "erasing"), ("received", "answering")
_UNFINISHED = ("received", *_HELD)
# Nobody was answered: the words need not be kept; of what was not for the bot, nor who said them.
_FORGOTTEN: Mapping[str, dict[str, str]] = {
    "refused": {"text": ""},
    "ignored": {"text": "", "asker": "", "actor_team": ""},
}
_NOTHING: dict[str, Any] = {
    "asker": "",
    "actor_team": "",
    "text": "",
    "notice": None,
    "response_url": None,
    "answer": None,
    "stop": True,
}
_DAY = 86_400.0


def accept(c: Connection, asked: PostedQuestion, limits: SlackSettings) -> int | None:
    """Writes a question down, once; one past a limit is kept with a notice that says so, without its words.

    Returns how many questions stand before it; None if it was there already.
    """
    row = {name: getattr(asked, name) for name in FIELDS} | {"state": "received", "stop": False}
    if not add(c, question, row | {"not_before": asked.received}):
        return None
    if asked.notice:
        return 0
    notice, before = _over_limit(c, asked, limits)
    if notice:
        told = {"state": "ignored"} if asked.kind == OVERHEARD else {"notice": notice}
        c.execute(update(question).where(question.c.id == asked.id).values(text="", **told))
    elif asked.thread_ts and asked.kind != OVERHEARD:
        own(c, asked)
    return before


def claim(c: Connection, owner: str, *, now: float, lease: float) -> PostedQuestion | None:
    """Takes the next question for so many seconds: the oldest whose thread is free, or one whose holder has died."""
    one, other = question.alias("one"), question.alias("other")
    earlier = and_(
        other.c.team == one.c.team,
        other.c.channel == one.c.channel,
        other.c.thread_ts == one.c.thread_ts,
        other.c.id != one.c.id,
        other.c.notice.is_(None),
        or_(other.c.state == "answering", and_(other.c.state == "received", other.c.ts < one.c.ts)),
    )
    free = and_(one.c.state.in_(_OPEN), one.c.notice.is_(None), ~exists().where(earlier))
    return _claim(c, one, free, owner=owner, now=now, lease=lease)


def claim_notice(c: Connection, owner: str, *, now: float, lease: float) -> PostedQuestion | None:
    """Takes the next question that only needs its notice said; these do not stand in line."""
    said = and_(question.c.state.in_(_OPEN), question.c.notice.is_not(None))
    return _claim(c, question, said, owner=owner, now=now, lease=lease)


def claim_erasure(c: Connection, owner: str, *, now: float, lease: float) -> PostedQuestion | None:
    """Takes the next deleted question whose answer nobody removes."""
    return _claim(c, question, question.c.state == "erasing", owner=owner, now=now, lease=lease)


def orphan_all(c: Connection) -> int:
    """Frees every held question: for a start when no other process shares the database. Returns how many."""
    return int(c.execute(update(question).where(question.c.state.in_(_HELD)).values(owner=None)).rowcount)


def renew(c: Connection, owner: str, *, now: float, lease: float) -> frozenset[str]:
    """Extends the owner's leases; returns the ids of its questions that somebody stopped or deleted."""
    mine = and_(question.c.owner == owner, question.c.state.in_(_HELD))
    unwanted = or_(question.c.stop, question.c.state == "erasing")
    c.execute(update(question).where(mine).values(lease=now + lease))
    return frozenset(c.execute(select(question.c.id).where(mine, unwanted)).scalars())


def finish(
    c: Connection, id_: str, outcome: Outcome, *, owner: str, now: float, answer: Mapping[str, Any] | None = None
) -> bool:
    """Closes a question for good; returns False if it is no longer the owner's to close, or was deleted."""
    held = and_(question.c.id == id_, question.c.owner == owner, question.c.state == "answering")
    values: dict[str, Any] = {"state": outcome, "finished": now, "answer": answer, "owner": None, "response_url": None}
    if c.execute(update(question).where(held).values(values | _FORGOTTEN.get(outcome, {}))).rowcount != 1:
        return False
    row = c.execute(select(question).where(question.c.id == id_)).one()
    if row.kind == OVERHEARD and outcome == "answered":
        own(c, from_row(row))
    if outcome in _FORGOTTEN:
        scrub(c)
    return True


def release(c: Connection, id_: str, *, owner: str, not_before: float) -> None:
    """Gives a question back, to be taken up again after a moment."""
    mine = and_(question.c.id == id_, question.c.owner == owner, question.c.state.in_(_HELD))
    c.execute(update(question).where(mine).values(owner=None, not_before=not_before))


def stop(c: Connection, team: str, channel: str, thread_ts: str | None) -> tuple[str, ...]:
    """Drops what waits in a thread, or in a whole direct conversation, and asks whoever answers there to stop.

    Returns the ids being answered.
    """
    place = and_(question.c.team == team, question.c.channel == channel)
    here = and_(in_thread(question, team, channel, thread_ts) if thread_ts else place, question.c.notice.is_(None))
    c.execute(update(question).where(here, question.c.state == "received").values(state="stopped"))
    c.execute(update(question).where(here, question.c.state == "answering").values(stop=True))
    return tuple(c.execute(select(question.c.id).where(here, question.c.state == "answering")).scalars())


def forget(c: Connection, team: str, channel: str, ts: str, *, now: float, with_answer: bool = False) -> str | None:
    """Erases what a deleted message asked and what was answered; `with_answer` takes a whole answer away, too.

    Returns the id if something of it is shown that is to be removed.
    """
    gone = PostedQuestion(team, channel, ts, None, "", "", "deleted", "", now)
    blank = {"id": gone.id, "kind": gone.kind, "received": now, "not_before": now, "attempts": 0}
    # Only a row with its very key keeps the message out, should it arrive at this same moment.
    if add(c, question, {"team": team, "channel": channel, "ts": ts, "state": "erased"} | blank | _NOTHING):
        return None
    keyed = and_(question.c.team == team, question.c.channel == channel, question.c.ts == ts)
    row = c.execute(select(question).where(keyed).with_for_update()).one()
    is_shown = with_answer or row.state in _HELD
    values = _NOTHING | {"state": "erasing" if is_shown else "erased", "not_before": now}
    c.execute(update(question).where(question.c.id == row.id).values(values))
    c.execute(delete(feedback).where(feedback.c.id == row.id))
    if row.thread_ts:
        disown(c, team, channel, row.thread_ts)
    scrub(c)
    return str(row.id) if is_shown else None


def erased(c: Connection, id_: str) -> None:
    """Notes that nothing is shown of a deleted question any more."""
    c.execute(delete(shown).where(shown.c.id == id_))
    values = {"state": "erased", "owner": None, "thread_ts": None}
    c.execute(update(question).where(question.c.id == id_, question.c.state == "erasing").values(values))


def find(c: Connection, id_: str) -> tuple[PostedQuestion, Mapping[str, Any]] | None:
    """Returns a question and its stored answer; None if it is gone."""
    row = c.execute(select(question).where(question.c.id == id_)).first()
    return (from_row(row), row.answer or {}) if row else None


def line(c: Connection) -> tuple[PostedQuestion, ...]:
    """Returns the questions that wait for an answer, the next first."""
    waits = and_(question.c.state == "received", question.c.notice.is_(None), question.c.kind != OVERHEARD)
    return tuple(map(from_row, c.execute(select(question).where(waits).order_by(question.c.received, question.c.ts))))


def sweep(c: Connection, *, now: float, days: float) -> int:
    """Deletes what is older than the retention, but nothing unfinished; returns how many questions went."""
    before = now - days * _DAY
    old = and_(question.c.received < before, question.c.state.not_in(_UNFINISHED))
    c.execute(delete(shown).where(shown.c.id.in_(select(question.c.id).where(old))))
    c.execute(delete(feedback).where(feedback.c.at < before))
    c.execute(delete(thread).where(thread.c.last < before))
    c.execute(delete(refused).where(refused.c.at < now - _DAY))
    return int(c.execute(delete(question).where(old)).rowcount)


def _claim(
    c: Connection, one: FromClause, wanted: Any, *, owner: str, now: float, lease: float
) -> PostedQuestion | None:
    """Takes the oldest wanted question that nobody holds: that waits, or whose holder has died or let it go."""
    dead = or_(one.c.owner.is_(None), and_(one.c.owner != owner, one.c.lease < now))
    due = and_(wanted, or_(one.c.state == "received", dead), one.c.not_before <= now)
    pick = select(one).where(due).order_by(one.c.received, one.c.ts).limit(1)
    row = c.execute(pick.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    state = "answering" if row.state == "received" else row.state
    values = {"state": state, "owner": owner, "lease": now + lease, "attempts": row.attempts + 1}
    c.execute(update(question).where(question.c.id == row.id).values(values))
    return from_row(row)


def _over_limit(c: Connection, asked: PostedQuestion, limits: SlackSettings) -> tuple[str | None, int]:
    """The sentence for a question that is one too many, None if there is room; and how many stood before it.

    The question has its row already. What only gets a notice does not count against anybody.
    """
    user, state, received = question.c.asker == asked.asker, question.c.state, question.c.received
    last_minute, last_day = received > asked.received - 60, received > asked.received - _DAY
    counted = select(
        func.count().filter(state.in_(_OPEN)),
        func.count().filter(user, state == "received"),
        func.count().filter(user, last_minute),
        func.count().filter(user, last_day),
        func.count().filter(last_minute),
    ).where(
        question.c.kind != "deleted",
        state != "ignored",
        question.c.notice.is_(None),
        or_(state.in_(_OPEN), last_day),
        question.c.id != asked.id,
    )
    waiting, *others = map(int, c.execute(counted).one())
    mine, minute, day, team = (
        limits.slack_user_waiting,
        limits.slack_user_minute,
        limits.slack_user_day,
        limits.slack_team_minute,
    )
    notices = (
        (limits.slack_queue, f"I am busy: {waiting} questions are waiting. Please ask again in a minute."),
        (mine, f"You have {mine} questions waiting already. Please ask again after the answers."),
        (minute, f"I answer {minute} questions a minute for each person. Please ask again in a minute."),
        (day, f"I answer {day} questions a day for each person. Please ask again tomorrow."),
        (team, f"I answer {team} questions a minute here. Please ask again in a minute."),
    )
    counts = zip((waiting, *others), notices, strict=True)
    return next((notice for count, (most, notice) in counts if count >= most), None), waiting
