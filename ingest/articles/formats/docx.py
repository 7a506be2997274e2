"""Word files: the body with the numbers that Word writes, its notes and properties. Knows WordprocessingML.

Left out is what a reader of the page does not see in the text: deleted and moved-away words, hidden text, the second
copy of a text box, comments; and what stands on every page: headers and footers.
"""

import itertools
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ingest.articles.blocks import BULLET, Link
from ingest.articles.formats.numbering import Numbering, read_numbering
from ingest.articles.formats.package import Relation, child, local, opened, value
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.signs import office_formula, raised, symbol, without_private
from ingest.articles.formats.tables import table_of
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_UNSEEN = frozenset(
    {"del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "sectPr", "pPr", "rPr", "tblPr"}
)
_CHARACTERS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
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
        pieces = [*reading.pieces(body)]
        for notes in (found["footnotes"], found["endnotes"]):
            pieces += _notes(notes, reading)
        declared = package.declared()
    return Parsed(tuple(pieces), declared, left_out={"deleted or hidden": reading.left_out} if reading.left_out else {})


def _notes(notes: "Element | None", reading: "_Reading") -> Iterator[Piece]:
    """Notes without the lines that separate them from the text."""
    for note in () if notes is None else notes:
        if not value(note, "type"):
            yield from reading.pieces(note)


class _Reading:
    """One reading of a document: its styles and lists, and how far these have been counted."""

    def __init__(self, levels: Mapping[str, int], numbering: Numbering, related: Mapping[str, Relation]) -> None:
        self._levels, self._numbering, self._related = levels, numbering, related
        self._groups = itertools.count(1)
        self._list = 0  # the group of the list that is open
        self.left_out = 0

    def pieces(self, element: "Element") -> Iterator[Piece]:
        """Yields what an element shows."""
        for one in element:
            name = local(one)
            if name in _UNSEEN:
                self._leave_out(one)
            elif name == "p":
                yield from self._paragraph(one)
            elif name == "tbl":
                yield from self._table(one)
            else:
                yield from self.pieces(one)

    def _paragraph(self, paragraph: "Element") -> Iterator[Piece]:
        properties = child(paragraph, "pPr")
        style_of = child(properties, "pStyle")
        style = value(style_of) if style_of is not None else ""
        level = self._outline(properties, style)
        text, links = self._running(paragraph)
        label, depth = self._label(properties, style)  # one that says nothing is counted too
        if not text.strip():
            pass
        elif level:
            self._list = 0
            yield Piece("heading", text, level=level, label=label if label and label != BULLET else "", links=links)
        elif label is not None:
            self._list = self._list or next(self._groups)
            yield Piece("item", text, level=depth + 1, label=label, group=self._list, links=links)
        else:
            self._list = 0
            yield Piece("paragraph", text, links=links)
        yield from self._boxes(paragraph)

    def _label(self, properties: "Element | None", style: str) -> tuple[str | None, int]:
        number, level = child(properties, "numPr", "numId"), child(properties, "numPr", "ilvl")
        list_id, at = self._numbering.styles.get(style, ("", 0))
        if number is not None:
            list_id, at = value(number), 0
        if level is not None:
            at = int(value(level)) if value(level).isdecimal() else 0
        return self._numbering.label(list_id, at), at

    def _outline(self, properties: "Element | None", style: str) -> int:
        own = child(properties, "outlineLvl")
        if own is not None and value(own).isdecimal() and int(value(own)) < 9:
            return min(int(value(own)) + 1, _MOST_LEVELS)
        named = re.fullmatch(r"heading ?([1-9])", style, re.IGNORECASE)
        return self._levels.get(style, min(int(named[1]), _MOST_LEVELS) if named else 0)

    def _table(self, table: "Element") -> Iterator[Piece]:
        self._list = 0
        group = next(self._groups)
        rows: list[list[Sequence[Piece]]] = []
        headers, above = list[bool](), dict[int, Sequence[Piece]]()
        bold = [_is_bold(row) for row in itertools.islice(_rows(table), 2)]
        for row in _rows(table):
            cells: list[Sequence[Piece]] = []
            goes_on = True  # a row of nothing but cells of the row above is that row
            for cell in _cells(row):
                merged = child(cell, "tcPr", "vMerge")
                inside: Sequence[Piece] = tuple(self.pieces(cell))
                if merged is not None and value(merged) != "restart":
                    inside = above.get(len(cells), ())
                else:
                    goes_on = goes_on and not inside
                above[len(cells)] = inside
                across = child(cell, "tcPr", "gridSpan")
                cells += [inside, *[()] * (min(_whole(across), 60) - 1)]
            if not (goes_on and rows):
                rows.append(cells)
                headers.append(child(row, "trPr", "tblHeader") is not None)
        if not any(headers) and bold == [True, False]:
            headers[0] = True
        yield from table_of(rows, group=group, headers=headers)
        self._list = 0

    def _boxes(self, paragraph: "Element") -> Iterator[Piece]:
        """Text boxes hang inside a paragraph; they are read after it."""
        for one in paragraph:
            if local(one) == "txbxContent":
                yield from self.pieces(one)
            elif local(one) not in _UNSEEN:
                yield from self._boxes(one)

    def _running(self, element: "Element", font: str = "") -> tuple[str, tuple[Link, ...]]:
        text, links = "", list[Link]()
        for one in element:
            name = local(one)
            if name == "t":
                text += without_private(one.text or "", font)
            elif name in _CHARACTERS:
                text += _CHARACTERS[name]
            elif name == "sym":
                text += symbol(value(one, "font"), int(value(one, "char") or "0", 16))
            elif name == "oMath":
                text += f" {office_formula(one)} "
            elif name in _UNSEEN:
                self._leave_out(one)
            elif name == "r" and _is_hidden(one):
                self.left_out += len("".join(one.itertext()).split())
            elif name != "txbxContent":
                inner, below = self._running(one, _font(one) if name == "r" else font)
                inner = raised(inner) if name == "r" and _is_raised(one) else inner
                links += [Link(len(text) + x.start, len(text) + x.end, x.target) for x in below]
                target = self._related.get(value(one, "id")) if name == "hyperlink" else None
                if target is not None and target.is_external and inner:
                    links.append(Link(len(text), len(text) + len(inner), target.target[:2000]))
                text += inner
        return text, tuple(links)

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
        id_, name = value(style, "styleId"), child(style, "name")
        base, outline = child(style, "basedOn"), child(style, "pPr", "outlineLvl")
        if base is not None:
            based[id_] = value(base)
        if outline is not None and value(outline).isdecimal():
            levels[id_] = int(value(outline)) + 1
        named = re.fullmatch(r"heading ([1-9])", value(name).casefold()) if name is not None else None
        if named or (name is not None and value(name).casefold() == "title"):
            levels[id_] = int(named[1]) if named else 1
    for id_ in based:
        known, seen = id_, set[str]()
        while known not in levels and known in based and known not in seen:
            seen.add(known)
            known = based[known]
        if known in levels:
            levels.setdefault(id_, levels[known])
    return {id_: min(level, _MOST_LEVELS) for id_, level in levels.items() if level <= 9}


def _font(run: "Element") -> str:
    fonts = child(run, "rPr", "rFonts")
    return "" if fonts is None else value(fonts, "ascii") or value(fonts, "hAnsi")


def _is_bold(row: "Element") -> bool:
    """Whether all words of a row are in bold letters, and there is one in each cell."""
    cells = [
        [one for one in cell.iter() if local(one) == "r" and "".join(one.itertext()).strip()] for cell in _cells(row)
    ]
    return bool(cells) and all(cells) and all(_is_on(child(run, "rPr", "b")) for run in itertools.chain(*cells))


def _is_hidden(run: "Element") -> bool:
    return _is_on(child(run, "rPr", "vanish"))


def _is_on(fact: "Element | None") -> bool:
    return fact is not None and value(fact) not in ("0", "false")


def _is_raised(run: "Element") -> bool:
    place = child(run, "rPr", "vertAlign")
    return place is not None and value(place) == "superscript"


def _whole(element: "Element | None") -> int:
    return int(value(element)) if element is not None and value(element).isdecimal() and value(element) != "0" else 1
