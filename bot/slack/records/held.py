"""Whether a question is still to be answered by whoever holds it. Knows the row's state; decides nothing else."""

from sqlalchemy import Connection, select

from bot.slack.records.tables import question


class Lost(Exception):
    """Another process has taken the question over: say nothing more."""


class Stopped(Exception):
    """A person said stop: show nothing more, leave what is shown."""


class Erased(Exception):
    """The question was deleted: show nothing more, and take away what is shown."""


def demand(c: Connection, id_: str, *, owner: str) -> None:
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
