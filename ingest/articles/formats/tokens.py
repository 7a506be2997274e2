"""The tokens of Markdown become pieces. Knows blocks and what they stand in; knows no front matter and no files."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ingest.articles.blocks import BULLET, TICKED, UNTICKED, Kind, Link
from ingest.articles.formats.dialects import prepare
from ingest.articles.formats.directives import Fence, fence_of, title_of_box, without_options
from ingest.articles.formats.html import pieces_of_fragment
from ingest.articles.formats.pieces import Piece, moved_links
from ingest.articles.formats.rst import pieces_of_rst
from ingest.articles.formats.running import parse, parse_line, running
from ingest.articles.formats.signs import plain_tex
from ingest.articles.formats.tables import joined, row_of
from ingest.articles.formats.tags import Prepared

if TYPE_CHECKING:
    from markdown_it.token import Token

_CALLOUT = re.compile(r"\[!([\w -]{1,40})[^\]\n]{0,100}\][+-]?[ \t]*")
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_CAPTION = re.compile(r":[ ]{1,4}(?=\S)")
# A line that names something and says what it is: a table of two columns that somebody wrote as lines.
_PROPERTY = re.compile(r"[A-Z][\w /&()'-]{0,40}: \S.*")
_MARKDOWN_IN_HTML = re.compile(r"\*\*\S|__\S|\]\(|`[^`\n]+`|\*\w")
_TABLE_BEGINS, _TABLE_ENDS = re.compile(r"<table\b", re.IGNORECASE), re.compile(r"</table\s{0,9}>", re.IGNORECASE)
_MOST_DIRECTIVES = 4


def pieces_of_markdown(text: str, *, is_mdx: bool = False, groups: Iterator[int] | None = None) -> tuple[Piece, ...]:
    """Returns the pieces of Markdown of any dialect, without front matter; `groups` numbers its lists and tables.

    Raises UnreadableArticle: it is nested too deep.
    """
    return tuple(_pieces(text, groups or itertools.count(1), is_mdx=is_mdx, deep=0))


def shown_line(text: str) -> str:
    """Returns one line of Markdown, a title say, as a reader sees it."""
    prepared = prepare(text)
    return " ".join(running(parse_line(prepared.text), prepared)[0].split())


def _pieces(text: str, groups: Iterator[int], *, is_mdx: bool, deep: int) -> Iterator[Piece]:
    prepared = prepare(text, is_mdx=is_mdx)
    tokens = parse(prepared.text, indented_code=not (is_mdx or prepared.has_components))
    yield from _Reading(prepared, tokens, groups, is_mdx, deep).pieces()


class _Reading:
    """One reading of a stream of tokens: what the next piece stands in."""

    def __init__(
        self, prepared: Prepared, tokens: Sequence["Token"], groups: Iterator[int], is_mdx: bool, deep: int
    ) -> None:
        self._prepared, self._tokens, self._groups = prepared, tokens, groups
        self._is_mdx, self._deep = is_mdx, deep
        self._lists: list[list[int | None]] = []  # of each list that is open, the number of its next item
        self._group = 0
        self._label: str | None = None
        self._quotes: list[bool] = []  # of each quotation that is open, whether it is a callout
        self._box_begins = False
        self._at = 0

    def pieces(self) -> Iterator[Piece]:
        """Yields the pieces in reading order."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            read = _READ.get(token.type)
            if read is not None:
                yield from read(self, token) or ()
            elif token.type.startswith("container_") and token.type.endswith("_open"):
                yield from self._box(token)

    def heading(self, token: "Token") -> Iterator[Piece]:
        text, links = running(self._tokens[self._at].children or (), self._prepared)
        self._at += 2
        if self._lists:
            yield self._block(text, links)
        else:
            yield Piece("heading", text.replace("\n", " "), level=int(token.tag[1]), links=links)

    def text(self, token: "Token") -> Iterator[Piece]:
        content, children = token.content, token.children or []
        if self._box_begins:
            self._box_begins = False
            bare = without_options(content)
            children = children if bare == content else [*parse_line(bare)]
        if self._quotes and self._quotes[-1] and _CALLOUT.match(content):
            first = next((i for i, child in enumerate(children) if child.type.endswith("break")), len(children))
            title = _CALLOUT.sub("", running(children[:first], self._prepared)[0])
            yield self._piece("paragraph", title)
            children = children[first + 1 :]
        lines = content.split("\n")
        if len(lines) > 1 and all(map(_PROPERTY.fullmatch, lines)):
            children = [one.copy(type="hardbreak") if one.type == "softbreak" else one for one in children]
        yield self._block(*running(children, self._prepared))

    def open_list(self, token: "Token") -> None:
        is_ordered = token.type == "ordered_list_open"
        self._open(int(token.attrs.get("start", 1)) if is_ordered else None)

    def close_list(self, token: "Token") -> None:
        self._lists.pop()
        if not self._lists:
            self._group = 0

    def open_item(self, token: "Token") -> None:
        number = self._lists[-1][0] if self._lists else None
        self._label = BULLET
        if number is not None:
            self._lists[-1][0] = number + 1
            self._label = f"{number}{token.markup or '.'}"

    def close_item(self, token: "Token") -> None:
        self._label = None

    def open_term(self, token: "Token") -> None:
        self._label = ""

    def open_definition(self, token: "Token") -> None:
        self._open(None)
        self._label = ""

    def fence(self, token: "Token") -> Iterator[Piece]:
        yield from self._fenced(fence_of(token.info, self._prepared.written(token.content)))

    def indented(self, token: "Token") -> Iterator[Piece]:
        yield from self._fenced(Fence("code", "", self._prepared.written(token.content)))

    def formula(self, token: "Token") -> Iterator[Piece]:
        yield from self._fenced(Fence("code", "", plain_tex(self._prepared.written(token.content)), "math"))

    def open_quotation(self, token: "Token") -> None:
        """A quotation that begins like a box with a title, as wikis and code hosts write them, is one."""
        ahead = self._tokens[self._at : self._at + 2]
        boxed = len(ahead) == 2 and ahead[1].type == "inline" and _CALLOUT.match(ahead[1].content) is not None
        self._quotes.append(boxed)

    def close_quotation(self, token: "Token") -> None:
        self._quotes.pop()

    def table(self, token: "Token") -> Iterator[Piece]:
        group = next(self._groups)
        cells: list[str] = []
        is_header = False
        while self._tokens[self._at].type != "table_close":
            token = self._tokens[self._at]
            self._at += 1
            if token.type == "tr_open":
                cells = []
            elif token.type in ("thead_open", "tbody_open"):
                is_header = token.type == "thead_open"
            elif token.type == "inline":
                cells.append(joined(running(token.children or (), self._prepared)[0].split("\n")))
            elif token.type == "tr_close":
                yield row_of(cells, group=group, is_header=is_header)

    def html(self, token: "Token") -> Iterator[Piece]:
        text = token.content
        if _TABLE_BEGINS.search(text) and not _TABLE_ENDS.search(text) and token.map:
            text = self._to_end_of_table(token)
        shown = pieces_of_fragment(self._prepared.shown(text), self._groups)
        has_code = "<code" in text.lower() or "<pre" in text.lower()
        for piece in shown if has_code else map(self._rendered, shown):
            yield self._block(piece.text, piece.links) if piece.kind == "paragraph" else piece

    def admonition_title(self, token: "Token") -> Iterator[Piece]:
        """A title that the author wrote; "Note" alone, which the parser adds, he did not."""
        inline = self._tokens[self._at]
        self._at += 2
        opening = self._tokens[self._at - 4] if self._at >= 4 else None
        if opening is None or '"' in opening.info or "'" in opening.info or len(opening.info.split()) > 1:
            yield from self.text(inline)

    def _box(self, token: "Token") -> Iterator[Piece]:
        self._box_begins = token.info.lstrip(" :/").startswith("{")
        title = title_of_box(token.info)
        if title:
            yield self._block(*running(parse_line(title), self._prepared))

    def _piece(self, kind: Kind, text: str, links: tuple[Link, ...] = (), **facts: Any) -> Piece:
        return Piece(kind, text, level=len(self._lists), group=self._group, links=links, **facts)

    def _block(self, text: str, links: tuple[Link, ...] = ()) -> Piece:
        """A paragraph, or what begins an item."""
        label, self._label = self._label, None
        if label is None:
            kind: Kind = "quotation" if self._quotes and not any(self._quotes) else "paragraph"
            return self._piece(kind, *_cut(text, links, _CAPTION.match(text)))
        task = _TASK.match(text) if label == BULLET else None
        if task:
            label = UNTICKED if task[1] == " " else TICKED
        text, links = _cut(text, links, task)
        return self._piece("item", text, links, label=label)

    def _open(self, number: int | None) -> None:
        self._label = None
        if not self._lists:
            self._group = next(self._groups)
        self._lists.append([number])

    def _fenced(self, fence: Fence) -> Iterator[Piece]:
        if fence.kind == "text" and self._deep < _MOST_DIRECTIVES:
            text = f"{fence.title}\n\n{fence.body}"
            yield from _pieces(text, self._groups, is_mdx=self._is_mdx, deep=self._deep + 1)
        elif fence.kind == "rst":
            yield from pieces_of_rst(fence.body, self._groups)
        elif fence.kind != "nothing":
            if fence.title:
                yield self._block(fence.title)
            code = fence.body.rstrip("\n")
            # An item that is nothing but a line of code keeps its number.
            alone = self._label is not None and "\n" not in code
            yield self._block(code) if alone else self._piece("code", code, language=fence.language)

    def _rendered(self, piece: Piece) -> Piece:
        """Many programs read Markdown inside of HTML too."""
        if piece.kind == "code" or not _MARKDOWN_IN_HTML.search(piece.text):
            return piece
        text, links = running(parse_line(piece.text), self._prepared)
        return replace(piece, text=text, links=(*links, *moved_links(piece, text)))

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


