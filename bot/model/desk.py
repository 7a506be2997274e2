"""The sentences of one reply, from check and verdict to the page, in the order in which they were written. Pure.

A sentence is shown in the model's words if its facts stand and a judge says that its quotes carry it, or if it is in
its quote's own words; else its quotes stand in its place.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence

from bot.answer import Citation, Part
from bot.conflict import asks_for_present, asks_for_times
from bot.model.check import Asking, Checked, check, relates
from bot.model.judge import Pair, Verdicts
from bot.model.parse import Claim
from bot.offered import Offered
from bot.page import Page
from bot.shapes import markdown

# What points to something said before, and says nothing where that was left out.
_POINTS_BACK = re.compile(
    r"(?:(?:and|but|so|however|yet|instead|in addition|moreover|that said),? )?(?:it|they|he|she|this|that|these|those"
    r"|both|his|her|its|their|such|the (?:former|latter|other|two|same))\b|(?:\S+ ){1,2}also\b",
    re.IGNORECASE,
)


class Desk:
    """What has been written and not yet been shown, and the page that it goes to."""

    def __init__(self, known: Verdicts, asking: Asking, offered: Sequence[Offered]) -> None:
        """Prepares an empty desk; `known` is where verdicts are looked up, `offered` what may be cited."""
        self.page, self.faults, self.offered = Page(), list[str](), offered
        self._known, self._asking = known, asking
        # The model's sentences bear the dates of their reports where it is asked how things are, quotes also when.
        self._dated = asks_for_present(asking.text)
        self._dates_quotes = self._dated or asks_for_times(asking.text)
        self._waiting, self._taken = deque[Checked](), set[Claim]()
        self._has_gap = False

    @property
    def waits(self) -> bool:
        """Tells whether a sentence is left that has not been shown or dropped."""
        return bool(self._waiting)

    def take(self, claim: Claim) -> Pair | None:
        """Puts a sentence behind the others, once, and checks it; returns what a verdict is needed on and not known."""
        if claim in self._taken:
            self.page.counts["dropped"] += 1
            return None
        self._taken.add(claim)
        checked = check(claim, self.offered, self._asking)
        self._waiting.append(checked)
        return checked.pair if checked.needs_verdict and self._known.get(checked.pair) is None else None

    def ready(self, *, final: bool = False) -> Iterator[Part]:
        """Yields what can be shown now, up to the first sentence whose verdict is not known; all of it if `final`."""
        while self._waiting and not self.page.is_full:
            one = self._waiting[0]
            verdict = self._known.get(one.pair) if one.needs_verdict else None
            if one.needs_verdict and verdict is None and not final:
                return
            self._waiting.popleft()
            yield from self._shown(one, verdict)

    def _shown(self, one: Checked, verdict: bool | None) -> Iterator[Part]:
        claim, page = one.claim, self.page
        stands = one.fault is None and (one.likeness != "other" if verdict is None else verdict)
        if stands and not (self._has_gap and _POINTS_BACK.match(claim.text)):
            if page.has(claim.text):
                page.counts["dropped"] += 1
                return
            page.counts["kept"] += 1
            self._has_gap = False
            yield page.add(claim.text, one.citations, dated=self._dated, shape=claim.shape)
            return
        self.faults.append(one.fault.rule if one.fault else "no verdict" if verdict is None else "meaning")
        before = markdown(page.parts[-1].said) if page.parts else ""
        if not one.citations or not relates(one, f"{self._asking.text} {before}"):
            page.counts["dropped"] += 1
            self._has_gap = True
            return
        quotes = [citation for citation in one.citations if not page.has(citation.quote)]
        page.counts["quoted" if quotes else "dropped"] += 1
        self._has_gap = False
        for citation in quotes:
            yield page.quote(self._led(citation), dated=self._dates_quotes, shape=claim.shape)

    def _led(self, citation: Citation) -> Citation:
        """The quote with the sentence before it, where it points to that and nothing says it before."""
        last = self.page.parts[-1].citations[-1] if self.page.parts else None
        if not _POINTS_BACK.match(citation.quote) or (last and last.article.id == citation.article.id):
            return citation
        return next((led for one in self.offered if (led := one.led(citation))), citation)
