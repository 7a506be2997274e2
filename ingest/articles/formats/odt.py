"""Texts in OpenDocument: headings, paragraphs, lists as they are numbered, tables, notes. Knows ODF 1.3, part 3."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.articles.blocks import BULLET
from ingest.articles.declared import Declared, text_of
from ingest.articles.formats.dom import pieces_of
from ingest.articles.formats.html import new, say
from ingest.articles.formats.lists import LABEL
from ingest.articles.formats.package import child, local, opened, value
from ingest.articles.formats.pieces import Parsed
from ingest.articles.formats.signs import numeral, whole
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_UNSEEN = frozenset(
    "tracked-changes annotation annotation-end forms sequence-decls variable-decls user-field-decls desc title script"
    " bookmark reference-mark soft-page-break".split()
)
_MOST_SPAN, _MOST_REPEATED = 60, 200


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
    body, reading = new("body"), _Reading({**_list_styles(styles), **_list_styles(content)})
    reading.blocks(text, body)
    body.append(reading.notes)
    facts = {local(one): text_of(one.text or "") for one in (() if meta is None else meta.iter())}
    return Parsed(pieces_of(body), Declared(title=facts.get("title"), author=facts.get("creator")))


class _Reading:
    """One reading of a text: its list styles, how far its lists are counted, and the notes that come last."""

    def __init__(self, styles: Mapping[str, Mapping[int, _Level]]) -> None:
        self._styles = styles
        self._counts: dict[str, list[int]] = {}
        self.notes = new("div")

    def blocks(self, element: "Element", into: Any) -> None:
        """Puts what an element shows into one of HTML."""
        for one in element:
            name = local(one)
            if name in ("h", "p"):
                level = min(whole(value(one, "outline-level")) or 1, 6)
                self._running(one, new("p" if name == "p" else f"h{level}", into))
                for box in (inner for inner in one.iter() if local(inner) == "text-box"):
                    self.blocks(box, into)
            elif name == "list":
                self._list(one, into, value(one, "style-name"), 1)
            elif name == "table":
                self._table(one, into)
            elif name not in _UNSEEN:
                self.blocks(one, into)

    def _list(self, element: "Element", into: Any, style: str, depth: int) -> None:
        style, listed = value(element, "style-name") or style, new("ul", into)
        levels = self._styles.get(style, {})
        counts = self._counts.setdefault(style, [0] * 11)
        if not (value(element, "continue-numbering") == "true" or value(element, "continue-list")):
            counts[depth] = levels.get(depth, _Level()).start - 1
        for item in element:
            own = listed
            if local(item) == "list-item":
                label = ""
                if any(local(one) in ("p", "h") for one in item):
                    counts[depth] = whole(value(item, "start-value"), counts[depth] + 1)
                    label = _label(levels, counts, depth)
                own = new("li", listed, **{LABEL: label})
            for one in item:
                if local(one) == "list":
                    self._list(one, own, style, min(depth + 1, 10))
                else:
                    self.blocks([one], own)  # type: ignore[arg-type]

    def _table(self, table: "Element", into: Any) -> None:
        grid = new("table", into)
        for row, is_header in _rows(table):
            line = new("tr", new("thead", grid) if is_header else grid)
            for cell in (one for one in row if local(one) == "table-cell"):
                spans = {f"{way[:3]}span": value(cell, f"number-{way}s-spanned") for way in ("row", "column")}
                for _ in range(min(whole(value(cell, "number-columns-repeated"), 1), _MOST_SPAN)):
                    self.blocks(cell, new("td", line, **spans))

    def _running(self, element: "Element", into: Any) -> None:
        say(into, element.text)
        for one in element:
            name = local(one)
            if name in ("s", "tab"):
                say(into, " ")
            elif name == "line-break":
                new("br", into)
            elif name == "note":
                body = child(one, "note-body")
                self.blocks(() if body is None else body, self.notes)  # type: ignore[arg-type]
            elif name not in _UNSEEN and name != "text-box":
                leads = name == "a" and "".join(one.itertext()).strip()
                self._running(one, new("a", into, href=value(one, "href")) if leads else new("span", into))
            say(into, one.tail)


def _rows(table: "Element") -> Iterator[tuple["Element", bool]]:
    for one in table:
        if local(one) == "table-row":
            again = whole(value(one, "number-rows-repeated"), 1) if any(map(str.strip, one.itertext())) else 1
            yield from itertools.repeat((one, False), min(again, _MOST_REPEATED))
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
            if local(one) == "list-level-style-number":
                levels[whole(value(one, "level"))] = _Level(
                    style=value(one, "num-format"),
                    before=value(one, "num-prefix"),
                    after=value(one, "num-suffix"),
                    start=whole(value(one, "start-value"), 1),
                    shown=whole(value(one, "display-levels"), 1),
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
            numbers.append(numeral(counts[above], own.style[:1]))
    return f"{level.before}{'.'.join(numbers)}{level.after}".strip()
