"""Markdown of any dialect: front matter, and the text that a reader sees. Knows files; `tokens` knows the language."""

import re
from dataclasses import replace

from ingest.articles.decode import clean_source, honest, to_text
from ingest.articles.formats.pieces import Parsed
from ingest.articles.formats.tokens import pieces_of_markdown, shown_line
from ingest.articles.front_matter import parse_front_matter

# Pictures that are written into the text itself: long, and nothing anybody would quote.
_HTML = re.compile(r"<\w")
_PICTURE_DATA = re.compile(r"data:image/[a-z+.-]{1,40};base64,[A-Za-z0-9+/=]*")


def read(raw: bytes) -> Parsed:
    """Returns the text below the front matter as pieces, and what the front matter declares."""
    return read_text(clean_source(honest(to_text(raw)), keeps_breaks=True))


def read_mdx(raw: bytes) -> Parsed:
    """Returns Markdown with components, where what is indented is no code."""
    return read_text(clean_source(honest(to_text(raw)), keeps_breaks=True), is_mdx=True)


def read_text(text: str, *, is_mdx: bool = False) -> Parsed:
    """Returns clean Markdown as pieces."""
    declared, body = parse_front_matter(text)
    if declared.title and not _HTML.search(declared.title):
        declared = replace(declared, title=shown_line(declared.title) or None)
    return Parsed(pieces_of_markdown(_PICTURE_DATA.sub("data:", body), is_mdx=is_mdx), declared)