def _cut(text: str, links: tuple[Link, ...], found: re.Match[str] | None) -> tuple[str, tuple[Link, ...]]:
    """The text without what was found at its head, and its links where they stand then."""
    if found is None:
        return text, links
    by = found.end()
    return text[by:], tuple(Link(one.start - by, one.end - by, one.target) for one in links if one.start >= by)


_READ: Mapping[str, Callable[[_Reading, "Token"], Iterable[Piece] | None]] = {
    "heading_open": _Reading.heading,
    "inline": _Reading.text,
    "bullet_list_open": _Reading.open_list,
    "ordered_list_open": _Reading.open_list,
    "bullet_list_close": _Reading.close_list,
    "ordered_list_close": _Reading.close_list,
    "list_item_open": _Reading.open_item,
    "list_item_close": _Reading.close_item,
    "dl_open": _Reading.open_list,
    "dl_close": _Reading.close_list,
    "dt_open": _Reading.open_term,
    "dd_open": _Reading.open_definition,
    "dd_close": _Reading.close_list,
    "fence": _Reading.fence,
    "code_block": _Reading.indented,
    "math_block": _Reading.formula,
    "math_block_label": _Reading.formula,
    "blockquote_open": _Reading.open_quotation,
    "blockquote_close": _Reading.close_quotation,
    "table_open": _Reading.table,
    "html_block": _Reading.html,
    "admonition_title_open": _Reading.admonition_title,
}
