"""What is stored of an article, as a reader sees it or as JSON. Knows the published store; prints what it holds."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ingest.articles.article import Article
from ingest.articles.blocks import Block
from ingest.errors import ArticleNotFound
from ingest.index import generation
from ingest.index.manifest import read_manifest
from ingest.index.open_index import STORE
from ingest.index.store import Store


def stored_articles(home: Path) -> Iterator[Article]:
    """Yields the articles of the published generation, whole, in the order of their ids.

    Raises IndexNotFound: nothing has been published; IndexBroken: what is published cannot be read.
    """
    folder = generation.folder_of(home, generation.published(home))
    with closing(Store(folder / STORE, read_manifest(folder).dimensions)) as store:
        for row in range(len(store.articles)):
            yield store.read_article(row)


def stored_article(home: Path, name: str) -> Article:
    """Returns one article of the published generation, by its id or by the end of it.

    Raises ArticleNotFound: there is none of this name, or several; IndexNotFound: nothing has been published;
    IndexBroken: what is published cannot be read.
    """
    folder = generation.folder_of(home, generation.published(home))
    with closing(Store(folder / STORE, read_manifest(folder).dimensions)) as store:
        ids = [article.id for article in store.articles]
        found = [i for i, id_ in enumerate(ids) if id_ == name] or [
            i for i, id_ in enumerate(ids) if id_.endswith("/" + name) or name in id_
        ]
        if len(found) != 1:
            raise ArticleNotFound(name, [ids[i] for i in found])
        return store.read_article(found[0])


def article_as_json(article: Article) -> dict[str, object]:
    """Returns the article as the object that other tools read."""
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "published": article.published.isoformat() if article.published else None,
        "author": article.author,
        "text": article.text,
        "blocks": [_block_as_json(block) for block in article.blocks],
        "links": [{"start": link.start, "end": link.end, "target": link.target} for link in article.links],
    }


def show(home: Path, name: str | None, *, json_wanted: bool) -> Iterator[str]:
    """Yields what is printed of one article, or of all: what is known of it and its text, or an object of JSON."""
    for article in [stored_article(home, name)] if name else stored_articles(home):
        if json_wanted:
            yield json.dumps(article_as_json(article), ensure_ascii=False)
        else:
            facts = (article.id, article.author, article.published, article.url)
            yield f"{article.title}\n{' · '.join(str(fact) for fact in facts if fact)}\n\n{article.text}\n"


def _block_as_json(block: Block) -> dict[str, object]:
    """Kind and place always, and of the rest what the block has."""
    facts = {
        "path": list(block.path) or None,
        "level": block.level or None,
        "label": block.label or None,
        "group": block.group,
        "leans_on": block.leans_on,
        "is_header": block.is_header or None,
        "language": block.language,
        "page": block.page,
    }
    head = {"kind": block.kind, "start": block.start, "end": block.end, "heading": block.heading}
    return head | {name: value for name, value in facts.items() if value is not None}
