"""Tables of any format: where one begins, which row names its columns, which only lay out a page. Knows cells.

Only the look of the cells tells what is not declared. A table that says a fact in each row, a label and its value, has
no names of columns; what is doubtful stays a table with a header, for a row of that says too little alone.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.articles.blocks import BULLET
from ingest.articles.formats.pieces import BLANK, Piece

# A cell of more words than this lays out a page rather than a table.
_CELL_WORDS = 80
MAX_ROWS = 20_000
# So many rows are looked at for MAX_ROWS that hold something.
_MOST_LOOKED_AT = 200_000

Row = Sequence[str]
# What people call the facts of one thing; a column of many things seldom has these names in it.
_USUAL = frozenset(
    "address age amount approver assignee author birthday budget capacity category city client colour color company"
    " contact cost country created currency customer date deadline department description due duration e-mail email end"
    " founded height language lead length licence license location manager manufacturer material mobile model name"
    " number opened opening organisation organization owner period phone postcode power price priority product project"
    " publisher reference region responsible revision room salary serial site size start state status supplier team"
    " telephone term total type updated url valid vendor venue version website weight width year zip".split()
)
_GENERIC = frozenset("value values setting description details meaning answer wert".split())
_DAY = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{2,4}|\d\d?:\d\d")
_FIGURE = re.compile(r"\W{0,3}\d")
_MONEY = re.compile(r"[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|SEK|NOK|DKK)\b")
_BARE = re.compile(r"[\W\d]*")


def row_of(cells: Iterable[str], **facts: object) -> Piece:
    """Returns a row of a table: its cells with strokes between, empty ones at the end left out."""
    texts = [" ".join(cell.split()).strip(BLANK) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return Piece("row", " ".join(" | ".join(texts).split()), **facts)  # type: ignore[arg-type]


def table_of(
    rows: Sequence[Sequence[Sequence[Piece]]],
    *,
    group: int,
    headers: Sequence[bool] = (),
    names_rows: bool = False,
    lays_out: bool | None = None,
) -> list[Piece]:
    """Returns the rows of a table whose cells hold pieces; one that `lays_out` a page gives them one by one.

    `headers` tells which rows are declared to be headers. If none is, the first is taken for one where it has a name
    for each column and some column below is all figures, unless the table `names_rows` or says a fact in each row. A
    table inside a cell comes as the text of that cell.
    """
    if _lays_out(rows, is_named=any(headers)) if lays_out is None else lays_out:
        return [piece for row in rows for cell in row for piece in cell]
    texts = [[joined(map(_labelled, cell)) for cell in row] for row in rows]
    if not any(headers):
        headers = [not names_rows and _names_numbers(texts) and not are_facts(texts)]
    return [
        row_of(cells, group=group, is_header=number < len(headers) and headers[number])
        for number, cells in enumerate(texts)
    ]


def _lays_out(rows: Sequence[Sequence[Sequence[Piece]]], *, is_named: bool) -> bool:
    """Tells whether a table places parts of a page; one whose columns have names holds data, whatever is in it."""
    cells = [cell for row in rows for cell in row]
    if all(len(row) < 2 for row in rows):
        return True
    if any(sum(len(piece.text.split()) for piece in cell) > _CELL_WORDS * (1 + 2 * is_named) for cell in cells):
        return True
    if is_named:
        return False
    if len(rows) == 1 and any(len(cell) > 1 for cell in cells):
        return True
    return any(piece.kind in ("heading", "row") for cell in cells for piece in cell)


def _labelled(piece: Piece) -> str:
    """A label that says more than how many there are, 2.2 say, stays with its words."""
    counted = piece.label in ("", BULLET) or re.fullmatch(r"\d+[.)]", piece.label)
    text = piece.text.replace(" | ", ", ") if piece.kind == "row" else piece.text
    return text if counted else f"{piece.label} {text}"


def _names_numbers(rows: Sequence[Sequence[str]]) -> bool:
    first, below = (rows[0], rows[1:]) if rows else ((), ())
    names = [name for name in first if name]
    if len(names) < 2 or len(set(names)) < len(names) or any(re.search(r"\d", name) for name in names) or not below:
        return False
    columns = ([row[i] for row in below if i < len(row)] for i in range(len(first)))
    return any(column and all(re.match(r"\W{0,3}\d", cell) for cell in column) for column in columns)


def joined(parts: Iterable[str]) -> str:
    """Returns paragraphs or items of one cell on one line, so that none runs into the next."""
    text = ""
    for part in (" ".join(part.split()) for part in parts):
        if part:
            text += ("" if not text else " " if re.search(r"[.!?:;,]$", text) else "; ") + part
    return text


def tables_of(rows: Iterable[Row], groups: Iterator[int]) -> Iterator[Piece]:
    """Yields the rows of a sheet: what empty rows separate are tables of their own, a lone cell above one is its name.

    What goes on below an empty row in the same columns goes on with the table.
    """
    group, columns = 0, frozenset[int]()
    for filled, stretch in itertools.groupby(rows, key=lambda row: any(cell.strip() for cell in row)):
        table = [*stretch] if filled else []
        while table and _filled_cells(table[0]) == 1 and (len(table) == 1 or max(map(_filled_cells, table)) > 1):
            columns = frozenset()
            yield Piece("paragraph", "".join(table.pop(0)).strip())
        if not table:
            continue
        named = len(table) > 1 and _names_columns(table[0]) and not are_facts(table)
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


def _filled_cells(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _names_columns(row: Row) -> bool:
    """The first row names the columns, unless it holds figures like the others."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return bool(cells) and not any(re.fullmatch(r"\W{0,3}[\d.,]+\W{0,3}", cell) for cell in cells)


def are_facts(rows: Sequence[Sequence[str]]) -> bool:
    """Tells whether each row of a table without a declared header says one fact: what it is, and its value.

    So they do if their labels end with a colon, if the first and half of the others are usual ones, or if their values
    are of several kinds.
    """
    pairs = [[*map(str.strip, row)] for row in rows if any(map(str.strip, row))]
    if len(pairs) < 2 or any(not row[0] or len([*filter(None, row)]) != 2 for row in pairs):
        return False
    labels, values = [row[0] for row in pairs], [" ".join(row[1:]).strip() for row in pairs]
    if all(label.endswith(":") for label in labels):
        return True
    if values[0].casefold() in _GENERIC or len(set(labels)) < len(labels):
        return False
    usual = [not _USUAL.isdisjoint(re.findall(r"[\w-]+", label.casefold())) for label in labels]
    kinds = {_kind_of_value(value) for value in values[1:]}
    is_named = usual[0] and 2 * sum(usual[1:]) >= len(usual) - 1
    return is_named or len(kinds) > 2 or (len(kinds) == 2 and "words" not in kinds)


def _kind_of_value(value: str) -> str:
    if _DAY.search(value):
        return "date"
    if not _FIGURE.match(value):
        return "money" if _MONEY.match(value) else "words"
    if _MONEY.search(value):
        return "money"
    return "share" if "%" in value else "number" if _BARE.fullmatch(value) else "measure"
