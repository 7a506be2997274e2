"""Texts whose cells are separated by signs. Knows commas and quotes; `tables` makes tables of what it finds."""

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator

from ingest.articles.decode import honest, to_text
from ingest.articles.formats.pieces import Parsed
from ingest.articles.formats.tables import MAX_ROWS, Row, first_filled, limit_warning, tables_of

_DELIMITERS, _RARE_DELIMITERS = ",;\t|", "^~\x1f¦"
# So many rows tell by which sign the cells are separated; and no table is wider.
_LOOKED_AT, _MOST_COLUMNS = 40, 500


class _Unquoted(csv.excel):
    """Quotation marks are marks of the text."""

    quoting = csv.QUOTE_NONE


def read(raw: bytes) -> Parsed:
    """Returns the rows of a text whose cells are separated by commas, semicolons, tabs or strokes."""
    text = honest(to_text(raw)).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    csv.field_size_limit(max(len(text), csv.field_size_limit()))
    declared, _, rest = text.partition("\n")
    if declared.strip().lower().startswith("sep=") and len(declared.strip()) == 5:  # a line for Excel
        delimiter, text = declared.strip()[4], rest
    else:
        delimiter = _delimiter(text)
    dialect = _Unquoted if _stays_open(text, delimiter) else csv.excel
    rows = [*first_filled(_rows(text, delimiter, dialect), MAX_ROWS + 1)]
    is_cut = sum(any(row) for row in rows) > MAX_ROWS
    return Parsed(tuple(tables_of(rows[:-1] if is_cut else rows, itertools.count(1))), warnings=limit_warning(is_cut))


def _rows(text: str, delimiter: str, dialect: type[csv.Dialect] = csv.excel) -> Iterator[Row]:
    lines = io.StringIO(text, newline="\n")
    reader = csv.reader(lines, dialect, delimiter=delimiter, skipinitialspace=delimiter != "\t")
    return (row[:_MOST_COLUMNS] for row in reader)


def _stays_open(text: str, delimiter: str) -> bool:
    """Whether a quotation mark that begins a cell is never closed, as of an inch: it would take all the rest."""
    if text.count('"') % 2 == 0:
        return False
    try:
        for _ in csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _delimiter(text: str) -> str:
    """The sign that gives most rows the same number of cells, more than one; a rare one where no other divides any."""

    def agreement(sign: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in itertools.islice(_rows(text[:200_000], sign), _LOOKED_AT) if row)
        wide = [(count, width) for width, count in widths.items() if width > 1]
        return max(wide, default=(0, 0))

    found = max(_DELIMITERS, key=agreement)
    return found if agreement(found)[1] else max(_RARE_DELIMITERS, key=agreement)
