"""Word files: the body with the numbers that Word writes, its notes and properties. Knows WordprocessingML.

Left out is what a reader of the page does not see in the text: deleted and moved-away words, hidden text, the second
copy of a text box, comments; and what stands on every page: headers and footers.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ingest.articles.blocks import BULLET
from ingest.articles.formats.dom import pieces_of
from ingest.articles.formats.html import nested, new, say
from ingest.articles.formats.lists import LABEL
from ingest.articles.formats.numbering import Numbering, inherited, read_numbering
from ingest.articles.formats.package import Relation, child, local, opened, value
from ingest.articles.formats.pieces import Parsed
from ingest.articles.formats.signs import office_formula, symbol, whole, without_private
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_UNSEEN = frozenset(
    {"del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "sectPr", "pPr", "rPr", "tblPr"}
)
_CHARACTERS = {"tab": " ", "noBreakHyphen": "-", "ptab": " "}
_MOST_LEVELS = 6
_PARTS = ("styles", "numbering", "footnotes", "endnotes")


def read(raw: bytes) -> Parsed:
    """Returns paragraphs, items and the rows of tables in reading order; footnotes come last.

    Raises UnreadableArticle: it is damaged, or unpacks or nests beyond the limits.
    """
    with opened(raw, "a Word file") as package:
        main = package.main_part() or "word/document.xml"
        body = package.tree(main)
        if body is None:
            raise UnreadableArticle("is no Word file: it has no document in it", "save it as .docx")
        related = package.relations(main)
        parts = {one.kind: one.target for one in related.values() if not one.is_external}
        # What no relation names has its usual place.
        found = {kind: package.tree(parts.get(kind, f"{posixpath.dirname(main)}/{kind}.xml")) for kind in _PARTS}
        styles = found["styles"]
        reading = _Reading(_heading_levels(styles), read_numbering(found["numbering"], styles), related)
        shown = new("body")
        reading.blocks(body, shown)
        for notes in (found["footnotes"], found["endnotes"]):
            for note in () if notes is None else notes:
                if not value(note, "type"):  # another is a line between the text and its notes
                    reading.blocks(note, new("div", shown))
        declared = package.declared()
    return Parsed(
        pieces_of(shown), declared, left_out={"deleted or hidden": reading.left_out} if reading.left_out else {}
    )


class _Reading:
    """One reading of a document: its styles and lists, and how far these have been counted."""

    def __init__(self, levels: Mapping[str, int], numbering: Numbering, related: Mapping[str, Relation]) -> None:
        self._levels, self._numbering, self._related = levels, numbering, related
        self._lists: list[Any] = []  # those that are open, the innermost last
        self.left_out = 0

    def blocks(self, element: "Element", into: Any) -> None:
        """Puts what an element shows into one of HTML."""
        for one in element:
            name = local(one)
            if name in _UNSEEN:
                self._leave_out(one)
            elif name == "p":
                self._paragraph(one, into)
            elif name == "tbl":
                self._table(one, into)
            else:
                self.blocks(one, into)

    def _paragraph(self, paragraph: "Element", into: Any) -> None:
        properties = child(paragraph, "pPr")
        style = value(child(properties, "pStyle"))
        level = self._outline(properties, style)
        shown = new("p")
        self._running(paragraph, shown)
        label, depth = self._label(properties, style)  # one that says nothing is counted too
        if "".join(shown.itertext()).strip():
            if label is None or level:
                self._lists = []
                into.append(shown)
            else:
                new("li", nested(self._lists, into, depth), **{LABEL: label}).append(shown)
            if level:
                shown.tag = f"h{level}"
                shown.set(LABEL, label if label and label != BULLET else "")
        self._boxes(paragraph, into)

    def _label(self, properties: "Element | None", style: str) -> tuple[str | None, int]:
        number, level = child(properties, "numPr", "numId"), child(properties, "numPr", "ilvl")
        list_id, at = self._numbering.styles.get(style, ("", 0))
        if number is not None:
            list_id, at = value(number), 0
        if level is not None:
            at = whole(value(level))
        return self._numbering.label(list_id, at), at

    def _outline(self, properties: "Element | None", style: str) -> int:
        own = whole(value(child(properties, "outlineLvl")), 9)
        if 0 <= own < 9:
            return min(own + 1, _MOST_LEVELS)
        named = re.fullmatch(r"heading ?([1-9])", style, re.IGNORECASE)
        return self._levels.get(style, min(int(named[1]), _MOST_LEVELS) if named else 0)

    def _table(self, table: "Element", into: Any) -> None:
        grid = new("table", into)
        above: dict[int, Any] = {}  # the cell in each column that may reach down
        for row in _rows(table):
            line, here, reaching, column = new("tr"), {**above}, list[Any](), 0
            for cell in _cells(row):
                across, merged = max(whole(value(child(cell, "tcPr", "gridSpan"))), 1), child(cell, "tcPr", "vMerge")
                if merged is not None and value(merged) != "restart" and column in above:
                    reaching.append(above[column])
                else:
                    here[column] = new("td", line, colspan=str(across))
                    self._lists = []
                    self.blocks(cell, here[column])
                column += across
            if above and not "".join(line.itertext()).strip():
                continue  # a row of nothing but cells of the row above is that row
            above = here
            for cell in reaching:
                cell.set("rowspan", str(int(cell.get("rowspan", "1")) + 1))
            is_header = child(row, "trPr", "tblHeader") is not None
            (new("thead", grid) if is_header else grid).append(line)
        self._lists = []

    def _boxes(self, paragraph: "Element", into: Any) -> None:
        """Text boxes hang inside a paragraph; they are read after it."""
        for one in paragraph:
            if local(one) == "txbxContent":
                self.blocks(one, into)
            elif local(one) not in _UNSEEN:
                self._boxes(one, into)

    def _running(self, element: "Element", into: Any, font: str = "") -> None:
        for one in element:
            name = local(one)
            if name == "t":
                say(into, without_private(one.text or "", font))
            elif name in _CHARACTERS:
                say(into, _CHARACTERS[name])
            elif name in ("br", "cr"):
                new("br", into)
            elif name == "sym":
                say(into, symbol(value(one, "font"), int(value(one, "char") or "0", 16)))
            elif name == "oMath":
                say(into, f" {office_formula(one)} ")
            elif name in _UNSEEN:
                self._leave_out(one)
            elif name == "r" and _is_on(child(one, "rPr", "vanish")):
                self.left_out += len("".join(one.itertext()).split())
            elif name != "txbxContent":
                self._running(one, self._drawn(one, into), _font(one) if name == "r" else font)

    def _drawn(self, part: "Element", into: Any) -> Any:
        """What the words of a part of a paragraph go into: a link, bold letters, raised ones."""
        if local(part) == "hyperlink" and "".join(part.itertext()).strip():
            target = self._related.get(value(part, "id"))
            return new("a", into, href=target.target) if target is not None and target.is_external else into
        if local(part) == "r":
            into = new("b" if _is_on(child(part, "rPr", "b")) else "span", into)
            return new("sup", into) if value(child(part, "rPr", "vertAlign")) == "superscript" else into
        return into

    def _leave_out(self, element: "Element") -> None:
        if local(element) in ("del", "moveFrom"):
            self.left_out += len("".join(element.itertext()).split())


def _rows(element: "Element") -> Iterator["Element"]:
    for one in element:
        if local(one) == "tr":
            yield one
        elif local(one) not in ("tbl", "tc", *_UNSEEN):
            yield from _rows(one)


def _cells(element: "Element") -> Iterator["Element"]:
    for one in element:
        if local(one) == "tc":
            yield one
        elif local(one) not in ("tbl", "trPr", *_UNSEEN):
            yield from _cells(one)


def _heading_levels(styles: "Element | None") -> dict[str, int]:
    """The level of each style that is a heading, by its id: by its outline level or by what it is based on."""
    levels: dict[str, int] = {}
    based: dict[str, str] = {}
    for style in () if styles is None else styles:
        id_, name = value(style, "styleId"), value(child(style, "name")).casefold()
        based[id_] = value(child(style, "basedOn"))
        named = re.fullmatch(r"heading ([1-9])", name)
        outline = value(child(style, "pPr", "outlineLvl"))
        if named or name == "title":
            levels[id_] = int(named[1]) if named else 1
        elif outline:
            levels[id_] = whole(outline, 9) + 1
    levels = inherited(levels, based)
    return {id_: min(level, _MOST_LEVELS) for id_, level in levels.items() if level <= 9}


def _font(run: "Element") -> str:
    fonts = child(run, "rPr", "rFonts")
    return value(fonts, "ascii") or value(fonts, "hAnsi")


def _is_on(fact: "Element | None") -> bool:
    return fact is not None and value(fact) not in ("0", "false")
