"""What print breaks is whole again: words at the end of a line, cells that go on over several lines. Knows no PDF.

A file does not tell a typesetter's hyphen from a writer's, so the rest of the document does: the whole word stands
elsewhere, or the compound, or its parts as words of their own; and where print divides no words at all, none is taken
for divided.

Programs write a table cell by cell: what goes up again and to the right is the next cell of the row. Where it is
written line by line, a line goes on with the row above if it is as close as lines of a text are, if its words did not
fit above, and if they do not begin anything.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.articles.formats.columns import Cell, Line, in_columns

# Lines of one cell are at most so many times as far apart as they are high, and at most so much of the distance
# between rows. A cell begins at most so many lines above the one before it; so far from a row its columns are known.
_CLOSE, _TIGHT, _HIGHER, _MOST_LINES, _NEAR = 1.6, 0.85, 8, 12, 8

# The label of an item, whose text stands apart from it.
_LABEL = re.compile(r"\[[^\]]{1,12}\]|[-*•–▪◦●○■□➢✓]|\(?[a-z\d]{1,5}(?:\.\d{1,3}){0,4}[.):]?", re.IGNORECASE)

Join = Callable[[Sequence[str]], str]
# The cells of a row, each in blocks of its lines, with the line of the file that it comes from.
_Row = list[list[tuple[Line, Cell]]]
_BEGIN, _WORD = re.compile(r"\w+"), re.compile(r"\w+(?:-\w+)*+-?")
# Signs of addresses, paths and code, whose hyphens are theirs.
_CODE = re.compile(r"[/@\\_=<>{}#]|\w[.:]\w")
# "short- and long-term": the hyphen stands for a word, and a space follows.
_SUSPENDED = frozenset({"and", "or", "nor", "to", "und", "oder", "bis"})
# First parts of compounds that are hardly ever a syllable of a longer word.
_APART = frozenset("cross half high long low non real self short well".split())
# A part of so many letters is a syllable rather than a word; so is an ending of so many that is no word elsewhere.
_SYLLABLE, _ENDING = 3, 4


def unwrapped(lines: Sequence[Line], join: Join) -> list[Line]:
    """Returns the lines, those of a row as one; `join` makes the text of a cell of the texts of its lines."""
    found: list[Line] = []
    for _, page in itertools.groupby(lines, key=lambda line: line.page):
        found += _row_by_row(_cell_by_cell([*page], join), join)
    return found


def _cell_by_cell(lines: Sequence[Line], join: Join) -> list[Line]:
    """The lines of a page with each row that was written cell by cell as one line."""
    rows = [*_rows([(line, cell) for line in lines for cell in line.cells])]
    whole = [_as_one(row, join) if len(row) > 1 else row[0][0][0] for row in rows]
    found: list[tuple[Line, Cell | None]] = []
    for i, (row, line) in enumerate(zip(rows, whole, strict=True)):
        is_table = any(in_columns(line, one) for one in (*whole[max(i - 1, 0) : i], *whole[i + 1 : i + 2]))
        found += [(line, None)] if is_table and _goes_up(row) else [part for block in row for part in block]
    return [*_lines_of(found)]


def _lines_of(found: Sequence[tuple[Line, Cell | None]]) -> Iterator[Line]:
    """Rows, and between them the lines that the other cells are of."""
    for _, run in itertools.groupby(found, key=lambda one: id(one[0])):
        parts = [*run]
        line, cells = parts[0][0], tuple(cell for _, cell in parts if cell is not None)
        yield replace(line, cells=cells or line.cells)


def _as_one(row: _Row, join: Join) -> Line:
    """The line that a row makes up."""
    blocks = [[cell for _, cell in block] for block in row]
    low, high = (side(cell.bottom for block in blocks for cell in block) for side in (min, max))
    cells = tuple(_whole(block, join) for block in blocks)
    return replace(row[0][0][0], cells=cells, bottom=low, height=high - low)


def _goes_up(row: _Row) -> bool:
    """Whether the cells of a row were written one after the other, and each line of them is full."""
    blocks = [[cell for _, cell in block] for block in row]
    size, parts = row[0][0][0].size, [cell for block in blocks for cell in block]
    if max(map(len, blocks)) > _MOST_LINES or (len(row) == 2 and _LABEL.fullmatch(parts[0].text)):
        return False
    goes_up = any(cell.bottom > above.bottom + 0.3 * size for above, cell in itertools.pairwise(parts))
    return goes_up and all(_is_full(block) for block in blocks)


def _rows(parts: Sequence[tuple[Line, Cell]]) -> Iterator[_Row]:
    """Cells in blocks of those that go on below one another; blocks of one row, each to the right of the one before."""
    row: _Row = []
    for line, cell in parts:
        block = row[-1] if row else []
        if block and _is_below(cell, [one for _, one in block[-_MOST_LINES:]], line.size):
            block.append((line, cell))
        elif block and _is_beside(cell, [one for part in row[-8:] for _, one in part[-_MOST_LINES:]], line.size):
            above = max((i for i, (_, one) in enumerate(block, 1) if one.right >= cell.left), default=0)
            if len(row) == 1 and above:  # what stands above the table
                yield [block[:above]]
                row = [block[above:]]
            row.append([(line, cell)])
        else:
            if row:
                yield row
            row = [[(line, cell)]]
    if row:
        yield row


def _is_below(cell: Cell, block: Sequence[Cell], size: float) -> bool:
    left, right = min(one.left for one in block), max(one.right for one in block)
    return cell.left < right and left < cell.right and 0 < block[-1].bottom - cell.bottom < _CLOSE * size


def _is_beside(cell: Cell, row: Sequence[Cell], size: float) -> bool:
    low, high = min(one.bottom for one in row), max(one.bottom for one in row)
    return cell.left > row[-1].right and low - 0.5 * size < cell.bottom < high + _HIGHER * size


def _is_full(block: Sequence[Cell], right: float = 0.0) -> bool:
    """Whether each line of a cell had no room for the first word of the next."""
    right = max(right, *(cell.right for cell in block), 0.0)
    return all(above.right + _width_of_first_word(cell) > right for above, cell in itertools.pairwise(block))


def _width_of_first_word(cell: Cell) -> float:
    return (cell.right - cell.left) * (len(cell.text.split(" ", 1)[0]) + 1) / (len(cell.text) + 1)


def _whole(block: Sequence[Cell], join: Join) -> Cell:
    left, right = min(cell.left for cell in block), max(cell.right for cell in block)
    return Cell(left, right, join([cell.text for cell in block]), block[-1].bottom)


def _row_by_row(lines: Sequence[Line], join: Join) -> list[Line]:
    """The lines with each that goes on with cells of the row above as part of it."""
    found: list[Line] = []
    ends: list[Cell] = []  # the last line of each cell of the row that is open
    for i, line in enumerate(lines):
        row = found[-1] if found else None
        places = _places(line, row) if row is not None and len(row.cells) > 1 else ()
        above = [ends[at] for at in places]
        is_tight = bool(places) and found[-1].bottom - line.bottom < _TIGHT * _pitch(found, lines[i + 1 : i + _NEAR])
        near = [one for one in lines[max(i - _NEAR, 0) : i + _NEAR] if len(one.cells) > 1]
        if row is None or not places or not _goes_on(line, above, near, is_tight=is_tight, in_first=0 in places):
            found.append(line)
            ends = [*line.cells]
            continue
        cells = [*row.cells]
        for at, cell in zip(places, line.cells, strict=True):
            cells[at], ends[at] = _whole((cells[at], cell), join), cell
        height = row.bottom + row.height - line.bottom
        found[-1] = replace(row, cells=tuple(cells), bottom=line.bottom, height=height)
    return found


def _places(line: Line, row: Line) -> tuple[int, ...]:
    """Which cells of the row above those of a line stand below; nothing if it is no line close below it."""
    if len(row.cells) == 2 and _LABEL.fullmatch(row.cells[0].text):
        return ()
    if not (len(line.cells) <= len(row.cells) and 0 < row.bottom - line.bottom < _CLOSE * line.size):
        return ()
    ends = (*(cell.left for cell in row.cells[1:]), float("inf"))
    places = tuple(
        next(
            (
                i
                for i, one in enumerate(row.cells)
                if abs(cell.left - one.left) < 0.5 * line.size and cell.right < ends[i]
            ),
            -1,
        )
        for cell in line.cells
    )
    return () if -1 in places else places


def _pitch(found: Sequence[Line], below: Sequence[Line]) -> float:
    """How far the row that is open and its neighbours stand apart: from the last line of one to the first of the other.

    It is 0 where that is not known.
    """
    row = found[-1]
    steps = [found[-2].bottom - row.bottom - row.height] if len(found) > 1 and len(found[-2].cells) > 1 else []
    after = next((i for i, one in enumerate(below) if len(one.cells) > 1 and _begins_with(one, row)), 0)
    steps += [below[after - 1].bottom - below[after].bottom] if after else []
    return min((step for step in steps if step > 0), default=0.0)


def _begins_with(line: Line, row: Line) -> bool:
    return abs(line.left - row.left) < 0.5 * line.size and in_columns(row, line)


def _goes_on(line: Line, above: Sequence[Cell], near: Sequence[Line], *, is_tight: bool, in_first: bool) -> bool:
    """Tells whether each cell of a line is the rest of the one above it: there was no room for it, and it looks so."""
    if not all(any(map(str.isalpha, cell.text)) for cell in line.cells):
        return False
    for cell, over in zip(line.cells, above, strict=True):
        others = [one.right for other in near for one in other.cells if abs(one.left - over.left) < 0.5 * line.size]
        if not _is_full((over, cell), max(others, default=0.0)):
            return False
        is_rest = cell.text[0].islower() or over.text.endswith(("-", ",", "/"))
        if not is_rest and (in_first or not is_tight or " " not in over.text):
            return False
    return is_tight or not in_first


@dataclass(frozen=True)
class Divisions:
    """What a document says of its words: how often each stands inside a line, and whether its print divides them."""

    words: Mapping[str, int]
    divides: bool = True

    def joined(self, lines: Sequence[str]) -> str:
        """Returns lines as one: a divided word is whole, a compound has its hyphen, else a space is between lines."""
        text = lines[0]
        for line in lines[1:]:
            end, begin = text[-100:].rsplit(" ", 1)[-1], line[:100].split(" ", 1)[0]
            if not _ends_in_hyphen(end) or begin in _SUSPENDED:
                text = f"{text} {line}"
            else:
                text = (text[:-1] if self._is_divided(end, begin) else text) + line
        return text

    def _is_divided(self, end: str, begin: str) -> bool:
        before, first, rest = _parts(end, begin)
        told = self.evidence(first, rest)
        if told is not None or not self.divides:
            return bool(told)
        if first.isupper() or not _are_letters(first, rest) or _CODE.search(end) or _CODE.search(begin):
            return False
        if begin[len(rest) :].startswith("-"):
            return False
        known = first.casefold() in self.words, rest.casefold() in self.words
        is_short = len(first) <= _SYLLABLE or (len(rest) <= _ENDING and not known[1])
        return first.casefold() not in _APART and (not any(known) or (is_short and not all(known) and not before))

    def evidence(self, first: str, rest: str) -> bool | None:
        """Returns whether the document has two parts as one word rather than with a hyphen; None if as neither."""
        first, rest = first.casefold(), rest.casefold()
        whole, compound = self.words.get(first + rest, 0), self.words.get(f"{first}-{rest}", 0)
        return whole > compound if whole or compound else None


def divisions_of(lines: Sequence[str]) -> Divisions:
    """Returns what the lines of a document say of its words.

    The print divides words if more of its hyphens at a line's end are told to be of divisions, or stand between parts
    that are no words elsewhere, than stand in compounds or between words.
    """
    found = Divisions(Counter(_words(lines)))
    votes = Counter[bool]()
    for line, below in itertools.pairwise(lines):
        end, begin = line[-100:].rsplit(" ", 1)[-1], below[:100].split(" ", 1)[0]
        _, first, rest = _parts(end, begin)
        if _ends_in_hyphen(end) and _are_letters(first, rest) and not _CODE.search(end):
            known = [part.casefold() in found.words for part in (first, rest)]
            told = found.evidence(first, rest)
            if told is not None or all(known) or not any(known):
                votes[not any(known) if told is None else told] += 1
    return replace(found, divides=votes[True] > votes[False])


def _words(lines: Sequence[str]) -> Iterator[str]:
    """The words inside of lines, and each two parts of a compound; not what the end of a line may have divided."""
    is_cut = False
    for line in lines:
        text = line.casefold()
        for word in _WORD.findall(text.split(" ", 1)[-1] if is_cut else text):
            parts = word.split("-")
            yield from map("-".join, itertools.pairwise(parts)) if len(parts) > 1 else parts
        is_cut = text.endswith("-")


def _ends_in_hyphen(end: str) -> bool:
    return len(end) > 1 and end[-1] == "-" != end[-2]


def _parts(end: str, begin: str) -> tuple[str, str, str]:
    """What stands before the last part of a compound, that part without signs, and the letters that follow."""
    before, _, first = end[:-1].rpartition("-")
    found = _BEGIN.match(begin)
    return before, first.lstrip("([{«“„‘\"'"), found[0] if found else ""


def _are_letters(first: str, rest: str) -> bool:
    return first.isalpha() and rest.isalpha() and rest[0].islower()
