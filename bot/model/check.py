"""The check: the quotes of a claim are found and its facts held against them. Pure; knows no model and no network.

What passes here stands on its facts, and is then judged by reading (`bot.model.judge`), unless it is in its quote's own
words; what fails is answered by its quotes alone. What a model says is missing is held against the passages, too.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

from bot.answer import Citation
from bot.compare.facts import Evidence, Fault, find_fault
from bot.compare.propernames import names
from bot.compare.words import likeness
from bot.injection import asks_for_orders, is_order
from bot.model.judge import Pair, pair_of
from bot.model.parse import Claim, Quoted
from bot.offered import Offered
from bot.quote.candidates import Candidate
from ingest.articles.blocks import block_at
from ingest.context import header_of
from ingest.terms import STOP_WORDS, terms

MOST_CITATIONS = 3
_LINK = re.compile(
    r"https?:|www\.|\]\(|!\[|<[^\s>]|[\w.+-]@[\w-]|(?<!\w)@\w|[\w-]\.[a-z]{2,}/"
    r"|(?<![a-z0-9-])[0-9-]*+[a-z][a-z0-9-]+(?:\.[a-z0-9-]+){0,20}\.[a-z]{2,}\b"
    r"|[\w-]\.(?:com|net|org|io|example|test|dev|app|info|ru|cn|xyz)\b|javascript:|data:|[{}`]|\":|\*\*|[\u200b-\u200f\u202a-\u202e\u2060-\u2064]",
    re.IGNORECASE,
)
_LONGEST = 200


@dataclass(frozen=True)
class Asking:
    """What of the question the check has to know: its text, words that are names, and how much each term tells."""

    text: str
    known: frozenset[str] = frozenset()
    idf: Callable[[str], float] = lambda term: 1.0

    @property
    def orders(self) -> bool:
        """Tells whether it asks for instructions, so that a sentence may be one."""
        return asks_for_orders(self.text)


@dataclass(frozen=True)
class Checked:
    """A claim with the citations it rests on, numbered 0, for the answer numbers them; and what is wrong with it.

    Where something is, the citations are what may be quoted in its place. `pair` is what a judge is given of it.
    """

    claim: Claim
    citations: tuple[Citation, ...]
    fault: Fault | None
    pair: Pair

    @cached_property
    def likeness(self) -> Literal["same", "near", "other"]:
        """How near it is to the words of a quote."""
        return likeness(self.claim.text, self.pair.quotes)

    @property
    def needs_verdict(self) -> bool:
        """Tells whether its facts stand, but in words of its own."""
        return self.fault is None and self.likeness != "same"


def check(claim: Claim, offered: Sequence[Offered], asking: Asking) -> Checked:
    """Finds what the claim cites and the first thing wrong with it, if any.

    A name that the quotes lack may stand in the sentences around them, which then are cited too; else in the question.
    """

    def checked(citations: tuple[Citation, ...], fault: Fault | None) -> Checked:
        return Checked(claim, citations, fault, pair_of(claim.text, citations, offered))

    own = _cited(claim, offered, asking)[:MOST_CITATIONS]
    if not own:
        return checked((), Fault("quote", "none that stands in a passage"))
    fault = unfit(claim.text, orders=asking.orders)
    for asked in () if fault else ("", asking.text):  # a name is better read in the article than in the question
        fault = find_fault(claim.text, _evidence(own, offered, asking, asked))
        # What "it" or "he" is called may stand around a quote; another figure there is of something else.
        for wider in _wider(own, offered) if fault and fault.rule == "name" else ():
            held = _evidence(wider, offered, asking, asked)
            if _allowed(wider, orders=asking.orders) and not find_fault(claim.text, held):
                return checked(wider, None)
        if fault is None:
            break
    return checked(own, fault)


def relates(checked: Checked, before: str) -> bool:
    """Tells whether what a claim cites shares a word with what it says, or with what was asked and said before it."""
    held = frozenset(terms(" ".join(checked.pair.quotes)))
    return not held.isdisjoint(_content(checked.claim.text) | _content(before))


def unfit(text: str, *, orders: bool) -> Fault | None:
    """Returns what no sentence of an answer may be, whatever it cites: markup, an order, a question; or None."""
    link = _LINK.search(text)
    if link:
        return Fault("markup", link[0])
    if not orders and is_order(text):
        return Fault("order", text)
    return Fault("question", text) if text.rstrip().endswith("?") else None


def _cited(claim: Claim, offered: Sequence[Offered], asking: Asking) -> tuple[Citation, ...]:
    """The whole sentences that the claim's quotes stand in; one that holds another is enough."""
    found = [citation for quote in claim.quotes for citation in _of(quote, claim, offered, asking)]
    allowed = [one for one in dict.fromkeys(found) if _allowed((one,), orders=asking.orders)]
    return tuple(one for one in allowed if not any(_holds(other, one) for other in allowed if other is not one))


