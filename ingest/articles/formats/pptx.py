"""PowerPoint files: a section a slide, with its tables, charts and the speaker's notes. Knows PresentationML.

Left out is what stands on every slide (dates, footers, numbers) and slides that are hidden.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.articles.blocks import Link
from ingest.articles.formats.package import Package, Relation, child, local, opened, value
from ingest.articles.formats.pieces import BULLET, Parsed, Piece, row_of, table_of
from ingest.articles.formats.symbols import without_private
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_SLIDES = 2_000
_ON_EVERY_SLIDE = frozenset({"dt", "ftr", "hdr", "sldNum", "sldImg"})
_TITLES = frozenset({"title", "ctrTitle"})
# Placeholders whose paragraphs every template shows with bullets.
_BODIES = frozenset({"body", "obj", ""})


def read(raw: bytes) -> Parsed:
    """Returns the slides in order: title, text, tables, charts, and the notes below.

    Raises:
        UnreadableArticle: it is damaged, locked, too long, or unpacks or nests beyond the limits.
    """
    with opened(raw, "a PowerPoint file") as package:
        main = package.main_part() or "ppt/presentation.xml"
        deck = package.tree(main)
        if deck is None:
            raise UnreadableArticle("is no PowerPoint file: it has no slides in it; save it as .pptx")
        related = package.relations(main)
        ids = [value(one, "id") for one in child(deck, "sldIdLst") or () if local(one) == "sldId"]
        slides = [related[id_].target for one in child(deck, "sldIdLst") or () for id_ in _ids(one) if id_ in related]
        if len(ids) > MAX_SLIDES:
            raise UnreadableArticle(f"has more than {MAX_SLIDES:,} slides; split it into several files")
        pieces: list[Piece] = []
        groups, hidden = itertools.count(1), 0
        for number, path in enumerate(slides, 1):
            slide = package.tree(path)
            if slide is None or value(slide, "show") in ("0", "false"):
                hidden += slide is not None
                continue
            reading = _Slide(package, package.relations(path), groups)
            pieces += (replace(piece, page=number) for piece in reading.pieces(slide))
        declared = package.declared()
    return Parsed(tuple(pieces), declared, left_out={"hidden slides": hidden} if hidden else {})


def _ids(element: "Element") -> list[str]:
    """The relation that an entry of the list of slides names; its other id is a number."""
    return [text for key, text in element.items() if key.endswith("}id")]


class _Slide:
    """One slide that is being read."""

    def __init__(self, package: Package, related: Mapping[str, Relation], groups: Iterator[int]) -> None:
        self._package, self._related, self._groups = package, related, groups

    def pieces(self, slide: "Element") -> Iterator[Piece]:
        """Yields what the slide shows, its title first, and then its notes."""
        shapes = [*_shapes(slide)]
        titles = [shape for shape in shapes if _role(shape) in _TITLES]
        for shape in titles:
            text = " ".join(" ".join(_text_of(one) for one in _paragraphs(shape)).split())
            if text:
                yield Piece("heading", text, level=2)
        for shape in shapes:
            if shape not in titles and _role(shape) not in _ON_EVERY_SLIDE:
                yield from self._shape(shape)
        for relation in self._related.values():
            notes = self._package.tree(relation.target) if relation.kind == "notesSlide" else None
            for shape in () if notes is None else _shapes(notes):
                if _role(shape) not in _ON_EVERY_SLIDE:
                    yield from self._text(shape, is_list=False)

    def _shape(self, shape: "Element") -> Iterator[Piece]:
        if local(shape) == "graphicFrame":
            data = child(shape, "graphic", "graphicData")
            for one in () if data is None else data:
                if local(one) == "tbl":
                    yield from self._table(one)
                elif local(one) == "chart":
                    yield from self._chart(one)
                elif local(one) == "relIds":
                    yield from self._diagram(one)
        else:
            yield from self._text(shape, is_list=_role(shape) in _BODIES)

    def _text(self, shape: "Element", *, is_list: bool) -> Iterator[Piece]:
        paragraphs = [(one, *self._running(one)) for one in _paragraphs(shape)]
        filled = [(one, text, links) for one, text, links in paragraphs if text.strip()]
        group = next(self._groups)
        counts: dict[int, int] = {}
        for paragraph, text, links in filled:
            properties = child(paragraph, "pPr")
            level = (
                int(value(properties, "lvl")) if properties is not None and value(properties, "lvl").isdecimal() else 0
            ) + 1
            marks = {local(one): one for one in (() if properties is None else properties)}
            if "buAutoNum" in marks:
                counts = {depth: count for depth, count in counts.items() if depth <= level}
                start = value(marks["buAutoNum"], "startAt")
                counts[level] = counts.get(level, int(start) - 1 if start.isdecimal() else 0) + 1
                yield Piece("item", text, level=level, label=f"{counts[level]}.", group=group, links=links)
            elif "buChar" in marks or (is_list and "buNone" not in marks and (len(filled) > 1 or level > 1)):
                yield Piece("item", text, level=level, label=BULLET, group=group, links=links)
            else:
                yield Piece("paragraph", text, links=links)

    def _running(self, paragraph: "Element") -> tuple[str, tuple[Link, ...]]:
        text, links = "", []
        for one in paragraph:
            if local(one) == "br":
                text += "\n"
                continue
            said = "".join(part.text or "" for part in one.iter() if local(part) == "t")
            said = without_private(said)
            click = child(one, "rPr", "hlinkClick")
            target = self._related.get(next(iter(_ids(click)), "")) if click is not None else None
            if target is not None and target.is_external and said:
                links.append(Link(len(text), len(text) + len(said), target.target[:2000]))
            text += said
        return text, tuple(links)

    def _table(self, table: "Element") -> Iterator[Piece]:
        rows: list[Sequence[Sequence[Piece]]] = []
        for row in table:
            if local(row) == "tr":
                cells = (cell for cell in row if local(cell) == "tc")
                rows.append([[Piece("paragraph", _text_of(one)) for one in _paragraphs(cell)] for cell in cells])
        properties = child(table, "tblPr")
        headed = properties is not None and value(properties, "firstRow") in ("1", "true")
        yield from table_of(rows, group=next(self._groups), headers=[headed])

    def _chart(self, frame: "Element") -> Iterator[Piece]:
        """The title of a chart, and what it shows, as a table: a row a category, a column a series."""
        relation = self._related.get(next(iter(_ids(frame)), ""))
        chart = self._package.tree(relation.target) if relation is not None and not relation.is_external else None
        if chart is None:
            return
        title = next((one for one in chart.iter() if local(one) == "title"), None)
        if title is not None and (text := "".join(part.text or "" for part in title.iter() if local(part) == "t")):
            yield Piece("paragraph", text)
        series = [one for one in chart.iter() if local(one) == "ser"]
        names = [" ".join(_points(child(one, "tx"))) for one in series]
        categories = next((found for one in series if (found := _points(child(one, "cat")))), [])
        values = [_points(child(one, "val")) for one in series]
        group = next(self._groups)
        yield row_of(["", *names], group=group, is_header=True)
        for number, category in enumerate(categories):
            yield row_of([category, *(v[number] if number < len(v) else "" for v in values)], group=group)

    def _diagram(self, frame: "Element") -> Iterator[Piece]:
        """The words of a diagram, which stand in a part of their own."""
        relation = self._related.get(value(frame, "dm"))
        data = self._package.tree(relation.target) if relation is not None and not relation.is_external else None
        for one in () if data is None else data.iter():
            if local(one) == "p" and (text := _text_of(one)).strip():
                yield Piece("paragraph", text)


def _shapes(element: "Element") -> Iterator["Element"]:
    """The shapes of a slide in their order, those of groups too."""
    for one in element:
        if local(one) in ("sp", "graphicFrame"):
            yield one
        elif local(one) in ("cSld", "spTree", "grpSp", "AlternateContent", "Choice"):
            yield from _shapes(one)


def _role(shape: "Element") -> str | None:
    """What a placeholder is for; None for a shape that is none."""
    for name in ("nvSpPr", "nvGraphicFramePr"):
        found = child(shape, name, "nvPr", "ph")
        if found is not None:
            return value(found, "type")
    return None


def _paragraphs(shape: "Element") -> list["Element"]:
    return [one for one in shape.iter() if local(one) == "p"]


def _text_of(paragraph: "Element") -> str:
    return without_private(
        "".join("\n" if local(one) == "br" else one.text or "" for one in paragraph.iter() if local(one) in ("t", "br"))
    )


def _points(element: "Element | None") -> list[str]:
    """The values that a chart keeps of the cells that it was made of."""
    return [] if element is None else [one.text or "" for one in element.iter() if local(one) == "v"]
