"""Which reader reads which kind of file. The readers load their libraries only when they are called."""

from collections.abc import Callable, Mapping

from ingest.articles.formats import (
    csvfile,
    docx,
    epub,
    html,
    mail,
    markdown,
    odt,
    pandoc,
    pdf,
    plain,
    rst,
    rtf,
    slides,
    workbook,
)
from ingest.articles.formats.pieces import Parsed

READERS: Mapping[str, Callable[[bytes], Parsed]] = {
    ".txt": plain.read,
    ".text": plain.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".mdx": markdown.read_mdx,
    ".qmd": markdown.read,
    ".rmd": markdown.read,
    ".rst": rst.read,
    ".adoc": pandoc.read_asciidoc,
    ".asciidoc": pandoc.read_asciidoc,
    ".org": pandoc.read_org,
    ".html": html.read,
    ".htm": html.read,
    ".xhtml": html.read,
    ".pdf": pdf.read,
    ".docx": docx.read,
    ".docm": docx.read,
    ".pptx": slides.read,
    ".xlsx": workbook.read,
    ".xlsm": workbook.read,
    ".csv": csvfile.read,
    ".tsv": csvfile.read,
    ".odt": odt.read,
    ".rtf": rtf.read,
    ".epub": epub.read,
    ".ipynb": markdown.read_notebook,
    ".eml": mail.read,
}
SUFFIXES = tuple(READERS)
