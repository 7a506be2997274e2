"""One file becomes one article. Knows what is declared, inferred and refused; knows nothing of chunks or indexes.

What the sidecar declares wins over what the file declares; what neither declares is inferred, and the article says
which fields were. The readers of the formats load their libraries only when they are called.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ingest.articles.article import Article
from ingest.articles.blocks import Block, with_paths
from ingest.articles.declared import (
    NOTHING,
    Declared,
    date_from_name,
    date_from_url,
    title_from_name,
    title_from_url,
    top_heading,
)
from ingest.articles.decode import SIDECAR_SUFFIX, clean, decode, load, load_sidecar
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
from ingest.articles.formats.pieces import Parsed, Piece, assemble, with_lists_joined
from ingest.articles.front_matter import parse_sidecar
from ingest.errors import NoText, UnreadableArticle

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
READER_VERSION = "10"
MAX_CHARS = 2_000_000


def content_hash(path: Path) -> str:
    """Returns the sha256 over the file, its sidecar and the reader's version: a new hash means: read it again.

    Raises UnreadableArticle: it cannot be opened, or is too large.
    """
    parts = [READER_VERSION.encode(), load(path)]
    sidecar = load_sidecar(path)
    if sidecar is not None:
        parts.append(sidecar)
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def read_article(path: Path, article_id: str) -> Article:
    """Reads one file, with its sidecar `NAME.meta.yaml` if there is one, in this process.

    A file that nobody vouches for is read by `ingest.articles.reader`, which does the same in a process with limits.
    Raises UnreadableArticle: the file cannot be read, decoded or parsed, or has no text.
    """
    return make_article(load(path), load_sidecar(path), article_id=article_id)


def make_article(raw: bytes, sidecar: bytes | None, *, article_id: str) -> Article:
    """Makes the article of a file's bytes; the suffix of the id says which kind of file it is.

    Raises NoText: there is nothing in it that may be quoted; UnreadableArticle: the bytes cannot be decoded or parsed.
    """
    if not raw.strip():
        raise NoText("is empty")
    parsed = _parse(raw, PurePosixPath(article_id).suffix.lower())
    own = NOTHING
    if sidecar is not None:
        own = parse_sidecar(decode(sidecar), name=PurePosixPath(article_id).name + SIDECAR_SUFFIX)
    return _build(article_id, parsed, own.over(parsed.declared))


def _parse(raw: bytes, suffix: str) -> Parsed:
    """Calls the reader. What a library raises on a malformed file is its own affair, and there is no list of it."""
    try:
        return READERS[suffix](raw)
    except (UnreadableArticle, MemoryError):
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {clean(str(error))[:80]}".replace("\n", " ")
        raise UnreadableArticle(f"is a malformed {suffix} file ({what})", "open it and save it again") from error


def _quotable(text: str, block: Block) -> str:
    return "" if block.kind == "heading" else text[block.start : block.end]


def _outline_as_text(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces; of a text of nothing but headings, those below the first are what it says."""
    if any(piece.kind != "heading" and any(map(str.isalnum, piece.text)) for piece in pieces):
        return pieces
    first = next((i for i, piece in enumerate(pieces) if piece.kind == "heading"), len(pieces))
    said = (
        replace(piece, kind="paragraph", level=0) if piece.kind == "heading" else piece for piece in pieces[first + 1 :]
    )
    return (*pieces[: first + 1], *said)


def _build(article_id: str, parsed: Parsed, declared: Declared) -> Article:
    made = assemble(with_lists_joined(_outline_as_text(parsed.pieces)))
    if len(made.text) > MAX_CHARS:
        raise UnreadableArticle(f"has more than {MAX_CHARS:,} characters of text", "split it into several articles")
    if not any(sign.isalnum() for block in made.blocks for sign in _quotable(made.text, block)):
        raise NoText("has no text to quote")
    heading = top_heading(made.text, made.blocks)
    url_title = title_from_url(declared.url) if declared.url else None
    title = declared.title or heading or url_title or title_from_name(article_id)
    dates = date_from_url(declared.url) if declared.url else None, date_from_name(article_id)
    published = declared.published or dates[0] or dates[1]
    inferred = {"title": not declared.title, "published": bool(published) and not declared.published}
    return Article(
        id=article_id,
        title=title,
        url=declared.url,
        published=published,
        author=declared.author,
        text=made.text,
        inferred=tuple(name for name, is_inferred in inferred.items() if is_inferred),
        blocks=with_paths(made.text, made.blocks, title=title),
        links=made.links,
        warnings=(*declared.warnings, *parsed.warnings),
        left_out=parsed.left_out,
    )
