"""Kinds of files that were seen in public test sets of other readers, in files of our own."""

from pathlib import Path

import pytest

from ingest.articles.make import make_article
from ingest.articles.reader import Reader
from tests.formats_fixtures import pdf


def test_what_is_filled_into_a_form_of_a_pdf_is_read() -> None:
    shown = b"BT /F1 11 Tf 2 4 Td (The bridge cost 212 million euros.) Tj ET"
    fonts = b"/Resources << /Font << /F1 3 0 R >> >>"
    drawn = b"<< /Type /XObject /Subtype /Form /BBox [0 0 300 20] " + fonts + b" /Length %d >>" % len(shown)
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (x) /F 4 /Rect [60 600 360 620] /AP << /N 90 0 R >> >>"
    raw = pdf([["Which bridge is meant?"]]).replace(b"/Contents", b"/Annots [" + field + b"] /Contents")
    raw = raw.replace(b"\nxref\n", b"\n90 0 obj\n" + drawn + b"\nstream\n" + shown + b"\nendstream\nendobj\nxref\n")
    assert "The bridge cost 212 million euros." in make_article(raw, None, article_id="a.pdf").text


@pytest.mark.parametrize("name", ["a.adoc", "a.org"])
def test_what_pandoc_reads_is_read_within_the_limits_of_the_reader(name: str, tmp_path: Path) -> None:
    pytest.importorskip("pypandoc")
    (tmp_path / name).write_text("The bridge is 640 metres long.")
    with Reader() as reader:
        assert reader.read(tmp_path / name, name).text == "The bridge is 640 metres long."


def test_lines_that_code_sets_off_are_no_title_of_it() -> None:
    marked = '```js [[1, 5, "createNote"], [2, 7, "updateName"]]\ncreateNote()\n```'
    raw = f"Look:\n\n{marked}\n\n```sh [build.sh]\nmake\n```\n".encode()
    assert make_article(raw, None, article_id="a.md").text == "Look:\n\ncreateNote()\n\nbuild.sh\n\nmake"


def test_a_list_of_links_that_a_page_introduces_stays() -> None:
    page = (
        b"<h1>Examples</h1><p>There are two examples:</p><ul><li><a href='a'>Bridge</a><li><a href='b'>Tunnel</a></ul>"
    )
    assert "Tunnel" in make_article(page, None, article_id="a.html").text
