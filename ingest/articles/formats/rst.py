"""reStructuredText, with what Sphinx adds to it. The home of docutils; includes and runs nothing.

Directives and roles that docutils does not know are read for the text in them; those that only work are left out.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.articles.blocks import Link
from ingest.articles.declared import Declared, declared_of
from ingest.articles.decode import clean, to_text
from ingest.articles.formats.numerals import Style, numeral
from ingest.articles.formats.pieces import BULLET, Parsed, Piece, table_of
from ingest.articles.honest import honest

# Directives that show nothing of what they are given.
_WORKS = frozenset(
    "toctree index include literalinclude automodule autoclass autofunction autodata autoexception automethod module"
    " currentmodule py:module py:currentmodule highlight default-role meta tabularcolumns sectionauthor codeauthor"
    " graphviz plantuml rst-class cssclass program default-domain autosummary ifconfig contents raw image".split()
)
_HOLDS_CODE = frozenset("code-block sourcecode prompt parsed-literal-block testcode testoutput doctest console".split())
# Directives whose argument only works, whatever stands below it.
_ARGUMENT_WORKS = frozenset("only tab-set grid tabs container class rubric-class card-carousel".split())
_MOST_NESTED = 60
_UNSEEN = frozenset(
    "comment system_message substitution_definition target pending raw image docinfo decoration meta".split()
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
    from docutils import nodes

    document = _parsed(clean(honest(to_text(raw))))
    pieces = tuple(_Reading().pieces(document, 0))
    title = next((one.astext() for one in document.findall(nodes.title) if one.parent is document), None)
    fields = {
        one.children[0].astext(): one.children[1].astext()
        for one in document.findall(nodes.field)
        if isinstance(one.parent.parent, (nodes.document, nodes.docinfo))
    }
    info = {one.tagname: one.astext() for found in document.findall(nodes.docinfo) for one in found}
    declared = declared_of({**info, **fields}) if info or fields else Declared()
    return Parsed(pieces, declared.over(Declared(title=title)), declared.warnings)


def _parsed(text: str) -> Any:
    """The document as docutils' tree; nothing outside of the text is looked at."""
    from docutils.core import publish_doctree
    from docutils.parsers.rst import directives, roles

    directives.directive, roles.role = _directive(directives.directive), _role(roles.role)
    settings = {
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "_disable_config": True,
        "report_level": 5,
        "halt_level": 6,
        "warning_stream": False,
        "doctitle_xform": False,
        "sectsubtitle_xform": False,
        "smart_quotes": False,
        "line_length_limit": 100_000,
    }
    return publish_doctree(text, settings_overrides=settings)


def _directive(known: Any) -> Any:
    """What looks directives up: those of docutils, and for every other one what reads its text."""
    if getattr(known, "is_ours", False):
        return known

    def find(name: str, *rest: Any) -> Any:
        found, messages = (None, []) if name in _WORKS | _HOLDS_CODE | _ARGUMENT_WORKS else known(name, *rest)
        return (found, messages) if found is not None else (_any_directive(name.lower()), [])

    find.is_ours = True
    return find


def _role(known: Any) -> Any:
    if getattr(known, "is_ours", False):
        return known

    def find(name: str, *rest: Any) -> Any:
        found, messages = known(name, *rest) if name else (None, [])
        return (found, messages) if found is not None else (_any_role, [])

    find.is_ours = True
    return find


def _any_role(
    name: str, rawtext: str, text: str, lineno: int, inliner: Any, options: Any = None, content: Any = ()
) -> Any:
    """The text of a role that Sphinx or an extension knows: `title <target>` shows its title, `~a.b.c` its end."""
    import re

    from docutils import nodes, utils

    shown = utils.unescape(text)
    titled = re.fullmatch(r"(.+?)\s*<[^<>]+>", shown, re.DOTALL)
    shown = (
        titled[1] if titled else shown.lstrip("!").rsplit(".", 1)[-1] if shown.startswith("~") else shown.lstrip("!")
    )
    return [nodes.inline(rawtext, shown)], []


def _any_directive(name: str) -> Any:
    from docutils import nodes
    from docutils.parsers.rst import Directive

    class Options(dict[str, Any]):
        """Any option is one, and says nothing."""

        def __bool__(self) -> bool:
            return True

        def __contains__(self, key: object) -> bool:
            return True

        def __missing__(self, key: str) -> Any:
            return lambda value: value

    class Unknown(Directive):
        optional_arguments, final_argument_whitespace, has_content = 1, True, True
        option_spec = Options()

        def run(self) -> list[Any]:
            if name in _WORKS:
                return []
            if name in _HOLDS_CODE:
                language = self.arguments[0].split() if self.arguments else []
                return [
                    nodes.literal_block("\n".join(self.content), "\n".join(self.content), classes=["code", *language])
                ]
            box = nodes.container()
            if self.arguments and name not in _ARGUMENT_WORKS:
                found, _ = self.state.inline_text(self.arguments[0], self.lineno)
                box += nodes.paragraph("", "", *found)
            self.state.nested_parse(self.content, self.content_offset, box)
            return [box]

    return Unknown


