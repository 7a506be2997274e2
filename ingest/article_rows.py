"""An article as a row of the ledger. Knows columns and JSON; opens no file."""

import datetime
import json
from typing import Any

from ingest.articles import blocks
from ingest.articles.article import Article

COLUMNS = "id, title, url, published, author, text, blocks, links, about"


def article_of(row: tuple[Any, ...]) -> Article:
    """Returns the article of a row of COLUMNS."""
    id_, title, url, published, author, text, found, links, about = row
    facts = json.loads(about)
    return Article(
        id=id_,
        title=title,
        url=url,
        published=datetime.date.fromisoformat(published) if published else None,
        author=author,
        text=text,
        inferred=tuple(facts["inferred"]),
        blocks=blocks.from_json(found, text, title=title),
        links=blocks.links_from_json(links),
        warnings=tuple(facts["warnings"]),
        left_out=facts["left_out"],
    )


def about(article: Article) -> str:
    """Returns what reading the article brought beside what readers see, as one line of JSON."""
    facts = {"inferred": article.inferred, "warnings": article.warnings, "left_out": dict(article.left_out)}
    return json.dumps(facts, ensure_ascii=False)
