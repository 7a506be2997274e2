"""PowerPoint files: a section a slide, in the order of the deck: its title, texts, tables, charts and diagrams, and the
speaker's notes. Knows PresentationML; `package` knows how office files are packed.

Left out are slides that are hidden, and what stands on every slide: dates, footers, numbers.
"""

import datetime
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.articles.blocks import BULLET, Link
from ingest.articles.formats.package import Package, Relation, child, local, opened, value
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.signs import numeral, raised, shown_number, without_private
from ingest.articles.formats.tables import row_of, table_of
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


_ON_EVERY_SLIDE = frozenset({"dt", "ftr", "hdr", "sldNum", "sldImg"})
# The level of a slide's title: that of a deck stands above those of its slides.
_TITLES = {"ctrTitle": 1, "title": 2}
# Placeholders whose paragraphs every template shows with bullets.
_BODIES = frozenset({"body", "obj", ""})
# A chart's dates: in such a form, what it says in quotes aside, the days since this one.
_DATE, _QUOTED = re.compile(r"[yd]", re.IGNORECASE), re.compile(r"\"[^\"]{0,99}\"|\[[^\[\]]{0,99}\]|\\.")
_FIRST_DAY = datetime.date(1899, 12, 30)
_ENDINGS = {"Period": ("", "."), "ParenR": ("", ")"), "ParenBoth": ("(", ")"), "Plain": ("", "")}
MAX_SLIDES = 2_000


class Slide:
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
                yield Piece("heading", text, level=_TITLES[_role(shape) or ""])
        for shape in shapes:
            if shape not in titles and _role(shape) not in _ON_EVERY_SLIDE:
                yield from self._shape(shape)
        for relation in self._related.values():
            notes = self._package.tree(relation.target) if relation.kind == "notesSlide" else None
            for shape in () if notes is None else _shapes(notes):
                if _role(shape) not in _ON_EVERY_SLIDE:
                    yield from self._text(shape, is_list=False)

    def _shape(self, shape: "Element") -> Iterator[Piece]:
        if local(shape) != "graphicFrame":
            yield from self._text(shape, is_list=_role(shape) in _BODIES)
            return
        for one in child(shape, "graphic", "graphicData") or ():
            if local(one) == "tbl":
                yield from self._table(one)
            elif local(one) == "chart":
                yield from self._chart(one)
            elif local(one) == "relIds":
                yield from self._diagram(one)

    def _text(self, shape: "Element", *, is_list: bool) -> Iterator[Piece]:
        paragraphs = [(one, *self._running(one)) for one in _paragraphs(shape)]
        filled = [(one, text, links) for one, text, links in paragraphs if text.strip()]
        listed = _Listed(next(self._groups), is_list)
        for paragraph, text, links in filled:
            level, label = listed.label(child(paragraph, "pPr"), alone=len(filled) == 1)
            if label is None:
                yield Piece("paragraph", text, links=links)
            else:
                yield Piece("item", text, level=level, label=label, group=listed.group, links=links)

    def _running(self, paragraph: "Element") -> tuple[str, tuple[Link, ...]]:
        text, links = "", []
        for one in paragraph:
            if local(one) == "br":
                text += "\n"
                continue
            if _is_number_of_slide(one):
                continue
            said = without_private("".join(part.text or "" for part in one.iter() if local(part) == "t"))
            place = child(one, "rPr")
            said = raised(said) if place is not None and value(place, "baseline")[:1] not in ("", "-", "0") else said
            target = self._target(child(one, "rPr", "hlinkClick"))
            if target is not None and target.is_external and said:
                links.append(Link(len(text), len(text) + len(said), target.target[:2000]))
            text += said
        return text, tuple(links)

    def _table(self, table: "Element") -> Iterator[Piece]:
        rows: list[Sequence[Sequence[Piece]]] = []
        above: dict[int, Sequence[Piece]] = {}
        for row in table:
            if local(row) == "tr":
                cells: list[Sequence[Piece]] = []
                for i, cell in enumerate(one for one in row if local(one) == "tc"):
                    inside: Sequence[Piece] = [Piece("paragraph", _text_of(one)) for one in _paragraphs(cell)]
                    above[i] = above.get(i, ()) if value(cell, "vMerge") in ("1", "true") else inside
                    cells.append(above[i])
                rows.append(cells)
        properties = child(table, "tblPr")
        headed = properties is not None and value(properties, "firstRow") in ("1", "true")
        yield from table_of(rows, group=next(self._groups), headers=[headed])

    def _chart(self, frame: "Element") -> Iterator[Piece]:
        """The title of a chart, and what it shows, as a table: a row a category, a column a series."""
        chart = self._part(self._target(frame))
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
        data = self._part(self._related.get(value(frame, "dm")))
        for one in () if data is None else data.iter():
            if local(one) == "p" and (text := _text_of(one)).strip():
                yield Piece("paragraph", text)

    def _target(self, element: "Element | None") -> Relation | None:
        return None if element is None else self._related.get(next(iter(relation_ids(element)), ""))

    def _part(self, relation: Relation | None) -> "Element | None":
        return None if relation is None or relation.is_external else self._package.tree(relation.target)


