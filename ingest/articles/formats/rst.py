"""reStructuredText: the tree of docutils becomes HTML, which `dom` reads. Knows its nodes; `sphinx` makes the tree."""

from collections.abc import Iterator
from typing import Any

from ingest.articles.blocks import BULLET
from ingest.articles.declared import Declared, declared_of
from ingest.articles.decode import clean_source, honest, to_text
from ingest.articles.formats.dom import pieces_of
from ingest.articles.formats.html import new, say
from ingest.articles.formats.lists import LABEL
from ingest.articles.formats.pieces import Parsed
from ingest.articles.formats.signs import numeral

_UNSEEN = frozenset(
    "comment system_message substitution_definition target pending raw docinfo decoration meta label".split()
)
_TAGS = {
    **dict.fromkeys("paragraph title subtitle rubric attribution caption line address author contact".split(), "p"),
    **dict.fromkeys("copyright date organization revision status version".split(), "p"),
    **dict.fromkeys("bullet_list enumerated_list field_list option_list".split(), "ul"),
    **dict.fromkeys("literal_block doctest_block math_block".split(), "pre"),
    "list_item": "li",
    "definition_list": "dl",
    "definition": "dd",
    "block_quote": "blockquote",
    "table": "table",
    "thead": "thead",
    "row": "tr",
    "entry": "td",
}


def read(raw: bytes) -> Parsed:
    """Returns what the text shows, and what the list of fields at its top declares."""
    from ingest.articles.formats.sphinx import parse_rst  # here, for docutils takes a while that others should not pay

    document = parse_rst(clean_source(honest(to_text(raw))))
    info = dict(_fields(document))
    declared = declared_of(info) if info else Declared()
    title = next((one.astext() for one in document.children if one.tagname == "title"), None)
    body = new("body")
    _fill(body, document, 0)
    return Parsed(pieces_of(body), declared.over(Declared(title=title)), declared.warnings)


def fill_from_rst(into: Any, text: str) -> None:
    """Puts what a stretch of clean text in the language shows into an element of HTML."""
    from ingest.articles.formats.sphinx import parse_rst  # as above

    _fill(into, parse_rst(text), 0)


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


def _fill(into: Any, node: Any, section: int) -> None:
    """Puts what the children of a node show into an element; `section` counts the sections around it."""
    for one in node.children:
        name = one.tagname
        tag = _TAGS.get(name)
        if name in _UNSEEN or (name == "field_list" and node.tagname == "document" and node.index(one) == 0):
            continue  # not seen, or what the document declares of itself
        if name in ("title", "subtitle") and node.tagname in ("section", "document"):
            _run(new(f"h{min(max(section, 1), 6)}", into), one)
        elif tag == "p":
            _run(new("caption" if node.tagname == "table" else "p", into), one)
        elif tag == "pre":
            language = next((kind for kind in one.get("classes", ()) if kind not in ("code", "literal-block")), None)
            new("pre", into, one.astext(), **({"class": f"language-{language}"} if language else {}))
        elif name == "line_block":
            _lines(new("p", into), one)
        elif name == "image":
            new("p", into, one.get("alt", "") if node.tagname != "figure" else "")
        elif name in ("field", "option_list_item"):
            head, body = one.children
            names = f"{head.astext()}: " if name == "field" else f"{', '.join(x.astext() for x in head.children)}  "
            new("li", into, names + body.astext(), **{LABEL: ""})
        elif name == "definition_list_item":
            new("dt", into, " : ".join(term.astext() for term in one.children[:-1]))
            _fill(into, one, section)
        elif name not in ("term", "classifier"):
            _fill(new(tag, into, **_facts(one)) if tag else into, one, section + (name == "section"))


def _facts(node: Any) -> dict[str, str]:
    """The label of an item, and over how many rows and columns a cell reaches."""
    if node.tagname == "entry":
        return {"rowspan": str(1 + int(node.get("morerows", 0))), "colspan": str(1 + int(node.get("morecols", 0)))}
    if node.tagname != "list_item":
        return {}
    listed = node.parent
    style, number = listed.get("enumtype"), int(listed.get("start", 1)) + listed.index(node)
    return {LABEL: f"{listed['prefix']}{numeral(number, style)}{listed['suffix']}" if style else BULLET}


def _lines(into: Any, block: Any) -> None:
    """The lines of a block of lines, also of those that are set further in."""
    for one in block.children:
        if one.tagname == "line_block":
            _lines(into, one)
        else:
            _run(into, one)
            new("br", into)


def _run(into: Any, node: Any) -> None:
    """Puts the running text of a node into an element, without the marks of notes."""
    for one in node.children:
        name = one.tagname
        if name == "image":
            say(into, one.get("alt", ""))
        elif name == "reference" and one.get("refuri"):
            _run(new("a", into, href=one["refuri"]), one)
        elif name == "superscript":
            new("sup", into, one.astext())
        elif name in ("problematic", "#text"):
            say(into, one.astext())
        elif name not in ("footnote_reference", "target", "raw"):
            _run(into, one)
