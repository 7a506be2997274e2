"""The answer while a model is writing it: what has been shown, cited and counted. Knows no model and no check."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.answer import Citation, Gap, Part, said_of
from bot.shapes import Line, Table

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
        """Shows a sentence with its citations, in order and each once; returns what is new to show."""
        numbered = sorted({self._number(citation) for citation in citations}, key=lambda citation: citation.number)
        cells = _cells(text) if shape == "row" else ()
        shape = "item" if shape == "row" and not cells else shape
        same = shape == self._shape and bool(self.parts)
        self._step, self._shape = self._step + 1 if same else 1, shape
        said = self._row(cells, same=same) if cells else Line(self._mark(shape) + " ".join(text.split()))
        reported = numbered[0].article.published if dated and not cells else None
        goes_on = said.continues if isinstance(said, Table) else same
        gap: Gap = "\n\n" if not goes_on else " " if shape == "sentence" else "\n"
        self.parts.append(Part((said,), tuple(numbered), reported, gap=gap))
        return self.parts[-1]

    def quote(self, citation: Citation, *, dated: bool, shape: Shape = "sentence") -> Part:
        """Shows a citation's own words."""
        shape = "item" if shape == "row" else shape
        return self.add(said_of(citation.quote), [citation], dated=dated, shape=shape)

    def _mark(self, shape: Shape) -> str:
        return f"{self._step}. " if shape == "step" else "- " if shape == "item" else ""

    def _row(self, cells: Sequence[tuple[str, str]], *, same: bool) -> Table:
        names, before = tuple(name for name, _ in cells), self.parts[-1].said[-1] if self.parts else None
        continues = same and isinstance(before, Table) and before.header == names
        return Table(names, (tuple(value for _, value in cells),), continues)

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