@dataclass
class _Listed:
    """The list that a text box may be: how far its numbers have been counted, by level."""

    group: int
    is_list: bool
    counts: dict[int, int] = field(default_factory=dict)

    def label(self, properties: "Element | None", *, alone: bool) -> tuple[int, str | None]:
        """Returns the level of the next paragraph, and its label, None if it is no item."""
        depth = "" if properties is None else value(properties, "lvl")
        level = (int(depth) if depth.isdecimal() else 0) + 1
        marks = {local(one): one for one in (() if properties is None else properties)}
        if "buAutoNum" in marks:
            return level, self._number(marks["buAutoNum"], level)
        self.counts = {at: count for at, count in self.counts.items() if at < level}
        is_item = "buChar" in marks or (self.is_list and "buNone" not in marks and (not alone or level > 1))
        return level, BULLET if is_item else None

    def _number(self, mark: "Element", level: int) -> str:
        start, kind = value(mark, "startAt"), value(mark, "type")
        self.counts = {at: count for at, count in self.counts.items() if at <= level}
        self.counts[level] = self.counts.get(level, int(start) - 1 if start.isdecimal() else 0) + 1
        ending = next((name for name in _ENDINGS if kind.endswith(name)), "Period")
        before, after = _ENDINGS[ending]
        return f"{before}{numeral(self.counts[level], kind.removesuffix(ending))}{after}"


def relation_ids(element: "Element") -> list[str]:
    """Returns the relation that an element names; another id of its own may be a number."""
    return [text for key, text in element.items() if key.endswith("}id")]


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


def _is_number_of_slide(run: "Element") -> bool:
    return local(run) == "fld" and value(run, "type") == "slidenum"


def _text_of(paragraph: "Element") -> str:
    return without_private(
        "".join("\n" if local(one) == "br" else one.text or "" for one in paragraph.iter() if local(one) in ("t", "br"))
    )


def _points(element: "Element | None") -> list[str]:
    """The values that a chart keeps of the cells that it was made of, as it shows them."""
    if element is None:
        return []
    forms = [one.text or "" for one in element.iter() if local(one) == "formatCode"]
    return [_as_shown(one.text or "", forms[0] if forms else None) for one in element.iter() if local(one) == "v"]


def _as_shown(text: str, form: str | None) -> str:
    """A number in its format; dates are days since the end of 1899."""
    if form is None:
        return text
    try:
        value = float(text)
        if _DATE.search(_QUOTED.sub("", form)):
            return (_FIRST_DAY + datetime.timedelta(days=value)).isoformat()
        return shown_number(value, form)
    except (ValueError, OverflowError):
        return text


def read(raw: bytes) -> Parsed:
    """Returns the slides in order: title, text, tables, charts, and the notes below.

    Raises UnreadableArticle: it is damaged, locked, too long, or unpacks or nests beyond the limits.
    """
    with opened(raw, "a PowerPoint file") as package:
        main = package.main_part() or "ppt/presentation.xml"
        deck = package.tree(main)
        if deck is None:
            raise UnreadableArticle("is no PowerPoint file: it has no slides in it", "save it as .pptx")
        related = package.relations(main)
        listed = [one for one in child(deck, "sldIdLst") or () if local(one) == "sldId"]
        if len(listed) > MAX_SLIDES:
            raise UnreadableArticle(f"has more than {MAX_SLIDES:,} slides", "split it into several files")
        slides = [related[id_].target for one in listed for id_ in relation_ids(one) if id_ in related]
        pieces: list[Piece] = []
        groups, hidden = itertools.count(1), 0
        for number, path in enumerate(slides, 1):
            slide = package.tree(path)
            if slide is None or value(slide, "show") in ("0", "false"):
                hidden += slide is not None
                continue
            reading = Slide(package, package.relations(path), groups)
            pieces += (replace(piece, page=number) for piece in reading.pieces(slide))
        declared = package.declared()
    return Parsed(tuple(pieces), declared, left_out={"hidden slides": hidden} if hidden else {})
