"""Books in EPUB: the chapters in the order of the spine. Knows packages of EPUB 2 and 3; `dom` reads the chapters."""

import itertools
import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ingest.articles.declared import Declared, date_of, text_of
from ingest.articles.decode import to_text
from ingest.articles.formats.dom import pieces_of
from ingest.articles.formats.html import parse_html
from ingest.articles.formats.package import Package, local, opened
from ingest.articles.formats.page import body_of
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def read(raw: bytes) -> Parsed:
    """Returns the chapters as a reader turns the pages, and the title, author and date that the book declares.

    Raises UnreadableArticle: it is damaged, protected, or unpacks beyond the limits.
    """
    with opened(raw, "an EPUB book") as package:
        path = _package_path(package)
        book = package.tree(path)
        if book is None:
            raise UnreadableArticle("is no EPUB book: it has no package document", "save it again")
        pieces: list[Piece] = []
        groups = itertools.count(1)
        for chapter in dict.fromkeys(_spine(book, posixpath.dirname(path))):  # what comes twice is read once
            content = package.bytes_of(chapter)
            if content:
                pieces += pieces_of(body_of(parse_html(_text(content))), groups)
        if not pieces and "META-INF/encryption.xml" in package.names():
            raise UnreadableArticle("is protected against copying; its text cannot be read")
        return Parsed(tuple(pieces), _declared(book))


def _package_path(package: Package) -> str:
    container = package.tree("META-INF/container.xml")
    found = (
        one.get("full-path") for one in (() if container is None else container.iter()) if local(one) == "rootfile"
    )
    return next(filter(None, found), "") or next((name for name in package.names() if name.endswith(".opf")), "")


def _spine(book: "Element", folder: str) -> list[str]:
    items = {one.get("id"): one for one in book.iter() if local(one) == "item"}
    order = [items.get(one.get("idref")) for one in book.iter() if local(one) == "itemref"]
    return [
        posixpath.normpath(posixpath.join(folder, unquote(one.get("href", ""))))
        for one in order
        if one is not None and "html" in one.get("media-type", "") and "nav" not in one.get("properties", "").split()
    ]


def _text(content: bytes) -> str:
    """A chapter is XML: what its first line says of encoding is for parsers of bytes."""
    text = to_text(content)
    return text[text.index("?>") + 2 :] if text.lstrip("\ufeff").startswith("<?xml") and "?>" in text else text


def _declared(book: "Element") -> Declared:
    found: dict[str, str] = {}
    for one in book.iter():
        text = text_of(one.text or "")
        if text and one.tag.startswith("{http://purl.org/dc/elements/1.1/}"):
            found.setdefault(local(one), text)
    return Declared(title=found.get("title"), published=date_of(found.get("date")), author=found.get("creator"))
