"""The published articles as the Slack app wants them. Knows generations; nothing of Slack's protocol."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answer import Answer, Part, uncited
from bot.ask import answering
from bot.means import Means, Pinned
from bot.question.smalltalk import small_talk
from bot.request import Request
from bot.responder import Responder, responder
from bot.retrieve import is_within
from bot.slack.home import Knowledge, knowledge_of
from bot.slack.overheard import is_about_articles
from ingest.articles.article import Article

_NOWHERE = "I answer here only from {folders}, and no articles are there at the moment. /ask settings changes that."
_PARTLY = "There are no articles at the moment in {folders}, from which I also answer here."


@dataclass(frozen=True)
class Opened:
    """What the app answers with, and what it says of the articles."""

    responder: Responder
    knowledge: Callable[[], Knowledge]


def opened(home: Path, pinned: Pinned) -> Opened:
    """Returns what answers from whatever is published, each answer from one generation; it counts what it cites."""

    def knowledge() -> Knowledge:
        with pinned() as means:
            return knowledge_of(means.index.articles, created=means.index.manifest.created)

    return Opened(responder(home, pinned, _within_scope), knowledge)


def _within_scope(request: Request, means: Means) -> Iterator[Part | Answer]:
    """What is responded, and what of the scope leads nowhere: a folder may be gone since it was chosen."""
    if request.overheard and not is_about_articles(request, request.overheard, means):
        yield _nothing(request, means)
        return
    gone = [folder for folder in request.scope if not _has_any(folder, means.index.articles)]
    if gone and len(gone) == len(request.scope) and not small_talk(request.text):
        said = uncited(_NOWHERE.format(folders=_named(gone)))
        yield said
        yield _nothing(request, means, said)
        return
    for item in answering(request, means):
        if gone and isinstance(item, Answer):
            notices = (item.notice, _PARTLY.format(folders=_named(gone)))
            item = dataclasses.replace(item, notice=" ".join(filter(None, notices)))
        yield item


def _nothing(request: Request, means: Means, *parts: Part) -> Answer:
    return Answer(request.text, parts, (), (), "quote", 0.0, means.index.manifest.generation, {"total": 0.0})


def _has_any(folder: str, articles: Sequence[Article]) -> bool:
    return any(is_within((folder,), article.id) for article in articles)


def _named(folders: Sequence[str]) -> str:
    return ", ".join(f"“{folder}”" for folder in folders)
