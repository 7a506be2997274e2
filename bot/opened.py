"""A bot that is ready: from a message to an answer out of what is published now. Knows the home; prints nothing."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bot.answer import Answer
from bot.ask import ask
from bot.cited import count_citations
from bot.followup import Turn
from bot.live import LiveIndex
from ingest.address import ServerAddress
from ingest.embed import MiniLM

Reply = Callable[[str, Sequence[Turn], datetime.date | None], Answer]
"""Makes an answer of a message, its history and the day it was asked (None: today)."""


@contextmanager
def opened_bot(
    home: Path,
    embedder: MiniLM,
    *,
    server: ServerAddress | None = None,
    warn: Callable[[str], object],
    counts: bool = True,
) -> Iterator[Reply]:
    """Yields what answers over whatever is published in the home, now and later; it counts what it cites if `counts`.

    `warn` is told what is wrong with the index, if it answers all the same.

    Raises:
        IngestError: nothing has been published, or nothing of it can be opened.
    """

    def reply(text: str, history: Sequence[Turn], asked: datetime.date | None) -> Answer:
        day = asked or datetime.date.today()
        with live.pinned() as index:
            answer = ask(text, index=index, embedder=embedder, language=embedder, asked=day, history=history)
        if counts:
            count_citations(home, (citation.article.id for citation in answer.citations), day=day)
        return answer

    with closing(LiveIndex(home, embedder.fingerprint, server=server)) as live:
        if live.trouble:
            warn(live.trouble)
        yield reply
