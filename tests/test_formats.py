"""Every format becomes text in which a quote stands word for word, in blocks, with what the file says of itself."""

import datetime
import json
import subprocess
import sys
from textwrap import wrap

import pytest

from ingest.articles.article import Article
from ingest.articles.blocks import block_at
from ingest.articles.decode import clean
from ingest.articles.make import SUFFIXES, make_article
from ingest.errors import UnreadableArticle
from ingest.split import split
from tests.conftest import REPOSITORY
from tests.formats_fixtures import docx, paragraph, pdf
from tests.office_fixtures import epub, odt, pptx, saved, shape, workbook

HEAD = "Port Ellery opens its second harbour bridge"
FIRST = "Port Ellery opened its second harbour bridge on Saturday, eleven years after the first plans were drawn."
QUOTE = "The bridge cost 212 million euros, 30 million more than the council had approved in 2019."
COSTS = "What it cost"

MARKDOWN = f"# {HEAD}\n\n{FIRST}\n\n## {COSTS}\n\n{QUOTE}\n"
BODY = f"<h1>{HEAD}</h1><p>{FIRST}</p><h2>{COSTS}</h2><p>{QUOTE.replace('212 million', '<b>212 million</b>')}</p>"
PAGE = f"<!doctype html><html><head><meta charset='utf-8'><title>{HEAD} | The Gazette</title></head><body>{BODY}</body>"
WORD = paragraph(HEAD, "berschrift1") + paragraph(FIRST) + paragraph(COSTS, "Ours") + paragraph(QUOTE)
FILES = {
    "bridge.txt": f"{HEAD}\n\n{FIRST}\n\n{QUOTE}\n".encode(),
    "bridge.md": MARKDOWN.encode(),
    "bridge.mdx": MARKDOWN.encode(),
    "bridge.html": PAGE.encode(),
    "bridge.htm": PAGE.replace("utf-8", "utf-16").encode("utf-16"),
    "bridge.pdf": pdf([[HEAD, "", *wrap(FIRST, 60)], ["The costs", "", *wrap(QUOTE, 60)]]),
    "bridge.docx": docx(WORD.replace("Ours", "Deep")),
    "bridge.pptx": pptx([shape(HEAD, role="ctrTitle") + shape(FIRST), shape(COSTS, role="title") + shape(QUOTE)]),
    "bridge.xlsx": saved(workbook({COSTS: [["Who", "What"], ["Council", FIRST], ["Bridge", QUOTE]]})),
    "bridge.csv": f'Who,What\nCouncil,"{FIRST}"\nBridge,"{QUOTE}"\n'.encode(),
    "bridge.tsv": f"Who\tWhat\nCouncil\t{FIRST}\nBridge\t{QUOTE}\n".encode(),
    "bridge.epub": epub([BODY]),
    "bridge.odt": odt(
        f'<text:h text:outline-level="1">{HEAD}</text:h><text:p>{FIRST}</text:p>'
        f'<text:h text:outline-level="2">{COSTS}</text:h><text:p>{QUOTE}</text:p>'
    ),
    "bridge.rtf": f"{{\\rtf1\\ansi {HEAD}\\par\\par {FIRST}\\par\\par {QUOTE}\\par}}".encode(),
    "bridge.rst": f"{HEAD}\n{'=' * 60}\n\n{FIRST}\n\n{COSTS}\n{'-' * 30}\n\n{QUOTE}\n".encode(),
    "bridge.adoc": f"= {HEAD}\n\n{FIRST}\n\n== {COSTS}\n\n{QUOTE}\n".encode(),
    "bridge.org": f"* {HEAD}\n{FIRST}\n** {COSTS}\n{QUOTE}\n".encode(),
    "bridge.ipynb": json.dumps({"cells": [{"cell_type": "markdown", "source": MARKDOWN}], "metadata": {}}).encode(),
    "bridge.eml": f"From: Ana <a@example.org>\nSubject: {HEAD}\n\n{FIRST}\n\n{QUOTE}\n".encode(),
}
# Of these, no heading or none of a second level is known.
_FLAT = (".txt", ".pdf", ".csv", ".tsv", ".rtf", ".eml", ".xlsx")


def article_of(name: str) -> Article:
    return make_article(FILES[name], None, article_id=name)


def test_every_kind_of_file_is_tried() -> None:
    alike = {".text", ".markdown", ".qmd", ".rmd", ".asciidoc", ".xhtml", ".docm", ".xlsm"}
    assert {name.removeprefix("bridge") for name in FILES} | alike == set(SUFFIXES)


@pytest.mark.parametrize("name", FILES)
def test_a_quote_stands_in_the_stored_text_and_every_offset_of_a_chunk_holds_in_it(name: str) -> None:
    article = article_of(name)
    assert clean(article.text) == article.text
    assert FIRST in article.text
    quoted = [article.text[start:end] for chunk in split(article) for start, end in chunk.sentences]
    assert any(one.endswith(QUOTE) for one in quoted)


@pytest.mark.parametrize("name", FILES)
def test_blocks_are_in_order_apart_and_leave_nothing_out(name: str) -> None:
    article = article_of(name)
    ends = [0, *(block.end for block in article.blocks)]
    starts = [*(block.start for block in article.blocks), len(article.text)]
    assert all(article.text[end:start].strip() == "" for end, start in zip(ends, starts, strict=True))
    assert all(block.start < block.end for block in article.blocks)


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(_FLAT)])
def test_a_quote_knows_the_headings_it_stands_under(name: str) -> None:
    article = article_of(name)
    block = block_at(article.blocks, article.text.index(QUOTE))
    assert block is not None
    assert block.path == (COSTS,)
    assert article.title == HEAD


def test_a_quote_from_a_pdf_knows_its_page() -> None:
    article = article_of("bridge.pdf")
    pages = [block_at(article.blocks, article.text.index(text)) for text in (FIRST, QUOTE)]
    assert [block.page for block in pages if block] == [1, 2]


def test_the_sidecar_wins_over_what_the_file_declares() -> None:
    article = make_article(FILES["bridge.eml"], b"title: Ours\ndate: 2020-01-02\n", article_id="bridge.eml")
    assert (article.title, article.published) == ("Ours", datetime.date(2020, 1, 2))
    assert article.author == "Ana"


def test_an_address_that_a_paper_refers_to_is_not_taken_for_its_own() -> None:
    paper = pdf([["A title", "", *wrap(FIRST, 60), "https://elsewhere.example/paper"]])
    assert make_article(paper, None, article_id="a.pdf").url is None


def test_a_library_is_loaded_only_for_a_file_that_needs_it() -> None:
    code = (
        "import sys; from ingest.articles.make import make_article\n"
        "make_article(b'It is said.', b'date: TBD', article_id='a.txt')\n"
        "heavy = {'lxml', 'pypdfium2', 'openpyxl', 'docutils', 'striprtf', 'pypandoc', 'dateparser', 'markdown_it'}\n"
        "print((heavy | {'defusedxml', 'numpy', 'httpcore'}) & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "set()"


def test_an_unknown_fault_of_a_library_is_a_named_failure() -> None:
    broken = FILES["bridge.pdf"].replace(b"/Kids [5 0 R 7 0 R]", b"/Kids  (5 0 R 7 0)")
    with pytest.raises(UnreadableArticle, match=r"pdf|PDF|text"):
        make_article(broken, None, article_id="a.pdf")


def test_every_kind_of_file_is_named_where_the_formats_are_told() -> None:
    told = (REPOSITORY / "ingest" / "README.md").read_text(encoding="utf-8")
    assert [suffix for suffix in SUFFIXES if f"`{suffix}`" not in told] == []
