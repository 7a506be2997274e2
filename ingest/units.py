"""What of an article can be quoted whole: a sentence, an item, a row, a block of code. Knows blocks, not chunks."""

import functools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.articles.article import Article
from ingest.articles.blocks import BULLET, TICKED, UNTICKED, Block, Kind
from ingest.sentences import Span, bounded, sentence_spans

# An item of more words than this is quoted by the sentence.
_ITEM_WORDS = 60
# Code of more characters than this is cut at empty lines, else at lines.
_CODE_CHARACTERS = 1_500


@dataclass(frozen=True)
class Unit:
    """A stretch that can be quoted whole: offsets in the article's text, and the number of the block it stands in."""

    start: int
    end: int
    kind: Kind
    block: int

    @property
    def span(self) -> Span:
        """Where it begins and ends."""
        return self.start, self.end


def units_of(article: Article) -> tuple[Unit, ...]:
    """Returns the article's units in reading order; headings, which stand above units, and lone signs are none."""
    return tuple(
        Unit(start, end, block.kind, number)
        for number, block in enumerate(article.blocks)
        if block.kind != "heading"
        for start, end in _spans(article.text, block)
        if any(map(str.isalnum, article.text[start:end]))
    )


def units_as_json(units: Sequence[Unit]) -> str:
    """Returns the units as one line of JSON."""
    return json.dumps([[unit.start, unit.end, unit.kind, unit.block] for unit in units], separators=(",", ":"))


@functools.lru_cache(maxsize=4_000)
def units_from_json(line: str) -> tuple[Unit, ...]:
    """Returns the units that `units_as_json` wrote; kept for a while, for a chunk is read for many questions."""
    return tuple(Unit(*row) for row in json.loads(line))


def _spans(text: str, block: Block) -> Iterator[Span]:
    start, end = block.start, block.end
    if block.label in (BULLET, TICKED, UNTICKED):  # a sign that says nothing is not quoted
        start += len(block.label) + 1
    if block.kind == "code":
        yield from _parts_of_code(text, start, end)
    elif block.kind == "row" or (block.kind == "item" and len(text[start:end].split()) <= _ITEM_WORDS):
        yield from bounded(text, (start, end))
    else:
        body = block.start + len(block.label) + 1 if block.label else start
        for number, (first, last) in enumerate(sentence_spans(text[body:end])):
            yield start if number == 0 else body + first, body + last


def _parts_of_code(text: str, start: int, end: int) -> Iterator[Span]:
    """Code whole, or what empty lines divide long code into."""
    if end - start <= _CODE_CHARACTERS:
        yield start, end
        return
    begin = last = start
    for line in re.finditer(r"[^\n]+", text[start:end]):
        first, stop = start + line.start(), start + line.end()
        apart = text[last:first].count("\n") > 1
        if last > begin and (stop - begin > _CODE_CHARACTERS or (apart and last - begin > _CODE_CHARACTERS // 3)):
            yield begin, last
            begin = first
        last = stop
        while last - begin > 2 * _CODE_CHARACTERS:  # a line that no person wrote
            yield begin, begin + _CODE_CHARACTERS
            begin += _CODE_CHARACTERS
    yield begin, last
