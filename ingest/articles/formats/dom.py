"""A tree of HTML elements becomes pieces. Knows elements as a browser shows them; fetches and guesses nothing.

Pages, books, mails, notebooks and the HTML inside Markdown all come through here.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ingest.articles.blocks import Kind, Link
from ingest.articles.formats.numerals import numeral
from ingest.articles.formats.pieces import BULLET, TICKED, UNTICKED, Piece, table_of

_UNSEEN = frozenset(
    "script style template head title meta link base noscript svg annotation canvas audio video iframe object embed map"
    " area param source track datalist select option input textarea button progress meter dialog".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form h1 h2"
    " h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead"
    " tr ul caption search".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ANCHOR = re.compile(r"[¶#§🔗↩︎^\s]*")
_HIDES = re.compile(r"display:none|visibility:hidden|font-size:0(?![.\d])")
_UNSEEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|skip-link|linenos|lineno|gutter|katex-mathml"
    r"|mjx-assistive-mml)(?:\s|$)"
)
_NUMBER_OF_NOTE = re.compile(r"\[?(?:\d{1,3}|[a-z]|\*{1,3}|note \d{1,2})\]?")
_LANGUAGE = re.compile(r"(?:^|\s)(?:language-|lang-|highlight-source-|highlight-|brush:\s*)([\w+#-]{1,20})")
_KEEPS_LINES = re.compile(r"white-space:(?:pre|break-spaces)")
_MOST_SPAN = 50


def pieces_of(element: Any, groups: Iterator[int] | None = None) -> tuple[Piece, ...]:
    """Returns what an element shows, in reading order; `groups` numbers its lists and tables.

    The tree must be no deeper than Python's stack allows.
    """
    walk = _Walk(groups or itertools.count(1))
    walk.enter(element)
    walk.flush()
    return tuple(walk.pieces)


def is_unseen(element: Any) -> bool:
    """Tells whether a browser shows nothing of an element."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    style = element.get("style")
    if style is not None and _HIDES.search(re.sub(r"\s", "", style.lower())):
        return True
    if element.get("hidden") is not None and element.get("hidden") != "until-found":
        return True
    return _UNSEEN_CLASS.search(element.get("class") or "") is not None


@dataclass
class _Line:
    """The running text of a block that is being read, with the links in it."""

    parts: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> None:
        """Appends text; white space at the seam counts once."""
        if self.parts and self.parts[-1][-1:] in (" ", "\n") and text[:1] == " ":
            text = text.lstrip(" ")
        if text:
            self.parts.append(text)
            self.length += len(text)

    def take(self) -> tuple[str, tuple[Link, ...]]:
        """Returns what has come together, and starts anew."""
        text, links = "".join(self.parts), tuple(self.links)
        self.parts, self.links, self.length = [], [], 0
        return text, links


