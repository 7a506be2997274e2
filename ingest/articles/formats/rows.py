"""Rows of cells become tables: where one begins, what names it, which row names its columns. Knows no format."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.articles.formats.facts import are_facts
from ingest.articles.formats.pieces import Piece, row_of

MAX_ROWS = 20_000
# So many rows are looked at for MAX_ROWS that hold something.
_MOST_LOOKED_AT = 200_000

Row = Sequence[str]


def tables_of(rows: Iterable[Row], groups: Iterator[int]) -> Iterator[Piece]:
    """Yields the rows of a sheet: what empty rows separate are tables of their own, a lone cell above one is its name.

    What goes on below an empty row in the same columns goes on with the table.
    """
    group, columns = 0, frozenset[int]()
    for filled, stretch in itertools.groupby(rows, key=lambda row: any(cell.strip() for cell in row)):
        table = [*stretch] if filled else []
        while table and _width(table[0]) == 1 and (len(table) == 1 or max(map(_width, table)) > 1):
            columns = frozenset()
            yield Piece("paragraph", "".join(table.pop(0)).strip())
        if not table:
            continue
        named = len(table) > 1 and _is_header(table[0]) and not are_facts(table)
        own = frozenset(i for row in table for i, cell in enumerate(row) if cell.strip())
        if named or not own <= columns:
            group, columns = next(groups), own
        first = min(columns)
        for number, row in enumerate(table):
            yield row_of(row[first:], group=group, is_header=named and number == 0)


def first_filled(rows: Iterable[Row], most: int) -> Iterator[Row]:
    """Yields rows until `most` of them hold something; of empty rows in a stretch, the first."""
    count, was_empty = 0, True
    for row in itertools.islice(rows, _MOST_LOOKED_AT):
        is_empty = not any(cell.strip() for cell in row)
        count += not is_empty
        if count > most:
            return
        if not (is_empty and was_empty):
            yield row
        was_empty = is_empty


def limit_warning(is_cut: bool) -> tuple[str, ...]:
    """Returns what is said of a sheet that is longer than anybody reads."""
    return (f"only its first {MAX_ROWS:,} rows are read; split it into several files",) if is_cut else ()


def _width(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _is_header(row: Row) -> bool:
    """The first row names the columns, unless it holds figures like the others."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return bool(cells) and not any(re.fullmatch(r"\W{0,3}[\d.,]+\W{0,3}", cell) for cell in cells)
