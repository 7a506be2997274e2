"""Slides, sheets, books and texts of office programs, made in code; `formats_fixtures` makes Word files and PDFs."""

import io
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from tests.formats_fixtures import zipped

_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
)


def pptx(slides: Sequence[str], *, notes: Mapping[int, str] | None = None, hidden: Sequence[int] = ()) -> bytes:
    """Returns a deck; each slide is the XML of its shapes, `notes` are the XML of shapes by the slide's number."""
    parts = {"_rels/.rels": _relations([("officeDocument", "ppt/presentation.xml")])}
    ids = "".join(f'<p:sldId id="{255 + i}" r:id="rId{i}"/>' for i in range(1, len(slides) + 1))
    parts["ppt/presentation.xml"] = f"<p:presentation {_names()}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
    parts["ppt/_rels/presentation.xml.rels"] = _relations(
        [("slide", f"slides/slide{i}.xml") for i in range(1, len(slides) + 1)]
    )
    for i, shapes in enumerate(slides, 1):
        parts[f"ppt/slides/slide{i}.xml"] = _slide("sld", shapes, ' show="0"' if i in hidden else "")
        if notes and i in notes:
            parts[f"ppt/slides/_rels/slide{i}.xml.rels"] = _relations([("notesSlide", f"../notesSlides/n{i}.xml")])
            parts[f"ppt/notesSlides/n{i}.xml"] = _slide("notes", notes[i])
    return zipped({name: text.encode() for name, text in parts.items()})


def shape(*paragraphs: str, role: str | None = None) -> str:
    """Returns one shape of a slide; a paragraph is its text, or XML. `role` is that of a placeholder."""
    place = f'<p:nvPr><p:ph type="{role}"/></p:nvPr>' if role is not None else "<p:nvPr/>"
    body = "".join(
        text if text.startswith("<") else f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>" for text in paragraphs
    )
    return f"<p:sp><p:nvSpPr>{place}</p:nvSpPr><p:txBody>{body}</p:txBody></p:sp>"


def slide_table(rows: Sequence[Sequence[str]]) -> str:
    """Returns a table on a slide whose first row is its header."""
    cells = (
        "<a:tr>" + "".join(f"<a:tc><a:txBody>{_paragraph(cell)}</a:txBody></a:tc>" for cell in row) + "</a:tr>"
        for row in rows
    )
    table = f'<a:tbl><a:tblPr firstRow="1"/>{"".join(cells)}</a:tbl>'
    return f"<p:graphicFrame><a:graphic><a:graphicData>{table}</a:graphicData></a:graphic></p:graphicFrame>"


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], *, hidden: Sequence[str] = ()) -> Any:
    """Returns an open workbook with these sheets, for `saved`."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    return book


def saved(book: Any) -> bytes:
    """Returns the file of a workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def odt(body: str, *, styles: str = "", meta: str = "") -> bytes:
    """Returns a text of OpenDocument with this XML as its body."""
    content = (
        f"<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    described = f"<office:document-meta {_ODF}><office:meta>{meta}</office:meta></office:document-meta>"
    return zipped({"content.xml": content.encode(), "meta.xml": described.encode()})


def epub(chapters: Sequence[str], *, meta: str = "") -> bytes:
    """Returns a book whose chapters are these bodies of XHTML, with a page of contents that is in no chapter."""
    numbers = range(1, len(chapters) + 1)
    items = "".join(f'<item id="c{i}" href="c{i}.xhtml" media-type="application/xhtml+xml"/>' for i in numbers)
    spine = "".join(f'<itemref idref="c{i}"/>' for i in numbers)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<metadata>{meta}</metadata><manifest><item id="nav" href="nav.xhtml" properties="nav" '
        f'media-type="application/xhtml+xml"/>{items}</manifest><spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    texts = {
        "META-INF/container.xml": container,
        "OEBPS/book.opf": package,
        "OEBPS/nav.xhtml": _page("<p>Contents</p>"),
    }
    texts |= {f"OEBPS/c{i}.xhtml": _page(body) for i, body in enumerate(chapters, 1)}
    return zipped({name: text.encode() for name, text in texts.items()})


def _page(body: str) -> str:
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return f'{head}<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{body}</body></html>'


def _slide(name: str, shapes: str, facts: str = "") -> str:
    return f"<p:{name} {_names()}{facts}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:{name}>"


def _paragraph(text: str) -> str:
    return f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>"


def _names() -> str:
    return f'xmlns:p="{_P}" xmlns:a="{_A}" xmlns:r="{_R}"'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    return _RELATIONS.format(
        "".join(
            f'<Relationship Id="rId{i}" Type="{_R}/{kind}" Target="{path}"/>'
            for i, (kind, path) in enumerate(targets, 1)
        )
    )
