"""PowerPoint files: a section a slide, in the order of the deck: its title, texts, tables, charts and diagrams, and the
speaker's notes. Knows PresentationML; `package` knows how office files are packed.

Left out are slides that are hidden, and what stands on every slide: dates, footers, numbers.
"""

import datetime
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ingest.articles.blocks import BULLET
from ingest.articles.formats.dom import pieces_of
from ingest.articles.formats.html import nested, new, say
from ingest.articles.formats.lists import LABEL
from ingest.articles.formats.package import Package, Relation, child, local, opened, value
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.signs import numeral, shown_number, whole, without_private
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


class _Slide:
    """One slide that is being read."""

    def __init__(self, package: Package, related: Mapping[str, Relation]) -> None:
        self._package, self._related = package, related

    def shown(self, slide: "Element") -> Any:
        """Returns what the slide shows as HTML, its title first, and then its notes."""
        body, shapes = new("body"), [*_shapes(slide)]
        titles = [shape for shape in shapes if _role(shape) in _TITLES]
        for shape in titles:
            new(f"h{_TITLES[_role(shape) or '']}", body, " ".join(_text_of(one) for one in _paragraphs(shape)))
        for shape in shapes:
            if shape not in titles and _role(shape) not in _ON_EVERY_SLIDE:
                self._shape(shape, body)
        for relation in self._related.values():
            notes = self._package.tree(relation.target) if relation.kind == "notesSlide" else None
            for shape in () if notes is None else _shapes(notes):
                if _role(shape) not in _ON_EVERY_SLIDE:
                    self._text(shape, body, is_list=False)
        return body

    def _shape(self, shape: "Element", into: Any) -> None:
        if local(shape) != "graphicFrame":
            self._text(shape, into, is_list=_role(shape) in _BODIES)
            return
        for one in child(shape, "graphic", "graphicData") or ():
            if local(one) == "tbl":
                self._table(one, into)
            elif local(one) == "chart":
                self._chart(one, into)
            elif local(one) == "relIds":  # of a diagram, whose words stand in a part of their own
                data = self._part(self._related.get(value(one, "dm")))
                for paragraph in _paragraphs(data) if data is not None else ():
                    new("p", into, _text_of(paragraph))

    def _text(self, shape: "Element", into: Any, *, is_list: bool) -> None:
        paragraphs = [(one, self._paragraph(one)) for one in _paragraphs(shape)]
        filled = [(one, shown) for one, shown in paragraphs if "".join(shown.itertext()).strip()]
        listed, lists = _Listed(is_list), list[Any]()
        for paragraph, shown in filled:
            level, label = listed.label(child(paragraph, "pPr"), alone=len(filled) == 1)
            if label is None:
                lists = []
                into.append(shown)
            else:
                new("li", nested(lists, into, level - 1), **{LABEL: label}).append(shown)

    def _paragraph(self, paragraph: "Element") -> Any:
        shown = new("p", style="white-space:pre")
        for one in paragraph:
            if local(one) == "br":
                new("br", shown)
            elif not _is_number_of_slide(one):
                said, place = _text_of(one), child(one, "rPr")
                target = self._target(child(one, "rPr", "hlinkClick")) if said.strip() else None
                leads = target is not None and target.is_external
                inner = new("a", shown, href=target.target) if target is not None and leads else new("span", shown)
                is_raised = value(place, "baseline")[:1] not in ("", "-", "0")
                say(new("sup", inner) if is_raised else inner, said)
        return shown

    def _table(self, table: "Element", into: Any) -> None:
        grid, properties = new("table", into), child(table, "tblPr")
        is_header = value(properties, "firstRow") in ("1", "true")
        for row in (one for one in table if local(one) == "tr"):
            line, is_header = new("tr", new("thead", grid) if is_header else grid), False
            for cell in (one for one in row if local(one) == "tc"):
                if not {value(cell, "vMerge"), value(cell, "hMerge")} & {"1", "true"}:
                    spans = {"rowspan": value(cell, "rowSpan"), "colspan": value(cell, "gridSpan")}
                    new("td", line, **spans).extend(map(self._paragraph, _paragraphs(cell)))

    def _chart(self, frame: "Element", into: Any) -> None:
        """The title of a chart, and what it shows, as a table: a row a category, a column a series."""
        chart = self._part(self._target(frame))
        if chart is None:
            return
        title = next((one for one in chart.iter() if local(one) == "title"), None)
        new("p", into, _text_of(title) if title is not None else "")
        series = [one for one in chart.iter() if local(one) == "ser"]
        names = [" ".join(_points(child(one, "tx"))) for one in series]
        categories = next((found for one in series if (found := _points(child(one, "cat")))), [])
        values = [_points(child(one, "val")) for one in series]
        grid = new("table", into)
        rows = ([category, *(v[i] if i < len(v) else "" for v in values)] for i, category in enumerate(categories))
        for number, row in enumerate([["", *names], *rows]):
            line = new("tr", grid if number else new("thead", grid))
            for cell in row:
                new("td", line, cell)

    def _target(self, element: "Element | None") -> Relation | None:
        return None if element is None else self._related.get(next(iter(relation_ids(element)), ""))

    def _part(self, relation: Relation | None) -> "Element | None":
        return None if relation is None or relation.is_external else self._package.tree(relation.target)


@dataclass
class _Listed:
    """The list that a text box may be: how far its numbers have been counted, by level."""

    is_list: bool
    counts: dict[int, int] = field(default_factory=dict)

    def label(self, properties: "Element | None", *, alone: bool) -> tuple[int, str | None]:
        """Returns the level of the next paragraph, and its label, None if it is no item."""
        level = whole(value(properties, "lvl")) + 1
        marks = {local(one): one for one in (() if properties is None else properties)}
        if "buAutoNum" in marks:
            return level, self._number(marks["buAutoNum"], level)
        self.counts = {at: count for at, count in self.counts.items() if at < level}
        is_item = "buChar" in marks or (self.is_list and "buNone" not in marks and (not alone or level > 1))
        return level, BULLET if is_item else None

    def _number(self, mark: "Element", level: int) -> str:
        start, kind = value(mark, "startAt"), value(mark, "type")
        self.counts = {at: count for at, count in self.counts.items() if at <= level}
        self.counts[level] = self.counts.get(level, whole(start, 1) - 1) + 1
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
            shown = _Slide(package, package.relations(path)).shown(slide)
            pieces += (replace(piece, page=number) for piece in pieces_of(shown, groups))
        declared = package.declared()
    return Parsed(tuple(pieces), declared, left_out={"hidden slides": hidden} if hidden else {})
