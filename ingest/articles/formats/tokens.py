"""The blocks of Markdown become pieces. The home of markdown-it; knows no front matter and no files."""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ingest.articles.blocks import Kind, Link
from ingest.articles.formats.dialects import Prepared, prepare
from ingest.articles.formats.dom import pieces_of
from ingest.articles.formats.pieces import BULLET, TICKED, UNTICKED, Piece, row_of
from ingest.articles.formats.running import running
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_CALLOUT = re.compile(r"\[!([\w -]{1,40})(?:\|[^\]]{0,60})?\][+-]?[ \t]*")
_TASK = re.compile(r"\[([ xX/-])\][ \t]+")
_DIRECTIVE = re.compile(r"\{([\w:.-]{1,40})\}[ \t]*(.*)")
_HOLDS_TEXT = frozenset(
    "note warning tip hint important caution danger attention error seealso admonition dropdown margin sidebar topic"
    " card grid tab-set tab-item versionadded versionchanged deprecated epigraph".split()
)
_TITLE_OF_CONTAINER = re.compile(r"[\w-]*\s*(?:\[([^\]]*)\]|\{([^}]*)\}\s*(.*)|(?:\|\s*)?(.*))")
_TABLE_BEGINS, _TABLE_ENDS = re.compile(r"<table\b", re.IGNORECASE), re.compile(r"</table\s*>", re.IGNORECASE)
_MOST_NESTED = 100


def pieces_of_markdown(text: str, *, is_mdx: bool = False, groups: Iterator[int] | None = None) -> tuple[Piece, ...]:
    """Returns the pieces of Markdown of any dialect, without front matter; `groups` numbers its lists and tables."""
    return tuple(_pieces(text, groups or itertools.count(1), is_mdx=is_mdx, deep=0))


def _pieces(text: str, groups: Iterator[int], *, is_mdx: bool, deep: int) -> Iterator[Piece]:
    prepared = prepare(text)
    parser = _parser(indented_code=not (is_mdx or prepared.has_components))
    yield from _Reading(prepared, parser.parse(prepared.text), groups, is_mdx, deep).pieces()


