"""Word files: a zip of XML. The home of defusedxml; reads the body, its styles and properties, and nothing else.

Left out is what a reader of the page does not see in the text: deleted and moved-away words, hidden text, the second
copy of a text box, comments, headers and footers.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ingest.articles.declared import Declared
from ingest.articles.decode import clean
from ingest.articles.formats.parsed import Block, Parsed, assemble, row_of
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_ENTRIES, MAX_PART_BYTES, MAX_RATIO, MAX_DEPTH = 2_000, 30_000_000, 100, 200
# A small part may well be all spaces; only a large one is suspected of being a bomb.
_SMALL = 1_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_UNSEEN = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "sectPr", "pPr", "rPr"})
_CHARACTERS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read(raw: bytes) -> Parsed:
    """Returns the paragraphs and the rows of tables in reading order, with a mark at each heading.

    Raises:
        UnreadableArticle: it is damaged, or unpacks or nests beyond the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if len(archive.infolist()) > MAX_ENTRIES:
                raise UnreadableArticle(f"holds more than {MAX_ENTRIES} parts; save its text in a new file")
            body = _part(archive, "word/document.xml")
            styles = _part(archive, "word/styles.xml")
            core = _part(archive, "docProps/core.xml")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableArticle(f"is not a whole Word file ({error}); open it and save it again") from error
    if body is None:
        raise UnreadableArticle("is no Word file: it has no word/document.xml; save it as .docx")
    levels = _heading_levels(styles)
    blocks = tuple(_blocks(body, levels))
    text, marks = assemble(blocks)
    title = _property(core, "title") or next((" ".join(b.text.split()) for b in blocks if b.level == 1), None)
    return Parsed(text, Declared(title=title, author=_property(core, "creator")), marks)


def _part(archive: zipfile.ZipFile, name: str) -> "Element | None":
    """One part as a tree, unpacked no further than the limit whatever its size is said to be."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    if name not in archive.namelist():
        return None
    with archive.open(name) as file:
        content = file.read(MAX_PART_BYTES + 1)
    packed = max(archive.getinfo(name).compress_size, 1)
    if len(content) > MAX_PART_BYTES or (len(content) > _SMALL and len(content) > MAX_RATIO * packed):
        raise UnreadableArticle(f"unpacks to far more than it is (a zip bomb?): {name}; save its text in a new file")
    depth, root = 0, None
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise UnreadableArticle(f"is nested more than {MAX_DEPTH} deep; save its text in a new file")
    except DefusedXmlException as error:
        raise UnreadableArticle(f"{name} defines entities, as no Word file does; remove the file") from error
    except (ParseError, ValueError) as error:
        raise UnreadableArticle(f"{name} is not valid XML ({error}); open the file and save it again") from error
    return root


def _heading_levels(styles: "Element | None") -> dict[str, int]:
    """The level of each style that is a heading, by its id: by its outline level or by what it is based on."""
    levels: dict[str, int] = {}
    based: dict[str, str] = {}
    for style in () if styles is None else styles:
        id_, name = _value(style, "styleId"), ""
        for part in style.iter():
            local = _local(part)
            name = (_value(part, "val") or "").casefold() if local == "name" else name
            if local == "basedOn":
                based[id_] = _value(part, "val")
            elif local == "outlineLvl" and _value(part, "val").isdecimal():
                levels[id_] = int(_value(part, "val")) + 1
        named = re.fullmatch(r"heading ([1-9])", name)
        if named or name == "title":
            levels[id_] = int(named[1]) if named else 1
    for id_ in based:
        known, seen = id_, set[str]()
        while known not in levels and known in based and known not in seen:
            seen.add(known)
            known = based[known]
        if known in levels:
            levels.setdefault(id_, levels[known])
    return {id_: min(level, 6) for id_, level in levels.items() if level <= 9}


def _blocks(element: "Element", levels: Mapping[str, int]) -> Iterator[Block]:
    for child in element:
        local = _local(child)
        if local in _UNSEEN:
            continue
        if local == "p":
            yield Block(_text_of(child), _level(child, levels))
            yield from _boxes(child, levels)
        elif local == "tr":
            cells = ("\n".join(block.text for block in _blocks(cell, levels)) for cell in child if _local(cell) == "tc")
            yield row_of(cells)
        else:
            yield from _blocks(child, levels)


def _boxes(paragraph: "Element", levels: Mapping[str, int]) -> Iterator[Block]:
    """Text boxes hang inside a paragraph; they are read after it."""
    for child in paragraph:
        if _local(child) == "txbxContent":
            yield from _blocks(child, levels)
        elif _local(child) not in _UNSEEN:
            yield from _boxes(child, levels)


def _text_of(element: "Element") -> str:
    parts = []
    for child in element:
        local = _local(child)
        if local == "t":
            parts.append(child.text or "")
        elif local in _CHARACTERS:
            parts.append(_CHARACTERS[local])
        elif local not in _UNSEEN and local != "txbxContent" and not (local == "r" and _is_hidden(child)):
            parts.append(_text_of(child))
    return "".join(parts)


def _is_hidden(run: "Element") -> bool:
    return any(
        _local(fact) == "vanish" and _value(fact, "val") not in ("0", "false")
        for properties in run
        if _local(properties) == "rPr"
        for fact in properties
    )


def _level(paragraph: "Element", levels: Mapping[str, int]) -> int:
    for properties in paragraph:
        if _local(properties) == "pPr":
            for fact in properties:
                if _local(fact) == "pStyle":
                    return levels.get(_value(fact, "val"), 0)
    return 0


def _property(core: "Element | None", name: str) -> str | None:
    found = core.find(_DC + name) if core is not None else None
    return " ".join(clean(found.text or "").split()) or None if found is not None else None


def _local(element: "Element") -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _value(element: "Element", name: str) -> str:
    return element.get(_W + name) or element.get(_STRICT + name) or element.get(name) or ""
