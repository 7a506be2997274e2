"""Small good files of the kinds that are a zip of XML, and of notebooks and mails, made in code."""

import json
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from tests.formats_fixtures import zipped

_OFFICE = "http://schemas.openxmlformats.org"
_RELATION = f"{_OFFICE}/officeDocument/2006/relationships"
_DRAWING = f"{_OFFICE}/drawingml/2006/main"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def relations(targets: Mapping[str, tuple[str, str]], *, external: Sequence[str] = ()) -> bytes:
    """Returns the relations of a part: by id, the kind and the target."""
    lines = "".join(
        f'<Relationship Id="{id_}" Type="{_RELATION}/{kind}" Target="{escape(target)}"'
        + (' TargetMode="External"/>' if id_ in external else "/>")
        for id_, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">{lines}</Relationships>'.encode()


def pptx(slides: Sequence[str], *, more: Mapping[str, bytes] | None = None) -> bytes:
    """Returns a deck whose slides have this XML in their tree of shapes."""
    names = {f"r{i}": f"slides/slide{i}.xml" for i in range(len(slides))}
    listed = "".join(f'<p:sldId id="{256 + i}" r:id="r{i}"/>' for i in range(len(slides)))
    spaces = f'xmlns:p="{_OFFICE}/presentationml/2006/main" xmlns:a="{_DRAWING}" xmlns:r="{_RELATION}"'
    parts = {
        "_rels/.rels": relations({"m": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>".encode(),
        "ppt/_rels/presentation.xml.rels": relations({id_: ("slide", name) for id_, name in names.items()}),
    }
    for name, shapes in zip(names.values(), slides, strict=True):
        tree = f"<p:sld {spaces}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        parts[f"ppt/{name}"] = tree.encode("utf-8", "replace")
    return zipped(parts | dict(more or {}))


def shape(*lines: str, role: str = "") -> str:
    """Returns a box of a slide with these paragraphs; `role` makes it a placeholder."""
    place = f'<p:nvSpPr><p:nvPr><p:ph type="{role}"/></p:nvPr></p:nvSpPr>' if role else ""
    paragraphs = "".join(f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>" for line in lines)
    return f"<p:sp>{place}<p:txBody>{paragraphs}</p:txBody></p:sp>"


def xlsx(sheets: Mapping[str, str], *, more: Mapping[str, bytes] | None = None) -> bytes:
    """Returns a workbook whose sheets, by their names, hold these rows in XML."""
    space, names = f"{_OFFICE}/spreadsheetml/2006/main", [*sheets]
    listed = "".join(f'<sheet name="{escape(n)}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(names, 1))
    parts = {
        "[Content_Types].xml": _types({f"/xl/worksheets/sheet{i}.xml" for i in range(1, len(names) + 1)}),
        "_rels/.rels": relations({"m": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": (
            f'<workbook xmlns="{space}" xmlns:r="{_RELATION}"><sheets>{listed}</sheets></workbook>'.encode()
        ),
        "xl/_rels/workbook.xml.rels": relations(
            {f"r{i}": ("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(names) + 1)}
        ),
    }
    for i, rows in enumerate(sheets.values(), 1):
        sheet = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
        parts[f"xl/worksheets/sheet{i}.xml"] = sheet.encode("utf-8", "replace")
    return zipped(parts | dict(more or {}))


def row(number: int, *cells: str | float) -> str:
    """Returns a row of a sheet with texts and numbers in its cells."""
    inside = "".join(
        f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        if isinstance(cell, str)
        else f'<c r="{chr(65 + i)}{number}"><v>{cell}</v></c>'
        for i, cell in enumerate(cells)
    )
    return f'<row r="{number}">{inside}</row>'


def odt(body: str, *, more: Mapping[str, bytes] | None = None) -> bytes:
    """Returns an OpenDocument text with this XML as its body."""
    spaces = f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:table="{_ODF}:table:1.0"'
    content = (
        f"<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": content.encode("utf-8", "replace")} | dict(more or {}))


def epub(chapters: Sequence[str], *, more: Mapping[str, bytes] | None = None) -> bytes:
    """Returns a book whose chapters have this HTML as their bodies."""
    items = "".join(
        f'<item id="c{i}" href="c{i}.xhtml" media-type="application/xhtml+xml"/>' for i in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    parts = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": b'<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
        "book.opf": (
            '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The bridge</dc:title></metadata>'
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
        ).encode(),
    }
    for i, chapter in enumerate(chapters):
        parts[f"c{i}.xhtml"] = f"<?xml version='1.0'?><html><body>{chapter}</body></html>".encode("utf-8", "replace")
    return zipped(parts | dict(more or {}))


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
    return f"{head}Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}".encode(
        "utf-8", "replace"
    )


def _types(sheets: set[str]) -> bytes:
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(f'<Override PartName="{name}" ContentType="{base}.worksheet+xml"/>' for name in sorted(sheets))
    return (
        f'<Types xmlns="{_OFFICE}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{base}.sheet.main+xml"/>{parts}</Types>'
    ).encode()
