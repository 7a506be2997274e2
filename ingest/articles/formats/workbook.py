"""Excel workbooks: their visible sheets with the values that cells show. The home of openpyxl; computes no formulas.

What openpyxl does not say of a sheet that it reads row by row is read off the sheet's XML: rows and columns that are
hidden, and cells that are merged.
"""

import datetime
import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.articles.formats.package import Package, opened
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.signs import shown_number
from ingest.articles.formats.tables import MAX_ROWS, Row, first_filled, limit_warning, tables_of
from ingest.errors import UnreadableArticle

MAX_COLUMNS = 200
_MOST_MERGED = 20_000
# What office programs call a sheet that nobody has named.
_UNNAMED = re.compile(r"(?:sheet|tabelle|feuil|hoja|foglio|blad|planilha|arkusz|лист) ?\d{0,3}", re.IGNORECASE)
_TIMED = re.compile(r"[hs]", re.IGNORECASE)
# Of the format of a date, what says nothing of the time of day.
_NO_TIME = re.compile(r"\[[^\[\]]*\]|\"[^\"]*\"")
_TAG = re.compile(rb"<(?:\w+:)?(row|col|mergeCell)\b([^>]{0,2000})>")
_FACT = re.compile(rb"\b(r|hidden|min|max|ref)=\"([^\"]{0,40})\"")
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
)
_NO_STYLES = ("the formats of its cells are damaged; numbers and dates are shown as they are stored",)
_FIGURES, _YEAR = re.compile(r"\W{0,3}[\d.,]+\W{0,3}"), re.compile(r"(?:19|20)\d\d")
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True)
class _Sheet:
    """What is not shown of a sheet, and which cells show what stands in another, by row and column from 1.

    `across` has, by row, the first and the last column of each cell that reaches over several.
    """

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    across: Mapping[int, Sequence[tuple[int, int]]] = field(default_factory=dict)


def read(raw: bytes) -> Parsed:
    """Returns the visible sheets of a workbook, a section each, with values as their cells show them.

    Raises UnreadableArticle: it is damaged, locked, or unpacks beyond the limits.
    """
    with opened(raw, "an Excel workbook") as package:
        declared = package.declared()
        sheets = _sheets(package)
        package.check_parts()
        opened_sheets, warnings = _worksheets(raw, package)
    pieces: list[Piece] = []
    groups, left, hidden = itertools.count(1), MAX_ROWS, 0
    for sheet in opened_sheets:
        if sheet.sheet_state != "visible":
            hidden += 1
            continue
        about = sheets.get(sheet.title, _Sheet())
        rows = [*first_filled(_shown_columns(_with_whole_names(_rows(sheet, about), about), about), left + 1)]
        filled = sum(map(any, rows))
        tables = [*tables_of(rows[:-1] if filled > left else rows, groups)]
        named = [] if _UNNAMED.fullmatch(sheet.title) else [Piece("heading", sheet.title, level=1)]
        pieces += [*named, *tables] if tables else []
        left -= filled
        if left < 0:
            break
    warnings += limit_warning(left < 0)
    return Parsed(tuple(pieces), declared, warnings, {"hidden sheets": hidden} if hidden else {})


def _worksheets(raw: bytes, package: Package) -> tuple[Sequence[Any], tuple[str, ...]]:
    """The sheets, and a warning if they could be opened only without the formats of their cells.

    openpyxl knows no Strict Open XML, which differs in names alone, and gives up a workbook for a style.
    """
    main = package.bytes_of(package.main_part() or "xl/workbook.xml") or b""
    sheets = () if any(name in main for name, _ in _STRICT) else _opened(raw)
    sheets = sheets or _opened(_in_usual_names(package, leave_out=""))
    if sheets:
        return sheets, ()
    sheets = _opened(_in_usual_names(package, leave_out="xl/styles.xml"))
    if sheets:
        return sheets, _NO_STYLES
    raise UnreadableArticle("has sheets that are damaged, or charts alone", "open it and save it again as .xlsx")


def _opened(raw: bytes) -> Sequence[Any]:
    import warnings

    from openpyxl import load_workbook  # here, for it takes a third of a second that other corpora should not pay

    warnings.simplefilter("ignore")
    try:
        return load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False).worksheets  # type: ignore[no-any-return]
    except MemoryError:
        raise
    except Exception:  # whatever a library makes of a damaged part: there is no list of it
        return ()


