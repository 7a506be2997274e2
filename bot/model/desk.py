"""The sentences of one reply, from check and verdict to the page, in the order in which they were written. Pure.

A sentence is shown in the model's words if its facts stand and a judge says that its quotes carry it, or if it is in
its quote's own words; else its quotes stand in its place.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.answer import Citation, Part
from bot.compare.words import likeness
from bot.model.check import Checked, relates
from bot.model.judge import Known, Pair
from bot.offered import Offered
from bot.page import Page
from bot.shapes import markdown

# What points to something said before, and says nothing where that was left out.
_POINTS_BACK = re.compile(
    r"(?:(?:and|but|so|however|yet|instead|in addition|moreover|that said),? )?(?:it|they|he|she|this|that|these|those"
    r"|both|his|her|its|their|such|the (?:former|latter|other|two|same))\b|(?:\S+ ){1,2}also\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Manner:
    """How sentences are shown: whether the model's, and those that are quoted, bear the dates of their reports."""

    dates: bool = False
    dates_of_quotes: bool = False


@dataclass(frozen=True)
class _Waiting:
    checked: Checked
    pair: Pair
    likeness: Literal["same", "near", "other"]

    @property
    def needs_verdict(self) -> bool:
        return self.checked.fault is None and self.likeness != "same"


class Desk:
    """What has been written and not yet been shown, and the page that it goes to."""

    def __init__(
        self, page: Page, known: Known, question: str, manner: Manner, offered: Sequence[Offered] = ()
    ) -> None:
        """Prepares an empty desk; `known` is where verdicts are looked up, `offered` what stands around a quote."""
        self.page, self._known, self._question, self._manner = page, known, question, manner
        self._offered = offered
        self._waiting: deque[_Waiting] = deque()
        self._has_gap = False
        self.faults: list[str] = []

    @property
    def waits(self) -> bool:
        """Tells whether a sentence is left that has not been shown or dropped."""
        return bool(self._waiting)

    def take(self, checked: Checked, pair: Pair) -> bool:
        """Puts a sentence behind the others; returns whether it needs a verdict that is not known."""
        one = _Waiting(checked, pair, likeness(checked.claim.text, checked.quotes))
        self._waiting.append(one)
        return one.needs_verdict and self._known.of(pair) is None

    def ready(self, *, final: bool = False) -> Iterator[Part]:
        """Yields what can be shown now, up to the first sentence whose verdict is not known; all of it if `final`."""
        while self._waiting and not self.page.is_full:
            one = self._waiting[0]
            verdict = self._known.of(one.pair) if one.needs_verdict else None
            if one.needs_verdict and verdict is None and not final:
                return
            self._waiting.popleft()
            yield from self._shown(one, verdict)

    def _shown(self, one: _Waiting, verdict: bool | None) -> Iterator[Part]:
        claim, fault, page = one.checked.claim, one.checked.fault, self.page
        stands = fault is None and (one.likeness != "other" if verdict is None else verdict)
        if stands and not (self._has_gap and _POINTS_BACK.match(claim.text)):
            if page.has(claim.text):
                page.counts["dropped"] += 1
                return
            page.counts["kept"] += 1
            self._has_gap = False
            yield page.add(claim.text, one.checked.citations, dated=self._manner.dates, shape=claim.shape)
            return
        self.faults.append(fault.rule if fault else "no verdict" if verdict is None else "meaning")
        before = markdown(page.parts[-1].said) if page.parts else ""
        if not one.checked.citations or not relates(one.checked, f"{self._question} {before}"):
            page.counts["dropped"] += 1
            self._has_gap = True
            return
        quotes = [citation for citation in one.checked.citations if not page.has(citation.quote)]
        page.counts["quoted" if quotes else "dropped"] += 1
        self._has_gap = False
        dated = self._manner.dates or self._manner.dates_of_quotes
        for citation in quotes:
            yield page.quote(self._led(citation), dated=dated, shape=claim.shape)

    def _led(self, citation: Citation) -> Citation:
        """The quote with the sentence before it, where it points to that and nothing says it before."""
        last = self.page.parts[-1].citations[-1] if self.page.parts else None
        if not _POINTS_BACK.match(citation.quote) or (last and last.article.id == citation.article.id):
            return citation
        return next((led for one in self._offered if (led := one.led(citation))), citation)
