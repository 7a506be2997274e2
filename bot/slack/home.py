"""The Home tab, the suggested prompts and the help text: what Footnote knows, how to ask, what it keeps. Pure."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from ingest.articles.article import Article

Block = dict[str, Any]
HELP = (
    "Ask me a question about the articles, in a few words or a sentence: mention me in a channel, write to me "
    "directly, or use /ask. I answer with quotes from the articles, and say so when they do not tell. I read text "
    "only, no files."
)
TOO_LONG = "That is too long for me. Please ask in at most 4,000 characters."
_MOST_PROMPTS, _TITLE = 4, 75


@dataclass(frozen=True)
class Knowledge:
    """What the published articles are: how many, the newest one's date, the last ingest, the folders.

    `titles` are those of the newest articles, `titles_in` the same for each folder.
    """

    articles: int
    newest: datetime.date | None
    ingested: str
    folders: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    titles_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def knowledge_of(articles: Sequence[Article], *, created: str) -> Knowledge:
    """Returns what the articles of a generation amount to; `created` is the moment of the ingest."""
    dated = sorted((a.published for a in articles if a.published), reverse=True)
    newest = sorted(articles, key=lambda a: (a.published or datetime.date.min, a.id), reverse=True)
    titles_in: dict[str, list[str]] = {}
    for article in newest:
        for folder in _folders_of(article.id):
            titles_in.setdefault(folder, []).append(article.title)
    return Knowledge(
        articles=len(articles),
        newest=dated[0] if dated else None,
        ingested=created,
        folders=tuple(sorted(titles_in)),
        titles=tuple(a.title for a in newest[: _MOST_PROMPTS - 1]),
        titles_in={folder: tuple(titles[: _MOST_PROMPTS - 1]) for folder, titles in titles_in.items()},
    )


def home_view(knowledge: Knowledge, *, retention_days: int) -> Block:
    """Returns the Home tab."""
    day = knowledge.newest
    newest = f"{day.day} {day:%B} {day.year}" if day else "not dated"
    ingested = knowledge.ingested[:16].replace("T", " ")
    known = f"{knowledge.articles:,} articles. The newest: {newest}. Last ingest: {ingested}."
    kept = (
        "Your questions, my answers, the quotes in them and your feedback, together with your user id; no names, no "
        f"other messages. Everything is deleted after {retention_days} days; a question you delete is erased at once."
    )
    return {
        "type": "home",
        "blocks": [
            *_chapter("What I know", known),
            *_chapter("How to ask", HELP),
            *_chapter(
                "In a thread",
                "Once I have answered, go on without mentioning me. “stop” makes me quiet there. The bin under an "
                "answer deletes it, the thumbs tell how good it was.",
            ),
            *_chapter(
                "In a channel",
                "/ask settings says when I answer there and from which folders; in our own conversation, from which "
                "folders I answer you there.",
            ),
            *_chapter("What I keep", kept),
        ],
    }


def prompts(knowledge: Knowledge, scope: Sequence[str] = ()) -> list[dict[str, str]]:
    """Returns at most four questions to start with, about articles in the scope; () means all."""
    own = [{"title": "What can you do?", "message": "What can you do?"}]
    within = [title for folder in scope for title in knowledge.titles_in.get(folder, ())]
    titles = tuple(dict.fromkeys(within)) if scope else knowledge.titles
    about = [
        {"title": f"About: {title}"[:_TITLE], "message": f"What does “{title[:300]}” say?"}
        for title in titles[: _MOST_PROMPTS - 1]
    ]
    return about + own


def _folders_of(article_id: str) -> Iterator[str]:
    return (parent.as_posix() for parent in PurePosixPath(article_id).parents if parent.as_posix() != ".")


def _chapter(title: str, text: str) -> list[Block]:
    return [
        {"type": "header", "text": {"type": "plain_text", "text": title}},
        {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}},
    ]
