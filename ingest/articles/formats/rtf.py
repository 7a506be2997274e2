"""Rich text: words, headings, rows of tables. The home of striprtf; of structure it knows lines and their marks.

What a reader does not see (deleted and hidden words, heads and feet of pages, what a field computes) is taken out
first; notes and text boxes come at the end.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.articles.declared import NOTHING, Declared
from ingest.articles.decode import clean, honest
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.plain import pieces_of_lines
from ingest.articles.formats.tables import row_of
from ingest.errors import UnreadableArticle

_TITLE = re.compile(r"\{\\title\s+([^{}\\]{1,300})\}")
_TOKEN = re.compile(r"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'[0-9A-Fa-f]{2}|\\[^A-Za-z]|[{}]|[^\\{}]+|\\", re.DOTALL)
# Words that hide what follows until they end, and those that hide all of their group.
_HIDES = frozenset({"v", "deleted"})
_UNSEEN = frozenset("fldinst pict objdata header headerl headerr headerf footer footerl footerr footerf".split())
_BESIDE = frozenset({"footnote", "shptxt"})
# What holds a table together, and how characters are counted, stays where words go.
_FRAME = frozenset({"cell", "row", "nestcell", "nestrow", "uc"})
# Bullets by their numbers in fonts of signs.
_BULLET = re.compile(r"^[o\u00b7\u00a7\u2043\uf0b7\uf0a7]\t", re.MULTILINE)
# Begins a line that is a heading; its level follows.
_HEADING = "\ue000"


def read(raw: bytes) -> Parsed:
    """Returns headings, paragraphs, items and rows. Raises UnreadableArticle: it is no rich text."""
    from striprtf.striprtf import rtf_to_text

    if not raw.lstrip().startswith(b"{\\rtf"):
        raise UnreadableArticle("is no rich text", "open it and save it again")
    source = raw.decode("latin-1")
    text = str(rtf_to_text(_as_seen(source), errors="replace"))  # type: ignore[no-untyped-call]
    # striprtf gives some characters by halves.
    text = clean(honest(_BULLET.sub("•\t", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))))
    groups = itertools.count(1)
    pieces = [
        piece
        for kind, lines in itertools.groupby(text.split("\n"), key=_kind)
        for piece in _pieces(kind, [*lines], groups)
    ]
    found = _TITLE.search(source[:20_000])
    return Parsed(tuple(pieces), Declared(title=" ".join(found[1].split())) if found else NOTHING)


def _kind(line: str) -> str:
    return "row" if line.rstrip().endswith("|") else "heading" if line.startswith(_HEADING) else "text"


def _pieces(kind: str, lines: Sequence[str], groups: Iterator[int]) -> Iterator[Piece]:
    if kind == "row":
        group = next(groups)
        yield from (row_of(line.rstrip().rstrip("|").split("|"), group=group) for line in lines)
    elif kind == "heading":
        yield from (Piece("heading", line[2:].replace(_HEADING, ""), level=int(line[1])) for line in lines)
    else:
        yield from pieces_of_lines("\n\n".join(lines).split("\n"), groups)


@dataclass(frozen=True)
class _Group:
    """What a group stands in: what hides its words, where they go, and whether its paragraphs are of a cell."""

    hidden: frozenset[str] = frozenset()
    into: list[str] = field(default_factory=list)
    in_cell: bool = False


def _as_seen(source: str) -> str:
    """The source with what is seen alone, what stands beside the text behind it, and marks before headings."""
    text: list[str] = []
    beside: list[list[str]] = []
    groups = [_Group(into=text)]
    at = 0
    while at < len(source) and (found := _TOKEN.match(source, at)):
        at, token, word, group = found.end(), found[0], found[1] or "", groups[-1]
        if token == "{":
            groups.append(group)
            group.into.append(token)
        elif token == "}":
            groups.pop()
            if len(groups) < 2:
                break
            groups[-1].into.append(token)
        elif word == "bin":  # so many bytes that are no text
            at += max(int(found[2] or 0), 0)
        elif word in _BESIDE and not group.hidden:
            beside.append([])
            groups[-1] = _Group(into=beside[-1])
        else:
            groups[-1] = _changed(group, word, found[2] or "")
            if word in _FRAME or not groups[-1].hidden:
                groups[-1].into.append(_shown(token, word, found[2] or "", groups[-1]))
    return "".join((*text, *(f"{{\\par {''.join(one)}}}" for one in beside), "}"))


def _changed(group: _Group, word: str, number: str) -> _Group:
    """The group as a word of the language leaves it."""
    if word in _HIDES | _UNSEEN:
        return replace(group, hidden=group.hidden - {word} if number == "0" else group.hidden | {word})
    if word == "plain":
        return replace(group, hidden=group.hidden - _HIDES)
    return replace(group, in_cell=word == "intbl") if word in ("intbl", "pard") else group


def _shown(token: str, word: str, number: str, group: _Group) -> str:
    if word == "outlinelevel" and number.isdigit() and int(number) < 6:
        return f"{token}{_HEADING}{int(number) + 1}"
    if word in ("par", "line") and group.in_cell:
        return " "
    return "" if word == "pntext" else token  # the label of an item is no secret
