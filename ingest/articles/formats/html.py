"""Web pages: the main text without menus and adverts. The home of lxml and trafilatura; fetches nothing.

What a reader of the page cannot see is taken out first: comments, scripts, and elements that are styled away.
"""

import codecs
import datetime
import re
from collections.abc import Iterator
from typing import Any

from ingest.articles.declared import Declared
from ingest.articles.decode import clean, to_text
from ingest.articles.formats.parsed import Block, Parsed, assemble, row_of
from ingest.errors import UnreadableArticle

MAX_DEPTH = 200
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_:.-]{2,20})""", re.IGNORECASE)
_KNOWN_CHARSET = re.compile(
    r"utf-?8|windows-(?:874|125[0-8])|iso-8859-\d{1,2}|koi8-[ru]|gbk|gb2312|gb18030|big5|shift_jis|euc-(?:jp|kr)"
)
# Browsers read these two as their Windows superset (WHATWG Encoding, section 4.2).
_AS_BROWSERS_DO = {"iso-8859-1": "windows-1252", "us-ascii": "windows-1252", "ascii": "windows-1252"}
_HIDING = re.compile(r"display:none|visibility:hidden|font-size:0(?![.\d])")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What trafilatura leaves of a page, apart from `lb` (a line break) and markup inside a line.
_BLOCKS = frozenset("head table list item p quote div ab fw main section".split())
_FIRST_DATE, _LAST_DATE = "1995-01-01", "2100-01-01"


def read(raw: bytes) -> Parsed:
    """Returns the page's main text, and its title, canonical url, date and author if the page declares them.

    Raises:
        UnreadableArticle: it is nested too deep, in an unknown encoding, or has no main text.
    """
    import trafilatura  # here, for it takes half a second that a corpus without pages should not pay

    tree = _parse(to_text(raw, encoding=_charset(raw)))
    _tidy_tree(tree)
    page = trafilatura.bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={
            "extensive_search": False,
            "original_date": True,
            "min_date": _FIRST_DATE,
            "max_date": _LAST_DATE,
        },
    )
    if page is None or isinstance(page, dict) or page.body is None:
        raise UnreadableArticle("is a page without a main text; save the page that has the article, or remove it")
    text, marks = assemble(_rescued(page.body) or _blocks(page.body))
    return Parsed(text, _declared(page), marks)


def _charset(raw: bytes) -> str | None:
    found = _CHARSET.search(raw[:4096])
    name = found[1].decode("ascii").lower() if found else ""
    name = _AS_BROWSERS_DO.get(name, name)
    return name if _KNOWN_CHARSET.fullmatch(name) and codecs.lookup(name) else None


def _parse(text: str) -> Any:
    """The page as a tree. libxml2 stops by itself at a depth of 256, and says so nowhere but in the tree."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise UnreadableArticle("is an empty page; save the page again, or remove it") from error
    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise UnreadableArticle(f"has elements nested more than {MAX_DEPTH} deep; save the article's text alone")
    return tree


def _tidy_tree(tree: Any) -> None:
    """Takes out what a reader does not see: hidden elements, control characters, line breaks that a browser ignores."""
    written = {inner for pre in tree.iter("pre") for inner in pre.iter()}
    for element in list(tree.iter()):
        text, tail = _NO_TEXT.sub("", element.text or ""), _NO_TEXT.sub("", element.tail or "")
        element.text = text if element in written else _one_line(text)
        element.tail = tail if element in written and element.tag != "pre" else _one_line(tail)
        for name, value in element.items():
            if _NO_TEXT.search(value):
                element.set(name, _NO_TEXT.sub("", value))
        if _is_hidden(element) and element.getparent() is not None:
            element.drop_tree()


def _is_hidden(element: Any) -> bool:
    style = element.get("style")
    hides = style is not None and _HIDING.search(re.sub(r"\s", "", style.lower())) is not None
    return element.tag not in ("html", "body") and (hides or element.get("hidden") is not None)


def _rescued(body: Any) -> tuple[Block, ...]:
    """The lines of a page that is too short for trafilatura's rules: it then gives one element, a line a paragraph."""
    lone = body[0] if len(body) == 1 and body[0].tag == "p" and not len(body[0]) else None
    lines = (lone.text or "").split("\n") if lone is not None else []
    return tuple(map(Block, lines)) if len(lines) > 1 else ()


def _blocks(body: Any) -> Iterator[Block]:
    """The elements that hold text, in reading order; text and markup between blocks are a paragraph of their own."""
    loose = _one_line(body.text)
    for element in body:
        if element.tag == "lb":
            loose += "\n"
        elif _is_block(element):
            yield Block(_trimmed(loose))
            yield from _block(element)
            loose = ""
        else:
            loose += _one_line("".join(element.itertext()))
        loose += _one_line(element.tail)
    yield Block(_trimmed(loose))


def _is_block(element: Any) -> bool:
    """Code is a block if it has several lines; a word of it stands in a sentence."""
    return element.tag in _BLOCKS or (element.tag == "code" and "\n" in "".join(element.itertext()))


def _block(element: Any) -> Iterator[Block]:
    if element.tag == "head":
        yield Block(_trimmed(_one_line("".join(element.itertext()))), level=_level(element))
    elif element.tag == "table":
        for row in element.iter("row"):
            yield row_of(["".join(cell.itertext()) for cell in row.iter("cell")])
    elif element.tag == "code" or (element.tag == "quote" and not len(element)):
        yield Block("".join(element.itertext()))
    else:
        yield from _blocks(element)


def _one_line(text: str | None) -> str:
    """The text as a browser would show it: a line break in the source is a space."""
    return re.sub(r"\s+", " ", text or "")


def _trimmed(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


def _level(head: Any) -> int:
    rend = head.get("rend") or ""
    return int(rend[1]) if re.fullmatch("h[1-6]", rend) else 2


def _declared(page: Any) -> Declared:
    title, author = (" ".join(clean(value or "").split()) or None for value in (page.title, page.author))
    url = page.url if page.url and re.fullmatch(r"https?://[^\s<>]+", page.url) else None
    try:
        published = datetime.date.fromisoformat(page.date[:10]) if page.date else None
    except ValueError:
        published = None
    return Declared(title, url, published, author)
