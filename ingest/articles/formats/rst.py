"""reStructuredText: sections, lists, tables and code. Knows the tree of docutils; `sphinx` makes it."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ingest.articles.blocks import BULLET, Kind, Link
from ingest.articles.declared import Declared, declared_of
from ingest.articles.decode import clean_source, honest, to_text
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.signs import Style, numeral, raised
from ingest.articles.formats.tables import Cell, spread, table_of

_UNSEEN = frozenset(
    "comment system_message substitution_definition target pending raw docinfo decoration meta label".split()
)
_RUNNING = frozenset(
    "paragraph title subtitle rubric attribution caption classifier term line address author contact copyright date"
    " organization revision status version".split()
)
_ENUMERATIONS: dict[str, Style] = {
    "arabic": "decimal",
    "loweralpha": "lowerLetter",
    "upperalpha": "upperLetter",
    "lowerroman": "lowerRoman",
    "upperroman": "upperRoman",
}


def read(raw: bytes) -> Parsed:
    """Returns what the text shows, and what the list of fields at its top declares."""
    from ingest.articles.formats.sphinx import parse_rst  # here, for docutils takes a while that others should not pay

    document = parse_rst(clean_source(honest(to_text(raw))))
    pieces = tuple(_Reading(itertools.count(1)).pieces(document, 0))
    info = dict(_fields(document))
    declared = declared_of(info) if info else Declared()
    title = next((one.astext() for one in document.children if one.tagname == "title"), None)
    return Parsed(pieces, declared.over(Declared(title=title)), declared.warnings)


def pieces_of_rst(text: str, groups: Iterator[int]) -> tuple[Piece, ...]:
    """Returns what a stretch of clean text in the language shows."""
    from ingest.articles.formats.sphinx import parse_rst  # as above

    return tuple(_Reading(groups).pieces(parse_rst(text), 0))


def _fields(document: Any) -> Iterator[tuple[object, str]]:
    """What the document declares of itself at its top or below its title: by docutils' names for fields or its own."""
    first = next((one for one in document.children if one.tagname == "section"), None)
    below = first.children[1:2] if first is not None and document.index(first) == 0 else []
    for found in (*document.children, *below):
        for one in found.children if found.tagname in ("docinfo", "field_list") else ():
            if one.tagname == "field":
                yield one.children[0].astext(), one.children[1].astext()
            else:
                yield one.tagname, one.astext()


