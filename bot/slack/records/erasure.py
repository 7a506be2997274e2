"""What is left of a deleted message: its key, so that it is never taken for a new one. Knows rows; removes no message.

A deletion may come before the message itself, while it waits, while it is answered, or long after. Whenever it comes,
the words, the asker, the answer and all feedback go at once. If an answer is under way its holder, or whoever takes it
over, still has to remove what it has shown: that is the state `erasing`.
"""

from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from bot.slack.records.question import PostedQuestion, from_row, keyed
from bot.slack.records.tables import Database, feedback, question, shown
from bot.slack.records.threads import disown
from bot.slack.records.writing import add

_NOTHING: dict[str, Any] = {
    "asker": "",
    "actor_team": "",
    "text": "",
    "notice": None,
    "response_url": None,
    "answer": None,
    "stop": True,
}


class Erasure:
    """The deletions in a database."""

    def __init__(self, database: Database, lease_seconds: float) -> None:
        self._database, self._lease_seconds = database, lease_seconds

    def forget(self, team: str, channel: str, ts: str, *, now: float, with_answer: bool = False) -> str | None:
        """Erases what a deleted message asked and what was answered; `with_answer` takes a whole answer away, too.

        Returns the id if something of it is shown that is to be removed.
        """
        gone = PostedQuestion(team, channel, ts, None, "", "", "deleted", "", now)
        blank = {"id": gone.id, "kind": gone.kind, "received": now, "not_before": now, "attempts": 0}
        with self._database.transaction() as c:
            # Only a row with its very key keeps the message out, should it arrive at this same moment.
            if add(c, question, {"team": team, "channel": channel, "ts": ts, "state": "erased"} | blank | _NOTHING):
                return None
            row = c.execute(select(question).where(keyed(team, channel, ts)).with_for_update()).one()
            is_shown = with_answer or row.state in ("answering", "erasing")
            values = _NOTHING | {"state": "erasing" if is_shown else "erased", "not_before": now}
            c.execute(update(question).where(question.c.id == row.id).values(values))
            c.execute(delete(feedback).where(feedback.c.id == row.id))
            if row.thread_ts:
                disown(c, team, channel, row.thread_ts)
        self._database.scrub()
        return str(row.id) if is_shown else None

    def claim(self, owner: str, *, now: float) -> PostedQuestion | None:
        """Takes the next deleted question whose answer nobody removes."""
        dead = or_(question.c.owner.is_(None), and_(question.c.owner != owner, question.c.lease < now))
        due = and_(question.c.state == "erasing", question.c.not_before <= now, dead)
        with self._database.transaction() as c:
            row = c.execute(select(question).where(due).limit(1).with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            values = {"owner": owner, "lease": now + self._lease_seconds, "attempts": row.attempts + 1}
            c.execute(update(question).where(question.c.id == row.id).values(values))
            return from_row(row)

    def done(self, id_: str) -> None:
        """Notes that nothing is shown of it any more."""
        with self._database.transaction() as c:
            c.execute(delete(shown).where(shown.c.id == id_))
            values = {"state": "erased", "owner": None, "thread_ts": None}
            c.execute(update(question).where(question.c.id == id_, question.c.state == "erasing").values(values))
