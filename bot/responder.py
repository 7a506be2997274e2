"""What a chat asks for and gets back, piece by piece. Knows the shape; the answering lives in `ask`."""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.answer import MARKER, Answer, Citation
from bot.ask import ask
from bot.followup import Turn
from ingest.embed import Embedder, Language
from ingest.index import Index

_SENTENCE = re.compile(r".*?\[\d+\](?:\[\d+\])*(?=\s|$)|.+\Z", re.DOTALL)


@dataclass(frozen=True)
class Request:
    """One question: `history` oldest first, `asked` counts as today, `scope` the folders to search; () means all."""

    text: str
    history: tuple[Turn, ...]
    asked: datetime.date
    scope: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One checked sentence with its markers, in its final place; the texts of all parts, joined, are the answer's."""

    text: str
    citations: tuple[Citation, ...]


# Runs in a worker thread; yields parts in their order, and the answer as the last item.
Responder = Callable[[Request], Iterator[Part | Answer]]


def respond(request: Request, *, index: Index, embedder: Embedder, language: Language) -> Iterator[Part | Answer]:
    """Answers by quoting; yields each sentence of the answer, then the answer."""
    answer = ask(
        request.text,
        index=index,
        embedder=embedder,
        language=language,
        asked=request.asked,
        history=request.history,
        scope=request.scope,
    )
    yield from parts_of(answer)
    yield answer


def parts_of(answer: Answer) -> Iterator[Part]:
    """Yields the sentences of a finished answer; one without markers is a single part."""
    for match in _SENTENCE.finditer(answer.text):
        numbers = {int(number) for number in MARKER.findall(match[0])}
        yield Part(match[0], tuple(c for c in answer.citations if c.number in numbers))
