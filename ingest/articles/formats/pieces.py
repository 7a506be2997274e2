"""What every reader hands back, and how pieces become a text with blocks. Knows text; knows no format.

Lists that something interrupts, steps with code between them or items that a program wrote as lists of one, are one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.articles.blocks import BULLET, TICKED, UNTICKED, Block, Kind, Link
from ingest.articles.declared import NOTHING, Declared
from ingest.articles.decode import clean, honest

# White space, and what takes no room.
BLANK = " \n\u200b\u200c\u200d\u2060\u00ad"

# What may lean on the piece before it.
_INTRODUCED = frozenset({"item", "row", "code"})
_INTRODUCES = frozenset({"paragraph", "quotation"})
# Addresses that lead to no page: what runs, and what is a file written into the text.
_LEADS_NOWHERE = re.compile(r"\s*(?:javascript|vbscript|data|blob):", re.IGNORECASE)
# Between two steps of one list stand at most so many pieces, of so many words.
_MOST_PIECES, _MOST_WORDS = 6, 200
# Beyond so many pieces no list goes on, whatever they are; and so many lists may.
_FAR, _MOST_LISTS = 40, 3
_NUMBER = re.compile(r"(.*?)(\d{1,4}|[A-Za-z])([.)]*)")
_SIGNS = (BULLET, TICKED, UNTICKED)


@dataclass(frozen=True)
class Piece:
    """A block on its way into an article: its text without marks of the format, and what it is.

    `level` and `label` are those of `Block`; pieces of one list or table share a `group` other than 0. The links'
    offsets count in the piece's own text.
    """

    kind: Kind
    text: str
    level: int = 0
    label: str = ""
    group: int = 0
    is_header: bool = False
    language: str | None = None
    page: int | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """A file as a person reads it, with what it declares of itself.

    `warnings` say what could not be understood, and cost that alone; `left_out` counts words that a reader of the
    file sees and the article lacks, by the rule that left them out.
    """

    pieces: tuple[Piece, ...]
    declared: Declared = NOTHING
    warnings: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Assembled:
    """Pieces put together: the text, its blocks in order, and its links."""

    text: str
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]


def assemble(pieces: Sequence[Piece]) -> Assembled:
    """Returns the pieces as one text: an empty line between blocks, none inside a list or a table."""
    parts: list[str] = []
    blocks: list[Block] = []
    links: list[Link] = []
    groups: dict[int, _Group] = {}
    at, before = 0, None
    for piece in filter(None, map(_clean, pieces)):
        gap = "" if before is None else "\n" if piece.group and piece.group == before.group else "\n\n"

        label = piece.label + " " if piece.label else ""
        start = at + len(gap)
        body = start + len(label)
        end = body + len(piece.text)
        group = groups.get(piece.group) if piece.group else None
        if group is None:
            group = _Group(len(blocks), _introduction(piece, before.text if before else "", blocks))
            groups[piece.group] = group
        blocks.append(
            Block(
                kind=piece.kind,
                start=start,
                end=end,
                level=piece.level,
                label=piece.label,
                group=group.first if piece.group else None,
                leans_on=group.leans_on(piece, len(blocks)),
                is_header=piece.is_header,
                language=piece.language,
                page=piece.page,
            )
        )
        links += [Link(body + link.start, body + link.end, link.target) for link in piece.links]
        parts += [gap, label, piece.text]
        at, before = end, piece
    return Assembled("".join(parts), tuple(blocks), tuple(links))


def _introduction(piece: Piece, before: str, blocks: Sequence[Block]) -> int | None:
    """The number of the block right before a list, a table or code that introduces it, if one does."""
    if piece.kind not in _INTRODUCED or not blocks:
        return None
    # An item introduces the code behind it, and what else it ends with a colon for.
    item = blocks[-1].kind == "item" and (piece.kind == "code" or before.endswith(":"))
    return len(blocks) - 1 if blocks[-1].kind in _INTRODUCES or item else None


@dataclass
class _Group:
    """A list or a table that is being put together: its first block, what introduces it, what its next piece leans on.

    A piece outside of lists and tables is a group of its own.
    """

    first: int
    introduction: int | None
    header: int | None = None
    items: list[tuple[int, int]] = field(default_factory=list)

    def leans_on(self, piece: Piece, number: int) -> int | None:
        """Returns what the piece leans on: the header of its table, the item above it, else the introduction."""
        if piece.kind == "row":
            header = None if piece.is_header else self.header
            self.header = number if piece.is_header else self.header
            return self.introduction if header is None else header
        is_item = piece.kind == "item"
        while self.items and self.items[-1][0] >= piece.level + (not is_item):
            self.items.pop()
        above = self.items[-1][1] if self.items else self.introduction
        if is_item:
            self.items.append((piece.level, number))
        return above


def _clean(piece: Piece) -> Piece | None:
    """The piece with plain white space and nothing that hides; None if it says nothing."""
    text = clean(honest(piece.text))
    if piece.kind != "code":
        text = "\n".join(" ".join(line.split()) for line in text.split("\n")).strip(BLANK)
        text = re.sub(r"\n{2,}", "\n", text)
    if piece.kind in ("heading", "row"):
        text = " ".join(text.split())
    if not text.strip() or (piece.kind == "row" and not any(map(str.isalnum, text))):
        return None
    links = piece.links if text == piece.text else tuple(moved_links(piece, text))
    return replace(piece, text=text, links=tuple(link for link in links if not _LEADS_NOWHERE.match(link.target)))


def moved_links(piece: Piece, text: str) -> Iterable[Link]:
    """Yields the links of a piece whose text has changed a little: each where its words stand now."""
    at = 0
    for link in piece.links:
        words = " ".join(clean(piece.text[link.start : link.end]).split())
        found = text.find(words, at) if words else -1
        if found >= 0:
            at = found + len(words)
            yield Link(found, at, link.target)


@dataclass
class _List:
    """The list that may go on: its group, the last label of its outermost items, and where it ended."""

    group: int
    level: int
    label: str
    end: int


def with_lists_joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Returns the pieces with each list that goes on where another one stopped in the group of that one.

    A numbered list goes on with the next number, whatever short text, code or items stand between, but no heading; a
    list with signs goes on right behind the other; one that stands deeper is of the item before it. What stands between
    belongs to the list.
    """
    joined = list(pieces)
    before: list[_List] = []  # lists that may go on, the last one first
    at = 0
    while at < len(joined):
        first = joined[at]
        before = [] if first.kind == "heading" else [one for one in before if at - one.end <= _FAR][:_MOST_LISTS]
        if first.kind != "item" or not first.group:
            at += 1
            continue
        end = _end_of(joined, at)
        own = [one for one in before if _goes_on(one, first, joined[one.end : at])]
        found = own[0] if own else _List(first.group, first.level, "", end)
        if own:
            _join(joined, found, at, end)
        labels = [one.label for one in joined[at:end] if one.kind == "item" and one.level <= found.level]
        found.label, found.end = labels[-1] if labels else found.label, end
        before = [found, *(one for one in before if one is not found)]
        at = end
    return joined


