"""What a chat asks for and gets back, piece by piece. Knows the shape; the answering lives in `ask`."""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.answer import MARKER, Answer, Part
from bot.ask import answering
from bot.means import Means
from bot.question.followup import Turn

_END = re.compile(r"\[\d+\](?=\s|\Z)")


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
    """One question: `history` oldest first, `asked` counts as today, `scope` the folders to search; () means all;
    `user` is whose budget a model spends. Words that were `overheard` get an empty answer if they are not for the bot.
    """

    text: str
    history: tuple[Turn, ...]
    asked: datetime.date
    scope: tuple[str, ...] = ()
    user: str = "local"
    overheard: Overheard | None = None


# Runs in a worker thread; yields parts in their order, and the answer as the last item.
Responder = Callable[[Request], Iterator[Part | Answer]]


def respond(request: Request, means: Means) -> Iterator[Part | Answer]:
    """Yields each sentence of the answer as soon as it is checked, then the answer."""
    shown = False
    for item in answering(
        request.text,
        index=means.index,
        embedder=means.embedder,
        language=means.language,
        asked=request.asked,
        history=request.history,
        writer=means.writer,
        user=request.user,
        scope=request.scope,
    ):
        if isinstance(item, Answer) and not shown:
            yield from parts_of(item)
        shown = True
        yield item


def parts_of(answer: Answer) -> Iterator[Part]:
    """Yields the sentences of a finished answer; one without markers is a single part."""
    at = 0
    for end in (*(match.end() for match in _END.finditer(answer.text)), len(answer.text)):
        if sentence := answer.text[at:end]:
            numbers = {int(number) for number in MARKER.findall(sentence)}
            yield Part(sentence, tuple(c for c in answer.citations if c.number in numbers))
        at = end
