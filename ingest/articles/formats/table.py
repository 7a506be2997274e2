"""Which reader reads which kind of file. The readers load their libraries only when they are called."""

from collections.abc import Callable, Mapping

from ingest.articles.formats import (
    docx,
    epub,
    html,
    mail,
    markdown,
    notebook,
    odt,
    pandoc,
    pdf,
    plain,
    pptx,
    rst,
    rtf,
    sheet,
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
    ".pptx": pptx.read,
    ".xlsx": sheet.read_xlsx,
    ".xlsm": sheet.read_xlsx,
    ".csv": sheet.read_csv,
    ".tsv": sheet.read_csv,
    ".odt": odt.read,
    ".rtf": rtf.read,
    ".epub": epub.read,
    ".ipynb": notebook.read,
    ".eml": mail.read,
}
SUFFIXES = tuple(READERS)
