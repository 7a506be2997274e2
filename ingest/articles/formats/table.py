"""Which reader reads which kind of file. The readers load their libraries only when they are called."""

from collections.abc import Callable, Mapping

from ingest.articles.formats import docx, html, markdown, pdf, plain
from ingest.articles.formats.parsed import Parsed

READERS: Mapping[str, Callable[[bytes], Parsed]] = {
    ".txt": plain.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ".pdf": pdf.read,
    ".docx": docx.read,
}
SUFFIXES = tuple(READERS)
# Kinds that are written by hand, where a line that is only a url says where the article is from.
WRITTEN = frozenset({".txt", ".md", ".markdown"})
