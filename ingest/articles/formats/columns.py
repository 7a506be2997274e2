"""Lines of a page with the cells that stand in them: which are rows of a table, and which two columns of prose.

Knows places on a page; knows nothing of paragraphs and headings, nor of PDF.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.articles.formats.pieces import Piece
from ingest.articles.formats.tables import are_facts, row_of

# Cells of more words than this, in two wide columns, are two columns of prose.
_PROSE_WORDS = 5
# So wide, measured in the height of letters, a line of a narrow column may drive its words apart.
_DRIVEN = 7
# No column has a longer name.
_NAME_WORDS = 10


@dataclass(frozen=True)
class Cell:
    """A stretch of a line without a wide gap: where it begins, ends and stands, in points, and its text."""

    left: float
    right: float
    text: str
    bottom: float = 0.0


@dataclass(frozen=True)
class Line:
    """One line as it was printed: its cells, its page, counted from 1, its place from below and its letters' height.

    The first line of a row whose cells were wrapped stands `height` above its last; `is_edge` of what seems to be a
    head or a foot of its page.
    """

    cells: tuple[Cell, ...]
    page: int
    bottom: float = 0.0
    size: float = 10.0
    height: float = 0.0
    is_edge: bool = False

    @property
    def text(self) -> str:
        """The whole line."""
        return " ".join(cell.text for cell in self.cells)

    @property
    def left(self) -> float:
        """Where the line begins."""
        return self.cells[0].left

    @property
    def right(self) -> float:
        """Where the line ends."""
        return self.cells[-1].right


def justified(lines: Sequence[Line]) -> Iterator[Line]:
    """Yields the lines; one whose words are driven apart, to be as long as the lines around it, has no cells."""
    block: list[Line] = []
    for line in lines:
        if block and not (_is_as_long(line, block[-1]) and _is_as_long(line, block[0])):
            yield from _without_cells(block)
            block = []
        block.append(line)
    yield from _without_cells(block)


def _is_as_long(line: Line, other: Line) -> bool:
    return line.page == other.page and max(abs(line.left - other.left), abs(line.right - other.right)) < 1


def _without_cells(block: Sequence[Line]) -> Iterator[Line]:
    are_whole = [len(line.cells) == 1 and " " in line.text for line in block]
    for line in block:
        gaps = [other.left - one.right for one, other in itertools.pairwise(line.cells)]
        is_even = bool(gaps) and max(gaps) - min(gaps) < 1 and max(gaps) < _DRIVEN * line.size
        if any(are_whole) and is_even and not any(" " in cell.text for cell in line.cells):
            yield replace(line, cells=(Cell(line.left, line.right, line.text, line.bottom),))
        else:
            yield line


def side_by_side(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yields the lines; where two columns of prose were written line by line, one column after the other."""
    for is_prose, run in itertools.groupby(lines, key=_is_two_columns):
        both = list(run)
        if is_prose and len(both) > 3:
            for _, page in itertools.groupby(both, key=lambda line: line.page):
                of_page = list(page)
                yield [replace(line, cells=line.cells[:1]) for line in of_page]
                yield [replace(line, cells=line.cells[1:]) for line in of_page]
        else:
            yield both


def _is_two_columns(line: Line) -> bool:
    return len(line.cells) == 2 and all(len(cell.text.split()) > _PROSE_WORDS for cell in line.cells)


def in_columns(line: Line, other: Line) -> bool:
    """Tells whether two lines of one page, one below the other, have at least two cells in the same columns."""
    if line.page != other.page or min(len(line.cells), len(other.cells)) < 2:
        return False
    apart = min(abs(line.bottom - other.bottom - other.height), abs(other.bottom - line.bottom - line.height))
    if apart > 4 * max(line.size, other.size):
        return False
    near = 0.6 * line.size
    aligned = sum(
        any(abs(cell.left - one.left) < near or abs(cell.right - one.right) < near for one in other.cells)
        for cell in line.cells
    )
    return aligned >= 2 or _stand_below(line, other)


def _stand_below(line: Line, other: Line) -> bool:
    """Whether each cell stands above or below one of the other line, as a centred name does: of two cells beside a row
    that was wrapped, else of three.
    """
    pairs = [*zip(line.cells, other.cells, strict=False)]
    over = all(one.left < cell.right and cell.left < one.right for one, cell in pairs)
    return len(line.cells) == len(other.cells) > (1 if line.height or other.height else 2) and over


def rows_of(lines: Sequence[Line], group: int) -> Iterator[Piece]:
    """Yields the lines of a table as rows: each cell in the column that it stands in."""
    columns = _columns(lines)
    table = [[""] * len(columns) for _ in lines]
    for line, cells in zip(lines, table, strict=True):
        for cell in line.cells:
            at = min(range(len(columns)), key=lambda i: _distance(cell, columns[i]))
            cells[at] = f"{cells[at]} {cell.text}".strip()
    is_named = len(lines) > 1 and all(map(_is_name, table[0])) and not are_facts(table)
    for number, (line, cells) in enumerate(zip(lines, table, strict=True)):
        yield replace(row_of(cells, group=group, is_header=is_named and number == 0), page=line.page)


def _is_name(cell: str) -> bool:
    return len(cell.split()) <= _NAME_WORDS and not re.search(r"\d", cell)


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Where the columns of a table stand: cells that overlap are of one, as far as no line has two of them."""
    columns: list[tuple[float, float]] = []
    for cell in sorted((cell for line in lines for cell in line.cells), key=lambda cell: cell.right - cell.left):
        over = [i for i, (left, right) in enumerate(columns) if cell.left < right and left < cell.right]
        if not over:
            columns.append((cell.left, cell.right))
            continue
        left = min(cell.left, *(columns[i][0] for i in over))
        right = max(cell.right, *(columns[i][1] for i in over))
        if len(over) == 1 or not any(_are_within(line, left, right) for line in lines):
            columns = [one for i, one in enumerate(columns) if i not in over] + [(left, right)]
    return sorted(columns)


def _are_within(line: Line, left: float, right: float) -> bool:
    return sum(cell.left < right and left < cell.right for cell in line.cells) > 1


def _distance(cell: Cell, column: tuple[float, float]) -> float:
    overlap = min(cell.right, column[1]) - max(cell.left, column[0])
    return -overlap if overlap > 0 else abs((cell.left + cell.right) / 2 - (column[0] + column[1]) / 2)