class _Reading:
    """One reading of a tree: the list that is open, and how deep."""

    def __init__(self) -> None:
        self._groups = itertools.count(1)
        self._group, self._depth, self._label = 0, 0, ""
        self._is_item = False
        self._kind: Any = "paragraph"

    def pieces(self, node: Any, section: int) -> Iterator[Piece]:
        """Yields what the children of a node show; `section` counts the sections around it."""
        for one in node.children:
            name = one.tagname
            if name in _UNSEEN or name == "docinfo":
                continue
            if name in ("title", "rubric", "subtitle") and self._depth == 0:
                titled = one.parent.tagname in ("section", "document")
                kind: Any = "heading" if titled else "paragraph"
                yield Piece(kind, one.astext(), level=min(max(section, 1), 6) if titled else 0, group=self._group)
            elif name in ("bullet_list", "enumerated_list"):
                yield from self._list(one, section)
            elif name == "definition_list":
                yield from self._definitions(one, section)
            elif name == "field_list":
                yield from self._fields(one)
            elif name == "table":
                yield from self._table(one)
            elif name in ("literal_block", "doctest_block", "math_block"):
                yield self._code(one)
            elif name == "block_quote":
                was, self._kind = self._kind, "quotation"
                yield from self.pieces(one, section)
                self._kind = was
            elif name == "line_block":
                yield self._piece("\n".join(line.astext() for line in one.children), ())
            elif _is_running(one):
                yield self._piece(*_running(one))
            elif section < _MOST_NESTED:
                yield from self.pieces(one, section + (name == "section"))

    def _piece(self, text: str, links: tuple[Link, ...]) -> Piece:
        if self._is_item:
            self._is_item = False
            return Piece("item", text, level=self._depth, label=self._label, group=self._group, links=links)
        return Piece(self._kind, text, level=self._depth, group=self._group, links=links)

    def _code(self, node: Any) -> Piece:
        language = next((one for one in node.get("classes", ()) if one not in ("code", "literal-block")), None)
        return Piece("code", node.astext(), level=self._depth, group=self._group, language=language)

    def _list(self, node: Any, section: int) -> Iterator[Piece]:
        style = _ENUMERATIONS.get(node.get("enumtype", "")) if node.tagname == "enumerated_list" else None
        number = int(node.get("start", 1))
        with_group = self._enter()
        for item in node.children:
            before, after = node.get("prefix", ""), node.get("suffix", ".")
            self._label = f"{before}{numeral(number, style)}{after}" if style else BULLET
            self._is_item = True
            yield from self.pieces(item, section)
            self._is_item = False
            number += 1
        self._leave(with_group)

    def _definitions(self, node: Any, section: int) -> Iterator[Piece]:
        with_group = self._enter()
        for item in node.children:
            for one in item.children:
                if one.tagname in ("term", "classifier"):
                    yield Piece("item", one.astext(), level=self._depth, group=self._group)
                else:
                    self._depth, self._label, self._is_item = self._depth + 1, "", True
                    yield from self.pieces(one, section)
                    self._depth, self._is_item = self._depth - 1, False
        self._leave(with_group)

    def _fields(self, node: Any) -> Iterator[Piece]:
        if node.parent.tagname in ("document", "docinfo") and node.parent.index(node) == 0:
            return  # what the document declares of itself
        with_group = self._enter()
        for one in node.children:
            name, body = one.children
            yield Piece("item", f"{name.astext()}: {body.astext()}", level=self._depth, group=self._group)
        self._leave(with_group)

    def _table(self, node: Any) -> Iterator[Piece]:
        rows: list[Sequence[Sequence[Piece]]] = []
        headers: list[bool] = []
        for one in node.findall():
            if one.tagname == "title":
                yield self._piece(one.astext(), ())
            elif one.tagname == "row":
                cells: list[Sequence[Piece]] = []
                for entry in one.children:
                    cells += [tuple(_Reading().pieces(entry, 1)), *[()] * min(int(entry.get("morecols", 0)), 50)]
                rows.append(cells)
                headers.append(one.parent.tagname == "thead")
        yield from table_of(rows, group=next(self._groups), headers=headers)

    def _enter(self) -> bool:
        opens = self._depth == 0
        self._group = next(self._groups) if opens else self._group
        self._depth += 1
        return opens

    def _leave(self, opened: bool) -> None:
        self._depth -= 1
        self._group = 0 if opened else self._group


def _is_running(node: Any) -> bool:
    from docutils import nodes

    return isinstance(node, nodes.TextElement) and not isinstance(node, nodes.FixedTextElement)


def _running(node: Any) -> tuple[str, tuple[Link, ...]]:
    """The text of a paragraph without the marks of notes, and its links."""
    text, links = "", []
    for one in node.children:
        if one.tagname in ("footnote_reference", "target", "image"):
            text += one.get("alt", "") if one.tagname == "image" else ""
            continue
        said = one.astext()
        if one.tagname == "reference" and one.get("refuri") and said:
            links.append(Link(len(text), len(text) + len(said), one["refuri"][:2000]))
        text += said
    return text.replace("\n", " "), tuple(links)