class _Reading:
    """One reading of a tree: the list that is open, and how deep."""

    def __init__(self, groups: Iterator[int]) -> None:
        self._groups = groups
        self._group, self._depth, self._label = 0, 0, ""
        self._is_item = False
        self._kind: Kind = "paragraph"

    def pieces(self, node: Any, section: int) -> Iterator[Piece]:
        """Yields what the children of a node show; `section` counts the sections around it."""
        for one in node.children:
            name = one.tagname
            if name in _UNSEEN:
                continue
            if name in ("title", "subtitle") and one.parent.tagname in ("section", "document"):
                yield Piece("heading", *_running(one)[:1], level=min(max(section, 1), 6))
            elif name in _LISTS:
                self._enter()
                yield from _LISTS[name](self, one, section)
                self._leave()
            elif name == "table":
                yield from self._table(one)
            elif name in ("literal_block", "doctest_block", "math_block"):
                yield self._code(one)
            elif name == "block_quote":
                was, self._kind = self._kind, "quotation"
                yield from self.pieces(one, section)
                self._kind = was
            elif name == "line_block":
                yield self._piece("\n".join(_lines(one)))
            elif name == "image":
                yield self._piece(one.get("alt", "") if one.parent.tagname != "figure" else "")
            elif name in _RUNNING:
                yield self._piece(*_running(one))
            else:
                yield from self.pieces(one, section + (name == "section"))

    def items(self, node: Any, section: int) -> Iterator[Piece]:
        style = _ENUMERATIONS.get(node.get("enumtype", "")) if node.tagname == "enumerated_list" else None
        number = int(node.get("start", 1))
        for item in node.children:
            before, after = node.get("prefix", ""), node.get("suffix", ".")
            self._label = f"{before}{numeral(number, style)}{after}" if style else BULLET
            self._is_item = True
            yield from self.pieces(item, section)
            self._is_item = False
            number += 1

    def definitions(self, node: Any, section: int) -> Iterator[Piece]:
        for item in node.children:
            terms = [_running(one)[0] for one in item.children if one.tagname in ("term", "classifier")]
            yield Piece("item", " : ".join(terms), level=self._depth, group=self._group)
            self._depth, self._label, self._is_item = self._depth + 1, "", True
            yield from self.pieces(item.children[-1], section)
            self._depth, self._is_item = self._depth - 1, False

    def fields(self, node: Any, section: int) -> Iterator[Piece]:
        if node.parent.tagname in ("document", "docinfo") and node.parent.index(node) == 0:
            return  # what the document declares of itself
        for one in node.children:
            name, body = one.children
            text = f"{name.astext()}: {body.astext()}"
            yield Piece("item", text, level=self._depth, group=self._group)

    def options(self, node: Any, section: int) -> Iterator[Piece]:
        for one in node.children:
            names, meaning = one.children
            text = f"{', '.join(name.astext() for name in names.children)}  {meaning.astext()}"
            yield Piece("item", text, level=self._depth, group=self._group)

    def _piece(self, text: str, links: tuple[Link, ...] = ()) -> Piece:
        if self._is_item:
            self._is_item = False
            return Piece("item", text, level=self._depth, label=self._label, group=self._group, links=links)
        return Piece(self._kind, text, level=self._depth, group=self._group, links=links)

    def _code(self, node: Any) -> Piece:
        language = next((one for one in node.get("classes", ()) if one not in ("code", "literal-block")), None)
        return Piece("code", node.astext(), level=self._depth, group=self._group, language=language)

    def _table(self, node: Any) -> Iterator[Piece]:
        rows: list[list[tuple[Cell, int, int]]] = []
        headers: list[bool] = []
        for one in node.findall():
            if one.tagname == "title":
                yield self._piece(*_running(one))
            elif one.tagname == "row":
                rows.append([*self._cells(one)])
                headers.append(one.parent.tagname == "thead")
        yield from table_of([*spread(rows)], group=next(self._groups), headers=headers)

    def _cells(self, row: Any) -> Iterator[tuple[Cell, int, int]]:
        for entry in row.children:
            inside = tuple(_Reading(self._groups).pieces(entry, 1))
            yield inside, 1 + int(entry.get("morerows", 0)), 1 + int(entry.get("morecols", 0))

    def _enter(self) -> None:
        self._group = self._group or next(self._groups)
        self._depth += 1

    def _leave(self) -> None:
        self._depth -= 1
        self._group = self._group if self._depth else 0


_LISTS: Mapping[str, Callable[[_Reading, Any, int], Iterator[Piece]]] = {
    "bullet_list": _Reading.items,
    "enumerated_list": _Reading.items,
    "definition_list": _Reading.definitions,
    "field_list": _Reading.fields,
    "option_list": _Reading.options,
}


def _lines(block: Any) -> Iterator[str]:
    """The lines of a block of lines, also of those that are set further in."""
    for one in block.children:
        if one.tagname == "line_block":
            yield from _lines(one)
        else:
            yield _running(one)[0]


def _running(node: Any) -> tuple[str, tuple[Link, ...]]:
    """The text of a paragraph without the marks of notes, and its links."""
    text, links = "", []
    for one in node.children:
        said = _said(one)
        if one.tagname == "reference" and one.get("refuri") and said:
            links.append(Link(len(text), len(text) + len(said), one["refuri"][:2000]))
        text += said
    return text.replace("\n", " "), tuple(links)


def _said(one: Any) -> str:
    if one.tagname in ("footnote_reference", "target", "raw", "problematic"):
        return str(one.astext()) if one.tagname == "problematic" else ""
    if one.tagname == "image":
        return str(one.get("alt", ""))
    if one.tagname == "superscript":
        return raised(one.astext())
    inside = one.children and one.tagname != "#text"
    return "".join(map(_said, one.children)) if inside else str(one.astext())
