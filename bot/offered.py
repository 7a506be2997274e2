"""The passages as a model is given them and may cite them. Knows chunks and their places; knows no model.

This is the writer's one seam to what was found: an article, a stretch of its text, and the units that can be quoted.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.answer import Citation
from bot.compare.locate import locate
from bot.injection import is_order, without_orders
from bot.retrieve import Found
from ingest.articles.article import Article
from ingest.articles.blocks import block_at
from ingest.context import header_of
from ingest.sentences import Span, sentence_spans

CHARACTERS_PER_TOKEN = 4
# What a passage takes beside its text: its number, title, heading and date.
_HEAD_TOKENS = 20
# A quote is grown to whole sentences, but to no more than so many.
MOST_UNITS = 3


@dataclass(frozen=True)
class Offered:
    """A passage as the model may cite it: `start` and `sentences` are offsets in the article's text.

    The article comes with its text and blocks.
    """

    number: int
    article: Article
    start: int
    text: str
    sentences: tuple[Span, ...]

    @property
    def source(self) -> str:
        """Where the passage is from: title, headings, date, and the header of a table; not those that give orders."""
        published, block = self.article.published, block_at(self.article.blocks, self.start)
        parts = [" ".join(part.split()) for part in (self.article.title, *(block.path if block else ()))]
        named = " > ".join(part for part in parts if part and not is_order(part)) or "untitled"
        header = header_of(self.article, self.start)
        columns = f" | columns: {header}" if header and not is_order(header) else ""
        return f"{named} | {published.isoformat() if published else 'undated'}{columns}"

    def between(self, start: int, end: int) -> str:
        """Returns the passage's text between two offsets in the article's text."""
        return self.text[start - self.start : end - self.start]

    def holds(self, citation: Citation) -> bool:
        """Tells whether a citation stands in the passage."""
        inside = self.start <= citation.start and citation.end <= self.start + len(self.text)
        return inside and citation.article.id == self.article.id

    def cited(self, first: int, last: int) -> Citation | None:
        """Returns the citation from one sentence to another, by position; None if something else stands between."""
        spans = self.sentences[max(first, 0) : last + 1]
        gaps = [self.between(before[1], after[0]) for before, after in itertools.pairwise(spans)]
        if not spans or len(spans) > MOST_UNITS or any(gap.strip() for gap in gaps):
            return None
        start, end = spans[0][0], spans[-1][1]
        return Citation(0, self.article, self.between(start, end), start, end)

    def located(self, quote: str, *, nearly: bool) -> tuple[Citation, ...]:
        """Returns the whole sentences in which the quoted words stand, or `nearly`; nothing if they do not."""
        found = []
        for start, end in locate(quote, self.text, nearly=nearly):
            inside = [i for i, (a, b) in enumerate(self.sentences) if a < self.start + end and b > self.start + start]
            citation = self.cited(inside[0], inside[-1]) if inside else None
            if citation is None:
                return ()
            found.append(citation)
        return tuple(found)

    def led(self, citation: Citation) -> Citation | None:
        """Returns the citation with the sentence before it, which says what "it" is, if there is one."""
        wider = next(self.around(citation), None)
        return wider if wider and wider.start < citation.start else None

    def around(self, citation: Citation) -> Iterator[Citation]:
        """Yields the citation with the sentence before it, the one after, and the two before: what "it" refers to."""
        inside = [i for i, (a, b) in enumerate(self.sentences) if citation.start <= a and b <= citation.end]
        if self.holds(citation) and inside:
            first, last = inside[0], inside[-1]
            wider = (self.cited(first - 1, last), self.cited(first, last + 1), self.cited(first - 2, last))
            yield from (found for found in wider if found and found.start <= citation.start)


def offer(
    found: Sequence[Found], article_of: Callable[[int], Article], *, tokens: int, orders: bool
) -> tuple[Offered, ...]:
    """Returns the best passages that fit into so many tokens: by article, in reading order, neighbours joined.

    Articles come in the order of their best passage; `article_of` gives an article whole, by its row. Sentences that
    give orders are left out, unless `orders`.
    """
    taken = list(_fitting(found, tokens))
    ranks = {one.article.id: rank for rank, one in reversed(list(enumerate(taken)))}
    in_order = sorted(taken, key=lambda one: (ranks[one.article.id], one.stored.chunk.start))
    return tuple(_offered(number, run, article_of, orders=orders) for number, run in enumerate(_joined(in_order), 1))


def _fitting(found: Iterable[Found], tokens: int) -> Iterator[Found]:
    left = tokens
    for one in found:
        left -= len(one.stored.chunk.text) // CHARACTERS_PER_TOKEN + _HEAD_TOKENS
        if left < 0:
            return
        yield one


def _joined(found: Iterable[Found]) -> Iterator[list[Found]]:
    """Runs of chunks that follow each other in their article, under one heading."""
    run: list[Found] = []
    for one in found:
        if run and not _follows(run[-1], one):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _follows(one: Found, other: Found) -> bool:
    together = other.stored.row == one.stored.row + 1 and one.article.id == other.article.id
    return together and one.stored.chunk.path == other.stored.chunk.path


def _offered(number: int, run: Sequence[Found], article_of: Callable[[int], Article], *, orders: bool) -> Offered:
    chunks, article = [one.stored.chunk for one in run], article_of(run[0].stored.article_row)
    text = article.text[chunks[0].start : chunks[-1].end]
    spans = tuple(span for chunk in chunks for span in chunk.sentences)
    kept = spans if orders else _clean(article, spans)
    return Offered(number, article, chunks[0].start, text, kept)


def _clean(article: Article, spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans without orders, nor what stands behind an order in its line, though that be in another passage."""
    block = block_at(article.blocks, spans[0][0])
    top = min(block.start, spans[0][0]) if block else spans[0][0]
    before = [(top + start, top + end) for start, end in sentence_spans(article.text[top : spans[0][0]])]
    kept = without_orders(article.text[top : spans[-1][1]], [*before, *spans], top)
    return tuple(span for span in kept if span[0] >= spans[0][0])
