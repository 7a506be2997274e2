"""Files of every kind, made in code, so that no file of the tests lies in the repository."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

STYLES = f"""<w:styles xmlns:w="{W}">
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Ours"><w:name w:val="Ours"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Deep"><w:name w:val="Deep"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
</w:styles>"""


def pdf(pages: Sequence[Sequence[str]], *, info: Mapping[str, str] | None = None, outline: Sequence[str] = ()) -> bytes:
    """Returns a PDF with these lines on its pages; the outline's entries all lead to the first page."""
    objects = ["<< /Type /Catalog /Pages 2 0 R" + (" /Outlines 4 0 R" if outline else "") + " >>", "", _FONT, ""]
    first = len(objects) + 1
    for i, title in enumerate(outline):
        links = (f" /Prev {first + i - 1} 0 R" if i else "") + (
            f" /Next {first + i + 1} 0 R" if title != outline[-1] else ""
        )
        objects.append(
            f"<< /Title ({_pdf_text(title)}) /Parent 4 0 R{links} /Dest [{first + len(outline)} 0 R /Fit] >>"
        )
    if outline:
        last = first + len(outline) - 1
        objects[3] = f"<< /Type /Outlines /First {first} 0 R /Last {last} 0 R /Count {len(outline)} >>"
    kids = []
    for lines in pages:
        kids.append(len(objects) + 1)
        shown = "".join(f"({_pdf_text(line)}) Tj 0 -14 Td\n" for line in lines)
        content = f"BT /F1 11 Tf 60 780 Td\n{shown}ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects) + 2} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(kids)} >>"
    facts = "".join(f"/{name} ({_pdf_text(value)}) " for name, value in (info or {}).items())
    objects.append(f"<< {facts}>>")
    return _pdf_file([body.encode("latin-1") for body in objects])


def pdf_with_stream(content: bytes) -> bytes:
    """Returns a PDF of one page whose content is this stream, compressed."""
    packed = zlib.compress(content, 9)
    head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>"
    )
    texts = ("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [4 0 R] /Count 1 >>", _FONT, page)
    return _pdf_file([*(text.encode() for text in texts), head + packed + b"\nendstream", b"<< >>"])


def docx(body: str, *, core: str = "", styles: str = STYLES, more: Mapping[str, bytes] | None = None) -> bytes:
    """Returns a Word file with this XML as its body."""
    document = f'<w:document xmlns:w="{W}" xmlns:mc="urn:mc"><w:body>{body}</w:body></w:document>'
    parts = {
        "word/document.xml": document.encode(),
        "word/styles.xml": styles.encode(),
        "docProps/core.xml": f'<c xmlns:dc="http://purl.org/dc/elements/1.1/">{core}</c>'.encode(),
    }
    return zipped(parts | dict(more or {}))


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Returns a zip file of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return file.getvalue()


def paragraph(text: str, style: str = "") -> str:
    """Returns one paragraph of a Word file's body."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


_FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def _pdf_text(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf_file(objects: Sequence[bytes]) -> bytes:
    file, starts = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        starts.append(len(file))
        file += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{start:010d} 00000 n \n" for start in starts
    )
    trailer = (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    )
    return file + table.encode() + trailer.encode()