@functools.cache
def _parser(*, indented_code: bool) -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.container import container_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _MOST_NESTED}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin).use(admon_plugin)
    for name, marker in (("colons", ":"), ("strokes", "/")):
        parser.use(container_plugin, name=name, marker=marker, validate=lambda params, _: True)
    # What a link leads to is kept as it is written; whoever shows it decides.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser if indented_code else parser.disable("code")


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
        self._at = 0

    def pieces(self) -> Iterator[Piece]:
        """Yields the pieces in reading order."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            yield from self._read(token)

    def _read(self, token: "Token") -> Iterator[Piece]:
        kind = token.type
        if kind == "heading_open":
            yield from self._heading(token)
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self._open_list(int(token.attrGet("start") or 1) if kind.startswith("ordered") else None)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._close_list()
        elif kind == "list_item_open":
            self._label = self._next_label(token)
        elif kind == "list_item_close":
            self._label = None
        elif kind == "dl_open":
            self._open_list(None)
        elif kind in ("dl_close", "dd_close"):
            self._close_list()
        elif kind == "dt_open":
            self._label = ""
        elif kind == "dd_open":
            self._open_list(None)
            self._label = ""
        elif kind == "inline":
            yield from self._text(token)
        elif kind in ("fence", "colon_fence"):
            yield from self._fence(token)
        elif kind == "code_block":
            yield self._piece("code", self._prepared.written(token.content).rstrip("\n"))
        elif kind == "blockquote_open":
            self._quotes.append(self._is_callout())
        elif kind == "blockquote_close":
            self._quotes.pop()
        elif kind == "table_open":
            yield from self._table()
        elif kind == "html_block":
            yield from self._html(token)
        elif kind == "admonition_title_open":
            yield from self._admonition_title(token)
        elif kind.startswith("container_") and kind.endswith("_open"):
            yield from self._container_title(token.info)

    def _piece(self, kind: Kind, text: str, links: tuple[Link, ...] = (), **facts: Any) -> Piece:
        return Piece(kind, text, level=len(self._lists), group=self._group, links=links, **facts)

    def _heading(self, token: "Token") -> Iterator[Piece]:
        text, links = running(self._tokens[self._at].children or (), self._prepared)
        self._at += 2
        if self._lists:
            yield from self._block(text, links)
        else:
            yield Piece("heading", text.replace("\n", " "), level=int(token.tag[1]), links=links)

    def _text(self, token: "Token") -> Iterator[Piece]:
        children = token.children or []
        if self._quotes and self._quotes[-1] and _CALLOUT.match(token.content):
            first = next((i for i, child in enumerate(children) if child.type.endswith("break")), len(children))
            title = _CALLOUT.sub("", running(children[:first], self._prepared)[0])
            yield self._piece("paragraph", title)
            children = children[first + 1 :]
        yield from self._block(*running(children, self._prepared))

    def _block(self, text: str, links: tuple[Link, ...]) -> Iterator[Piece]:
        label, self._label = self._label, None
        if label is None:
            kind: Kind = "quotation" if self._quotes and not any(self._quotes) else "paragraph"
            yield self._piece(kind, text, links)
            return
        task = _TASK.match(text) if label == BULLET else None
        if task:
            links = tuple(Link(one.start - task.end(), one.end - task.end(), one.target) for one in links)
            text, label = text[task.end() :], UNTICKED if task[1] == " " else TICKED
        yield self._piece("item", text, links, label=label)

    def _open_list(self, number: int | None) -> None:
        self._label = None
        if not self._lists:
            self._group = next(self._groups)
        self._lists.append([number])

    def _close_list(self) -> None:
        self._lists.pop()
        if not self._lists:
            self._group = 0

    def _next_label(self, token: "Token") -> str:
        number = self._lists[-1][0] if self._lists else None
        if number is None:
            return BULLET
        self._lists[-1][0] = number + 1
        return f"{number}{token.markup or '.'}"

    def _fence(self, token: "Token") -> Iterator[Piece]:
        info, content = token.info.strip(), self._prepared.written(token.content)
        directive = _DIRECTIVE.match(info)
        if directive and directive[1] in _HOLDS_TEXT and self._deep < 3:
            title, body = directive[2].strip(), re.sub(r"\A(?::[\w-]+:.*\n|---\n(?:.*\n)*?---\n)+", "", content)
            yield from _pieces(f"{title}\n\n{body}", self._groups, is_mdx=self._is_mdx, deep=self._deep + 1)
            return
        language = directive[2].split(" ")[0] if directive and directive[1].startswith("code") else info
        found = re.match(r"[\w+#.-]+", language.strip("{}. "))
        yield self._piece("code", content.rstrip("\n"), language=found[0].lower() if found else None)

    def _is_callout(self) -> bool:
        """Tells whether the quotation that begins here is a box with a title, as wikis and code hosts write them."""
        ahead = self._tokens[self._at : self._at + 2]
        return len(ahead) == 2 and ahead[1].type == "inline" and _CALLOUT.match(ahead[1].content) is not None

    def _table(self) -> Iterator[Piece]:
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
                cells.append(running(token.children or (), self._prepared)[0].replace("\n", "; "))
            elif token.type == "tr_close":
                yield row_of(cells, group=group, is_header=is_header)

    def _html(self, token: "Token") -> Iterator[Piece]:
        text = token.content
        if _TABLE_BEGINS.search(text) and not _TABLE_ENDS.search(text) and token.map:
            text = self._to_end_of_table(token)
        yield from pieces_of_fragment(self._prepared.shown(text), self._groups)

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

    def _admonition_title(self, token: "Token") -> Iterator[Piece]:
        """A title that the author wrote; "Note" alone, which the parser adds, he did not."""
        inline = self._tokens[self._at]
        self._at += 2
        opening = self._tokens[self._at - 4] if self._at >= 4 else None
        if opening is None or '"' in opening.info or "'" in opening.info or len(opening.info.split()) > 1:
            yield from self._text(inline)

    def _container_title(self, info: str) -> Iterator[Piece]:
        found = _TITLE_OF_CONTAINER.fullmatch(info.strip())
        named = re.search(r"title=\"([^\"]*)\"", found[2] or "") if found else None
        title = (found[1] or (named and named[1]) or found[3] or found[4] or "") if found else ""
        if title.strip(" :/"):
            tokens = _parser(indented_code=False).parseInline(title.strip(" :/"))
            yield from self._text(tokens[0])


def pieces_of_fragment(text: str, groups: Iterator[int]) -> Sequence[Piece]:
    """Returns what some HTML shows; what is not even that shows nothing."""
    from lxml import etree, html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True)
    try:
        tree = html.fragment_fromstring(text, create_parent="div", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    try:
        return pieces_of(tree, groups)
    except RecursionError as error:
        raise UnreadableArticle("has HTML nested too deep; save its text alone") from error
