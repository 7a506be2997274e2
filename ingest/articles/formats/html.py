"""Web pages: what a reader of the page sees, without its menus. The home of lxml; fetches nothing.

Where a page says which part is its article, that part is read, with the texts around it; else the whole body, less its
navigation. Detection of a main text by its look is not used: of exports and short pages it loses what it does not take
for an article (eval/RESULTS.md).
"""

import codecs
import re
from collections.abc import Iterable
from typing import Any

from ingest.articles.declared import NOTHING, Declared
from ingest.articles.decode import to_text
from ingest.articles.formats.dom import pieces_of
from ingest.articles.formats.page import MAIN, body_of, declared_in, drop, linked, main_part, pieces_around
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.tags import Prepared, Tag, take_out, without_placeholders
from ingest.articles.front_matter import parse_front_matter
from ingest.errors import UndecodableText, UnreadableArticle

MAX_DEPTH = 200
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_:.-]{2,20})""", re.IGNORECASE)
_KNOWN_CHARSET = re.compile(
    r"utf-?8|windows-(?:874|125[0-8])|iso-8859-\d{1,2}|koi8-[ru]|gbk|gb2312|gb18030|big5|shift_jis|euc-(?:jp|kr)"
    r"|macintosh|ibm866|tis-620|iso-2022-jp|cp949"
)
# Browsers read these as their Windows superset, or know them by these names (WHATWG Encoding, section 4.2).
_AS_BROWSERS_DO = {
    **dict.fromkeys(("iso-8859-1", "latin1", "us-ascii", "ascii"), "windows-1252"),
    **dict.fromkeys(("gb2312", "gb_2312-80", "x-gbk"), "gbk"),
    **dict.fromkeys(("x-sjis", "windows-31j", "sjis"), "shift_jis"),
    **dict.fromkeys(("ks_c_5601-1987", "ksc5601", "euc-kr"), "cp949"),
    "x-mac-roman": "macintosh",
}
_NO_REFERENCE = re.compile(r"&#(?:x0*(?:0|[1-8bBcC]|[eE]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAVIGATION = (
    "//nav | //*[@role='navigation' or @role='search' or @role='banner' or @role='contentinfo'] | //search"
    " | //*[@id='breadcrumbs' or @id='breadcrumb-section' or @id='toc' or @id='catlinks']"
)
_NAVIGATION_CLASS = re.compile(
    r"(?:^|\s)(?:breadcrumbs?|noprint|mw-editsection|mw-jump-link|printfooter|catlinks|toc-macro|table-of-contents"
    r"|theme-doc-footer|theme-edit-this-page|skip-?to-?content|[\w-]{0,30}cookie-?(?:banner|bar|consent|notice|popup)"
    r"[\w-]{0,30})(?:\s|$)",
    re.IGNORECASE,
)
# What frames a text is dropped where more than this share of it are links.
_FRAME = frozenset({"header", "footer", "aside"})
_LINKS_OF_FRAME = 0.5
# A block of which more than this share of the words are links is navigation where it stands at an edge of the page.
_LINKED, _SHORT = 0.6, 12


def read(raw: bytes) -> Parsed:
    """Returns what the page shows, and its title, canonical url, date and author if the page declares them.

    Raises UnreadableArticle: it is nested too deep, in an unknown encoding, or empty.
    """
    encoding = _charset(raw)
    try:
        return read_page(to_text(raw, encoding=encoding))
    except UndecodableText:
        if encoding is not None:
            raise
        return read_page(to_text(raw, encoding="windows-1252"))  # as browsers read what declares nothing


def read_page(text: str) -> Parsed:
    """Returns what a page shows, given as text; see `read`. Of a template, what it shows whatever it is filled with."""
    own, text = _without_template(text)
    tree = parse_html(text)
    declared = own.over(declared_in(tree))
    everything = _words(pieces_of(body_of(tree)))
    _drop_navigation(tree)
    root = main_part(tree)
    pieces = _without_edges(pieces_of(body_of(tree))) if root is None else pieces_around(root)
    return Parsed(pieces, declared, left_out={"navigation": max(everything - _words(pieces), 0)})


def _without_template(text: str) -> tuple[Declared, str]:
    """What the front matter above a page declares, and the page without the tags of its generator."""
    if not text.lstrip("\ufeff\n ").startswith("---"):
        return NOTHING, text
    declared, below = parse_front_matter(text.lstrip("\ufeff\n ").replace("\r\n", "\n"))
    tags: list[Tag] = []
    page = take_out(without_placeholders(below), tags)
    return declared, Prepared(page, tuple(tags), has_components=False).shown(page)


def fragment_of(text: str) -> Any:
    """Returns HTML inside another text as an element; what is not even that shows nothing.

    Raises UnreadableArticle: it is nested too deep.
    """
    from lxml import etree, html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True)
    try:
        tree = html.fragment_fromstring(_without_controls(text), create_parent="div", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return new("div")
    _check_depth(tree)
    return tree


def parse_html(text: str) -> Any:
    """Returns a page as a tree. libxml2 stops by itself at a depth of 256, and says so nowhere but in the tree.

    Raises UnreadableArticle: it is nested too deep, or empty.
    """
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(_without_controls(text).encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise UnreadableArticle("is an empty page", "save the page again, or remove it") from error
    _check_depth(tree)
    return tree


def new(tag: str, into: Any = None, text: str = "", **facts: str) -> Any:
    """Returns a new element with a text and attributes, the last of what is in another one if one is given."""
    from lxml import html

    element = html.Element(tag, {name: _NO_TEXT.sub("", fact) for name, fact in facts.items()})
    say(element, text)
    if into is not None:
        into.append(element)
    return element


def say(element: Any, text: str | None) -> None:
    """Puts text behind all that is in an element."""
    last = next(element.iterchildren(reversed=True), None)
    if text and last is not None:
        last.tail = (last.tail or "") + _NO_TEXT.sub("", text)
    elif text:
        element.text = (element.text or "") + _NO_TEXT.sub("", text)


def nested(lists: list[Any], into: Any, depth: int) -> Any:
    """Returns the list at a depth, from 0, of the lists that are open, the innermost last: they become as many."""
    del lists[depth + 1 :]
    while len(lists) <= depth:
        lists.append(new("ul", lists[-1] if lists else into))
    return lists[-1]


def _without_controls(text: str) -> str:
    """Text without the characters that libxml2 does not take, written out or by their numbers."""
    return _NO_TEXT.sub("", _NO_REFERENCE.sub("", text))


def _check_depth(tree: Any) -> None:
    from lxml import etree

    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise UnreadableArticle(f"has elements nested more than {MAX_DEPTH} deep", "save the article's text alone")


def _charset(raw: bytes) -> str | None:
    found = _CHARSET.search(raw[:4096])
    name = found[1].decode("ascii").lower() if found else ""
    name = _AS_BROWSERS_DO.get(name, name)
    return name if _KNOWN_CHARSET.fullmatch(name) and codecs.lookup(name) else None


def _drop_navigation(tree: Any) -> None:
    """Takes out of the tree what leads around in the page or on the site; what follows an element stays.

    What holds the page's main part is none: where a menu is not closed as it should be, the text stands in it.
    """
    around = {above for main in tree.xpath(MAIN) for above in main.iterancestors()}
    for element in tree.xpath(_NAVIGATION):
        if element not in around:
            drop(element)
    for element in [*body_of(tree).iterdescendants()]:
        if not isinstance(element.tag, str) or element in around:
            continue
        names = element.get("class")
        navigates = (names is not None and _NAVIGATION_CLASS.search(names)) or (
            element.tag in _FRAME and _frames(element)
        )
        if navigates or (element.tag in ("ul", "ol") and _lists_contents(element)):
            drop(element)


def _frames(element: Any) -> bool:
    """Tells whether a head, a foot or a box beside the text is about the site: the page's foot, and lists of links."""
    around = [str(one.tag) for one in element.iterancestors()]
    if element.tag == "footer" and not {"article", "section", "blockquote", "main"} & set(around):
        return True
    return element.find(".//h1") is None and linked(element, "") > _LINKS_OF_FRAME


def _lists_contents(listed: Any) -> bool:
    """Tells whether a list says nothing but what stands below on the page, each a link to it."""
    return len(listed) > 1 and linked(listed, "#") > 0.95


def _without_edges(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces without the links of menus: before the first heading, and at the end where other text stands above.

    A page of nothing but links keeps them, and so does a heading or a lead-in that has only links below it.
    """
    first, last = 0, len(pieces)
    while first < last and _is_linked(pieces[first]):
        first += 1
    while last > first and _is_linked(pieces[last - 1]):
        last -= 1
    introduced = last and (pieces[last - 1].kind == "heading" or pieces[last - 1].text.endswith(":"))
    last = len(pieces) if introduced else last
    return pieces[first:last] or pieces


def _is_linked(piece: Piece) -> bool:
    linked = sum(link.end - link.start for link in piece.links)
    return piece.kind != "heading" and linked > _LINKED * len(piece.text) and len(piece.text.split()) <= _SHORT


def _words(pieces: Iterable[Piece]) -> int:
    return sum(len(piece.text.split()) for piece in pieces)
