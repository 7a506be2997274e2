"""The Home tab, the suggested prompts and the help text: what Footnote knows, how to ask, what it keeps. Pure."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
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
    """What the published articles are: how many, the newest one's date, the last ingest, the folders, some titles."""

    articles: int
    newest: datetime.date | None
    ingested: str
    folders: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


def knowledge_of(articles: Sequence[Article], *, created: str) -> Knowledge:
    """Returns what the articles of a generation amount to; `created` is the moment of the ingest."""
    dated = sorted((a.published for a in articles if a.published), reverse=True)
    newest = sorted(articles, key=lambda a: (a.published or datetime.date.min, a.id), reverse=True)
    folders = {parent.as_posix() for a in articles for parent in PurePosixPath(a.id).parents} - {"."}
    return Knowledge(
        articles=len(articles),
        newest=dated[0] if dated else None,
        ingested=created,
        folders=tuple(sorted(folders)),
        titles=tuple(a.title for a in newest[: _MOST_PROMPTS - 1]),
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
            *_chapter("In a channel", "/ask settings says when I answer there and from which folders."),
            *_chapter("What I keep", kept),
        ],
    }


def prompts(knowledge: Knowledge) -> list[dict[str, str]]:
    """Returns at most four questions to start with."""
    own = [{"title": "What can you do?", "message": "What can you do?"}]
    about = [
        {"title": f"About: {title}"[:_TITLE], "message": f"What does “{title[:300]}” say?"}
        for title in knowledge.titles[: _MOST_PROMPTS - 1]
    ]
    return about + own


def _chapter(title: str, text: str) -> list[Block]:
    return [
        {"type": "header", "text": {"type": "plain_text", "text": title}},
        {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}},
    ]
