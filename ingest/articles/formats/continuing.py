"""Lists that something interrupts: steps with code between them, items that a program wrote as lists of one. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.articles.blocks import BULLET, TICKED, UNTICKED
from ingest.articles.formats.pieces import Piece

# Between two steps of one list stand at most so many pieces, of so many words.
_MOST_PIECES, _MOST_WORDS = 6, 200
# Beyond so many pieces no list goes on, whatever they are; and so many lists may.
_FAR, _MOST_LISTS = 40, 3
_NUMBER = re.compile(r"(.*?)(\d{1,4}|[A-Za-z])([.)]*)")
_SIGNS = (BULLET, TICKED, UNTICKED)


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
