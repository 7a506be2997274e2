"""Plain text: paragraphs, and items where a line begins like one. Knows nothing but lines.

A plain text has few marks: a headline that stands alone at the top or over a ruled line, an address that is all of the
first or the last line, signs and numbers before items, and ">" before what is quoted. Whether a line was broken only
because the next word did not fit is told by the width of the lines around it.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.articles.blocks import BULLET
from ingest.articles.declared import Declared
from ingest.articles.decode import clean_source, honest, to_text
from ingest.articles.formats.pieces import Parsed, Piece

MAX_TITLE = 200
# Nobody wraps text wider than this, and lines that are all shorter than that are lines of their own.
_WIDEST, _NARROWEST = 160, 45
_URL_LINE = re.compile(r"<?(https?://[^\s<>]+)>?")
_ITEM = re.compile(r"([-*+•–◦▪‣]|\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}[.)]|[a-zA-Z][.)]))[ \t]+(?=\S)")
_RULE = re.compile(r"[ \t]*([=~^#*-])\1{2,}[ \t]*")
_ENDS_LIKE_A_SENTENCE = (".", ",", ";", ":", "…", '."', ".”")


def read(raw: bytes) -> Parsed:
    """Returns the text as pieces; a plain text declares its address in a line of its own, and nothing else."""
    return read_text(clean_source(honest(to_text(raw))))


def read_text(text: str) -> Parsed:
    """Returns clean plain text as pieces; see `read`."""
    lines = text.split("\n")
    url, lines = _address(lines)
    title, lines = _headline(lines)
    head = (Piece("heading", title, level=1),) if title else ()
    return Parsed((*head, *pieces_of_lines(lines, itertools.count(1))), Declared(url=url))


def _address(lines: list[str]) -> tuple[str | None, list[str]]:
    """The line that is only an address, where it is the first or the last of a text, and the lines without it."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    for i in (filled[:1] + filled[-1:]) if len(filled) > 1 else ():
        found = _URL_LINE.fullmatch(lines[i].strip())
        if found:
            return found[1], [*lines[:i], *lines[i + 1 :]]
    return None, lines


def _headline(lines: list[str]) -> tuple[str | None, list[str]]:
    """The first line, if it stands alone, does not end like a sentence and more text follows; and the lines below."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    if len(filled) < 2 or filled[1] == filled[0] + 1:
        return None, lines
    line = lines[filled[0]].strip()
    if len(line) > MAX_TITLE or line.endswith(_ENDS_LIKE_A_SENTENCE) or _ITEM.match(line):
        return None, lines
    return line.lstrip("# ") or None, lines[filled[0] + 1 :]


def pieces_of_lines(lines: Sequence[str], groups: Iterator[int]) -> Iterator[Piece]:
    """Yields the headings, paragraphs and items of lines of text; `groups` numbers the lists."""
    listed = _Listed(groups)
    for filled, stretch in itertools.groupby(lines, key=lambda line: bool(line.strip())):
        block = [*stretch] if filled else []
        while len(block) > 1 and _RULE.fullmatch(block[1]) and not _RULE.fullmatch(block[0]):
            listed.end()
            yield Piece("heading", block[0].strip(), level=1 if block[1].strip()[0] == "=" else 2)
            block = block[2:]
        block = [line for line in block if not _RULE.fullmatch(line)]
        if block and all(line.lstrip().startswith(">") for line in block):
            listed.end()
            bare = [line.lstrip().lstrip("> ") for line in block]
            yield Piece("quotation", "\n".join(_joined(bare)))
            continue
        yield from listed.pieces(block)


@dataclass
class _Listed:
    """The list that is open: its group, the kind of its labels, and how far its items are set in."""

    groups: Iterator[int]
    group: int = 0
    kind: str = ""
    indents: list[int] = field(default_factory=list)

    def end(self) -> None:
        """Ends the list."""
        self.group, self.kind, self.indents = 0, "", []

    def pieces(self, block: Sequence[str]) -> Iterator[Piece]:
        """Yields the paragraphs and items of lines without an empty one between."""
        starts = [i for i, line in enumerate(block) if i == 0 or _ITEM.match(line.lstrip())]
        width = max(map(len, block), default=0)
        for start, end in itertools.pairwise([*starts, len(block)] if block else []):
            first, found = block[start], _ITEM.match(block[start].lstrip())
            if found is None:
                self.end()
                yield Piece("paragraph", "\n".join(_joined(block[start:end])))
                continue
            indent = len(first) - len(first.lstrip())
            own = {i for i in range(start + 1, end) if _is_deeper(block[i], indent)}
            stop = next((i for i in range(start + 1, end) if i not in own and not _is_forced(block, i, width)), end)
            text = " ".join([first.lstrip()[found.end() :], *(line.strip() for line in block[start + 1 : stop])])
            yield self._item(found[1], text, indent)
            if stop < end:
                self.end()
                yield Piece("paragraph", "\n".join(_joined(block[stop:end])))

    def _item(self, label: str, text: str, indent: int) -> Piece:
        sign = not any(map(str.isalnum, label))
        while self.indents and self.indents[-1] >= indent:
            self.indents.pop()
        self.indents.append(indent)
        kind = "sign" if sign else "number" if any(map(str.isdigit, label)) else "letter"
        if not self.group or (len(self.indents) == 1 and kind != self.kind):
            self.group = next(self.groups)
        self.kind = kind if len(self.indents) == 1 else self.kind
        return Piece("item", text, level=len(self.indents), label=BULLET if sign else label, group=self.group)


def _is_deeper(line: str, indent: int) -> bool:
    return len(line) - len(line.lstrip()) > indent


def _joined(block: Sequence[str]) -> Iterator[str]:
    """The lines of a block, those that were broken only for want of room as one."""
    width, whole = max(map(len, block), default=0), ""
    for i, line in enumerate(block):
        whole += line.strip()
        if i + 1 < len(block) and _is_forced(block, i + 1, width):
            whole += " "
        else:
            yield whole
            whole = ""


def _is_forced(block: Sequence[str], i: int, width: int) -> bool:
    """Tells whether a line begins where it does because its first word did not fit, as in text that was wrapped."""
    if not _NARROWEST <= width <= _WIDEST:
        return False
    first = next(iter(block[i].split(maxsplit=1)), "")  # a line of a quotation may be empty
    return bool(first) and len(block[i - 1].rstrip()) + 1 + len(first) > width
