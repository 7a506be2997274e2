"""What is quoted as one, and where a quote must begin to be understood alone. Knows blocks; decides on nothing else."""

import re
from dataclasses import dataclass

from ingest.articles.article import Article
from ingest.sentences import sentence_spans
from ingest.units import Unit

_LEANS = re.compile(
    r"[“\"‘']?(?:he|she|it|they|this|these|those|that|his|her|its|their|theirs|such|both|otherwise|instead|also|however"
    r"|but|and|so|then|therefore|thus|the (?:former|latter))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Stretch:
    """A part of an article that is quoted as one: offsets in its text, and its first and last block.

    `left_out` counts the items that a long list has beyond it.
    """

    article: Article
    start: int
    end: int
    first: int
    last: int
    left_out: int = 0

    @property
    def quote(self) -> str:
        """What is quoted."""
        return self.article.text[self.start : self.end]

    def holds(self, article_id: str, start: int, end: int) -> bool:
        """Tells whether a place lies within it."""
        return self.article.id == article_id and self.start <= start and end <= self.end


def stands_alone_from(article: Article, unit: Unit) -> tuple[int, int]:
    """Returns where a quote must begin to be understood alone, with the sentence before if it leans; and its block."""
    if not leans(article.text[unit.start : unit.end]):
        return unit.start, unit.block
    before = [span for span in sentences_of(article, unit.block) if span[1] <= unit.start]
    if before:
        start = before[-1][0]
        if leans(article.text[start : before[-1][1]]) and len(before) > 1:
            start = before[-2][0]
        return start, unit.block
    above = unit.block - 1
    if (
        above >= 0
        and article.blocks[above].kind == "paragraph"
        and article.blocks[unit.block].path == article.blocks[above].path
    ):
        last = sentences_of(article, above)
        return (last[-1][0], above) if last else (unit.start, unit.block)
    return unit.start, unit.block


def leans(text: str) -> bool:
    """Tells whether a sentence cannot stand alone, for its subject is in the one before."""
    return bool(_LEANS.match(text))


def sentences_of(article: Article, number: int) -> list[tuple[int, int]]:
    """Returns where the sentences of a block begin and end, as offsets in the article's text."""
    block = article.blocks[number]
    return [(block.start + a, block.start + b) for a, b in sentence_spans(article.text[block.start : block.end])]


def last_sentence(article: Article, number: int) -> int:
    """Returns where the sentence begins that a paragraph ends with, which is the one that introduces what follows."""
    block = article.blocks[number]
    if block.kind not in ("paragraph", "quotation"):
        return block.start
    spans = sentences_of(article, number)
    start = spans[-1][0] if spans else block.start
    if spans and leans(article.text[start : block.end]) and len(spans) > 1:
        return spans[-2][0]
    return start
