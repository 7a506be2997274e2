"""Rows and columns: CSV, TSV and Excel workbooks. The home of openpyxl; computes no formulas.

A sheet may be longer than anybody reads; what is beyond the limit is not read, and the report says so.
"""

import csv
import datetime
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.articles.declared import Declared
from ingest.articles.decode import clean, to_text
from ingest.articles.formats.package import opened
from ingest.articles.formats.pieces import Parsed, Piece, row_of
from ingest.articles.honest import honest
from ingest.errors import UnreadableArticle

MAX_ROWS, MAX_COLUMNS = 20_000, 200
_CURRENCY = re.compile(r"\[\$([^\]-]{1,5})(?:-[^\]]*)?\]|\"([$€£¥₹]|[A-Z]{3})\"|([$€£¥₹])")
_DATE_ONLY = re.compile(r"[hs]", re.IGNORECASE)


def read_csv(raw: bytes) -> Parsed:
    """Returns the rows of a text whose cells are separated by commas, semicolons, tabs or strokes."""
    text = clean(honest(to_text(raw)))
    csv.field_size_limit(max(len(text), 1))
    rows = list(itertools.islice(csv.reader(io.StringIO(text), _dialect(text)), MAX_ROWS + 1))
    return Parsed(tuple(_tables(rows[:MAX_ROWS], itertools.count(1))), warnings=_limit_warning(len(rows) > MAX_ROWS))


def read_xlsx(raw: bytes) -> Parsed:
    """Returns the visible sheets of a workbook, a section each, with values as their cells show them.

    Raises:
        UnreadableArticle: it is damaged, locked, or unpacks beyond the limits.
    """
    import warnings

    with opened(raw, "an Excel workbook") as package:
        declared = Declared(title=package.property("title"), author=package.property("creator"))
        package.check_sizes()
    from openpyxl import load_workbook  # here, for it takes a third of a second that other corpora should not pay

    warnings.simplefilter("ignore")
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    if not book.worksheets:
        raise UnreadableArticle(
            "is a workbook of a variant that is not read (Strict Open XML, or charts alone); save it as .xlsx"
        )
    pieces: list[Piece] = []
    groups, left, hidden = itertools.count(1), MAX_ROWS, 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            hidden += 1
            continue
        sheet.reset_dimensions()
        rows = [
            [_shown(cell) for cell in row] for row in itertools.islice(sheet.iter_rows(max_col=MAX_COLUMNS), left + 1)
        ]
        tables = [*_tables(rows[:left], groups)]
        left = max(left - len(rows), 0) if len(rows) <= left else -1
        pieces += [Piece("heading", sheet.title, level=1), *tables] if tables else []
        if left < 0:
            break
    return Parsed(tuple(pieces), declared, _limit_warning(left < 0), {"hidden sheets": hidden} if hidden else {})


def _limit_warning(is_cut: bool) -> tuple[str, ...]:
    return (f"only its first {MAX_ROWS:,} rows are read; split it into several files",) if is_cut else ()


def _dialect(text: str) -> type[csv.Dialect] | str:
    try:
        return csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        return "excel-tab" if "\t" in text[:2000] else "excel"


def _tables(rows: Iterable[Sequence[str]], groups: Iterator[int]) -> Iterator[Piece]:
    """The rows of a sheet: what empty rows separate are tables of their own, a lone cell above one is its name."""
    for filled, stretch in itertools.groupby(rows, key=lambda row: any(cell.strip() for cell in row)):
        table = list(stretch) if filled else []
        while table and sum(bool(cell.strip()) for cell in table[0]) == 1 and len(table) > 1:
            yield Piece("paragraph", "".join(table.pop(0)).strip())
        if len(table) == 1 and sum(bool(cell.strip()) for cell in table[0]) == 1:
            yield Piece("paragraph", "".join(table[0]).strip())
            continue
        group, first = next(groups), _first_column(table)
        for number, row in enumerate(table):
            yield row_of(row[first:], group=group, is_header=number == 0 and len(table) > 1 and _is_header(row))


def _first_column(table: Sequence[Sequence[str]]) -> int:
    filled = (next((i for i, cell in enumerate(row) if cell.strip()), 0) for row in table)
    return min(filled, default=0)


def _is_header(row: Sequence[str]) -> bool:
    """The first row names the columns, unless it holds figures like the others."""
    cells = [cell for cell in row if cell.strip()]
    return len(cells) > 1 and not any(re.fullmatch(r"\W{0,3}[\d.,]+\W{0,3}", cell.strip()) for cell in cells)


def _shown(cell: object) -> str:
    """The value of a cell as its number format shows it, in plain notation."""
    value, form = getattr(cell, "value", None), str(getattr(cell, "number_format", "") or "General")
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time() and not _DATE_ONLY.search(re.sub(r"\[[^\]]*\]|\"[^\"]*\"", "", form))
        return value.date().isoformat() if midnight else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return _number(value, form.split(";")[0]) if isinstance(value, (int, float)) else str(value)


def _number(value: float, form: str) -> str:
    sign = _CURRENCY.search(form)
    bare = re.sub(r"\[[^\]]*\]|\"[^\"]*\"|\\.", "", form)
    places = re.search(r"[0#?]\.([0#?]+)", bare)
    if "%" in bare:
        return f"{value * 100:.{len(places[1]) if places else 0}f}%"
    if bare in ("General", "@", "") or "E" in bare.upper().replace("GENERAL", ""):
        return f"{value:.10g}" if isinstance(value, float) else str(value)
    text = f"{value:{',' if re.search('[0#],[0#]', bare) else ''}.{len(places[1]) if places else 0}f}"
    if places and "0" not in places[1] and "." in text:
        text = text.rstrip("0").rstrip(".")
    named = next(filter(None, sign.groups()), "") if sign else ""
    before = bool(sign) and not re.search(r"[0#?]", form[: sign.start()]) if sign else False
    return f"{named}{text}" if before else f"{text} {named}".strip()
