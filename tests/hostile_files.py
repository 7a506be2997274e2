"""Files that are made to do harm: by name, how to make one, and what its failure or its text says. Small in code."""

import base64
from collections.abc import Callable, Mapping

from tests.formats_fixtures import W, docx, paragraph, zipped
from tests.office_fixtures import epub, odt, pptx, shape
from tests.package_fixtures import mail, notebook, parts_of, relations, row, sheet_of, with_parts

SAID = "The bridge is 640 metres long."
SECRET = "swordfish"
_ZEROS = b"<a>" + b"0" * 70_000_000 + b"</a>"
_LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
_SLIDES = "ppt/_rels/presentation.xml.rels"


def refused(secret: str) -> Mapping[str, tuple[Callable[[], bytes], str]]:
    """Returns files by name, each with a part of the reason for which it is refused; `secret` is a path."""
    outside = f'<!ENTITY a9 SYSTEM "file://{secret}">'
    return {
        "zeros.pptx": (lambda: with_parts(_deck(), {"ppt/slides/slide1.xml": _ZEROS}), "zip bomb"),
        "zeros.xlsx": (lambda: with_parts(_book(), {"xl/worksheets/sheet1.xml": _ZEROS}), "zip bomb"),
        "zeros.odt": (lambda: with_parts(_text(), {"content.xml": _ZEROS}), "zip bomb"),
        "zeros.epub": (lambda: with_parts(epub([SAID]), {"OEBPS/c1.xhtml": _ZEROS}), "zip bomb"),
        "laughs.docx": (lambda: _with_entities(docx(paragraph(SAID)), "word/document.xml", _LAUGHS), "entities"),
        "laughs.pptx": (lambda: _with_entities(_deck(), "ppt/slides/slide1.xml", _LAUGHS), "entities"),
        "laughs.xlsx": (lambda: _with_entities(_book(), "xl/worksheets/sheet1.xml", _LAUGHS), "entities"),
        "laughs.odt": (lambda: _with_entities(_text(), "content.xml", _LAUGHS), "entities"),
        "outside.docx": (lambda: _with_entities(docx(paragraph(SAID)), "word/document.xml", outside), "entities"),
        "outside.pptx": (lambda: _with_entities(_deck(), "ppt/slides/slide1.xml", outside), "entities"),
        "outside.xlsx": (lambda: _with_entities(_book(), "xl/worksheets/sheet1.xml", outside), "entities"),
        "outside.odt": (lambda: _with_entities(_text(), "content.xml", outside), "entities"),
        "levels200.html": (lambda: b"<div>" * 200 + SAID.encode(), "nested more than 200"),
        "levels20000.html": (lambda: b"<div>" * 20_000 + SAID.encode(), "nested more than 200"),
        "levels.epub": (lambda: epub(["<div>" * 20_000 + SAID]), "nested more than 200"),
        "levels.eml": (lambda: mail("<div>" * 20_000 + SAID, kind="text/html"), "nested more than 200"),
        "levels.pptx": (lambda: _deck("<p:grpSp>" * 300 + "</p:grpSp>" * 300), "nested more than 200"),
        "levels.odt": (lambda: odt("<text:span>" * 300 + "</text:span>" * 300), "nested more than 200"),
        "levels.ipynb": (lambda: b'{"cells": ' + b"[" * 200_000, "no notebook"),
        "quotes.md": (lambda: (">" * 5_000 + SAID).encode(), "nested 100 deep"),
        "line.csv": (lambda: b"name,cost\n" + b"a" * 50_000_000, "larger than 20 MB"),
        "cell.csv": (lambda: b"name,cost\n" + b"a" * 15_000_000, "2,000,000 characters"),
        "outputs.ipynb": (lambda: notebook([("code", "print(1)")], outputs=["a" * 100_000_000]), "larger than 20 MB"),
        "deck.pptx": (lambda: pptx([shape(SAID)] * 5_000), "more than 2,000 slides"),
        "parts.xlsx": (lambda: with_parts(_book(), {f"x{i}": b"" for i in range(10_001)}), "10,000 parts"),
        "outward.docx": (lambda: _outward_docx(secret), "no Word file"),
        "outward.pptx": (lambda: _outward_pptx(secret), "no text"),
        "packed.eml": (_packed_mail, "nested more than 200"),
    }


