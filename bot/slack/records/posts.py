"""Which messages an answer consists of, written down before and after each is posted. Knows rows; posts nothing.

A row without a ts says that a message was about to be posted: after a crash it may stand in the thread or not.
"""

from dataclasses import dataclass

from sqlalchemy import select, update

from bot.slack.records.held import demand
from bot.slack.records.question import from_row
from bot.slack.records.tables import Database, question, shown
from bot.slack.records.threads import own
from bot.slack.records.writing import add

ROOT = -1


@dataclass(frozen=True)
class Post:
    """A message of an answer; part ROOT is the root that a slash command gets. `ts` is None while it is unknown."""

    part: int
    channel: str
    ts: str | None


class Posts:
    """The messages in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def intend(self, id_: str, part: int, *, channel: str, owner: str) -> None:
        """Writes down that a message is about to be posted.

        Raises Lost, Stopped, Erased: nothing more is to be posted.
        """
        with self._database.transaction() as c:
            demand(c, id_, owner=owner)
            add(c, shown, {"id": id_, "part": part, "channel": channel, "ts": None})

    def allow(self, id_: str, *, owner: str) -> None:
        """Raises what `intend` does, before words are added to a message that stands."""
        with self._database.transaction() as c:
            demand(c, id_, owner=owner)

    def record(self, id_: str, part: int, *, ts: str) -> None:
        """Writes down where a message stands; a root also becomes the question's thread."""
        with self._database.transaction() as c:
            c.execute(update(shown).where(shown.c.id == id_, shown.c.part == part).values(ts=ts))
            if part == ROOT:
                c.execute(update(question).where(question.c.id == id_).values(thread_ts=ts))
                own(c, from_row(c.execute(select(question).where(question.c.id == id_)).one()))

    def of(self, id_: str) -> tuple[Post, ...]:
        """Returns the messages of an answer in their order."""
        with self._database.transaction() as c:
            rows = c.execute(select(shown).where(shown.c.id == id_).order_by(shown.c.part))
            return tuple(Post(row.part, row.channel, row.ts) for row in rows)

    def known(self, channel: str) -> frozenset[str]:
        """Returns the ts of all messages of a channel that belong to an answer."""
        pick = select(shown.c.ts).where(shown.c.channel == channel, shown.c.ts.is_not(None))
        with self._database.transaction() as c:
            return frozenset(ts for ts in c.execute(pick).scalars() if ts)
