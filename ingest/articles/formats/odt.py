"""Texts in OpenDocument: headings, paragraphs, lists as they are numbered, tables, notes. Knows ODF 1.3, part 3."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.articles.blocks import BULLET, Link
from ingest.articles.declared import Declared, text_of
from ingest.articles.formats.package import child, local, opened, value
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.signs import Style, numeral
from ingest.articles.formats.tables import table_of
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_UNSEEN = frozenset(
    "tracked-changes annotation annotation-end forms sequence-decls variable-decls user-field-decls desc title script"
    " bookmark reference-mark soft-page-break".split()
)
_STYLES: Mapping[str, Style] = {
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "1": "decimal",
}
_MOST_SPACES, _MOST_SPAN, _MOST_REPEATED = 50, 60, 200


@dataclass(frozen=True)
class _Level:
    """How one level of a list is labelled: the style of its number, None for a bullet, "" for nothing."""

    style: str | None = None
    before: str = ""
    after: str = ""
    start: int = 1
    shown: int = 1


def read(raw: bytes) -> Parsed:
    """Returns what the text shows, in reading order; its notes come last.

    Raises UnreadableArticle: it is damaged, locked, or unpacks or nests beyond the limits.
    """
    with opened(raw, "an OpenDocument text") as package:
        content, styles, meta = package.tree("content.xml"), package.tree("styles.xml"), package.tree("meta.xml")
    text = child(content, "body", "text")
    if content is None or text is None:
        raise UnreadableArticle("is no OpenDocument text: it has no text in it", "save it as .odt")
    reading = _Reading({**_list_styles(styles), **_list_styles(content)})
    pieces = [*reading.pieces(text)]
    pieces += reading.notes
    facts = {local(one): text_of(one.text or "") for one in (() if meta is None else meta.iter())}
    return Parsed(tuple(pieces), Declared(title=facts.get("title"), author=facts.get("creator")))


class _Reading:
    """One reading of a text: its list styles, the lists that are open, and the notes that come last."""

    def __init__(self, styles: Mapping[str, Mapping[int, _Level]]) -> None:
        self._styles = styles
        self._groups = itertools.count(1)
        self._counts: dict[str, list[int]] = {}
        self.notes: list[Piece] = []

    def pieces(self, element: "Element") -> Iterator[Piece]:
        """Yields what an element shows."""
        for one in element:
            name = local(one)
            if name in _UNSEEN:
                continue
            if name == "h":
                text, links = self._running(one)
                level = value(one, "outline-level")
                yield Piece(
                    "heading", text, level=min(int(level), 6) if level.isdecimal() and level != "0" else 1, links=links
                )
            elif name == "p":
                yield from self._paragraph(one)
            elif name == "list":
                yield from self._list(one, next(self._groups), value(one, "style-name"), 1)
            elif name == "table":
                yield from self._table(one)
            else:
                yield from self.pieces(one)

    def _paragraph(self, element: "Element") -> Iterator[Piece]:
        text, links = self._running(element)
        if text.strip():
            yield Piece("paragraph", text, links=links)
        for one in element.iter():
            if local(one) == "text-box":
                yield from self.pieces(one)

    def _list(self, element: "Element", group: int, style: str, depth: int) -> Iterator[Piece]:
        style = value(element, "style-name") or style
        levels = self._styles.get(style, {})
        level = levels.get(depth, _Level())
        goes_on = value(element, "continue-numbering") == "true" or value(element, "continue-list")
        counts = self._counts.setdefault(style, [0] * 11)
        if not goes_on:
            counts[depth] = level.start - 1
        for item in element:
            if local(item) not in ("list-item", "list-header"):
                continue
            label: str | None = None
            if local(item) == "list-item" and any(local(one) in ("p", "h") for one in item):
                start = value(item, "start-value")
                counts[depth] = int(start) if start.isdecimal() else counts[depth] + 1
                label = _label(levels, counts, depth)
            for one in item:
                if local(one) == "list":
                    yield from self._list(one, group, style, min(depth + 1, 10))
                elif local(one) in ("p", "h"):
                    text, links = self._running(one)
                    kind = "item" if label is not None else "paragraph"
                    yield Piece(kind, text, level=depth, label=label or "", group=group, links=links)  # type: ignore[arg-type]
                    label = None
                else:
                    yield from self.pieces([one])  # type: ignore[arg-type]

    def _table(self, table: "Element") -> Iterator[Piece]:
        rows: list[Sequence[Sequence[Piece]]] = []
        headers: list[bool] = []
        reaching: dict[int, tuple[int, Sequence[Piece]]] = {}  # by column, into how many rows more
        for row, is_header in _rows(table):
            cells: list[Sequence[Piece]] = []
            for cell in row:
                if local(cell) == "covered-table-cell":
                    for _ in range(_count(cell, "number-columns-repeated")):
                        left, above = reaching.pop(len(cells), (0, ()))
                        if left > 1:
                            reaching[len(cells)] = left - 1, above
                        cells.append(above)
                elif local(cell) == "table-cell":
                    inside, down = tuple(self.pieces(cell)), _count(cell, "number-rows-spanned")
                    for _ in range(_count(cell, "number-columns-repeated")):
                        if down > 1:
                            reaching[len(cells)] = down - 1, inside
                        cells.append(inside)
            rows.append(cells)
            headers.append(is_header)
        yield from table_of(rows, group=next(self._groups), headers=headers)

    def _running(self, element: "Element") -> tuple[str, tuple[Link, ...]]:
        text, links = element.text or "", list[Link]()
        text = " ".join(text.split("\n"))
        for one in element:
            name = local(one)
            if name == "s":
                count = value(one, "c")
                text += " " * (min(int(count), _MOST_SPACES) if count.isdecimal() else 1)
            elif name in ("tab", "line-break"):
                text += " " if name == "tab" else "\n"
            elif name == "note":
                body = child(one, "note-body")
                self.notes += () if body is None else self.pieces(body)
            elif name not in _UNSEEN and name != "text-box":
                inner, below = self._running(one)
                links += [Link(len(text) + x.start, len(text) + x.end, x.target) for x in below]
                if name == "a" and inner and value(one, "href"):
                    links.append(Link(len(text), len(text) + len(inner), value(one, "href")[:2000]))
                text += inner
            text += " ".join((one.tail or "").split("\n"))
        return text, tuple(links)


def _count(cell: "Element", name: str) -> int:
    text = value(cell, name)
    return min(int(text), _MOST_SPAN) if text.isdecimal() and text != "0" else 1


def _rows(table: "Element") -> Iterator[tuple["Element", bool]]:
    for one in table:
        if local(one) == "table-row":
            again = value(one, "number-rows-repeated")
            filled = any(map(str.strip, one.itertext()))
            times = min(int(again), _MOST_REPEATED) if again.isdecimal() and filled else 1
            yield from ((one, False) for _ in range(times))
        elif local(one) == "table-header-rows":
            yield from ((row, True) for row, _ in _rows(one))
        elif local(one) in ("table-rows", "table-row-group"):
            yield from _rows(one)


def _list_styles(tree: "Element | None") -> dict[str, dict[int, _Level]]:
    found: dict[str, dict[int, _Level]] = {}
    for style in () if tree is None else tree.iter():
        if local(style) != "list-style":
            continue
        levels = found.setdefault(value(style, "name"), {})
        for one in style:
            level, start, shown = value(one, "level"), value(one, "start-value"), value(one, "display-levels")
            if local(one) == "list-level-style-number" and level.isdecimal():
                levels[int(level)] = _Level(
                    style=value(one, "num-format"),
                    before=value(one, "num-prefix"),
                    after=value(one, "num-suffix"),
                    start=int(start) if start.isdecimal() else 1,
                    shown=int(shown) if shown.isdecimal() else 1,
                )
    return found


def _label(levels: Mapping[int, _Level], counts: Sequence[int], depth: int) -> str:
    level = levels.get(depth, _Level())
    if level.style is None:
        return BULLET
    if not level.style:
        return ""
    numbers = []
    for above in range(max(depth - level.shown + 1, 1), depth + 1):
        own = levels.get(above, level)
        if own.style:
            numbers.append(numeral(counts[above], _STYLES.get(own.style[:1], "decimal")))
    return f"{level.before}{'.'.join(numbers)}{level.after}".strip()
