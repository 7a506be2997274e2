"""Which messages an answer consists of, written down before and after each is posted, and whether more may follow.

Knows rows; posts nothing. A row without a ts says that a message was about to be posted: after a crash it may stand in
the thread or not.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from bot.slack.records.tables import add, from_row, question, shown
from bot.slack.records.threads import own

ROOT = -1


class Lost(Exception):
    """Another process has taken the question over: say nothing more."""


class Stopped(Exception):
    """A person said stop: show nothing more, leave what is shown."""


class Erased(Exception):
    """The question was deleted: show nothing more, and take away what is shown."""


@dataclass(frozen=True)
class Post:
    """A message of an answer; part ROOT is the root that a slash command gets. `ts` is None while it is unknown."""

    part: int
    channel: str
    ts: str | None


def allow(c: Connection, id_: str, *, owner: str) -> None:
    """Locks the question until the transaction ends, in which it is the owner's and wanted.

    Raises Lost, Stopped, Erased: it is not.
    """
    pick = select(question.c.state, question.c.owner, question.c.stop).where(question.c.id == id_)
    row = c.execute(pick.with_for_update()).first()
    if row is None or row.owner != owner or row.state not in ("answering", "erasing"):
        raise Lost(id_)
    if row.state == "erasing":
        raise Erased(id_)
    if row.stop:
        raise Stopped(id_)


def intend(c: Connection, id_: str, part: int, *, channel: str, owner: str) -> None:
    """Writes down that a message is about to be posted. Raises what `allow` does."""
    allow(c, id_, owner=owner)
    add(c, shown, {"id": id_, "part": part, "channel": channel, "ts": None})


def record(c: Connection, id_: str, part: int, *, ts: str) -> None:
    """Writes down where a message stands; a root also becomes the question's thread."""
    c.execute(update(shown).where(shown.c.id == id_, shown.c.part == part).values(ts=ts))
    if part == ROOT:
        c.execute(update(question).where(question.c.id == id_).values(thread_ts=ts))
        own(c, from_row(c.execute(select(question).where(question.c.id == id_)).one()))


def posts_of(c: Connection, id_: str) -> tuple[Post, ...]:
    """Returns the messages of an answer in their order."""
    rows = c.execute(select(shown).where(shown.c.id == id_).order_by(shown.c.part))
    return tuple(Post(row.part, row.channel, row.ts) for row in rows)


def known(c: Connection, channel: str) -> frozenset[str]:
    """Returns the ts of all messages of a channel that belong to an answer."""
    pick = select(shown.c.ts).where(shown.c.channel == channel, shown.c.ts.is_not(None))
    return frozenset(ts for ts in c.execute(pick).scalars() if ts)