def _in_usual_names(package: Package, *, leave_out: str) -> bytes:
    """The workbook with the names of Transitional Open XML (ECMA-376, part 4), without one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in package.names():
            part = package.bytes_of(name) if name.endswith((".xml", ".rels")) and name != leave_out else None
            for strict, usual in _STRICT if part is not None else ():
                part = part.replace(strict, usual)  # type: ignore[union-attr]
            if part is not None:
                archive.writestr(name, part)
    return file.getvalue()


def _shown_columns(rows: Iterable[Row], about: _Sheet) -> Iterator[Row]:
    return ([text for i, text in enumerate(row, 1) if i not in about.hidden_columns] for row in rows)


def _with_whole_names(rows: Iterable[tuple[int, Row]], about: _Sheet) -> Iterator[Row]:
    """The rows; names of columns that stand below a name of several are one with it, at the head of a table."""
    above, row = 0, None  # how much the row before holds; the row that may go on
    spans: Sequence[tuple[int, int]] = ()  # its wide cells
    for number, texts in rows:
        if row is not None and spans and above < 2 and _are_names(row, texts, spans):
            row = _joined_names(row, texts, spans)
        else:
            if row is not None:
                yield row
                above = sum(map(bool, row))
            row = texts
        spans = about.across.get(number, ())
    if row is not None:
        yield row


def _are_names(above: Row, row: Row, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether each column below the wide cells has a name of its own: words or a year, not the figures of a row.

    One wide cell over all columns names the table.
    """
    first, last = spans[0]
    names_all = len(spans) == 1 and not any(text for one in (above, row) for text in (*one[: first - 1], *one[last:]))
    below = [[*row[first - 1 : last]] for first, last in spans]
    words = all(not _FIGURES.fullmatch(text) for part in below for text in part)
    years = all(_YEAR.fullmatch(text) for part in below for text in part)
    return (words or years) and not names_all and all(all(part) and len(set(part)) == len(part) > 1 for part in below)


def _joined_names(row: Row, below: Row, spans: Sequence[tuple[int, int]]) -> Row:
    over = {column: row[first - 1] for first, last in spans for column in range(first, last + 1)}
    names = itertools.zip_longest(row, below, fillvalue="")
    pairs = ((over.get(i, name), own) for i, (name, own) in enumerate(names, 1))
    return [name if name == own else f"{name} {own}".strip() for name, own in pairs]


def _rows(sheet: Any, about: _Sheet) -> Iterator[tuple[int, Row]]:
    sheet.reset_dimensions()
    above: dict[tuple[int, int], str] = {}
    origins = frozenset(about.merged.values())
    for number, row in enumerate(sheet.iter_rows(min_row=1), 1):
        texts = [_shown(cell) for cell in row[:MAX_COLUMNS]]
        if origins:
            above |= {(number, i): text for i, text in enumerate(texts, 1) if (number, i) in origins}
            texts = [text or above.get(about.merged.get((number, i), (0, 0)), "") for i, text in enumerate(texts, 1)]
        if number not in about.hidden_rows:
            yield number, texts


def _sheets(package: Package) -> dict[str, _Sheet]:
    """What the XML says of each sheet, by its title."""
    main = package.main_part() or "xl/workbook.xml"
    tree, related = package.tree(main), package.relations(main)
    found: dict[str, _Sheet] = {}
    for one in () if tree is None else tree.iter():
        ids = [text for key, text in one.items() if key.endswith("}id")]
        if one.tag.endswith("}sheet") and ids and ids[0] in related:
            found[one.get("name", "")] = _about(package.bytes_of(related[ids[0]].target) or b"")
    return found


def _about(xml: bytes) -> _Sheet:
    rows, columns = set[int](), set[int]()
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    across: dict[int, list[tuple[int, int]]] = {}
    for name, attributes in _TAG.findall(xml):
        facts = {key.decode(): text.decode("ascii", "replace") for key, text in _FACT.findall(attributes)}
        hidden = facts.get("hidden") in ("1", "true")
        if name == b"row" and hidden and facts.get("r", "").isdecimal():
            rows.add(int(facts["r"]))
        elif name == b"col" and hidden:
            first, last = (int(facts[key]) if facts.get(key, "").isdecimal() else 0 for key in ("min", "max"))
            columns |= set(range(first, min(last, MAX_COLUMNS) + 1))
        elif name == b"mergeCell" and len(merged) < _MOST_MERGED:
            found = _RANGE.fullmatch(facts.get("ref", ""))
            merged |= _merged(found) if found else {}
            if found and found[1] != found[3]:
                last = min(_column(found[3]), MAX_COLUMNS)
                across.setdefault(int(found[2]), []).append((_column(found[1]), last))
    return _Sheet(frozenset(rows), frozenset(columns), merged, across)


def _merged(found: re.Match[str]) -> dict[tuple[int, int], tuple[int, int]]:
    """Of cells that are merged over several rows, those in the first column, with the one whose value they show."""
    column, first, last = _column(found[1]), int(found[2]), int(found[4])
    return {(row, column): (first, column) for row in range(first + 1, min(last, first + 1000) + 1)}


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _format(cell: Any) -> str:
    try:
        return str(cell.number_format or "General")
    except (AttributeError, IndexError, KeyError):  # of a style that is not there
        return "General"


def _shown(cell: Any) -> str:
    """The value of a cell as its number format shows it; dates in plain notation."""
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    form = _format(cell)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time() and not _TIMED.search(_NO_TIME.sub("", form))
        return value.date().isoformat() if midnight else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, datetime.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(value, datetime.time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return shown_number(value, form) if isinstance(value, (int, float)) else str(value)
