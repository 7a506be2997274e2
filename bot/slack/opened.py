"""The published articles as the Slack app wants them. Knows generations; nothing of Slack's protocol."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.answer import Answer, Part
from bot.cited import count_citations
from bot.means import Pinned
from bot.responder import Request, Responder, respond
from bot.slack.home import Knowledge, knowledge_of


@dataclass(frozen=True)
class Opened:
    """What the app answers with, and what it says of the articles."""

    responder: Responder
    knowledge: Callable[[], Knowledge]


def opened(home: Path, pinned: Pinned) -> Opened:
    """Returns what answers from whatever is published, each answer from one generation; it counts what it cites."""

    def responder(request: Request) -> Iterator[Part | Answer]:
        with pinned() as means:
            for item in respond(request, means):
                if isinstance(item, Answer):
                    count_citations(home, (c.article.id for c in item.citations), day=request.asked)
                yield item

    def knowledge() -> Knowledge:
        with pinned() as means:
            return knowledge_of(means.index.articles, created=means.index.manifest.created)

    return Opened(responder, knowledge)
