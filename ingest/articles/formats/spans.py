"""Cells that reach over several rows or columns: a grid with what stands in each of its places. Knows no format."""

from collections.abc import Iterable, Iterator, Sequence

from ingest.articles.formats.pieces import Piece

MOST_SPAN = 50

Cell = Sequence[Piece]


def spread(rows: Iterable[Iterable[tuple[Cell, int, int]]]) -> Iterator[list[Cell]]:
    """Yields the cells of each row by column; a row is of (what is in a cell, over how many rows, and columns).

    What reaches down says the same in each row; what reaches across says it once.
    """
    hanging: dict[int, tuple[int, Cell]] = {}
    for row in rows:
        cells: list[Cell] = []
        waiting = iter(row)
        while True:
            left, above = hanging.pop(len(cells), (0, ()))
            if left > 1:
                hanging[len(cells)] = left - 1, above
            if left:
                cells.append(above)
                continue
            inside, down, across = next(waiting, ((), 0, 0))
            if not down:
                break
            down, across = min(down, MOST_SPAN), min(across, MOST_SPAN)
            if down > 1:
                hanging |= {len(cells) + i: (down - 1, inside if i == 0 else ()) for i in range(across)}
            cells += [inside, *[()] * (across - 1)]
        yield cells
