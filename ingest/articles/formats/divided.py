"""Words that print divides at the end of a line are whole again; hyphens of their own stay. Knows words; no geometry.

A file does not tell a typesetter's hyphen from a writer's, so the rest of the document does: the whole word stands
elsewhere, or the compound, or its parts as words of their own; and where print divides no words at all, none is taken
for divided.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

_BEGIN, _WORD = re.compile(r"\w+"), re.compile(r"\w+(?:-\w+)*+-?")
# Signs of addresses, paths and code, whose hyphens are theirs.
_CODE = re.compile(r"[/@\\_=<>{}#]|\w[.:]\w")
# "short- and long-term": the hyphen stands for a word, and a space follows.
_SUSPENDED = frozenset({"and", "or", "nor", "to", "und", "oder", "bis"})
# First parts of compounds that are hardly ever a syllable of a longer word.
_APART = frozenset("cross half high long low non real self short well".split())
# A part of so many letters is a syllable rather than a word; so is an ending of so many that is no word elsewhere.
_SYLLABLE, _ENDING = 3, 4


@dataclass(frozen=True)
class Divisions:
    """What a document says of its words: how often each stands inside a line, and whether its print divides them."""

    words: Mapping[str, int]
    divides: bool = True

    def joined(self, lines: Sequence[str]) -> str:
        """Returns lines as one: a divided word is whole, a compound has its hyphen, else a space is between lines."""
        text = lines[0]
        for line in lines[1:]:
            end, begin = text[-100:].rsplit(" ", 1)[-1], line[:100].split(" ", 1)[0]
            if not _ends_in_hyphen(end) or begin in _SUSPENDED:
                text = f"{text} {line}"
            else:
                text = (text[:-1] if self._is_divided(end, begin) else text) + line
        return text

    def _is_divided(self, end: str, begin: str) -> bool:
        before, first, rest = _parts(end, begin)
        told = self.evidence(first, rest)
        if told is not None or not self.divides:
            return bool(told)
        if first.isupper() or not _are_letters(first, rest) or _CODE.search(end) or _CODE.search(begin):
            return False
        if begin[len(rest) :].startswith("-"):
            return False
        known = first.casefold() in self.words, rest.casefold() in self.words
        is_short = len(first) <= _SYLLABLE or (len(rest) <= _ENDING and not known[1])
        return first.casefold() not in _APART and (not any(known) or (is_short and not all(known) and not before))

    def evidence(self, first: str, rest: str) -> bool | None:
        """Returns whether the document has two parts as one word rather than with a hyphen; None if as neither."""
        first, rest = first.casefold(), rest.casefold()
        whole, compound = self.words.get(first + rest, 0), self.words.get(f"{first}-{rest}", 0)
        return whole > compound if whole or compound else None


def divisions_of(lines: Sequence[str]) -> Divisions:
    """Returns what the lines of a document say of its words.

    The print divides words if more of its hyphens at a line's end are told to be of divisions, or stand between parts
    that are no words elsewhere, than stand in compounds or between words.
    """
    found = Divisions(Counter(_words(lines)))
    votes = Counter[bool]()
    for line, below in itertools.pairwise(lines):
        end, begin = line[-100:].rsplit(" ", 1)[-1], below[:100].split(" ", 1)[0]
        _, first, rest = _parts(end, begin)
        if _ends_in_hyphen(end) and _are_letters(first, rest) and not _CODE.search(end):
            known = [part.casefold() in found.words for part in (first, rest)]
            told = found.evidence(first, rest)
            if told is not None or all(known) or not any(known):
                votes[not any(known) if told is None else told] += 1
    return replace(found, divides=votes[True] > votes[False])


def _words(lines: Sequence[str]) -> Iterator[str]:
    """The words inside of lines, and each two parts of a compound; not what the end of a line may have divided."""
    is_cut = False
    for line in lines:
        text = line.casefold()
        for word in _WORD.findall(text.split(" ", 1)[-1] if is_cut else text):
            parts = word.split("-")
            yield from map("-".join, itertools.pairwise(parts)) if len(parts) > 1 else parts
        is_cut = text.endswith("-")


def _ends_in_hyphen(end: str) -> bool:
    return len(end) > 1 and end[-1] == "-" != end[-2]


def _parts(end: str, begin: str) -> tuple[str, str, str]:
    """What stands before the last part of a compound, that part without signs, and the letters that follow."""
    before, _, first = end[:-1].rpartition("-")
    found = _BEGIN.match(begin)
    return before, first.lstrip("([{«“„‘\"'"), found[0] if found else ""


def _are_letters(first: str, rest: str) -> bool:
    return first.isalpha() and rest.isalpha() and rest[0].islower()