def _end_of(pieces: Sequence[Piece], at: int) -> int:
    """Behind the last piece of the list that begins here; a table in one of its items is of it."""
    end = at + 1
    for i in range(at, len(pieces)):
        if pieces[i].group == pieces[at].group:
            end = i + 1
        elif pieces[i].kind != "row":
            break
    return end


def _goes_on(before: _List, first: Piece, between: Sequence[Piece]) -> bool:
    if first.level > before.level:
        return not between
    if first.level != before.level:
        return False
    if first.label in _SIGNS:
        return not between and before.label in _SIGNS
    one, other = _NUMBER.fullmatch(before.label), _NUMBER.fullmatch(first.label)
    if one is None or other is None or (one[1], one[3]) != (other[1], other[3]):
        return False
    prose = [piece for piece in between if piece.kind not in ("item", "row")]
    if len(prose) > _MOST_PIECES or sum(len(piece.text.split()) for piece in between) > _MOST_WORDS:
        return False
    return _place(other[2]) == _place(one[2]) + 1


def _place(number: str) -> int:
    return int(number) if number.isdigit() else ord(number)


def _join(pieces: list[Piece], before: _List, at: int, end: int) -> None:
    for i in range(before.end, at):
        if pieces[i].kind != "row":
            deeper = pieces[i].level + before.level if pieces[i].kind == "item" else max(pieces[i].level, before.level)
            pieces[i] = replace(pieces[i], group=before.group, level=deeper)
    group = pieces[at].group
    for i in range(at, end):
        if pieces[i].group == group:
            pieces[i] = replace(pieces[i], group=before.group)