class _Walk:
    """One walk over a tree: the pieces so far, and what the next one stands in."""

    def __init__(self, groups: Iterator[int]) -> None:
        self.pieces: list[Piece] = []
        self._line = _Line()
        self._kind: Kind = "paragraph"
        self._group = 0
        self._depth = 0
        self._label: str | None = None  # of the item that has begun and has no text yet
        self._groups = groups
        self._keeps_lines = False

    def enter(self, element: Any) -> None:
        """Reads one element and all in it, without its tail."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if is_unseen(element):
            return
        if tag == "br":
            self._line.add("\n")
        elif tag == "img":
            self._line.add(f" {_one_line(element.get('alt'))} " if element.get("alt") else "")
        elif tag in _HEADINGS or element.get("role") == "heading" or _is_title(element):
            self._heading(element)
        elif tag in ("ul", "ol", "menu", "dir"):
            self._list(element)
        elif tag == "dl":
            self._definitions(element)
        elif tag == "table":
            self._table(element)
        elif tag == "pre":
            self._code(element)
        elif tag == "blockquote":
            self._quotation(element)
        elif tag == "li":
            self._item(element, BULLET)
        elif tag == "a":
            self._link(element)
        elif tag == "q":
            self._line.add("“")
            self._inside(element)
            self._line.add("”")
        elif tag == "sup" and _is_note(element):
            return
        elif tag in _BLOCKS or _is_shown_as_block(element):
            self.flush()
            self._inside(element)
            self.flush()
        else:
            self._inside(element)

    def flush(self) -> None:
        """Ends the running block."""
        text, links = self._line.take()
        if not text.strip():
            return
        label, self._label = self._label, None
        if label is not None:
            text, label, links = _ticked(text, label, links)
            self._add(Piece("item", text, level=self._depth, label=label, links=links))
        else:
            self._add(Piece(self._kind, text, level=self._depth, links=links))

    def _add(self, piece: Piece) -> None:
        self.pieces.append(replace(piece, group=piece.group or self._group))

    def _inside(self, element: Any) -> None:
        was = self._keeps_lines
        self._keeps_lines = was or bool(_KEEPS_LINES.search(re.sub(r"\s", "", (element.get("style") or "").lower())))
        self._text(element.text)
        for child in element:
            self.enter(child)
            self._text(child.tail)
        self._keeps_lines = was

    def _text(self, text: str | None) -> None:
        if text:
            keeps = self._keeps_lines and text.strip()
            self._line.add(re.sub(r"[ \t\r\f]+", " ", text) if keeps else _one_line(text))

    def _heading(self, element: Any) -> None:
        self.flush()
        self._inside(element)
        text, links = self._line.take()
        level = _HEADINGS.get(element.tag) or _level(element.get("aria-level") or ("1" if _is_title(element) else None))
        text = re.sub(r"[\s¶🔗§#]+$", "", text)
        if text.strip() and self._depth == 0:
            self.pieces.append(Piece("heading", text, level=level, links=_within(links, len(text))))
        elif text.strip():  # in an item it is no heading of what follows the list
            self._line.add(text)
            self.flush()

    def _list(self, element: Any) -> None:
        self.flush()
        outer = self._group
        self._group = outer or next(self._groups)
        self._depth += 1
        self._label = None
        for label, child in _labelled(element):
            if label is None:
                self.enter(child)
                self.flush()
            else:
                self._item(child, label)
            self._text(child.tail)
        self._label = None
        self._depth -= 1
        self._group = outer

    def _item(self, element: Any, label: str) -> None:
        self.flush()
        loose = self._depth == 0
        if loose:
            self._group, self._depth = next(self._groups), 1
        self._label = label
        self._inside(element)
        self.flush()
        self._label = None
        if loose:
            self._group, self._depth = 0, 0

    def _definitions(self, element: Any) -> None:
        self.flush()
        outer, depth = self._group, self._depth
        self._group = outer or next(self._groups)
        for child in element.iter("dt", "dd"):
            if next(child.iterancestors("dl"), None) is element and not is_unseen(child):
                self._depth, self._label = depth + (1 if child.tag == "dt" else 2), ""
                self._inside(child)
                self.flush()
        self._group, self._depth, self._label = outer, depth, None

    def _quotation(self, element: Any) -> None:
        self.flush()
        was, self._kind = self._kind, "quotation"
        self._inside(element)
        self.flush()
        self._kind = was

    def _link(self, element: Any) -> None:
        start, said = self._line.length, "".join(element.itertext()).strip()
        leads_back = (element.get("href") or "").startswith("#") and _NUMBER_OF_NOTE.fullmatch(said.lower())
        if leads_back or (_ANCHOR.fullmatch(said) and not element.findall(".//img")):
            return
        blocks, target = len(self.pieces), (element.get("href") or "").strip()
        self._inside(element)
        if (
            len(self.pieces) == blocks
            and self._line.length > start
            and target
            and not target.startswith(("#", "javascript:"))
        ):
            self._line.links.append(Link(start, self._line.length, target[:2000]))

    def _code(self, element: Any) -> None:
        self.flush()
        text = _written(element).strip("\n")
        found = _LANGUAGE.search(" ".join(one.get("class") or "" for one in (element, *element.iter("code"))))
        parent = element.getparent()
        if found is None and parent is not None:
            found = _LANGUAGE.search(f"{parent.get('class') or ''} {parent.get('data-lang') or ''}")
        language = found[1].lower() if found else None
        self._add(Piece("code", text, level=self._depth, language=None if language == "none" else language))

    def _table(self, element: Any) -> None:
        self.flush()
        for caption in element.iterchildren("caption"):
            self._inside(caption)
            self.flush()
        rows = [row for row in element.iter("tr") if next(row.iterancestors("table"), None) is element]
        rows = [row for row in rows if not is_unseen(row)]
        group = next(self._groups)
        grid = [*_grid(rows)]
        if element.get("role") in ("presentation", "none"):
            made = [piece for row, _ in grid for cell in row for piece in cell]
        else:
            made = table_of([row for row, _ in grid], group=group, headers=[header for _, header in grid])
        self.pieces += made


def _labelled(element: Any) -> Iterator[tuple[str | None, Any]]:
    """The items of a list with their labels, as a browser numbers them; what is no item comes with None."""
    ordered = element.tag == "ol"
    items = list(element.iterchildren("li"))
    step = -1 if element.get("reversed") is not None else 1
    number = _whole(element.get("start"), len(items) if step < 0 else 1)
    for child in element:
        if child.tag != "li":
            yield None, child
            continue
        number = _whole(child.get("value"), number)
        style = child.get("type") or element.get("type") or "1"
        yield (f"{numeral(number, _STYLES.get(style, 'decimal'))}." if ordered else BULLET), child
        number += step


_STYLES: dict[str, Literal["decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman"]] = {
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}


def _ticked(text: str, label: str, links: tuple[Link, ...]) -> tuple[str, str, tuple[Link, ...]]:
    """An item of a list of tasks shows whether it is done by its label."""
    found = re.match(r"\s*\[([ xX])\]\s+", text)
    if not found or label != BULLET:
        return text, label, links
    moved = tuple(Link(one.start - found.end(), one.end - found.end(), one.target) for one in links)
    return text[found.end() :], UNTICKED if found[1] == " " else TICKED, moved


def _within(links: Iterable[Link], length: int) -> tuple[Link, ...]:
    return tuple(replace(link, end=min(link.end, length)) for link in links if link.start < length)


def _is_shown_as_block(element: Any) -> bool:
    """An element that is inline by itself but holds blocks, or that its style makes one."""
    style = re.sub(r"\s", "", (element.get("style") or "").lower())
    return "display:block" in style or "display:flex" in style or any(child.tag in _BLOCKS for child in element)


def _is_title(element: Any) -> bool:
    """The title of a page as office programs export it: a paragraph of that class."""
    return element.tag == "p" and "title" in (element.get("class") or "").lower().split()


def _is_note(element: Any) -> bool:
    """A raised number that leads to a note says nothing by itself, and would be taken for a citation of ours."""
    leads = element.find(".//a") is not None or (element.getparent() is not None and element.getparent().tag == "a")
    return leads and _NUMBER_OF_NOTE.fullmatch("".join(element.itertext()).strip().lower()) is not None


def _grid(rows: Sequence[Any]) -> Iterator[tuple[list[tuple[Piece, ...]], bool]]:
    """The cells of each row, those that reach down into it from above too; and whether it is declared a header."""
    hanging: dict[int, tuple[int, tuple[Piece, ...]]] = {}
    for number, row in enumerate(rows):
        own = [cell for cell in row if cell.tag in ("td", "th") and not is_unseen(cell)]
        cells: list[tuple[Piece, ...]] = []
        waiting = iter(own)
        while True:
            left, above = hanging.pop(len(cells), (0, ()))
            if left > 1:
                hanging[len(cells)] = left - 1, above
            if left:
                cells.append(above)
                continue
            cell = next(waiting, None)
            if cell is None:
                break
            inside = pieces_of(cell)
            if (down := _span(cell, "rowspan")) > 1:
                hanging[len(cells)] = down - 1, inside
            cells += [inside, *[()] * (_span(cell, "colspan") - 1)]
        yield cells, _is_header(row, own, number)


def _is_header(row: Any, cells: Sequence[Any], number: int) -> bool:
    """A row in the head of its table, or of header cells; the first of them may be empty, above those of the rows."""
    above = next(row.iterancestors("thead", "table"), None)
    heads = [cell for cell in cells if cell.tag == "th"]
    corner = number == 0 and len(heads) == len(cells) - 1 > 0 and not "".join(cells[0].itertext()).strip()
    return (above is not None and above.tag == "thead") or len(heads) == len(cells) > 1 or corner


def _span(cell: Any, name: str) -> int:
    return min(max(_whole(cell.get(name), 1), 1), _MOST_SPAN)


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text.strip()) else otherwise


def _level(text: str | None) -> int:
    return min(max(_whole(text, 2), 1), 6)


def _written(element: Any) -> str:
    """Code as it is written, without the numbers of its lines."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "br":
            parts.append("\n")
        elif not is_unseen(child):
            parts.append(_written(child))
            if child.tag in ("div", "p", "li", "tr") and parts and not "".join(parts).endswith("\n"):
                parts.append("\n")
        parts.append(child.tail or "")
    return "".join(parts)


def _one_line(text: str | None) -> str:
    """The text as a browser shows it: a line break in the source is a space."""
    return re.sub(r"\s+", " ", text or "")
