"""Excel workbooks: their visible sheets with the values that cells show. The home of openpyxl; computes no formulas.

What openpyxl does not say of a sheet that it reads row by row is read off the sheet's XML: rows and columns that are
hidden, and cells that are merged.
"""

import datetime
import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.articles.formats.numberformat import shown_number
from ingest.articles.formats.package import Package, opened
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.rows import MAX_ROWS, Row, first_filled, limit_warning, tables_of
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
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True)
class _Sheet:
    """What is not shown of a sheet, and which cells show what stands in another, by row and column from 1."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def read(raw: bytes) -> Parsed:
    """Returns the visible sheets of a workbook, a section each, with values as their cells show them.

    Raises:
        UnreadableArticle: it is damaged, locked, or unpacks beyond the limits.
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
        rows = [*first_filled(_rows(sheet, sheets.get(sheet.title, _Sheet())), left + 1)]
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
    raise UnreadableArticle("has sheets that are damaged, or charts alone; open it and save it again as .xlsx")


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


def _rows(sheet: Any, about: _Sheet) -> Iterator[Row]:
    sheet.reset_dimensions()
    above: dict[tuple[int, int], str] = {}
    origins = frozenset(about.merged.values())
    for number, row in enumerate(sheet.iter_rows(min_row=1), 1):
        texts = [_shown(cell) for cell in row[:MAX_COLUMNS]]
        if origins:
            above |= {(number, i): text for i, text in enumerate(texts, 1) if (number, i) in origins}
            texts = [text or above.get(about.merged.get((number, i), (0, 0)), "") for i, text in enumerate(texts, 1)]
        if number not in about.hidden_rows:
            yield [text for i, text in enumerate(texts, 1) if i not in about.hidden_columns]


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
    for name, attributes in _TAG.findall(xml):
        facts = {key.decode(): text.decode("ascii", "replace") for key, text in _FACT.findall(attributes)}
        hidden = facts.get("hidden") in ("1", "true")
        if name == b"row" and hidden and facts.get("r", "").isdecimal():
            rows.add(int(facts["r"]))
        elif name == b"col" and hidden:
            first, last = (int(facts[key]) if facts.get(key, "").isdecimal() else 0 for key in ("min", "max"))
            columns |= set(range(first, min(last, MAX_COLUMNS) + 1))
        elif name == b"mergeCell" and len(merged) < _MOST_MERGED:
            merged |= _merged(facts.get("ref", ""))
    return _Sheet(frozenset(rows), frozenset(columns), merged)


def _merged(reference: str) -> dict[tuple[int, int], tuple[int, int]]:
    """Of cells that are merged over several rows, those in the first column, with the one whose value they show."""
    found = _RANGE.fullmatch(reference)
    if found is None:
        return {}
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
