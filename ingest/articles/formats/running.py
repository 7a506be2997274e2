"""Markdown becomes tokens, and those of a line become HTML without its marks. The home of markdown-it."""

import functools
import html
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ingest.articles.formats.dialects import prepare
from ingest.articles.formats.dom import BLOCKS
from ingest.articles.formats.html import new, say
from ingest.articles.formats.signs import plain_tex, raised
from ingest.articles.formats.tags import Prepared
from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# The parser leaves out what is nested deeper, without a word.
MAX_NESTING = 100
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|avif|mp4|webm|mov|mp3|wav|ogg|pdf|canvas)$", re.IGNORECASE)


def _wiki(found: re.Match[str]) -> str:
    """What a link of a wiki shows: its other name, or the page; an embedded picture shows no words."""
    target, alias = found[1].strip(), (found[2] or "").strip()
    if found[0].startswith("!"):
        return "" if _PICTURE.search(target) else target.replace("#", " > ")
    return alias or target.lstrip("#^").replace("#", " > ")


def _emoji(found: re.Match[str]) -> str:
    from rich.emoji import Emoji

    return Emoji.replace(found[0])


# Marks that a reader does not see: links of wikis and such that lead nowhere, highlights, keys, what was added or taken
# out, raised and lowered signs, icons, names of blocks, footnotes, and what begins a caption.
_MARKS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"^:[ ]{1,4}(?=\S)"), lambda found: ""),
    (re.compile(r"!?\[\[([^\[\]\n|]{1,300})(?:\\?\|([^\[\]\n]{1,300}))?\]\]"), _wiki),
    (re.compile(r"\[([^\[\]\n]{1,500})\](?:\[[^\[\]\n]{0,200}\]|\(([^()\n]{0,800})\))"), lambda found: found[1]),
    (re.compile(r"(?<![\w=])==(?=[^\s=])|(?<=[^\s=])==(?![\w=])"), lambda found: ""),
    (re.compile(r"(?<!\w)\+\+(?=[\w-])|(?<=\w)\+\+(?!\w)(?<!C\+\+)(?<!c\+\+)"), lambda found: ""),
    (re.compile(r"\{([+-])[ ]?([^{}\n]{1,300}?)[ ]?\1\}"), lambda found: found[2]),
    (re.compile(r"(?<=[\w)\]])~([\w+-]{1,12})~(?!~)"), lambda found: found[1]),
    (re.compile(r"(?<=[\w)\]])\^([\w+()-]{1,12})\^"), lambda found: raised(found[1])),
    (re.compile(r":(?:material|fontawesome|octicons|simple)-[\w-]{1,80}:"), lambda found: ""),
    (re.compile(r"(?:^|(?<=\s))\^[A-Za-z0-9-]{1,40}$"), lambda found: ""),
    (re.compile(r"\[\^[^\]\s]{1,60}\]"), lambda found: ""),
    (re.compile(r"\(\([0-9a-f]{8}-[0-9a-f-]{27}\)\)"), lambda found: ""),
    (re.compile(r"(?<![\w:]):[a-z0-9_+-]{1,40}:(?![\w:])"), _emoji),
)
_SIGNS_OF_MARKS = re.compile(r"[=+~^:{]|\(\(|\[\[|\[\^|\][(\[]")
_ALT = re.compile(r"\balt\s{0,3}=\s{0,3}(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s{0,3}=\s{0,3}(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
# What stands for code and the ends of links: private characters, of which text has none of its own here.
_FIRST_HELD, _MOST_HELD, _HELD = 0x100000, 60_000, re.compile("([\U00100000-\U0010ffff])")
_ROLE = re.compile(r"\{[\w:.+-]{1,40}\}$")
# A stretch in brackets that only gets a style: the brackets go with its attributes, which are one character here.
_STYLED = re.compile("\\[([^\\[\\]\n]{1,500})\\](?=[\U000f0000-\U000fffff])")
# Formulas; what else stands between two signs of a currency is none.
_FORMULA = re.compile(r"[\\^_={}]")
_BREAKS, _STAND_AROUND = BLOCKS | {"br"}, frozenset("a sup script style svg".split())


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


def fill(into: Any, tokens: Sequence["Token"], prepared: Prepared) -> None:
    """Puts what inline tokens show into an element of HTML."""
    line = _Line(prepared)
    for token in tokens:
        line.read(token)
    line.write(into)


def shown_line(text: str) -> str:
    """Returns one line of Markdown, a title say, as a reader sees it."""
    prepared, line = prepare(text), new("p")
    fill(line, parse_line(prepared.text), prepared)
    return " ".join("".join(line.itertext()).split())


class _Line:
    """A line that is being read: its text, in which one character stands for code and for the begin or end of a link.

    So marks are found whatever stands between them, and none are found in code.
    """

    def __init__(self, prepared: Prepared) -> None:
        self._prepared, self._parts = prepared, list[str]()
        self._held: list[tuple[str, str]] = []  # what begins ("a"), ends ("/a") or is only text (""), and what of it

    def read(self, token: "Token") -> None:
        """Reads one token."""
        kind = token.type
        if kind in ("text", "text_special"):
            self._parts.append(token.content if token.content.isascii() else _HELD.sub("", token.content))
        elif kind in ("softbreak", "hardbreak"):
            self._parts.append(" " if kind == "softbreak" else "\n")
        elif kind == "code_inline":
            code = token.content
            if self._parts and _ROLE.search(self._parts[-1]):  # a role of MyST, whose name is not seen
                self._parts[-1], code = _ROLE.sub("", self._parts[-1]), re.sub(r"\s{0,9}<[^<>]*>$", "", code)
            self._hold("", self._prepared.written(code))
        elif kind.startswith("math_inline"):
            text = self._prepared.written(token.content)
            self._hold("", plain_tex(text) if _FORMULA.search(text) else f"{token.markup}{text}{token.markup}")
        elif kind == "link_open":
            target = str(token.attrGet("href") or "")
            self._hold("a", target if target == self._prepared.shown(target) else "")
        elif kind == "link_close":
            self._hold("/a")
        elif kind == "image":
            for one in token.children or ():
                self.read(one)
        elif kind == "html_inline":
            self._html(token.content)

    def write(self, into: Any) -> None:
        """Puts the line into an element, without marks."""
        text = "".join(self._parts)
        text = self._prepared.shown(_STYLED.sub(r"\1", text) if self._prepared.tags else text)
        for pattern, shown in _MARKS if _SIGNS_OF_MARKS.search(text) else ():
            text = pattern.sub(shown, text)
        inside = [into]
        for part in _HELD.split(text):
            tag, said = self._held[ord(part) - _FIRST_HELD] if _HELD.fullmatch(part) else ("", part)
            if tag.startswith("/"):
                inside = inside[:-1] if inside[-1].tag == tag[1:] and len(inside) > 1 else inside
            elif tag:
                inside.append(new(tag, inside[-1], **({"href": said} if said else {})))
            else:
                first, *lines = said.split("\n")
                say(inside[-1], first)
                for line in lines:
                    new("br", inside[-1])
                    say(inside[-1], line)

    def _hold(self, tag: str, text: str = "") -> None:
        if len(self._held) == _MOST_HELD:
            self._parts.append("" if tag else text)
            return
        self._parts.append(chr(_FIRST_HELD + len(self._held)))
        self._held.append((tag, text))

    def _html(self, tag: str) -> None:
        found = re.match(r"<\s{0,3}(/?)\s{0,3}([a-z][\w-]*)", tag.lower())
        name = found[2] if found is not None else ""
        if name in _BREAKS:
            self._parts.append("\n")
        elif name == "img":
            self._parts.append(f" {_attribute(_ALT, tag)} ")
        elif name in _STAND_AROUND and not tag.endswith("/>") and found is not None:
            self._hold(found[1] + name, _attribute(_HREF, tag) if name == "a" else "")


def _attribute(pattern: re.Pattern[str], tag: str) -> str:
    found = pattern.search(tag)
    return html.unescape(found[1] or found[2] or "") if found else ""
