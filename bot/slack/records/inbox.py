"""The inbox: every accepted question, once, with its state. Knows rows and leases; knows nothing of what is posted.

    received -> answering -> answered | refused | stopped | failed | ignored
                    |  a deletion, at any time
                    v
                 erasing  ->  erased

`received` waits; `answering` is held by one process under a lease that it renews. A lease that has run out means that
the process died: the question is claimed again, and what it had shown stands in `posts`, so that it is changed and not
said a second time. Deletions are in `erasure`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, and_, delete, exists, func, or_, select, update

from bot.slack.policy import Quota
from bot.slack.records.question import FIELDS, PostedQuestion, from_row, in_thread
from bot.slack.records.tables import Database, feedback, question, refused, shown, thread
from bot.slack.records.threads import own
from bot.slack.records.writing import add

Outcome = Literal["answered", "refused", "stopped", "failed", "ignored"]
OVERHEARD = "overheard"
"""The kind of a question that was not put to the bot: it is answered if the articles answer it, else dropped."""
_UNFINISHED = ("received", "answering", "erasing")
# Nobody was answered: the words need not be kept; of what was not for the bot, nor who said them.
_FORGOTTEN: Mapping[str, Mapping[str, str]] = {
    "refused": {"text": ""},
    "ignored": {"text": "", "asker": "", "actor_team": ""},
}
_DAY = 86_400.0
OPEN = ("received", "answering")


@dataclass(frozen=True)
class Accepted:
    """What became of a message: a new row or not, and how many questions stood before it."""

    new: bool
    before: int = 0


class Inbox:
    """The questions in a database."""

    def __init__(self, database: Database, limits: Quota, lease_seconds: float) -> None:
        self._database, self._limits, self.lease_seconds = database, limits, lease_seconds

    def accept(self, asked: PostedQuestion) -> Accepted:
        """Writes a question down, once; one past a limit is kept with a notice that says so, without its words."""
        row = {name: getattr(asked, name) for name in FIELDS} | {"state": "received", "stop": False}
        with self._database.transaction() as c:
            if not add(c, question, row | {"not_before": asked.received}):
                return Accepted(new=False)
            if asked.notice:
                return Accepted(new=True)
            notice, before = over_limit(c, asked, self._limits)
            if notice:
                told = {"state": "ignored"} if asked.kind == OVERHEARD else {"notice": notice}
                c.execute(update(question).where(question.c.id == asked.id).values(text="", **told))
            elif asked.thread_ts and asked.kind != OVERHEARD:
                own(c, asked)
            return Accepted(new=True, before=before)

    def claim(self, owner: str, *, now: float) -> PostedQuestion | None:
        """Takes the next question: the oldest whose thread is free, or one whose holder has died."""
        one, other = question.alias("one"), question.alias("other")
        earlier = and_(
            other.c.team == one.c.team,
            other.c.channel == one.c.channel,
            other.c.thread_ts == one.c.thread_ts,
            other.c.id != one.c.id,
            other.c.notice.is_(None),
            or_(other.c.state == "answering", and_(other.c.state == "received", other.c.ts < one.c.ts)),
        )
        return self._claim(one, and_(one.c.notice.is_(None), ~exists().where(earlier)), owner=owner, now=now)

    def claim_notice(self, owner: str, *, now: float) -> PostedQuestion | None:
        """Takes the next question that only needs its notice said; these do not stand in line."""
        one = question.alias("one")
        return self._claim(one, one.c.notice.is_not(None), owner=owner, now=now)

    def orphan_all(self) -> int:
        """Frees every held question: for a start when no other process shares the database. Returns how many."""
        held = question.c.state.in_(("answering", "erasing"))
        with self._database.transaction() as c:
            return int(c.execute(update(question).where(held).values(owner=None)).rowcount)

    def renew(self, owner: str, *, now: float) -> frozenset[str]:
        """Extends the owner's leases; returns the ids of its questions that somebody stopped or deleted."""
        mine = and_(question.c.owner == owner, question.c.state.in_(("answering", "erasing")))
        unwanted = or_(question.c.stop, question.c.state == "erasing")
        with self._database.transaction() as c:
            c.execute(update(question).where(mine).values(lease=now + self.lease_seconds))
            return frozenset(c.execute(select(question.c.id).where(mine, unwanted)).scalars())

    def finish(
        self, id_: str, outcome: Outcome, *, owner: str, now: float, answer: Mapping[str, Any] | None = None
    ) -> bool:
        """Closes a question for good; returns False if it is no longer the owner's to close, or was deleted."""
        held = and_(question.c.id == id_, question.c.owner == owner, question.c.state == "answering")
        values: dict[str, Any] = {"state": outcome, "finished": now, "answer": answer, "owner": None}
        values |= {"response_url": None, **_FORGOTTEN.get(outcome, {})}
        with self._database.transaction() as c:
            if c.execute(update(question).where(held).values(values)).rowcount != 1:
                return False
            row = c.execute(select(question).where(question.c.id == id_)).one()
            if row.kind == OVERHEARD and outcome == "answered":
                own(c, from_row(row))
        if outcome in _FORGOTTEN:
            self._database.scrub()
        return True

    def release(self, id_: str, *, owner: str, not_before: float) -> None:
        """Gives a question back, to be taken up again after a moment."""
        mine = and_(question.c.id == id_, question.c.owner == owner, question.c.state.in_(("answering", "erasing")))
        with self._database.transaction() as c:
            c.execute(update(question).where(mine).values(owner=None, not_before=not_before))

    def stop(self, team: str, channel: str, thread_ts: str | None) -> tuple[str, ...]:
        """Drops what waits in a thread, or in a whole direct conversation, and asks whoever answers there to stop.

        Returns the ids being answered.
        """
        here = in_thread(team, channel, thread_ts) if thread_ts else _in_channel(team, channel)
        here = and_(here, question.c.notice.is_(None))
        with self._database.transaction() as c:
            c.execute(update(question).where(here, question.c.state == "received").values(state="stopped"))
            c.execute(update(question).where(here, question.c.state == "answering").values(stop=True))
            return tuple(c.execute(select(question.c.id).where(here, question.c.state == "answering")).scalars())

    def find(self, id_: str) -> tuple[PostedQuestion, Mapping[str, Any]] | None:
        """Returns a question and its stored answer; None if it is gone."""
        with self._database.transaction() as c:
            row = c.execute(select(question).where(question.c.id == id_)).first()
        return (from_row(row), row.answer or {}) if row else None

    def state(self, id_: str) -> str | None:
        """Returns the state of a question; None if there is none with that id."""
        with self._database.transaction() as c:
            return c.execute(select(question.c.state).where(question.c.id == id_)).scalar()

    def states(self) -> dict[str, int]:
        """Returns how many questions are in each state; what was deleted is none any more."""
        counted = select(question.c.state, func.count().label("number")).group_by(question.c.state)
        with self._database.transaction() as c:
            rows = c.execute(counted.where(question.c.state != "erased"))
            return {row.state: row.number for row in rows}

    def line(self) -> tuple[PostedQuestion, ...]:
        """Returns the questions that wait for an answer, the next first."""
        waits = and_(question.c.state == "received", question.c.notice.is_(None), question.c.kind != OVERHEARD)
        pick = select(question).where(waits).order_by(question.c.received, question.c.ts)
        with self._database.transaction() as c:
            return tuple(map(from_row, c.execute(pick)))

    def sweep(self, *, now: float, days: float) -> int:
        """Deletes what is older than the retention, but nothing unfinished; returns how many questions went."""
        before = now - days * _DAY
        old = and_(question.c.received < before, question.c.state.not_in(_UNFINISHED))
        with self._database.transaction() as c:
            c.execute(delete(shown).where(shown.c.id.in_(select(question.c.id).where(old))))
            c.execute(delete(feedback).where(feedback.c.at < before))
            c.execute(delete(thread).where(thread.c.last < before))
            c.execute(delete(refused).where(refused.c.at < now - _DAY))
            return int(c.execute(delete(question).where(old)).rowcount)

    def _claim(self, one: Any, condition: Any, *, owner: str, now: float) -> PostedQuestion | None:
        dead = or_(one.c.owner.is_(None), and_(one.c.owner != owner, one.c.lease < now))
        due = or_(one.c.state == "received", and_(one.c.state == "answering", dead))
        pick = select(one).where(due, one.c.not_before <= now, condition).order_by(one.c.received, one.c.ts).limit(1)
        with self._database.transaction() as c:
            row = c.execute(pick.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            values = {
                "state": "answering",
                "owner": owner,
                "lease": now + self.lease_seconds,
                "attempts": row.attempts + 1,
            }
            c.execute(update(question).where(question.c.id == row.id).values(values))
            return from_row(row)


def _in_channel(team: str, channel: str) -> Any:
    return and_(question.c.team == team, question.c.channel == channel)


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
