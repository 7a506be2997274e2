"""The answer while a model is writing it: what has been shown, cited and counted. Knows no model and no check."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.answer import Citation, Part
from bot.conflict import show_dates
from bot.model.check import Verdict

MOST_SENTENCES, MOST_FAILED = 8, 12


@dataclass
class Page:
    """One answer in the making; lives as long as the reply is read.

    `counts` are sentences: kept with their own citations, recited with others, repaired, dropped.
    """

    shows_dates: bool
    parts: list[Part] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    failed: list[Verdict] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("kept", "recited", "repaired", "dropped"), 0))
    _seen: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """What has been shown so far."""
        return "".join(part.text for part in self.parts)

    @property
    def is_full(self) -> bool:
        """Tells whether there is enough of it, or enough that failed, to read no further."""
        return len(self.parts) >= MOST_SENTENCES or len(self.failed) + self.counts["dropped"] >= MOST_FAILED

    def has(self, sentence: str) -> bool:
        """Tells whether the sentence has been shown or tried before, and notes that it has now."""
        known = " ".join(sentence.lower().split())
        seen = known in self._seen
        self._seen.add(known)
        return seen

    def cites(self, citation: Citation) -> bool:
        """Tells whether this stretch of this article is cited already."""
        return any(_same(known, citation) for known in self.citations)

    def add(self, sentence: str, citations: Iterable[Citation], *, dated: bool) -> Part:
        """Shows a sentence with its markers, in order and each number once; returns what is new to show."""
        numbered = sorted({self._number(citation) for citation in citations}, key=lambda citation: citation.number)
        markers = "".join(f"[{citation.number}]" for citation in numbered)
        text = f"{' '.join(sentence.split())} {markers}"
        if dated or self.shows_dates:
            text = show_dates(text, numbered[:1], {citation.number for citation in numbered[:1]})
        part = Part(f" {text}" if self.parts else text, tuple(numbered))
        self.parts.append(part)
        return part

    def _number(self, citation: Citation) -> Citation:
        known = next((known for known in self.citations if _same(known, citation)), None)
        if known is None:
            known = replace(citation, number=len(self.citations) + 1)
            self.citations.append(known)
        return known


def _same(one: Citation, other: Citation) -> bool:
    return (one.article.id, one.start, one.end) == (other.article.id, other.start, other.end)
