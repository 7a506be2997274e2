"""Pages of a PDF as letters at their places, for the tests of how they are read."""

from ingest.articles.formats.columns import Cell, Line
from ingest.articles.formats.layout import pieces_of_pages

WIDE = "The council of Port Ellery met on Monday to hear what the new bridge had cost in the"


def lines(*texts: str | tuple[tuple[float, str], ...], page: int = 1, size: float = 10.0) -> tuple[Line, ...]:
    """Lines one below the other; a text stands at the left, or cells where they are said to."""
    return tuple(
        Line(
            tuple(
                Cell(left, left + 5 * len(text), text)
                for left, text in ([(60.0, one)] if isinstance(one, str) else one)
            ),
            page,
            bottom=700 - 13.0 * i,
            size=size,
        )
        for i, one in enumerate(texts)
    )


def texts(*pages: tuple[Line, ...], outline: tuple[tuple[str, int], ...] = ()) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in pieces_of_pages(pages, outline)[0]]
