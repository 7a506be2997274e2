"""A bot that is ready: each request is answered from what is published now, and what is cited is counted."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bot.answer import Answer, Part
from bot.ask import answering
from bot.cited import count_citations
from bot.means import Means, Pinned
from bot.request import Request

Responder = Callable[[Request], Iterator[Part | Answer]]
"""Yields the parts of an answer in their order, and the whole as the last item; may run in a worker thread."""


def responder(
    home: Path, pinned: Pinned, answer: Callable[[Request, Means], Iterator[Part | Answer]] = answering
) -> Responder:
    """Returns what answers with the means it pins, each answer from one generation."""

    def respond(request: Request) -> Iterator[Part | Answer]:
        with pinned() as means:
            for item in answer(request, means):
                if isinstance(item, Answer):
                    count_citations(home, (citation.article.id for citation in item.citations), day=request.today)
                yield item

    return respond
