"""A tree of HTML elements becomes pieces. Knows elements as a browser shows them; fetches and guesses nothing.

Pages, books, mails, notebooks and the HTML inside Markdown all come through here.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from ingest.articles.blocks import BULLET, Kind, Link
from ingest.articles.formats import lists, seen
from ingest.articles.formats.pieces import Piece
from ingest.articles.formats.signs import formula_of, raised
from ingest.articles.formats.tables import table_of

BLOCKS = frozenset(
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form h1 h2"
    " h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead"
    " tr ul caption search".split()
)
# What the role of a table says of it.
_LAYS_OUT = {"presentation": True, "none": True, "table": False}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LANGUAGE = re.compile(r"(?:^|\s)(?:language-|lang-|highlight-source-|highlight-|brush:\s{0,3})([\w+#-]{1,20})")
_KATEX = re.compile(r"(?:^|\s)katex(?:-display)?(?:\s|$)")
_STANDS_APART = re.compile(r"display:(?:block|flex|lists.grid|table)|float:(?:left|right)")
_KEEPS_LINES = re.compile(r"white-space:(?:pre|break-spaces)")
_REDIRECT = re.compile(r"https?://www\.google\.com/url\?q=([^&\s]+)")


def pieces_of(
    element: Any, groups: Iterator[int] | None = None, counters: lists.Counters | None = None
) -> tuple[Piece, ...]:
    """Returns what an element shows, in reading order; `groups` numbers its lists and tables.

    `counters` are those of the page, if they are known. The tree must be no deeper than Python's stack allows.
    """
    known = lists.counters_of(element.getroottree()) if counters is None else counters
    walk = _Walk(groups or itertools.count(1), known)
    walk.enter(element)
    walk.flush()
    return tuple(walk.pieces)


class _Walk:
    """One walk over a tree: the pieces so far, and what the next one stands in."""

    def __init__(self, groups: Iterator[int], counters: lists.Counters) -> None:
        self.pieces: list[Piece] = []
        self._groups, self._counters = groups, counters
        self._line = seen.Line()
        self._kind: Kind = "paragraph"
        self._group = 0
        self._depth = 0
        self._terms = 0  # how deep the list of definitions stands that is open
        self._label: str | None = None  # of the item that has begun and has no text yet
        self._keeps_lines = False

    def enter(self, element: Any) -> None:
        """Reads one element and all in it, without its tail."""
        if seen.is_unseen(element):
            return
        read = _READ.get(element.tag)
        if read is not None:
            read(self, element)
        elif element.get("role") == "heading":
            self.heading(element)
        elif _KATEX.search(element.get("class") or ""):
            self.formula(element)
        elif element.tag in BLOCKS or _is_shown_as_block(element):
            self.block(element)
        else:
            self._inside(element)

    def flush(self) -> None:
        """Ends the running block."""
        text, links = self._line.take()
        if not text.strip():
            return
        label, self._label = self._label, None
        if label is not None:
            text, label, links = seen.ticked(text, label, links)
            self._add(Piece("item", text, level=self._depth, label=label, links=links))
        else:
            self._add(Piece(self._kind, text, level=self._depth, links=links))

    def block(self, element: Any) -> None:
        self.flush()
        self._inside(element)
        self.flush()

    def line_break(self, element: Any) -> None:
        """A second break in a row leaves an empty line: a new paragraph."""
        if self._line.is_broken:
            self.flush()
        else:
            self._line.add("\n")

    def picture(self, element: Any) -> None:
        if element.get("alt"):
            self._line.add(f" {seen.one_line(element.get('alt'))} ")

    def paragraph(self, element: Any) -> None:
        name = (element.get("class") or "").lower().split()
        if not self.pieces and ("msotitle" in name or "title" in name):
            self.heading(element)  # the title of a page as office programs export it
        elif element.get("role") == "heading":
            self.heading(element)
        else:
            self.block(element)

    def heading(self, element: Any) -> None:
        self.flush()
        before = len(self.pieces)
        self._inside(element)
        text, links = self._line.take()
        inside = [piece.text for piece in self.pieces[before:]]  # blocks in a heading are parts of it
        del self.pieces[before:]
        text = " ".join([*inside, text]).rstrip(" \n¶🔗§\u200b")
        if text.strip() and self._depth == 0:
            level = _HEADINGS.get(element.tag) or seen.level_of_heading(element)
            found = () if inside else seen.within(links, len(text))
            label = element.get(lists.LABEL) or ""
            self.pieces.append(Piece("heading", text, level=level, label=label, links=found))
        elif text.strip():  # in an item it is no heading of what follows the list
            self._line.add(text)
            self.flush()

    def list_(self, element: Any) -> None:
        self.flush()
        outer, depth = self._group, self._depth
        self._group = outer or next(self._groups)
        self._depth += 1 if depth else 1 + lists.depth_of(element)
        self._label = None
        for label, child in lists.labelled(element, self._counters):
            if label is None:
                self.enter(child)
                self.flush()
            else:
                self._item(child, label)
            self._text(child.tail)
        self._label = None
        self._group, self._depth = outer, depth

    def item(self, element: Any) -> None:
        """An item that stands in no list."""
        outer, depth = self._group, self._depth
        if depth == 0:
            self._group, self._depth = next(self._groups), 1
        self._item(element, BULLET)
        self._group, self._depth = outer, depth

    def definitions(self, element: Any) -> None:
        self.flush()
        was = self._group, self._terms, self._label
        self._group, self._terms, self._label = self._group or next(self._groups), self._depth, None
        self._inside(element)
        self.flush()
        self._group, self._terms, self._label = was

    def definition(self, element: Any) -> None:
        """A term or what it means. Parsers leave a term open that another follows."""
        self.flush()
        group, depth = self._group, self._depth
        self._group = group or next(self._groups)
        self._depth = self._terms + (1 if element.tag == "dt" else 2)
        self._item(element, "")
        self._group, self._depth = group, depth

    def quotation(self, element: Any) -> None:
        self.flush()
        was, self._kind = self._kind, "quotation"
        self._inside(element)
        self.flush()
        self._kind = was

    def quoted(self, element: Any) -> None:
        self._line.add("“")
        self._inside(element)
        self._line.add("”")

    def raised_(self, element: Any) -> None:
        if seen.is_note(element):
            return
        said = "".join(element.itertext())
        if raised(said) != said and len(element) == 0:
            self._line.add(raised(said))
        else:
            self._inside(element)

    def formula(self, element: Any) -> None:
        text = formula_of(element)
        if "katex-display" in (element.get("class") or "") or element.get("display") == "block":
            self.flush()
            self._add(Piece("code", text, level=self._depth, language="math"))
        else:
            self._line.add(f" {text} ")

    def link(self, element: Any) -> None:
        if seen.says_nothing(element):
            return
        start, blocks = self._line.length, len(self.pieces)
        target = (element.get("href") or "").strip()
        redirected = _REDIRECT.match(target)
        target = unquote(redirected[1]) if redirected else target
        self._inside(element)
        if len(self.pieces) == blocks and self._line.length > start and target and target[0] != "#":
            self._line.links.append(Link(start, self._line.length, target[:2000]))

    def code(self, element: Any) -> None:
        self.flush()
        text = seen.written(element).strip("\n")
        around = itertools.chain((element,), element.iter("code"), itertools.islice(element.iterancestors(), 2))
        names = " ".join(
            f"{one.get('class') or ''} {one.get('data-syntaxhighlighter-params') or ''}"
            + (f" lang-{one.get('data-lang')}" if one.get("data-lang") else "")
            for one in around
        )
        found = _LANGUAGE.search(names)
        language = found[1].lower() if found else None
        self._add(Piece("code", text, level=self._depth, language=None if language in ("none", "text") else language))

    def table(self, element: Any) -> None:
        self.flush()
        for caption in element.iterchildren("caption"):
            self.block(caption)
        for one in lists.beside_cells(element):
            (self._text if isinstance(one, str) else self.enter)(one)
        self.flush()
        group = next(self._groups)
        rows, headers = lists.grid(element, lambda cell: pieces_of(cell, self._groups, self._counters))
        names_rows, lays_out = lists.names_rows(element), _LAYS_OUT.get(element.get("role"))
        self.pieces += table_of(rows, group=group, headers=headers, names_rows=names_rows, lays_out=lays_out)

    def _add(self, piece: Piece) -> None:
        self.pieces.append(replace(piece, group=piece.group or self._group))

    def _inside(self, element: Any) -> None:
        was = self._keeps_lines
        self._keeps_lines = was or bool(_KEEPS_LINES.search(seen.bare(element.get("style"))))
        self._text(element.text)
        for child in element:
            self.enter(child)
            self._text(child.tail)
        self._keeps_lines = was

    def _text(self, text: str | None) -> None:
        if text:
            keeps = self._keeps_lines and text.strip()
            self._line.add(re.sub(r"[ \t\r\f]+", " ", text) if keeps else seen.one_line(text))

    def _item(self, element: Any, label: str) -> None:
        self.flush()
        self._label = label
        self._inside(element)
        self.flush()
        self._label = None


def _is_shown_as_block(element: Any) -> bool:
    """An element that is inline by itself but holds blocks, or that its style makes one."""
    style = seen.bare(element.get("style"))
    return _STANDS_APART.search(style) is not None or any(child.tag in BLOCKS for child in element)


_READ: Mapping[str, Callable[[_Walk, Any], None]] = {
    **dict.fromkeys(_HEADINGS, _Walk.heading),
    **dict.fromkeys(("ul", "ol", "menu", "dir"), _Walk.list_),
    **dict.fromkeys(("dt", "dd"), _Walk.definition),
    "p": _Walk.paragraph,
    "br": _Walk.line_break,
    "img": _Walk.picture,
    "li": _Walk.item,
    "dl": _Walk.definitions,
    "table": _Walk.table,
    "pre": _Walk.code,
    "blockquote": _Walk.quotation,
    "a": _Walk.link,
    "q": _Walk.quoted,
    "math": _Walk.formula,
    "sup": _Walk.raised_,
}
