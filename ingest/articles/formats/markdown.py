"""Markdown of any dialect, and notebooks of Jupyter, whose cells hold it. Knows files; `tokens` knows the language."""

import itertools
import json
import re
from dataclasses import replace

from ingest.articles.declared import Declared, text_of
from ingest.articles.decode import clean_source, honest, to_text
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.running import shown_line
from ingest.articles.formats.tokens import pieces_of_markdown
from ingest.articles.front_matter import parse_front_matter
from ingest.errors import UnreadableArticle

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


def read_notebook(raw: bytes) -> Parsed:
    """Returns the cells of text and of code; outputs are left out, and counted.

    Raises UnreadableArticle: it is no notebook.
    """
    try:
        book = json.loads(to_text(raw))
        cells = book["cells"] if "cells" in book else book["worksheets"][0]["cells"]
        meta = book.get("metadata") or {}
        language = (meta.get("language_info") or meta.get("kernelspec") or {}).get("name")
        pieces: list[Piece] = []
        groups, outputs = itertools.count(1), 0
        for cell in cells:
            source = cell.get("source", cell.get("input", ""))
            lines = source if isinstance(source, list) else [str(source)]
            joined = honest("".join(line if line.endswith("\n") else f"{line}\n" for line in lines))
            text = clean_source(joined, keeps_breaks=cell["cell_type"] == "markdown")
            text = text.rstrip("\n")
            outputs += bool(cell.get("outputs"))
            if cell["cell_type"] == "heading":  # as older notebooks have them
                text = f"{'#' * min(int(cell.get('level', 1)), 6)} {' '.join(text.split())}"
            if cell["cell_type"] in ("markdown", "heading"):
                pieces += pieces_of_markdown(text, groups=groups)
            elif cell["cell_type"] == "code":
                pieces.append(Piece("code", text, language=text_of(language)))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise UnreadableArticle("is no notebook of Jupyter", "open it and save it again") from error
    declared = Declared(title=text_of(meta.get("title") or ""))
    return Parsed(tuple(pieces), declared, left_out={"outputs": outputs} if outputs else {})