def _of(quote: Quoted, claim: Claim, offered: Sequence[Offered], asking: Asking) -> tuple[Citation, ...]:
    """Where the quoted words stand: in the passage named, else in another; a bare number means what fits best."""
    named = [one for one in offered if one.number == quote.number]
    if quote.text:
        order = [*named, *(one for one in offered if one not in named)]
        found = (one.located(quote.text, nearly=nearly) for nearly in (False, True) for one in order)
        return next(filter(None, found), ())
    said = _content(claim.text)
    best = [
        max(range(len(one.sentences)), key=partial(_shared, one, said, asking.idf)) for one in named if one.sentences
    ]
    places = (one.cited(i, i) for one, i in zip(named, best, strict=False))
    return tuple(place for place in places if place)


def _shared(one: Offered, said: frozenset[str], idf: Callable[[str], float], i: int) -> float:
    return sum(map(idf, said & frozenset(terms(one.between(*one.sentences[i])))))


def _holds(one: Citation, other: Citation) -> bool:
    return one.article.id == other.article.id and one.start <= other.start and other.end <= one.end


def _allowed(citations: Sequence[Citation], *, orders: bool) -> bool:
    return orders or not any(is_order(citation.quote) for citation in citations)


def _headings(citations: Sequence[Citation]) -> Iterator[str]:
    """The headings above what is cited, and the header of the table that it stands in."""
    for citation in citations:
        block = block_at(citation.article.blocks, citation.start)
        yield from block.path if block else ()
        yield header_of(citation.article, citation.start)


def _evidence(citations: Sequence[Citation], offered: Sequence[Offered], asking: Asking, asked: str) -> Evidence:
    """The quotes with what a footnote shows beside them, orders left out; and names of `asked` that articles say."""
    articles = {citation.article.id: citation.article for citation in citations}
    above = (*(article.title for article in articles.values()), *_headings(citations))
    there = " ".join(one.text for one in offered if one.article.id in articles).lower()
    return Evidence(
        quotes=tuple(citation.quote for citation in citations),
        titles=tuple(line for line in above if asking.orders or not is_order(line)),
        published=tuple(article.published for article in articles.values() if article.published),
        asked=" ".join(name for name in names(asked) if name.lower() in there),
        known=asking.known,
    )


def _wider(citations: Sequence[Citation], offered: Sequence[Offered]) -> Iterator[tuple[Citation, ...]]:
    """The citations with one of them grown by a sentence or two around it, then with all of them grown so."""
    grown = [[wide for one in offered for wide in one.around(citation)] for citation in citations]
    for i, wider in enumerate(grown):
        yield from ((*citations[:i], wide, *citations[i + 1 :]) for wide in wider)
    if len(citations) > 1:
        yield tuple(wider[0] if wider else citation for citation, wider in zip(citations, grown, strict=True))


def _content(text: str) -> frozenset[str]:
    return frozenset(terms(text)) - STOP_WORDS


def remark(
    missing: str, question: str, offered: Sequence[Offered], answers: Callable[[str], Iterable[Candidate]]
) -> str | None:
    """Returns the remark that something was not found, if it is fit to be shown and a search for it finds nothing.

    It cites nothing, so it may bring in nothing: no figure and no name that the question or the passages do not hold.
    What it finds in passages that the model has read is nothing, for there the model did not see it.
    """
    missing = missing.strip(" .")
    texts = (question, *(one.text for one in offered))
    bad = not missing or len(missing) > _LONGEST or unfit(missing, orders=False)
    if bad or find_fault(missing, Evidence(texts)):
        return None
    places = (Citation(0, one.article, one.text, one.start, one.end) for one in answers(missing))
    if any(not any(one.holds(place) for one in offered) for place in places):
        return None
    return f"Not found in the articles: {missing}."
