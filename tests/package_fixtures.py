"""Files of `office_fixtures` with other parts in them, and notebooks and mails, made in code."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from tests.formats_fixtures import zipped
from tests.office_fixtures import saved, workbook

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def parts_of(raw: bytes) -> dict[str, bytes]:
    """Returns the parts of a zip by their names."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(raw: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Returns a zip with these parts in it, in place of those of the same names."""
    return zipped(parts_of(raw) | dict(parts))


def relations(targets: Sequence[tuple[str, str, str]], *, external: bool = False) -> bytes:
    """Returns the relations of a part: id, kind and target of each."""
    mode = ' TargetMode="External"' if external else ""
    lines = (
        f'<Relationship Id="{id_}" Type="{_RELATION}/{kind}" Target="{escape(target)}"{mode}/>'
        for id_, kind, target in targets
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{"".join(lines)}</Relationships>'.encode()


def sheet_of(rows: str) -> bytes:
    """Returns a workbook with one sheet, Costs, whose rows are this XML."""
    book = saved(workbook({"Costs": [["Bridge", 212]]}))
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData></worksheet>'
    return with_parts(book, {"xl/worksheets/sheet1.xml": sheet.encode("utf-8", "replace")})


def row(number: int, *cells: str | float) -> str:
    """Returns the XML of a row of a sheet with texts and numbers in its cells."""
    inside = "".join(
        f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        if isinstance(cell, str)
        else f'<c r="{chr(65 + i)}{number}"><v>{cell}</v></c>'
        for i, cell in enumerate(cells)
    )
    return f'<row r="{number}">{inside}</row>'


def notebook(cells: Sequence[tuple[str, str]], *, outputs: Sequence[object] = ()) -> bytes:
    """Returns a notebook of these cells, kind and text; each cell of code has printed these outputs."""
    listed = [
        {"cell_type": kind, "source": text, "metadata": {}} | ({"outputs": list(outputs)} if kind == "code" else {})
        for kind, text in cells
    ]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def mail(
    body: str, *, kind: str = "text/plain", head: str = "Subject: The bridge\nFrom: Ana <ana@a.example>\n"
) -> bytes:
    """Returns a mail with this body."""
    facts = f"Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    return f"{head}{facts}{body}".encode("utf-8", "replace")
