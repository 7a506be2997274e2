"""Lists and tables in HTML: labels as a browser numbers them, rows and cells of a grid. `dom` reads what is in them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ingest.articles.blocks import BULLET, TICKED, UNTICKED
from ingest.articles.formats.pieces import Piece
from ingest.articles.formats.seen import bare, is_unseen
from ingest.articles.formats.signs import numeral, whole

# The attribute in which a reader of another format says the label of an item or a heading that it has counted itself.
LABEL = "footnote-label"
_STYLE = re.compile(r"list-style(?:-type)?:([a-z-]+)")
# How Google Docs says what stands before the items of a list of a class: .lst-kix_x-1>li:before{content:"(" counter(…)}
_COUNTER = re.compile(
    r"\.(lst-[\w-]{1,80})\s{0,3}>\s{0,3}li:before\s{0,3}\{\s{0,3}content:\s{0,3}\"([^\"]{0,20})\"\s{0,3}"
    r"counter\([\w-]{1,80},\s{0,3}([a-z-]{1,20})\)\s{0,3}\"([^\"]{0,20})\""
)
_DEPTH = re.compile(r"(?:^|\s)lst-\w+-(\d)(?:\s|$)")

_MOST_SPAN, _MOST_DOWN = 50, 1_000

Cell = Sequence[Piece]
Counters = Mapping[str, tuple[str, str, str]]
_PARTS, _CELLS = frozenset("thead tbody tfoot tr form".split()), frozenset("td th caption".split())


def counters_of(tree: Any) -> Counters:
    """Returns what stands before a number, its style and what stands behind it, by the class of a list."""
    styles = "".join(one.text or "" for one in tree.iter("style"))
    return {name: (before, style, after) for name, before, style, after in _COUNTER.findall(styles)}


def labelled(listed: Any, counters: Counters) -> Iterator[tuple[str | None, Any]]:
    """Yields the items of a list with their labels; what is no item comes with None."""
    items = list(listed.iterchildren("li"))
    step = -1 if listed.get("reversed") is not None else 1
    number = whole(listed.get("start"), len(items) if step < 0 else 1)
    for child in listed:
        if child.tag != "li":
            yield None, child
            continue
        number, known = whole(child.get("value"), number), child.get(LABEL)
        yield task_label(child, listed) or _label(listed, child, number, counters) if known is None else known, child
        number += step


def depth_of(listed: Any) -> int:
    """Returns how deep a list stands that says so by its class, for it is nested in none; else 0."""
    found = _DEPTH.search(listed.get("class") or "")
    return int(found[1]) if found else 0


def task_label(item: Any, listed: Any) -> str:
    """Returns what shows whether a task is done; "" for an item that is none."""
    names = f"{item.get('class') or ''} {listed.get('class') or ''}"
    box = next((one for one in item if one.tag in ("input", "div", "label", "p")), None)
    while box is not None and box.tag in ("label", "p"):
        box = next((one for one in box if one.tag in ("input", "label")), None)
    if box is not None and box.tag == "input" and box.get("type") == "checkbox":
        return UNTICKED if box.get("checked") is None else TICKED
    if box is not None and "checkbox" in (box.get("class") or ""):
        return TICKED if "checkbox-on" in box.get("class") else UNTICKED
    if "task-list" in names:
        return TICKED if re.search(r"(?:^|\s)checked(?:\s|$)", item.get("class") or "") else UNTICKED
    return ""


def _label(listed: Any, item: Any, number: int, counters: Counters) -> str:
    if listed.tag != "ol":
        return "" if _STYLE.search(bare(listed.get("style"))) and "none" in bare(listed.get("style")) else BULLET
    counter = next(filter(None, map(counters.get, (listed.get("class") or "").split())), None)
    if counter is not None:
        before, style, after = counter
        return f"{before}{numeral(number, style)}{after}".strip()
    styled = _STYLE.search(bare(item.get("style"))) or _STYLE.search(bare(listed.get("style")))
    if styled is not None and styled[1] == "none":
        return ""
    kind = item.get("type") or listed.get("type") or (styled[1] if styled else "1")
    return f"{numeral(number, kind)}."


def grid(table: Any, read: Callable[[Any], Cell]) -> tuple[list[list[Cell]], list[bool]]:
    """Returns the cells of each row of a table that is seen, and which rows are headers; a table in it is no row."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table and not is_unseen(row)]
    cells = [[cell for cell in row if cell.tag in ("td", "th") and not is_unseen(cell)] for row in rows]
    headers = [_is_header(row, own, number) for number, (row, own) in enumerate(zip(rows, cells, strict=True))]
    if not any(headers) and len(cells) > 1 and _are_bold(cells[0]) and not _are_bold(cells[1]):
        headers[0] = True
    return [*_spread(cells, read)], headers


def _spread(rows: Iterable[Iterable[Any]], read: Callable[[Any], Cell]) -> Iterator[list[Cell]]:
    """The cells of each row by column: what reaches down says the same in each row, what reaches across once."""
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
            cell = next(waiting, None)
            if cell is None:
                break
            inside, down, across = read(cell), whole(cell.get("rowspan")), whole(cell.get("colspan"))
            down, across = min(down, _MOST_DOWN), min(max(across, 1), _MOST_SPAN)
            if down > 1:
                hanging |= {len(cells) + i: (down - 1, inside if i == 0 else ()) for i in range(across)}
            cells += [inside, *[()] * (across - 1)]
        yield cells


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


def _are_bold(cells: Sequence[Any]) -> bool:
    """Whether each of the cells, the last aside, says something, and all of it in bold letters."""
    texts = ["".join(cell.itertext()).split() for cell in cells]
    bold = ["".join(cell.xpath(".//text()[ancestor::b or ancestor::strong]")).split() for cell in cells]
    return texts == bold and all(texts[:-1]) and any(texts)


def _is_header(row: Any, cells: Sequence[Any], number: int) -> bool:
    """A row in the head of its table, or of header cells; the first of them may be empty, above those of the rows."""
    above = next(row.iterancestors("thead", "table"), None)
    heads = [cell for cell in cells if cell.tag == "th"]
    corner = number == 0 and len(heads) == len(cells) - 1 > 0 and not "".join(cells[0].itertext()).strip()
    return (above is not None and above.tag == "thead") or len(heads) == len(cells) > 1 or corner
