"""The threads in which the bot was asked, what was said there, and who was refused. Knows rows, decides nothing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from bot.question.followup import Turn
from bot.slack.policy import Thread
from bot.slack.records.question import PostedQuestion, in_thread
from bot.slack.records.tables import Database, question, refused, thread
from bot.slack.records.writing import add, put

_DAY = 86_400.0


def own(c: Connection, asked: PostedQuestion) -> None:
    """Makes the question's thread one of the bot's, open and without chatter, and its asker one who asks there."""
    if not asked.asker:
        return  # deleted meanwhile
    here = _keyed(asked.team, asked.channel, str(asked.thread_ts))
    row = c.execute(select(thread.c.askers).where(here).with_for_update()).first()
    values = {
        "askers": sorted({*(row.askers if row else ()), asked.asker}),
        "stopped": False,
        "chatter": False,
        "last": asked.received,
    }
    key = {"team": asked.team, "channel": asked.channel, "thread_ts": asked.thread_ts}
    put(c, thread, key=key, values=values)


def disown(c: Connection, team: str, channel: str, thread_ts: str) -> None:
    """Leaves of a thread what its remaining questions make of it; nothing if there are none."""
    asked = and_(question.c.asker != "", question.c.notice.is_(None), question.c.state.not_in(("refused", "ignored")))
    remain = and_(in_thread(team, channel, thread_ts), asked)
    askers = c.execute(select(question.c.asker).where(remain).distinct()).scalars().all()
    here = _keyed(team, channel, thread_ts)
    c.execute(update(thread).where(here).values(askers=sorted(askers)) if askers else delete(thread).where(here))


class Threads:
    """The threads in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, team: str, channel: str, thread_ts: str) -> Thread | None:
        """Returns what is known of a thread; None if it is not one of the bot's."""
        with self._database.transaction() as c:
            row = c.execute(select(thread).where(_keyed(team, channel, thread_ts))).first()
        return Thread(tuple(row.askers), row.stopped, row.chatter) if row else None

    def note_chatter(self, team: str, channel: str, thread_ts: str) -> None:
        """Remembers that people have talked among themselves since the last question."""
        self._change(_keyed(team, channel, thread_ts), {"chatter": True})

    def close(self, team: str, channel: str, thread_ts: str) -> None:
        """Remembers that the bot is to keep quiet in a thread until it is mentioned."""
        self._change(_keyed(team, channel, thread_ts), {"stopped": True})

    def turns(self, team: str, channel: str, thread_ts: str, *, most: int = 6) -> tuple[Turn, ...]:
        """Returns the last answered questions of a thread with their answers, oldest first."""
        here = and_(in_thread(team, channel, thread_ts), question.c.state == "answered", question.c.text != "")
        pick = select(question.c.text, question.c.answer).where(here).order_by(question.c.ts.desc()).limit(most)
        with self._database.transaction() as c:
            rows = c.execute(pick).all()
        return tuple(
            turn
            for row in reversed(rows)
            for turn in (Turn("user", row.text), Turn("assistant", str((row.answer or {}).get("text", ""))))
        )

    def articles(self, team: str, channel: str, thread_ts: str) -> frozenset[str]:
        """Returns the ids of the articles that the answers of a thread cite or, where they refuse, come closest to."""
        here = and_(in_thread(team, channel, thread_ts), question.c.state == "answered")
        with self._database.transaction() as c:
            answers = [answer or {} for answer in c.execute(select(question.c.answer).where(here)).scalars()]
        named = (answer.get("citations") or answer.get("nearest", ())[:1] for answer in answers)
        return frozenset(str(one["article_id"]) for cited in named for one in cited)

    def refuses_anew(self, team: str, channel: str, asker: str, *, now: float) -> bool:
        """Tells whether a person is refused for the first time in this place for a day, and remembers it."""
        values = {"team": team, "asker": f"{channel} {asker}", "at": now}
        told = and_(refused.c.team == team, refused.c.asker == values["asker"])
        with self._database.transaction() as c:
            if add(c, refused, values):
                return True
            stale = update(refused).where(told, refused.c.at <= now - _DAY).values(at=now)
            return bool(c.execute(stale).rowcount == 1)

    def _change(self, where: ColumnElement[bool], values: Mapping[str, Any]) -> None:
        with self._database.transaction() as c:
            c.execute(update(thread).where(where).values(**values))


def _keyed(team: str, channel: str, thread_ts: str) -> ColumnElement[bool]:
    return and_(thread.c.team == team, thread.c.channel == channel, thread.c.thread_ts == thread_ts)
