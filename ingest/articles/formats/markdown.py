"""Markdown of any dialect, and notebooks of Jupyter, whose cells hold it: tokens become HTML, which `dom` reads."""

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ingest.articles.declared import Declared, text_of
from ingest.articles.decode import clean_source, honest, to_text
from ingest.articles.formats.dialects import prepare
from ingest.articles.formats.directives import Fence, fence_of, title_of_box, without_options
from ingest.articles.formats.dom import pieces_of
from ingest.articles.formats.html import fragment_of, new
from ingest.articles.formats.lists import LABEL
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.rst import fill_from_rst
from ingest.articles.formats.running import fill, parse, parse_line, shown_line
from ingest.articles.formats.signs import plain_tex
from ingest.articles.formats.tags import Prepared
from ingest.articles.front_matter import parse_front_matter
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from markdown_it.token import Token

# Pictures that are written into the text itself: long, and nothing anybody would quote.
_HTML = re.compile(r"<\w")
_PICTURE_DATA = re.compile(r"data:image/[a-z+.-]{1,40};base64,[A-Za-z0-9+/=]*")
_CALLOUT = re.compile(r"\[!([\w -]{1,40})[^\]\n]{0,100}\][+-]?[ \t]*")
# A line that names something and says what it is: a table of two columns that somebody wrote as lines.
_PROPERTY = re.compile(r"[A-Z][\w /&()'-]{0,40}: \S.*")
_MARKDOWN_IN_HTML = re.compile(r"\*\*\S|__\S|\]\(|`[^`\n]+`|\*\w")
_TABLE_BEGINS, _TABLE_ENDS = re.compile(r"<table\b", re.IGNORECASE), re.compile(r"</table\s{0,9}>", re.IGNORECASE)
_MOST_DIRECTIVES = 4


def read(raw: bytes) -> Parsed:
    """Returns the text below the front matter as pieces, and what the front matter declares."""
    return read_text(clean_source(honest(to_text(raw)), keeps_breaks=True))


def read_mdx(raw: bytes) -> Parsed:
    """Returns Markdown with components, where what is indented is no code."""
    return read_text(clean_source(honest(to_text(raw)), keeps_breaks=True), is_mdx=True)


def read_text(text: str, *, is_mdx: bool = False) -> Parsed:
    """Returns clean Markdown as pieces."""
    declared, body = parse_front_matter(text)
    if declared.title and not _HTML.search(declared.title):
        declared = replace(declared, title=shown_line(declared.title) or None)
    return Parsed(pieces_of_markdown(_PICTURE_DATA.sub("data:", body), is_mdx=is_mdx), declared)


def read_notebook(raw: bytes) -> Parsed:
    """Returns the cells of text and of code; outputs are left out, and counted.

    Raises UnreadableArticle: it is no notebook.
    """
    try:
        book = json.loads(to_text(raw))
        cells = book["cells"] if "cells" in book else book["worksheets"][0]["cells"]
        meta = book.get("metadata") or {}
        language = (meta.get("language_info") or meta.get("kernelspec") or {}).get("name")
        pieces: list[Piece] = []
        groups, outputs = itertools.count(1), 0
        for cell in cells:
            source = cell.get("source", cell.get("input", ""))
            lines = source if isinstance(source, list) else [str(source)]
            joined = honest("".join(line if line.endswith("\n") else f"{line}\n" for line in lines))
            text = clean_source(joined, keeps_breaks=cell["cell_type"] == "markdown")
            text = text.rstrip("\n")
            outputs += bool(cell.get("outputs"))
            if cell["cell_type"] == "heading":  # as older notebooks have them
                text = f"{'#' * min(int(cell.get('level', 1)), 6)} {' '.join(text.split())}"
            if cell["cell_type"] in ("markdown", "heading"):
                pieces += pieces_of_markdown(text, groups=groups)
            elif cell["cell_type"] == "code":
                pieces.append(Piece("code", text, language=text_of(language)))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise UnreadableArticle("is no notebook of Jupyter", "open it and save it again") from error
    declared = Declared(title=text_of(meta.get("title") or ""))
    return Parsed(tuple(pieces), declared, left_out={"outputs": outputs} if outputs else {})


def pieces_of_markdown(text: str, *, is_mdx: bool = False, groups: Iterator[int] | None = None) -> tuple[Piece, ...]:
    """Returns the pieces of Markdown of any dialect, without front matter; `groups` numbers its lists and tables.

    Raises UnreadableArticle: it is nested too deep.
    """
    body = new("body")
    _fill(body, text, is_mdx=is_mdx, deep=0)
    return pieces_of(body, groups)


def _fill(into: Any, text: str, *, is_mdx: bool, deep: int) -> None:
    prepared = prepare(text, is_mdx=is_mdx)
    tokens = parse(prepared.text, indented_code=not (is_mdx or prepared.has_components))
    _Reading(prepared, tokens, into, is_mdx, deep).read()


