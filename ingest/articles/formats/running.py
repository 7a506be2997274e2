"""Markdown becomes tokens, and what stands in a line its text without marks and its links. The home of markdown-it."""

import bisect
import functools
import html
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ingest.articles.blocks import Link
from ingest.articles.formats.dom import BLOCKS
from ingest.articles.formats.signs import plain_tex, raised
from ingest.articles.formats.tags import Prepared
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# The parser leaves out what is nested deeper, without a word.
MAX_NESTING = 100
_WIKI = re.compile(r"!?\[\[([^\[\]\n|]{1,300})(?:\\?\|([^\[\]\n]{1,300}))?\]\]")
_LEFT_LINK = re.compile(r"\[([^\[\]\n]{1,500})\](?:\[[^\[\]\n]{0,200}\]|\(([^()\n]{0,800})\))")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|avif|mp4|webm|mov|mp3|wav|ogg|pdf|canvas)$", re.IGNORECASE)
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+-]{1,40}:(?![\w:])")
# Marks that a reader does not see: highlights, keys, what was added or taken out, raised and lowered signs, icons,
# names of blocks, footnotes and links that lead nowhere.
_MARKS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<![\w=])==(?=[^\s=])|(?<=[^\s=])==(?![\w=])"), lambda found: ""),
    (re.compile(r"(?<!\w)\+\+(?=[\w-])|(?<=\w)\+\+(?!\w)(?<!C\+\+)(?<!c\+\+)"), lambda found: ""),
    (re.compile(r"\{([+-])[ ]?([^{}\n]{1,300}?)[ ]?\1\}"), lambda found: found[2]),
    (re.compile(r"(?<=[\w)\]])~([\w+-]{1,12})~(?!~)"), lambda found: found[1]),
    (re.compile(r"(?<=[\w)\]])\^([\w+()-]{1,12})\^"), lambda found: raised(found[1])),
    (re.compile(r":(?:material|fontawesome|octicons|simple)-[\w-]{1,80}:"), lambda found: ""),
    (re.compile(r"(?:^|(?<=\s))\^[A-Za-z0-9-]{1,40}$"), lambda found: ""),
    (re.compile(r"\[\^[^\]\s]{1,60}\]"), lambda found: ""),
    (re.compile(r"\(\([0-9a-f]{8}-[0-9a-f-]{27}\)\)"), lambda found: ""),
)
_SIGNS_OF_MARKS = re.compile(r"[=+~^:{]|\[\^|\(\(")
_ALT = re.compile(r"\balt\s{0,3}=\s{0,3}(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s{0,3}=\s{0,3}(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_ROLE = re.compile(r"\{[\w:.+-]{1,40}\}$")
# A stretch in brackets that only gets a style: the brackets go with its attributes, which are one character here.
_STYLED = re.compile("\\[([^\\[\\]\n]{1,500})\\](?=[\U000f0000-\U000fffff])")
# Formulas; what else stands between two signs of a currency is none.
_FORMULA = re.compile(r"[\\^_={}]")
_BREAKS = BLOCKS | {"br"}


def parse(text: str, *, indented_code: bool) -> Sequence["Token"]:
    """Returns the tokens of a text; `indented_code` tells whether what is indented far is code.

    Raises UnreadableArticle: it is nested deeper than the parser goes.
    """
    tokens = _parser(indented_code=indented_code).parse(text)
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        raise UnreadableArticle(f"has lists or quotations nested {MAX_NESTING} deep", "save its text in a simpler file")
    return tokens


def parse_line(text: str) -> Sequence["Token"]:
    """Returns the inline tokens of a text that is one line, whatever stands at its head."""
    return _parser(indented_code=False).parseInline(text)[0].children or ()


@functools.cache
def _parser(*, indented_code: bool) -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.container import container_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin).use(admon_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    for name, marker in (("colons", ":"), ("strokes", "/")):
        parser.use(container_plugin, name=name, marker=marker, validate=lambda params, _: True)
    # What a link leads to is kept as it is written; whoever shows it decides.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser if indented_code else parser.disable("code")


def running(tokens: Sequence["Token"], prepared: Prepared) -> tuple[str, tuple[Link, ...]]:
    """Returns the text that inline tokens show, and the links in it."""
    line = _Line(prepared)
    for token in tokens:
        line.read(token)
    return line.finished()


class _Line:
    """A line that is being read: its text so far, the links in it, and the one that is open."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._parts: list[str] = []
        self._length = 0
        self._links: list[Link] = []
        self._open: list[tuple[int, str]] = []
        self._raised = False
        self._skips: str | None = None

    def read(self, token: "Token") -> None:
        kind = token.type
        if self._skips is not None:
            closes = kind == "html_inline" and token.content.lower().startswith(self._skips)
            self._skips = None if closes else self._skips
        elif kind in ("text", "text_special"):
            self._add(token.content)
        elif kind in ("softbreak", "hardbreak"):
            self._append(" " if kind == "softbreak" else "\n")
        elif kind == "code_inline":
            self._code(token.content)
        elif kind.startswith("math_inline"):
            text = self._prepared.written(token.content)
            self._append(plain_tex(text) if _FORMULA.search(text) else f"{token.markup}{text}{token.markup}")
        elif kind == "link_open":
            self._open.append((self._length, str(token.attrGet("href") or "")))
        elif kind == "link_close":
            self._close()
        elif kind == "image":
            self._append(running(token.children or (), self._prepared)[0])
        elif kind == "html_inline":
            self._html(token.content)

    def finished(self) -> tuple[str, tuple[Link, ...]]:
        text, links = "".join(self._parts), tuple(self._links)
        if "[[" in text:
            text, links = _replaced(text, links, _WIKI, _wiki)
        if "](" in text or "][" in text:
            text, links = _replaced(text, links, _LEFT_LINK, lambda found: found[1])
        if _SIGNS_OF_MARKS.search(text):
            for pattern, shown in _MARKS:
                text, links = _replaced(text, links, pattern, shown)
            if _EMOJI.search(text):
                text, links = _replaced(text, links, _EMOJI, _emoji)
        return text, links

    def _add(self, text: str) -> None:
        text = self._prepared.shown(_STYLED.sub(r"\1", text) if self._prepared.tags else text)
        self._append(raised(text) if self._raised else text)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _code(self, text: str) -> None:
        if self._parts and _ROLE.search(self._parts[-1][-50:]):  # a role of MyST, whose name is not seen
            bare = _ROLE.sub("", self._parts[-1])
            self._length -= len(self._parts[-1]) - len(bare)
            self._parts[-1], text = bare, re.sub(r"\s{0,9}<[^<>]*>$", "", text)
        self._append(self._prepared.written(text))

    def _close(self) -> None:
        if self._open:
            start, target = self._open.pop()
            if self._length > start and target and target == self._prepared.shown(target) and target[0] != "#":
                self._links.append(Link(start, self._length, target[:2000]))

    def _html(self, tag: str) -> None:
        found = re.match(r"<\s{0,3}(/?)\s{0,3}([a-z][\w-]*)", tag.lower())
        if found is None:
            return
        closes, name = bool(found[1]), found[2]
        if name in _BREAKS:
            self._append("\n")
        elif name == "sup":
            self._raised = not closes
        elif name in ("script", "style", "svg") and not closes and not tag.endswith("/>"):
            self._skips = f"</{name}"
        elif name == "img":
            self._append(f" {_attribute(_ALT, tag)} ")
        elif name == "a" and not closes:
            self._open.append((self._length, _attribute(_HREF, tag)))
        elif name == "a":
            self._close()


def _attribute(pattern: re.Pattern[str], tag: str) -> str:
    found = pattern.search(tag)
    return html.unescape(found[1] or found[2] or "") if found else ""


def _wiki(found: re.Match[str]) -> str:
    """What a link of a wiki shows: its other name, or the page; an embedded picture shows no words."""
    target, alias = found[1].strip(), (found[2] or "").strip()
    if found[0].startswith("!"):
        return "" if _PICTURE.search(target) else target.replace("#", " > ")
    return alias or target.lstrip("#^").replace("#", " > ")


def _emoji(found: re.Match[str]) -> str:
    from rich.emoji import Emoji

    return Emoji.replace(found[0])


def _replaced(
    text: str, links: tuple[Link, ...], pattern: re.Pattern[str], shown: Callable[[re.Match[str]], str]
) -> tuple[str, tuple[Link, ...]]:
    """The text with what the pattern finds replaced, and the links where their words stand then."""
    parts, at, length = [], 0, 0
    starts, shifts = [0], [0]
    for found in pattern.finditer(text):
        new = shown(found)
        parts += [text[at : found.start()], new]
        length += found.start() - at + len(new)
        at = found.end()
        starts.append(at)
        shifts.append(length - at)
    if at == 0:
        return text, links

    def moved(offset: int) -> int:
        return max(offset + shifts[bisect.bisect_right(starts, offset) - 1], 0)

    new_text = "".join((*parts, text[at:]))
    placed = (Link(moved(one.start), min(moved(one.end), len(new_text)), one.target) for one in links)
    return new_text, tuple(one for one in placed if one.start < one.end)
