"""What a unit is found by beside its own words: what introduces it. Knows blocks; quotes nothing.

An item alone seldom says what it is an item of, nor a row what its cells mean: that stands in the sentence before the
list, in the item above, in the header of the table.
"""

from ingest.articles.article import Article
from ingest.articles.blocks import block_at
from ingest.units import Unit

# So many blocks above a unit are looked at, and so many characters of each.
_MOST, _CHARACTERS = 3, 300


def lead_of(article: Article, unit: Unit) -> str:
    """Returns what introduces a unit, the nearest last: of an item the items above it and what opens its list."""
    found: list[str] = []
    number = article.blocks[unit.block].leans_on
    while number is not None and len(found) < _MOST:
        block = article.blocks[number]
        found.append(" ".join(article.text[block.start : block.end][:_CHARACTERS].split()))
        number = block.leans_on
    return " ".join(reversed(found))


def header_of(article: Article, offset: int) -> str:
    """Returns the header of the table in whose row a place lies, "" elsewhere and in the header itself."""
    row = block_at(article.blocks, offset)
    if row is None or row.kind != "row" or row.is_header or row.group is None:
        return ""
    head = article.blocks[row.group]
    return " ".join(article.text[head.start : head.end].split()) if head.is_header else ""


def section_of(title: str, path: tuple[str, ...]) -> str:
    """Returns what the section of a chunk is called: the article's title and the headings above it."""
    return " › ".join((title, *path))
