"""A bot that is ready: from a message to an answer out of what is published now. Counts what it cites."""

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.answer import Answer
from bot.ask import ask
from bot.cited import count_citations
from bot.means import Pinned
from bot.question.followup import Turn

Reply = Callable[[str, Sequence[Turn], datetime.date | None], Answer]
"""Makes an answer of a message, its history and the day it was asked (None: today)."""


def replies(home: Path, pinned: Pinned) -> Reply:
    """Returns what answers with the means it pins; it counts the articles it cites."""

    def reply(text: str, history: Sequence[Turn], asked: datetime.date | None) -> Answer:
        day = asked or datetime.date.today()
        with pinned() as means:
            answer = ask(
                text,
                index=means.index,
                embedder=means.embedder,
                language=means.language,
                asked=day,
                history=history,
                writer=means.writer,
            )
        count_citations(home, (citation.article.id for citation in answer.citations), day=day)
        return answer

    return reply
