"""The rows and cells of tables in HTML. Knows tables; `dom` reads what is in a cell, `spans` where it stands."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ingest.articles.formats.seen import is_unseen
from ingest.articles.formats.spans import Cell, spread

_PARTS, _CELLS = frozenset("thead tbody tfoot tr form".split()), frozenset("td th caption".split())


def grid(table: Any, read: Callable[[Any], Cell]) -> tuple[list[list[Cell]], list[bool]]:
    """Returns the cells of each row of a table that is seen, and which rows are headers; a table in it is no row."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table and not is_unseen(row)]
    cells = [[cell for cell in row if cell.tag in ("td", "th") and not is_unseen(cell)] for row in rows]
    spread_out = spread(((read(cell), _span(cell, "rowspan"), _span(cell, "colspan")) for cell in row) for row in cells)
    headers = [_is_header(row, own, number) for number, (row, own) in enumerate(zip(rows, cells, strict=True))]
    if not any(headers) and len(cells) > 1 and _are_bold(cells[0]) and not _are_bold(cells[1]):
        headers[0] = True
    return [*spread_out], headers


def names_rows(table: Any) -> bool:
    """Tells whether a row of the table begins with its own name, as in a list of facts: then no row names columns.

    A name is a header cell, or bold in the first row.
    """
    rows = [cells for row in table.iter("tr") if (cells := [cell for cell in row if cell.tag in ("td", "th")])]
    named = any(cells[0].tag == "th" and any(cell.tag == "td" for cell in cells) for cells in rows)
    return named or any(_are_bold(cells[:1]) and not _are_bold(cells[1:]) for cells in rows[:1])


def beside_cells(table: Any) -> Iterator[Any]:
    """Yields texts and elements that stand in a table but in none of its cells, which browsers show above it.

    Cells that stand there without a row get one first.
    """
    _put_into_rows(table)
    yield from _loose(table)


def _loose(part: Any) -> Iterator[Any]:
    yield part.text or ""
    for child in part:
        if child.tag in _PARTS and not is_unseen(child):
            yield from _loose(child)
        elif child.tag not in _PARTS | _CELLS:
            yield child
        yield child.tail or ""


def _put_into_rows(table: Any) -> None:
    row = None
    for cell in [*table.iter("td", "th")]:
        if cell.getparent().tag == "tr" or next(cell.iterancestors("table"), None) is not table:
            continue
        if row is None or cell.getprevious() is not row:
            row = cell.makeelement("tr")
            cell.addprevious(row)
        row.append(cell)


def _span(cell: Any, name: str) -> int:
    text = (cell.get(name) or "").strip()
    return max(int(text), 1) if re.fullmatch(r"\d{1,6}", text) else 1


def _are_bold(cells: Sequence[Any]) -> bool:
    """Whether each of the cells says something, and all of it in bold letters."""
    texts = ["".join(cell.itertext()).split() for cell in cells]
    bold = ["".join(cell.xpath(".//text()[ancestor::b or ancestor::strong]")).split() for cell in cells]
    return texts == bold and all(texts) and bool(texts)


def _is_header(row: Any, cells: Sequence[Any], number: int) -> bool:
    """A row in the head of its table, or of header cells; the first of them may be empty, above those of the rows."""
    above = next(row.iterancestors("thead", "table"), None)
    heads = [cell for cell in cells if cell.tag == "th"]
    corner = number == 0 and len(heads) == len(cells) - 1 > 0 and not "".join(cells[0].itertext()).strip()
    return (above is not None and above.tag == "thead") or len(heads) == len(cells) > 1 or corner
