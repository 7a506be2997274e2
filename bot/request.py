"""What is asked of the bot, by whom and on which day. Plain values; knows nothing of answers."""

import datetime
from dataclasses import dataclass

from bot.question.followup import Turn


@dataclass(frozen=True)
class Overheard:
    """How words were heard that were not put to the bot: whether from somebody who asked before, which of their
    sentences are put like a question or a request, and which articles (ids) the conversation was about.
    """

    by_asker: bool
    question: str
    about: frozenset[str]


@dataclass(frozen=True)
class Request:
    """One message: `today` is the day on which it is asked; `history` holds the earlier turns, oldest first.

    `scope` names the folders to search, () means all; `user` is whose budget a model spends. Words that were
    `overheard` get an empty answer if they are not for the bot.
    """

    text: str
    today: datetime.date
    history: tuple[Turn, ...] = ()
    scope: tuple[str, ...] = ()
    user: str = "local"
    overheard: Overheard | None = None
