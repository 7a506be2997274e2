"""The shapes of an answer, read back from its text: lines, tables, code. Knows the Markdown that Footnote writes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FENCE = re.compile(r"(`{3,}+|~{3,}+)(\S*)")
_RULE = re.compile(r"\|(?: --- \|)+")
# Between two cells; a stroke inside of one is written with a backslash.
_BETWEEN = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Lines:
    """Sentences and items with their markers, and the empty lines between them."""

    text: str


@dataclass(frozen=True)
class Code:
    """What stands in a fence."""

    text: str
    language: str


@dataclass(frozen=True)
class Table:
    """The cells of a table; `header` is as wide as the rows, and all of it is empty if the table has none."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Shape = Lines | Code | Table


def shapes(text: str) -> tuple[Shape, ...]:
    """Returns the shapes of an answer's text, or of a part of it, in their order; a line belongs to one of them."""
    return tuple(_shapes(text.split("\n")))


def table_lines(rows: Sequence[Sequence[str]], *, header: Sequence[str] = ()) -> Iterator[str]:
    """Yields the lines of a table, as wide as its longest row."""
    width = max(map(len, (header, *rows)), default=0)
    for row in (header, *rows):
        cells = (cell.replace("|", "\\|") for cell in (*row, *("",) * (width - len(row))))
        yield f"| {' | '.join(cells)} |"
        if row is header:
            yield "|" + " --- |" * width


def _shapes(lines: Sequence[str]) -> Iterator[Shape]:
    at = since = 0
    while at < len(lines):
        end = _end_of_code(lines, at) or _end_of_table(lines, at)
        if not end:
            at += 1
            continue
        if since < at:
            yield Lines("\n".join(lines[since:at]))
        yield _code(lines[at:end]) if lines[at][0] != "|" else _table(lines[at:end])
        at = since = end
    if since < len(lines):
        yield Lines("\n".join(lines[since:]))


def _end_of_code(lines: Sequence[str], at: int) -> int:
    """The number of the line after a block of code; 0 where none begins or it has no end."""
    opens = _FENCE.fullmatch(lines[at])
    return next((i + 1 for i in range(at + 1, len(lines)) if lines[i] == opens[1]), 0) if opens else 0


def _end_of_table(lines: Sequence[str], at: int) -> int:
    """The number of the line after a table; 0 where none begins."""
    if not _is_row(lines[at]) or at + 1 == len(lines) or not _RULE.fullmatch(lines[at + 1]):
        return 0
    return next((i for i in range(at + 2, len(lines)) if not _is_row(lines[i])), len(lines))


def _is_row(line: str) -> bool:
    return len(line) > 1 and line[0] == line[-1] == "|"


def _code(lines: Sequence[str]) -> Code:
    opens = _FENCE.fullmatch(lines[0])
    return Code("\n".join(lines[1:-1]), opens[2] if opens else "")


def _table(lines: Sequence[str]) -> Table:
    header, _, *rows = map(_cells, lines)
    return Table(header, tuple(rows))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip().replace("\\|", "|") for cell in _BETWEEN.split(line[1:-1]))
