"""A chunk as Chroma holds it, on disk and on a server alike, for anyone's client to read. Knows no Chroma.

Its id is that of its text, its document the text, its embedding the chunk's own vector; this is its metadata.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.articles.article import Article
from ingest.articles.blocks import Kind
from ingest.embed.embedder import Vectors
from ingest.split import Chunk

Facts = Mapping[str, str | int | float | bool]


@dataclass(frozen=True)
class Record:
    """One chunk; `vector` has shape (dimensions,) and unit length."""

    id: str
    vector: Vectors
    text: str
    facts: Facts


def facts_of(article: Article, chunk: Chunk) -> Facts:
    """Returns what a client may know of a chunk; its kind is that of its first unit."""
    heading, kind = chunk.path[-1] if chunk.path else None, chunk.units[0].kind if chunk.units else None
    return place_of(article, chunk.start, chunk.end, heading=heading, page=chunk.page, kind=kind)


def place_of(
    article: Article, start: int, end: int, *, heading: str | None, page: int | None, kind: Kind | None
) -> Facts:
    """Returns article_id, title, url, published (ISO date), heading, page, start, end and kind.

    `start` and `end` are offsets in the article's text; what is not known is left out.
    """
    facts = {
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "published": article.published.isoformat() if article.published else None,
        "heading": heading,
        "page": page,
        "start": start,
        "end": end,
        "kind": kind,
    }
    return {name: value for name, value in facts.items() if value is not None and value != ""}