def read(secret: str) -> Mapping[str, tuple[Callable[[], bytes], str]]:
    """Returns files by name that are read, and only as what they show; each with a part of its text."""
    include = f".. include:: {secret}\n\n.. csv-table:: t\n   :file: {secret}\n\n"
    include += f".. raw:: html\n   :file: {secret}\n\n{SAID}"
    formula = f'<row r="1"><c r="A1" t="str"><f>WEBSERVICE("x")</f><v>{SAID}</v></c></row>'
    wide = f"<table><tr><td rowspan=9999999 colspan=9999999>{SAID}" + "<tr><td>a" * 999
    fences = "".join(
        f"```{{{name}}} {secret}\n:file: {secret}\n```\n\n" for name in ("include", "literalinclude", "csv-table")
    )
    return {
        "levels100.html": (lambda: b"<div>" * 100 + SAID.encode(), SAID),
        "rows.csv": (lambda: b"name,cost\n" + b"bridge,212\n" * 100_000, "bridge | 212"),
        "rows.xlsx": (lambda: sheet_of("".join(row(i, "bridge", 212) for i in range(1, 25_001))), "bridge | 212"),
        "far.xlsx": (lambda: sheet_of(row(1, SAID) + row(1_048_576, "below")), SAID),
        "formula.xlsx": (lambda: sheet_of(formula), SAID),
        "macros.xlsm": (lambda: with_parts(_book(), {"xl/vbaProject.bin": b"Sub Auto_Open()"}), SAID),
        "macros.docm": (lambda: docx(paragraph(SAID), more={"word/vbaProject.bin": b"Sub AutoOpen()"}), SAID),
        "climbing.docx": (lambda: docx(paragraph(SAID), more={f"../../..{secret}": b"x", secret: b"x"}), SAID),
        "template.docx": (lambda: _linked_docx(secret), SAID),
        "renamed.docx": (_renamed_docx, SAID),
        "itself.pptx": (_deck_of_itself, SAID),
        "outputs.ipynb": (lambda: notebook([("markdown", SAID), ("code", "f()")], outputs=["a" * 15_000_000]), SAID),
        "include.rst": (lambda: include.encode(), SAID),
        "include.md": (lambda: f"{fences}```{{eval-rst}}\n{include}\n```\n\n![{SAID}](file://{secret})".encode(), SAID),
        "frames.html": (
            lambda: f'<p>{SAID}<iframe src="file://{secret}"></iframe><object data="{secret}"></object>'.encode(),
            SAID,
        ),
        "wide.odt": (_wide_odt, SAID),
        "wide.html": (wide.encode, SAID),
        "table.md": (_wide_table, SAID),
        "brackets.md": (lambda: f"{'[' * 10_000}\n\n{'*a ' * 50_000}\n\n{SAID}".encode(), SAID),
        "groups.rtf": (lambda: ("{\\rtf1 " + "{" * 50_000 + SAID + "}" * 50_001).encode(), SAID),
        "parts.eml": (lambda: _nested_mail(60), SAID),
        "swaps.rst": (_substitutions, SAID),
        "again.epub": (lambda: _repeated("a " * 100_000 + SAID), SAID),
    }


def _deck(shapes: str = "") -> bytes:
    return pptx([shapes or shape(SAID)])


def _book() -> bytes:
    return sheet_of(row(1, SAID, 212))


def _text() -> bytes:
    return odt(f"<text:p>{SAID}</text:p>")


def _with_entities(raw: bytes, name: str, entities: str) -> bytes:
    part = parts_of(raw)[name].decode().replace("metres", "&a9;")
    return with_parts(raw, {name: f"<!DOCTYPE a [{entities}]>{part}".encode()})


def _repeated(chapter: str) -> bytes:
    """A book that shows one chapter ten thousand times."""
    book = epub([f"<p>{chapter}</p>"])
    package = parts_of(book)["OEBPS/book.opf"].replace(b'<itemref idref="c1"/>', b'<itemref idref="c1"/>' * 10_000)
    return with_parts(book, {"OEBPS/book.opf": package})


def _outward_docx(secret: str) -> bytes:
    return zipped({"_rels/.rels": relations([("r", "officeDocument", f"../../../..{secret}")]), "x": b"y"})


def _outward_pptx(secret: str) -> bytes:
    return with_parts(_deck(), {_SLIDES: relations([("rId1", "slide", f"../..{secret}")])})


def _linked_docx(secret: str) -> bytes:
    outward = [("a", "attachedTemplate", f"file://{secret}"), ("b", "styles", f"file://{secret}")]
    outward += [("c", "footnotes", f"../../../..{secret}"), ("d", "aFChunk", f"file://{secret}")]
    chunk = '<w:altChunk xmlns:r="urn:r" r:id="d"/>'
    return docx(paragraph(SAID) + chunk, more={"word/_rels/document.xml.rels": relations(outward, external=True)})


def _renamed_docx() -> bytes:
    document = f'<w:document xmlns:w="{W}"><w:body>{paragraph(SAID)}</w:body></w:document>'
    main = relations([("r", "officeDocument", "/mine/Main%20part.xml")])
    return zipped({"_rels/.rels": main, "mine/Main part.xml": document.encode()})


def _deck_of_itself() -> bytes:
    """A deck whose slide has itself for its notes and the deck for its chart."""
    chart = '<a:graphic><a:graphicData><c:chart xmlns:c="urn:c" r:id="c"/></a:graphicData></a:graphic>'
    deck = _deck(shape(SAID) + f"<p:graphicFrame>{chart}</p:graphicFrame>")
    targets = [("n", "notesSlide", "slide1.xml"), ("c", "chart", "../presentation.xml"), ("s", "slide", "slide1.xml")]
    own = relations(targets)
    return with_parts(deck, {"ppt/slides/_rels/slide1.xml.rels": own})


def _wide_table() -> bytes:
    """A head of two thousand columns, and rows that leave them to the parser to fill."""
    return ("|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + "|x\n" * 2_000 + f"\n{SAID}").encode()


def _wide_odt() -> bytes:
    cell = f'<table:table-cell table:number-columns-repeated="999999999"><text:p>{SAID}</text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="999999999">{cell}</table:table-row>'
    return odt(f"<table:table>{rows}</table:table><text:p>{SAID}</text:p>")


def _nested_mail(levels: int) -> bytes:
    body = f"Content-Type: text/plain\n\n{SAID}\n"
    for i in range(levels):
        body = f'Content-Type: multipart/alternative; boundary="b{i}"\n\n--b{i}\n{body}\n--b{i}--\n'
    return f"Subject: x\nMIME-Version: 1.0\n{body}".encode()


def _substitutions() -> bytes:
    """Names that stand for ten others each, six deep."""
    lines = [".. |a0| replace:: ha"]
    lines += [f".. |a{i + 1}| replace:: " + " ".join([f"|a{i}|"] * 10) for i in range(6)]
    return ("\n".join(lines) + f"\n\n{SAID}\n\n|a6|\n").encode()


def _packed_mail() -> bytes:
    """A mail whose page is packed in base64 and nested deep."""
    page = base64.b64encode(b"<div>" * 20_000 + SAID.encode()).decode()
    return f"Subject: x\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n{page}".encode()
