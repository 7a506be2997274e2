"""A quote in the shape of its document: prose, lists, tables and code. Knows blocks only."""

import re
from collections.abc import Iterator, Sequence

from bot.answer import Citation, Part, said_of
from bot.quote.stretch import Stretch
from bot.shapes import Code, Line, Shape, table
from ingest.articles.blocks import BULLET, TICKED, UNTICKED, Block

_MARKS = {"": "-", BULLET: "-", TICKED: f"- {TICKED}", UNTICKED: f"- {UNTICKED}"}
# Labels that Markdown knows; any other, "2.2" or "b)", becomes the first word of an item.
_NUMBER = re.compile(r"\d{1,9}[.)]")
_BETWEEN_CELLS = re.compile(r"(?:^| )\|(?= |$)")
Piece = tuple[Block, str]


def shown(stretches: Sequence[Stretch], citations: Sequence[Citation], *, dated: bool) -> tuple[Part, ...]:
    """Returns the parts of an answer: its stretches with their citations, and the days of their reports if `dated`.

    A header and its rows make one table.
    """
    return tuple(
        _part([stretches[i] for i in run], tuple(citations[i] for i in run), dated=dated) for run in _runs(stretches)
    )


def _runs(stretches: Sequence[Stretch]) -> list[list[int]]:
    """The stretches that are shown as one: the rows of a table, else each alone."""
    runs: list[list[int]] = []
    for i, stretch in enumerate(stretches):
        table = _table_of(stretch)
        if runs and table is not None and table == _table_of(stretches[i - 1]):
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _table_of(stretch: Stretch) -> tuple[str, int | None] | None:
    """The article and the group of a stretch of nothing but rows."""
    blocks = stretch.article.blocks[stretch.first : stretch.last + 1]
    return (stretch.article.id, blocks[0].group) if all(block.kind == "row" for block in blocks) else None


def _part(stretches: Sequence[Stretch], citations: tuple[Citation, ...], *, dated: bool) -> Part:
    pieces = [piece for stretch in stretches for piece in _pieces(stretch)]
    last = pieces[-1][0].kind if pieces else "paragraph"
    below = last in ("code", "row") or (last == "item" and len(pieces) > 1)
    reported = stretches[0].article.published if dated else None
    left_out = sum(stretch.left_out for stretch in stretches)
    return Part(tuple(_shapes(pieces)), citations, reported, below, left_out)


def _pieces(stretch: Stretch) -> Iterator[Piece]:
    """The blocks of a stretch, each with the part of its text that the stretch holds."""
    for block in stretch.article.blocks[stretch.first : stretch.last + 1]:
        start, end = max(block.start, stretch.start), min(block.end, stretch.end)
        if start < end and block.kind != "heading":
            yield block, stretch.article.text[start:end]


def _shapes(pieces: Sequence[Piece]) -> Iterator[Shape]:
    at = 0
    while at < len(pieces):
        kind, end = pieces[at][0].kind, at + 1
        while kind in ("item", "row") and end < len(pieces) and pieces[end][0].kind == kind:
            end += 1
        # Inside a list nothing stands between an item and the code in it but the fence.
        if at and not (kind == "item" and pieces[at][0].group == pieces[at - 1][0].group):
            yield Line("")
        yield from _alike(pieces[at:end])
        at = end


def _alike(pieces: Sequence[Piece]) -> Iterator[Shape]:
    """The shapes of items or rows that follow one another, or of one piece of another kind."""
    block, text = pieces[0]
    if block.kind == "item":
        yield from map(Line, _list(pieces))
    elif block.kind == "row":
        rows = [[said_of(cell) for cell in _BETWEEN_CELLS.split(row)] for _, row in pieces]
        is_headed = block.is_header and len(rows) > 1  # a header that stands alone is shown as a row
        yield table(rows[is_headed:], header=rows[0] if is_headed else ())
    elif block.kind == "code":
        yield Code(text, block.language or "")
    else:
        yield Line(said_of(text))


def _list(pieces: Sequence[Piece]) -> Iterator[str]:
    """Items, each below the words of the item that it is inside of."""
    above: list[tuple[int, int]] = []
    for block, text in pieces:
        while above and above[-1][0] >= block.level:
            above.pop()
        counted = bool(_NUMBER.fullmatch(block.label)) and text.startswith(block.label)
        mark = block.label if counted else _MARKS.get(block.label, "-")
        said = text.removeprefix(block.label) if counted or block.label in _MARKS else text
        yield f"{' ' * sum(width for _, width in above)}{mark} {said_of(said)}"
        above.append((block.level, len(mark.partition(" ")[0]) + 1))
