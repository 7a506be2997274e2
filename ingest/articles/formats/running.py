"""The running text of Markdown: what stands in a line, without its marks. Knows inline tokens; knows no blocks."""

import html
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ingest.articles.blocks import Link
from ingest.articles.formats.dialects import Prepared

if TYPE_CHECKING:
    from markdown_it.token import Token

# Marks that a reader does not see: highlights, keys, icons, names of blocks, footnotes and links that lead nowhere.
_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\w=])==(?=[^\s=])|(?<=[^\s=])==(?![\w=])"), ""),
    (re.compile(r"(?<!\w)\+\+(?=[\w-])|(?<=\w)\+\+(?!\w)(?<!C\+\+)(?<!c\+\+)"), ""),
    (re.compile(r":(?:material|fontawesome|octicons|simple)-[\w-]{1,80}:"), ""),
    (re.compile(r"(?:^|(?<=\s))\^[A-Za-z0-9-]{1,40}$"), ""),
    (re.compile(r"\[\^[^\]\s]{1,60}\]"), ""),
)
_WIKI = re.compile(r"!?\[\[([^\[\]\n|]{1,300})(?:\\?\|([^\[\]\n]{1,300}))?\]\]")
_LEFT_LINK = re.compile(r"\[([^\[\]\n]{1,500})\](?:\[[^\[\]\n]{0,200}\]|\(([^()\n]{0,800})\))")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|avif|mp4|webm|mov|mp3|wav|ogg|pdf|canvas)$", re.IGNORECASE)
_ALT = re.compile(r"\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_ROLE = re.compile(r"\{[\w:.+-]{1,40}\}$")


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
        self._skips: str | None = None

    def read(self, token: "Token") -> None:
        kind = token.type
        if self._skips is not None:
            self._skips = (
                None if kind == "html_inline" and token.content.lower().startswith(self._skips) else self._skips
            )
        elif kind in ("text", "text_special"):
            self._add(token.content)
        elif kind == "softbreak":
            self._add(" ")
        elif kind == "hardbreak":
            self._add("\n")
        elif kind == "code_inline":
            self._code(token.content)
        elif kind == "link_open":
            self._open.append((self._length, str(token.attrGet("href") or "")))
        elif kind == "link_close":
            self._close()
        elif kind == "image":
            self._add(running(token.children or (), self._prepared)[0])
        elif kind == "html_inline":
            self._html(token.content)
        elif kind == "myst_role":
            self._add(re.sub(r"\s*<[^<>]*>$", "", token.content))

    def finished(self) -> tuple[str, tuple[Link, ...]]:
        text, links = self._prepared.shown("".join(self._parts)), tuple(self._links)
        if "[[" in text:
            text, links = _replaced(text, links, _WIKI, _wiki)
        if "](" in text or "][" in text:
            text, links = _replaced(text, links, _LEFT_LINK, lambda found: found[1])
        for pattern, shown in _MARKS:
            text, links = _replaced(text, links, pattern, lambda _, shown=shown: shown)  # type: ignore[misc]
        return text, links

    def _add(self, text: str) -> None:
        text = self._prepared.shown(text)
        self._parts.append(text)
        self._length += len(text)

    def _code(self, text: str) -> None:
        if self._parts and _ROLE.search(self._parts[-1]):  # a role of MyST, whose name is not seen
            bare = _ROLE.sub("", self._parts[-1])
            self._length -= len(self._parts[-1]) - len(bare)
            self._parts[-1], text = bare, re.sub(r"\s*<[^<>]*>$", "", text)
        text = self._prepared.written(text)
        self._parts.append(text)
        self._length += len(text)

    def _close(self) -> None:
        if self._open:
            start, target = self._open.pop()
            if self._length > start and target and target == self._prepared.shown(target) and target[0] != "#":
                self._links.append(Link(start, self._length, target[:2000]))

    def _html(self, tag: str) -> None:
        name = re.match(r"<\s*(/?)\s*([a-z][\w-]*)", tag.lower())
        if name is None:
            return
        if name[2] == "br":
            self._add("\n")
        elif name[2] in ("script", "style", "svg") and not name[1] and not tag.endswith("/>"):
            self._skips = f"</{name[2]}"
        elif name[2] == "img":
            found = _ALT.search(tag)
            self._add(f" {html.unescape(found[1] or found[2] or '')} " if found else "")
        elif name[2] == "a" and not name[1]:
            found = _HREF.search(tag)
            self._open.append((self._length, html.unescape(found[1] or found[2] or "") if found else ""))
        elif name[2] == "a":
            self._close()


def _wiki(found: re.Match[str]) -> str:
    """What a link of a wiki shows: its other name, or the page; an embedded picture shows no words."""
    target, alias = found[1].strip(), (found[2] or "").strip()
    if found[0].startswith("!"):
        return "" if _PICTURE.search(target) else target.replace("#", " > ")
    return alias or target.lstrip("#^").replace("#", " > ")


def _replaced(
    text: str, links: tuple[Link, ...], pattern: re.Pattern[str], shown: Callable[[re.Match[str]], str]
) -> tuple[str, tuple[Link, ...]]:
    """The text with what the pattern finds replaced, and the links where their words stand then."""
    parts, at, shifts, length = [], 0, [(0, 0)], 0
    for found in pattern.finditer(text):
        new = shown(found)
        parts += [text[at : found.start()], new]
        length += found.start() - at + len(new)
        at = found.end()
        shifts.append((at, length - at))
    if at == 0:
        return text, links

    def moved(offset: int) -> int:
        return max(offset + next(shift for start, shift in reversed(shifts) if start <= offset), 0)

    new_text = "".join((*parts, text[at:]))
    placed = (Link(moved(one.start), min(moved(one.end), len(new_text)), one.target) for one in links)
    return new_text, tuple(one for one in placed if one.start < one.end)
