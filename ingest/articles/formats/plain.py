"""Plain text: paragraphs, and items where a line begins like one. Knows nothing but lines.

A plain text has no marks, so three things are read off its lines: a headline that stands alone at the top, an address
that is all of the first or the last line, and whether a line was broken only because the next word did not fit.
"""

import itertools
import re
from collections.abc import Iterator, Sequence

from ingest.articles.declared import Declared
from ingest.articles.decode import clean, to_text
from ingest.articles.formats.pieces import BULLET, Parsed, Piece
from ingest.articles.honest import honest

MAX_TITLE = 200
# Nobody wraps text wider than this.
_WIDEST = 160
_URL_LINE = re.compile(r"<?(https?://[^\s<>]+)>?")
_ITEM = re.compile(r"([-*+•–◦▪‣]|\(?(?:\d{1,3}|[a-z])[.)])[ \t]+(?=\S)")
_ENDS_LIKE_A_SENTENCE = (".", ",", ";", ":", "…", '."', ".”")


def read(raw: bytes) -> Parsed:
    """Returns the text as pieces; a plain text declares its address in a line of its own, and nothing else."""
    return read_text(clean(honest(to_text(raw))))


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
    return line, lines[filled[0] + 1 :]


def pieces_of_lines(lines: Sequence[str], groups: Iterator[int]) -> Iterator[Piece]:
    """Yields the paragraphs and items of lines of text; `groups` numbers the lists."""
    group = 0
    for _, stretch in itertools.groupby(lines, key=lambda line: bool(line.strip())):
        block = [line for line in stretch if line.strip()]
        for paragraph in _paragraphs(block):
            found = _ITEM.match(paragraph)
            if found is None:
                group = 0
                yield Piece("paragraph", paragraph)
                continue
            group = group or next(groups)
            label = found[1] if any(map(str.isalnum, found[1])) else BULLET
            yield Piece("item", paragraph[found.end() :], level=1, label=label, group=group)


def _paragraphs(block: Sequence[str]) -> Iterator[str]:
    """The paragraphs and items of lines without an empty one between, each on one line."""
    width = max((len(line) for line in block), default=0)
    whole = ""
    for i, line in enumerate(block):
        whole += line.strip()
        following = block[i + 1] if i + 1 < len(block) else ""
        if following and _goes_on(line, following, width):
            whole += " "
        else:
            yield whole
            whole = ""


def _goes_on(line: str, following: str, width: int) -> bool:
    """Tells whether a line was broken only because the next word did not fit: every break of wrapped text was."""
    if width > _WIDEST or _ITEM.match(following.strip()):
        return False
    return len(line.rstrip()) + 1 + len(following.split(maxsplit=1)[0]) > width
