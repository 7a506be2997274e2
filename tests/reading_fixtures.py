"""How a file comes out, for the tests of readers: its text, or its blocks as pairs of kind and text."""

from ingest.articles.article import Article
from ingest.articles.make import make_article


def article_of(content: str | bytes, name: str = "a.md") -> Article:
    """Returns the article that a file of this name and content becomes."""
    return make_article(content.encode() if isinstance(content, str) else content, None, article_id=name)


def text_of(content: str | bytes, name: str = "a.md") -> str:
    """Returns its text."""
    return article_of(content, name).text


def blocks_of(content: str | bytes, name: str = "a.md") -> list[tuple[str, str]]:
    """Returns its blocks: kind and text, labels included."""
    article = article_of(content, name)
    return [(block.kind, article.text[block.start : block.end]) for block in article.blocks]


def leaning(content: str | bytes, name: str = "a.md") -> dict[str, str]:
    """Returns what leans on what: texts of blocks by the texts of the blocks that lean on them."""
    article = article_of(content, name)
    texts = [article.text[block.start : block.end] for block in article.blocks]
    return {
        texts[number]: texts[block.leans_on]
        for number, block in enumerate(article.blocks)
        if block.leans_on is not None
    }
