"""The shapes of what is said, lines, tables and code, and how Markdown writes them. Knows no citations, no surface."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

# An article may say itself of which day a report is.
_DATED = r"\((?:reported )?\d{1,2} [A-Z][a-z]+ \d{4}\)"
_END_OF_SENTENCE = re.compile(rf"(?: {_DATED})?((?:[.!?…][\"'”’)]*)?)$")
_TICKS = re.compile(r"`+")


@dataclass(frozen=True)
class Line:
    """Words on one line, an item with its mark in front, and the numbers of the citations that it ends with."""

    text: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Code:
    """What stands in a fence."""

    text: str
    language: str


@dataclass(frozen=True)
class Table:
    """The cells of a table; `header` is as wide as the rows, and all of it is empty if the table has none.

    `continues` tells that its header was shown before, with other rows; `numbers` are those that its last row ends
    with.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    continues: bool = False
    numbers: tuple[int, ...] = ()


Shape = Line | Code | Table


def table(rows: Sequence[Sequence[str]], *, header: Sequence[str] = ()) -> Table:
    """Returns a table as wide as its longest row."""
    width = max(map(len, (header, *rows)), default=0)
    named, *filled = (tuple(row) + ("",) * (width - len(row)) for row in (header, *rows))
    return Table(named, tuple(filled))


def ended(
    shapes: Sequence[Shape], numbers: tuple[int, ...], *, reported: datetime.date | None, below: bool
) -> tuple[Shape, ...]:
    """Returns the shapes with the numbers of their citations, and before them, if given, the day of the report.

    They end the last sentence or cell, or stand in a line of their own `below` a list, a table or code.
    """
    date = f"(reported {reported.day} {reported:%B %Y})" if reported else ""
    *before, last = shapes or (Line(""),)
    if below or isinstance(last, Code):
        return *shapes, Line(""), Line(date, numbers)
    if isinstance(last, Line) and date:
        last = Line(_END_OF_SENTENCE.sub(lambda end: f" {date}{end[1]}", last.text, count=1))
    return *before, replace(last, numbers=numbers)


def markdown(shapes: Iterable[Shape]) -> str:
    """Returns shapes as Markdown, with markers like [1]."""
    return "\n".join(map(_markdown, shapes))


def _markdown(shape: Shape) -> str:
    match shape:
        case Line(text, numbers):
            return _marked(text, numbers)
        case Code(text, language):
            fence = "`" * max(3, *(len(ticks) + 1 for ticks in _TICKS.findall(text)), 0)
            return f"{fence}{language}\n{text}\n{fence}"
        case Table(header, rows, continues, numbers):
            *above, last = [[cell.replace("|", "\\|") for cell in row] for row in rows]
            lines = [_row(row) for row in (*above, [*last[:-1], _marked(last[-1], numbers)])]
            return "\n".join(lines if continues else [_row(header), "|" + " --- |" * len(header), *lines])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _marked(text: str, numbers: Iterable[int]) -> str:
    return " ".join(filter(None, (text, *map("[{}]".format, numbers))))
