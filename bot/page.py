"""The answer while a model is writing it: what has been shown, cited and counted. Knows no model and no check."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.answer import Citation, Part, marked, said_of

Shape = Literal["sentence", "item", "step", "row"]
"""How a sentence stands in the answer: in the text, in a list, in a procedure, in a table."""
MOST_SENTENCES = 30
_CELL = re.compile(r"([^:|]{1,60}):([^|]*)(?:\||$)")


@dataclass
class Page:
    """One answer in the making; lives as long as the reply is read.

    `counts` are sentences: kept in the model's words, quoted in their place, dropped.
    """

    parts: list[Part] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("kept", "quoted", "dropped"), 0))
    _seen: set[str] = field(default_factory=set)
    _shape: Shape = "sentence"
    _step: int = 0
    _columns: Sequence[str] = ()

    @property
    def text(self) -> str:
        """What has been shown so far."""
        return "".join(part.text for part in self.parts)

    @property
    def is_full(self) -> bool:
        """Tells whether there is enough of it to read no further."""
        return len(self.parts) >= MOST_SENTENCES

    def has(self, words: str) -> bool:
        """Tells whether the words have been shown before, and notes that they have now."""
        known = " ".join(words.lower().split())
        seen = known in self._seen
        self._seen.add(known)
        return seen

    def cites(self, citation: Citation) -> bool:
        """Tells whether this stretch of this article is cited already."""
        return any(_same(known, citation) for known in self.citations)

    def add(self, text: str, citations: Iterable[Citation], *, dated: bool, shape: Shape = "sentence") -> Part:
        """Shows a sentence with its markers, in order and each number once; returns what is new to show."""
        numbered = sorted({self._number(citation) for citation in citations}, key=lambda citation: citation.number)
        cells = _cells(text) if shape == "row" else ()
        shape = "item" if shape == "row" and not cells else shape
        numbers = [citation.number for citation in numbered]
        shown = self._opening(shape, [name for name, _ in cells])
        if cells:
            shown += f"| {marked(' | '.join(value for _, value in cells), numbers)} |"
        else:
            reported = numbered[0].article.published if dated else None
            shown += marked(" ".join(text.split()), numbers, reported=reported)
        self._shape = shape
        part = Part(shown, tuple(numbered))
        self.parts.append(part)
        return part

    def quote(self, citation: Citation, *, dated: bool, shape: Shape = "sentence") -> Part:
        """Shows a citation's own words."""
        shape = "item" if shape == "row" else shape
        return self.add(said_of(citation.quote), [citation], dated=dated, shape=shape)

    def _opening(self, shape: Shape, columns: Sequence[str]) -> str:
        """What stands between the last part and one of this shape; the head of a table, where one begins."""
        same = shape == self._shape and self.parts
        if shape == "sentence":
            return "" if not self.parts else " " if same else "\n\n"
        if shape == "row":
            head = f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}\n"
            opening = "\n" if same and columns == self._columns else ("\n\n" if self.parts else "") + head
            self._columns = columns
            return opening
        self._step = self._step + 1 if same else 1
        mark = f"{self._step}. " if shape == "step" else "- "
        return ("\n" if same else "\n\n" if self.parts else "") + mark

    def _number(self, citation: Citation) -> Citation:
        known = next((known for known in self.citations if _same(known, citation)), None)
        if known is None:
            known = replace(citation, number=len(self.citations) + 1)
            self.citations.append(known)
        return known


def _cells(text: str) -> tuple[tuple[str, str], ...]:
    """The cells of "Name: value | Name: value", or nothing if it is not that."""
    found = tuple((name.strip(), " ".join(value.split())) for name, value in _CELL.findall(text))
    return found if len(found) > 1 and len(found) == text.strip("| ").count("|") + 1 and all(map(all, found)) else ()


def _same(one: Citation, other: Citation) -> bool:
    return (one.article.id, one.start, one.end) == (other.article.id, other.start, other.end)