class _Reading:
    """One reading of a stream of tokens: the elements that are open, the innermost last."""

    def __init__(self, prepared: Prepared, tokens: Sequence["Token"], into: Any, is_mdx: bool, deep: int) -> None:
        self._prepared, self._tokens = prepared, tokens
        self._is_mdx, self._deep = is_mdx, deep
        self._open = [into]
        self._box_begins = self._is_callout = False  # whether its first text comes next
        self._at = 0

    def read(self) -> None:
        """Puts all that the tokens show into the element."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.nesting > 0:
                self._begin(token)
            elif token.nesting < 0:
                self._open.pop()
            elif token.type == "inline":
                self._text(token)
            elif token.type == "html_block":
                self._html(token)
            elif token.type == "fence":
                self._fenced(fence_of(token.info, self._prepared.written(token.content)))
            elif token.type == "code_block":
                self._fenced(Fence("code", "", self._prepared.written(token.content)))
            elif token.type.startswith("math_block"):
                self._fenced(Fence("code", "", plain_tex(self._prepared.written(token.content)), "math"))

    def _begin(self, token: "Token") -> None:
        into = self._open[-1]
        element = new(token.tag or "div", into)
        if token.type == "ordered_list_open":
            element.set("start", str(token.attrs.get("start", 1)))
        elif token.type == "list_item_open" and into.tag == "ol":
            element.set(LABEL, f"{into.get('start')}{token.markup or '.'}")
            into.set("start", str(int(into.get("start")) + 1))
        elif token.type == "table_open":
            element.set("role", "table")
        elif token.type == "blockquote_open":
            # A quotation that begins like a box with a title, as wikis and code hosts write them, is one.
            ahead = self._tokens[self._at + 1 : self._at + 2]
            self._is_callout = bool(ahead) and ahead[0].type == "inline" and bool(_CALLOUT.match(ahead[0].content))
            element.tag = "div" if self._is_callout else "blockquote"
        elif token.type.startswith("container_"):
            self._box_begins = token.info.lstrip(" :/").startswith("{")
            self._line(element, title_of_box(token.info))
        elif token.type == "admonition_title_open":
            # "Note" alone is of the parser, not of the author.
            info = self._tokens[self._at - 2].info
            if not ('"' in info or "'" in info or len(info.split()) > 1):
                into.remove(element)
        self._open.append(element)

    def _text(self, token: "Token") -> None:
        content, children, into = token.content, token.children or [], self._open[-1]
        if self._box_begins:
            self._box_begins = False
            bare = without_options(content)
            children = children if bare == content else [*parse_line(bare)]
        if self._is_callout:
            self._is_callout = False
            first = next((i for i, child in enumerate(children) if child.type.endswith("break")), len(children))
            title = [one.copy(content=_CALLOUT.sub("", one.content)) for one in children[:first]]
            fill(new("p", into), title, self._prepared)
            children = children[first + 1 :]
        lines = content.split("\n")
        if len(lines) > 1 and all(map(_PROPERTY.fullmatch, lines)):
            children = [one.copy(type="hardbreak") if one.type == "softbreak" else one for one in children]
        fill(into, children, self._prepared)
        if into.tag in ("th", "td"):
            for one in [*into.iter("br")]:
                one.addprevious(new("br"))  # what stands on lines of its own in a cell stays apart

    def _line(self, into: Any, text: str) -> None:
        """Puts a line of Markdown into an element, as a paragraph."""
        if text:
            fill(new("p", into), parse_line(text), self._prepared)

    def _html(self, token: "Token") -> None:
        text = token.content
        if _TABLE_BEGINS.search(text) and not _TABLE_ENDS.search(text) and token.map:
            text = self._to_end_of_table(token)
        shown = fragment_of(self._prepared.shown(text))
        if "<code" not in text.lower() and "<pre" not in text.lower():
            for element in [*shown.iter()]:
                self._render(element)
        self._open[-1].append(shown)

    def _render(self, element: Any) -> None:
        """Many programs read Markdown inside of HTML too."""
        for is_tail, text in ((False, element.text), (True, element.tail)):
            if text and _MARKDOWN_IN_HTML.search(text):
                rendered = new("span")
                fill(rendered, parse_line(text), self._prepared)
                if is_tail:
                    element.tail = None
                    element.addnext(rendered)
                else:
                    element.text = None
                    element.insert(0, rendered)

    def _fenced(self, fence: Fence) -> None:
        into = self._open[-1]
        if fence.kind == "text" and self._deep < _MOST_DIRECTIVES:
            _fill(into, f"{fence.title}\n\n{fence.body}", is_mdx=self._is_mdx, deep=self._deep + 1)
        elif fence.kind == "rst":
            fill_from_rst(into, fence.body)
        elif fence.kind != "nothing":
            new("p", into, fence.title)
            code = fence.body.rstrip("\n")
            if into.tag in ("li", "dd") and not "".join(into.itertext()).strip() and "\n" not in code:
                new("p", into, code)  # an item that is nothing but a line of code keeps its number
            else:
                new("pre", into, code, **({"class": f"language-{fence.language}"} if fence.language else {}))

    def _to_end_of_table(self, token: "Token") -> str:
        """A table that empty lines divide is one table to a browser."""
        assert token.map
        lines, ahead = self._prepared.text.split("\n"), self._at
        while ahead < len(self._tokens):
            other = self._tokens[ahead]
            ahead += 1
            if other.map and other.type == "html_block" and _TABLE_ENDS.search(other.content):
                self._at = ahead
                return "\n".join(lines[token.map[0] : other.map[1]])
        return token.content
